/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/*
 * Whatever was published before, the index must say what one says that is made
 * without an index in place. `say` makes a text of it.
 */
#define SAYING 16384U

static void
say_user(const struct pp_index_user *user, char *said, size_t *len)
{
	*len += (size_t) snprintf(said + *len, SAYING - *len,
		"%s %u %u %s %s %s %u %lld", user->name, user->uid, user->gid,
		user->gecos, user->home, user->shell, user->flags,
		(long long) user->groups_expire_at);
	for (uint32_t n = 0; n < user->group_count; n++)
		*len += (size_t) snprintf(said + *len, SAYING - *len, " %u",
			pp_index_user_group(user, n));
	*len += (size_t) snprintf(said + *len, SAYING - *len, "\n");
}

static void
say_group(const struct pp_index *index, const struct pp_index_group *group,
	char *said, size_t *len)
{
	struct pp_index_user user;

	*len += (size_t) snprintf(said + *len, SAYING - *len, "%s %u %llu",
		group->name, group->gid,
		(unsigned long long) group->names_size);
	for (uint32_t n = 0; n < group->member_count; n++)
		if (check_int(pp_index_member(index, group, n, &user),
			    PP_INDEX_FOUND))
			*len += (size_t) snprintf(
				said + *len, SAYING - *len, " %s", user.name);
	*len += (size_t) snprintf(said + *len, SAYING - *len, "\n");
}

static void
say(char said[SAYING])
{
	struct pp_index *index = node_map();
	struct pp_index_group group;
	struct pp_index_user user;
	size_t len = 0;

	said[0] = '\0';
	if (index == NULL)
		return;
	for (uint32_t i = 0; i < pp_index_user_count(index); i++)
		if (check_int(
			    pp_index_user_at(index, i, &user), PP_INDEX_FOUND))
			say_user(&user, said, &len);
	for (uint32_t i = 0; i < pp_index_group_count(index); i++)
		if (check_int(pp_index_group_at(index, i, &group),
			    PP_INDEX_FOUND))
			say_group(index, &group, said, &len);
	pp_index_release(&index);
}

/* Publishes over the index in place, and then without one. */
static void
publish_both_ways(void)
{
	static char replaced[SAYING], fresh[SAYING];

	check_reason(node_publish(), PP_REASON_NONE);
	say(replaced);
	unlink(scratch_path(PP_INDEX_PATH));
	check_reason(node_publish(), PP_REASON_NONE);
	say(fresh);
	check_text(replaced, fresh);
}

static struct pp_index_revision
published(void)
{
	struct pp_index *index = node_map();
	struct pp_index_revision revision = pp_index_revision(index);

	pp_index_release(&index);
	return revision;
}

static void
three_people(void)
{
	node_reset();
	node_sign_in_and_publish("alice", "dev ops", NOW);
	node_sign_in_and_publish("bob", "dev", NOW);
	node_sign_in_and_publish("mallory", "ops web", NOW);
}

/* What the index has for somebody; -1 for nobody. */
static int
count_groups(const char *name)
{
	struct pp_index *index = node_map();
	struct pp_index_user user = {0};
	int count = -1;

	if (pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND)
		count = (int) user.group_count;
	pp_index_release(&index);
	return count;
}

static void
each_change_reaches_the_index(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_err err = {0};

	three_people();
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(node_lock(accounts, "bob", true, NULL), PP_OK);
	publish_both_ways();
	check_kind(pp_admin_rename(accounts, "bob", "bob2", NULL), PP_OK);
	publish_both_ways();
	check_kind(pp_admin_unbind(accounts, "alice", NULL), PP_OK);
	publish_both_ways();
	check_kind(node_close(accounts, "mallory", true, NULL), PP_OK);
	publish_both_ways();
	if (!check_kind(pp_admin_delete(accounts, "mallory", &err), PP_OK))
		printf("# %s\n", err.message);
	publish_both_ways();
	check_reason(
		node_sign_in("mallory", "another", "dev ops"), PP_REASON_NONE);
	publish_both_ways();
	check_reason(
		node_sign_in("alice", "alice", "dev web new"), PP_REASON_NONE);
	check_reason(node_sign_in("svc-backup", "svc", "dev"), PP_REASON_NONE);
	publish_both_ways();
}

static bool
has_group(const char *name)
{
	struct pp_index *index = node_map();
	struct pp_index_group group;
	enum pp_index_status status =
		pp_index_group_by_name(index, name, &group);

	pp_index_release(&index);
	return status == PP_INDEX_FOUND;
}

/* That its last member leaves is a change of the member's alone. */
static void
a_group_comes_and_goes_with_its_members(void)
{
	uint64_t groups;

	three_people();
	check_reason(node_publish(), PP_REASON_NONE);
	groups = published().groups;
	check(has_group("web"));
	check_reason(node_sign_in("mallory", "mallory", "ops"), PP_REASON_NONE);
	publish_both_ways();
	check(!has_group("web"));
	check_reason(node_sign_in("alice", "alice", "web"), PP_REASON_NONE);
	publish_both_ways();
	check(has_group("web"));
	check_int(published().groups, groups);
}

static void
an_index_of_the_same_revision_is_not_read_again(void)
{
	struct pp_index_revision before;

	three_people();
	check_reason(node_publish(), PP_REASON_NONE);
	before = published();
	/* Behind the table's back: only reading all of it would tell. */
	run_sql("DELETE FROM members WHERE grp ="
		" (SELECT id FROM groups WHERE name = 'dev') AND account ="
		" (SELECT id FROM accounts WHERE name = 'bob')");
	check_reason(node_publish(), PP_REASON_NONE);
	check_int(published().change, before.change);
	check_int(published().epoch, before.epoch);
	check_int(count_groups("bob"), 1);
}

/* What must make it read all, each with bob's group gone from the table. */
static void
check_reads_all(void (*trouble)(void))
{
	three_people();
	check_reason(node_publish(), PP_REASON_NONE);
	run_sql("DELETE FROM members WHERE account ="
		" (SELECT id FROM accounts WHERE name = 'bob')");
	trouble();
	check_reason(node_publish(), PP_REASON_NONE);
	check_int(count_groups("bob"), 0);
}

/* Alice's record has another letter; the header knows nothing of it. */
static void
damage_the_index(void)
{
	char *path = strdup(scratch_path(PP_INDEX_PATH));
	struct pp_index *index = node_map();
	struct pp_index_user user = {0};
	struct stat info = {0};
	char *bytes;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	check_cmp(fd, >=, 0);
	check_int(fstat(fd, &info), 0);
	bytes = mmap(NULL, (size_t) info.st_size, PROT_READ | PROT_WRITE,
		MAP_SHARED, fd, 0);
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	for (char *at = bytes; at < bytes + info.st_size - 12; at++)
		if (memcmp(at, "/home/alice", 12) == 0)
			at[6] = 'A';
	munmap(bytes, (size_t) info.st_size);
	close(fd);
	free(path);
	pp_index_release(&index);
}

static void
go_back_in_time(void)
{
	run_sql("UPDATE revision SET change = change - 1");
}

/* A copy was put back, and had as many changes since. */
static void
go_another_way(void)
{
	run_sql("UPDATE revision SET epoch = epoch + 1");
}

static void
never_have_changed(void)
{
	run_sql("UPDATE revision SET change = 0, epoch = 0");
	check_reason(node_publish(), PP_REASON_NONE);
	run_sql("DELETE FROM members");
}

static void
lose_the_revision(void)
{
	run_sql("DELETE FROM revision");
	check_reason(node_publish(), PP_REASON_NONE);
	run_sql("DELETE FROM members");
}

static void
give_a_group_another_meaning(void)
{
	node_local("", "web:x:990:\n");
}

static void
an_index_of_another_revision_is_written_again(void)
{
	check_reads_all(damage_the_index);
	check_reads_all(go_back_in_time);
	check_reads_all(go_another_way);
	check_reads_all(never_have_changed);
	check_reads_all(lose_the_revision);
	check_reads_all(give_a_group_another_meaning);
}

/* Every kind of change of an account, by what an administrator can do. */
static void
every_change_of_an_account_is_a_revision(void)
{
	static const char *const changes[] = {
		"UPDATE accounts SET gecos = 'B' WHERE name = 'bob'",
		"UPDATE accounts SET locked = 1 WHERE name = 'bob'",
		"UPDATE accounts SET closed = 1 WHERE name = 'bob'",
		"UPDATE accounts SET last_sign_in = 7 WHERE name = 'bob'",
		"UPDATE accounts SET groups_expire_at = 7 WHERE name = 'bob'",
		"UPDATE accounts SET groups_checked_at = 7 WHERE name = 'bob'",
		("INSERT INTO accounts (name, uid, home, shell)"
		 " VALUES ('svc-backup', 70000, '/', '/')"),
		"DELETE FROM accounts WHERE name = 'svc-backup'"};
	int change;

	three_people();
	change = run_sql("SELECT change FROM revision");
	for (size_t i = 0; i < PP_COUNT(changes); i++) {
		run_sql(changes[i]);
		check_int(run_sql("SELECT change FROM revision"),
			change + 1 + (int) i);
	}
}

/* A table of the first schema, with an index that its program made. */
static void
go_back_to_the_first_schema(void)
{
	run_sql(SQL_WITHOUT_LOCKS
		"DROP TRIGGER account_inserted; DROP TRIGGER account_updated;"
		"DROP TRIGGER account_deleted; DROP TABLE revision;"
		"CREATE INDEX members_grp ON members (grp);"
		"ALTER TABLE accounts DROP COLUMN groups_checked_at;"
		"ALTER TABLE accounts RENAME COLUMN closed TO tombstone;"
		"ALTER TABLE accounts RENAME COLUMN service_account TO service;"
		"ALTER TABLE accounts RENAME COLUMN groups_expire_at TO checked_until;"
		"UPDATE meta SET key = 'id_key_fingerprint';"
		"PRAGMA user_version = 1");
}

static void
an_older_table_gets_a_revision(void)
{
	check_reads_all(go_back_to_the_first_schema);
	check_reason(node_sign_in("alice", "alice", "ops"), PP_REASON_NONE);
	publish_both_ways();
	check_cmp(published().change, >, 0);
}

int
main(void)
{
	node_begin();
	run(each_change_reaches_the_index);
	run(a_group_comes_and_goes_with_its_members);
	run(an_index_of_the_same_revision_is_not_read_again);
	run(an_index_of_another_revision_is_written_again);
	run(every_change_of_an_account_is_a_revision);
	run(an_older_table_gets_a_revision);
	return node_end();
}
