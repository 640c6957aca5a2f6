/* SPDX-License-Identifier: MIT */
#include <playpen/publish/publish.h>

#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/* The gid's place among the user's groups, -1 for none. */
static int
find_gid(const struct pp_index_user *user, uint32_t gid)
{
	for (uint32_t n = 0; n < user->group_count; n++)
		if (pp_index_user_group(user, n) == gid)
			return (int) n;
	return -1;
}

static ino_t
index_inode(void)
{
	struct stat info = {0};

	check_int(stat(scratch_path(PP_INDEX_PATH), &info), 0);
	return info.st_ino;
}

static void
the_index_says_what_the_table_does(void)
{
	struct pp_index *index;
	struct pp_index_user user = {0};
	struct pp_index_group group = {0};

	node_reset();
	node_sign_in_and_publish("alice", "dev ops", NOW);
	index = node_map();
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(user.uid, node_uid("alice"));
	check_int(user.gid, user.uid);
	check_text(user.home, "/home/alice");
	check_text(user.gecos, "A Person");
	check_int(user.flags, PP_INDEX_SIGNED_IN);
	check_int(user.groups_expire_at, NOW + TTL);
	check_int(user.group_count, 2);
	check_int(pp_index_group_by_name(index, "dev", &group), PP_INDEX_FOUND);
	check_cmp(find_gid(&user, group.gid), >=, 0);
	check_int(pp_index_group_by_gid(
			  index, pp_index_all_users_gid(index), &group),
		PP_INDEX_FOUND);
	check_text(group.name, "playpen-users");
	pp_index_release(&index);
}

static void
a_prefix_is_part_of_name_and_number(void)
{
	pp_cleanup(pp_strv) struct pp_strv claims = node_words("dev root");
	pp_cleanup(pp_group_map) struct pp_group_map map = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_index *index;
	struct pp_index_group group = {0};
	struct pp_uid_key key;

	node_reset();
	node_local("", "root:x:0:\ndev:x:1000:\n");
	node_configure(CONF "[groups]\nprefix = dex-\n");
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(
		pp_accounts_map_groups(accounts, &claims, &map, NULL), PP_OK);
	check(map.groups.count == 2 && map.dropped.count == 0);
	node_sign_in_and_publish("alice", "dev", NOW);
	check(pp_uid_key_parse(ID_KEY, strlen(ID_KEY), &key));
	index = node_map();
	check_int(pp_index_group_by_name(index, "dex-dev", &group),
		PP_INDEX_FOUND);
	check_int(group.gid,
		pp_gid_of_name(&key, "dex-dev", &node_conf->gid_range));
	check_int(pp_index_group_by_name(index, "dev", &group), PP_INDEX_NONE);
	pp_index_release(&index);
}

static void
a_state_without_people_publishes_the_group_of_everybody(void)
{
	struct pp_index *index;
	struct pp_uid_key key;

	node_reset();
	check_reason(node_publish(), PP_REASON_NONE);
	check(pp_uid_key_parse(ID_KEY, strlen(ID_KEY), &key));
	index = node_map();
	check_int(pp_index_user_count(index), 0);
	check_int(pp_index_all_users_gid(index),
		pp_gid_of_name(&key, "playpen-users", &node_conf->gid_range));
	pp_index_release(&index);
}

static void
nothing_is_published_without_an_id_key(void)
{
	node_reset();
	unlink(scratch_path("/etc/playpen/uid.key"));
	check_reason(node_publish(), PP_REASON_UID_KEY_MISSING);
	check_cmp(access(scratch_path(PP_INDEX_PATH), F_OK), !=, 0);
}

static void
nothing_is_rewritten_when_nothing_changed(void)
{
	ino_t before;

	node_reset();
	node_sign_in_and_publish("alice", "dev", NOW);
	before = index_inode();
	check_reason(node_publish(), PP_REASON_NONE);
	check_int(index_inode(), before);
	node_sign_in_and_publish("alice", "dev ops", NOW);
	check_cmp(index_inode(), !=, before);
}

static void
a_new_time_is_one_word_in_place(void)
{
	struct pp_index *index;
	struct pp_index_user user = {0};
	ino_t before;

	node_reset();
	node_sign_in_and_publish("alice", "dev", NOW);
	node_sign_in_and_publish("bob", "dev", NOW);
	before = index_inode();
	node_sign_in_and_publish("alice", "dev", NOW + 100);
	check_int(index_inode(), before);
	index = node_map();
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(user.groups_expire_at, NOW + 100 + TTL);
	check_int(pp_index_user_by_name(index, "bob", &user), PP_INDEX_FOUND);
	check_int(user.groups_expire_at, NOW + TTL);
	pp_index_release(&index);
}

static void
an_index_that_was_left_behind_is_made_anew(void)
{
	struct pp_index *index;
	struct pp_index_user user = {0};

	node_reset();
	node_sign_in_and_publish("alice", "dev", NOW);
	check_reason(node_sign_in("alice", "alice", "ops"), PP_REASON_NONE);
	node_sign_in_and_publish("alice", "ops", NOW + 1);
	index = node_map();
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(user.group_count, 1);
	check_int(user.groups_expire_at, NOW + 1 + TTL);
	pp_index_release(&index);
	unlink(scratch_path(PP_INDEX_PATH));
	node_sign_in_and_publish("alice", "ops", NOW + 2);
	check_int(access(scratch_path(PP_INDEX_PATH), F_OK), 0);
}

static void
a_mapped_group_has_its_local_number(void)
{
	struct pp_index *index;
	struct pp_index_user user = {0};
	struct pp_index_group group = {0};

	node_reset();
	node_configure(CONF "[groups.map]\nmovies = video\nx = later\n");
	node_sign_in_and_publish("alice", "movies x", NOW);
	index = node_map();
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(user.group_count, 2);
	check_cmp(find_gid(&user, 44), >=, 0);
	check_int(
		pp_index_group_by_name(index, "video", &group), PP_INDEX_NONE);
	check_int(
		pp_index_group_by_name(index, "later", &group), PP_INDEX_FOUND);
	pp_index_release(&index);
}

static void
a_local_group_made_later_is_never_ours(void)
{
	struct pp_index *index;
	struct pp_index_user user = {0};
	struct pp_index_group group = {0};

	node_reset();
	node_sign_in_and_publish("alice", "dev ops", NOW);
	node_local("", "dev:x:990:\n");
	check_reason(node_publish(), PP_REASON_NONE);
	index = node_map();
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(user.group_count, 1);
	check_cmp(find_gid(&user, 990), <, 0);
	check_int(pp_index_group_by_name(index, "dev", &group), PP_INDEX_NONE);
	check_int(pp_index_group_by_name(index, "ops", &group), PP_INDEX_FOUND);
	pp_index_release(&index);
}

static void
a_group_of_a_persons_name_gives_way(void)
{
	struct pp_index *index;
	struct pp_index_group group = {0};
	struct pp_index_user user = {0};

	node_reset();
	node_sign_in_and_publish("bob", "", NOW);
	node_sign_in_and_publish("alice", "bob", NOW);
	index = node_map();
	check_int(pp_index_group_by_name(index, "bob", &group), PP_INDEX_NONE);
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(user.group_count, 0);
	pp_index_release(&index);
}

static void
unknown_groups_count_until_never(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	static const struct pp_strv none;
	struct pp_sign_in sign_in = node_person("alice", "s", &none);
	struct pp_index_user user = {0};
	struct pp_index *index;

	node_reset();
	accounts = node_open(PP_ACCOUNTS_WRITE);
	sign_in.groups_known = false;
	check_kind(
		pp_accounts_sign_in(accounts, &sign_in, &result, NULL), PP_OK);
	check_kind(pp_publish_accounts(accounts, NULL), PP_OK);
	index = node_map();
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(user.groups_expire_at, 0);
	pp_index_release(&index);
}

static void
locks_and_closures_are_published(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_index_user user = {0};
	struct pp_index *index;

	node_reset();
	node_sign_in_and_publish("alice", "", NOW);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(node_lock(accounts, "alice", true, NULL), PP_OK);
	check_kind(node_close(accounts, "alice", true, NULL), PP_OK);
	check_kind(pp_publish_accounts(accounts, NULL), PP_OK);
	index = node_map();
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(user.flags,
		(PP_INDEX_SIGNED_IN | PP_INDEX_LOCKED | PP_INDEX_CLOSED));
	pp_index_release(&index);
}

static void
the_provision_file_holds_what_strangers_get(void)
{
	struct pp_first_login_settings provision;
	struct stat info;

	node_reset();
	check_reason(node_publish(), PP_REASON_NONE);
	check_int(pp_first_login_read(
			  scratch_path(PP_FIRST_LOGIN_PATH), &provision),
		PP_FIRST_LOGIN_YES);
	check_text(provision.allow_new_users, "*");
	check_text(provision.home, "/home/%u");
	check_text(provision.all_users_group, "playpen-users");
	check_text(provision.programs, "sshd sshd-session sshd-auth login");
	check_int(provision.uid_range.low, PP_UID_RANGE_LOW);
	check_int(provision.key.bytes[15], 15);
	check_int(stat(scratch_path(PP_FIRST_LOGIN_PATH), &info), 0);
	check_int(info.st_mode & 07777, 0600);
}

/* Reads why the published file lets no new user in, PP_REASON_NONE if it does,
 * and checks that it has no key then. */
static enum pp_reason
refusal(void)
{
	static const struct pp_uid_key no_key;
	struct pp_first_login_settings settings = {0};

	check_int(pp_first_login_read(
			  scratch_path(PP_FIRST_LOGIN_PATH), &settings),
		PP_FIRST_LOGIN_YES);
	check_int(memcmp(&settings.key, &no_key, sizeof(no_key)) == 0,
		settings.refusal != PP_REASON_NONE);
	return settings.refusal;
}

static void
the_first_login_file_says_why_no_new_user_may_come(void)
{
	node_reset();
	check_reason(node_publish(), PP_REASON_NONE);
	check_reason(refusal(), PP_REASON_NONE);
	node_configure(CONF_CLOSED);
	check_reason(node_publish(), PP_REASON_NONE);
	check_reason(refusal(), PP_REASON_NEW_USER_REFUSED);
	node_configure(CONF);
	node_sign_in_and_publish("alice", "", NOW);
	check_reason(refusal(), PP_REASON_NONE);
	check(scratch_write("/etc/playpen/uid.key", OTHER_KEY, 0600));
	check_reason(node_publish(), PP_REASON_NONE);
	check_reason(refusal(), PP_REASON_UID_KEY_CHANGED);
}

static void
a_node_without_a_uid_key_says_so_before_its_first_index(void)
{
	node_reset();
	unlink(scratch_path("/etc/playpen/uid.key"));
	check_reason(node_publish(), PP_REASON_UID_KEY_MISSING);
	check_reason(refusal(), PP_REASON_UID_KEY_MISSING);
	check_cmp(access(scratch_path(PP_INDEX_PATH), F_OK), !=, 0);
}

static void
too_many_login_programs_are_an_error_of_the_configuration(void)
{
	char text[2048] = CONF;

	node_reset();
	for (int i = 0; i < 5; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			"first_login_programs = a%060d\n", i);
	node_configure(text);
	check_reason(node_publish(), PP_REASON_CONFIG_INVALID);
	node_configure(CONF);
	check_reason(node_publish(), PP_REASON_NONE);
}

/* As an editor of the table may leave it; the library lets none of it in. */
static void
a_row_that_no_line_can_hold_keeps_nobody_else_back(void)
{
	struct pp_index_user user = {0};
	struct pp_index *index;

	node_reset();
	node_sign_in_and_publish("alice", "dev", NOW);
	node_sign_in_and_publish("bob", "dev ops", NOW);
	check_reason(node_sign_in("mallory", "m", "dev"), PP_REASON_NONE);
	run_sql("UPDATE accounts SET gecos = 'a' || char(27) || '[2J',"
		" home = '/home/a:0:0', shell = '/bin/sh' || char(10)"
		" WHERE name = 'alice';"
		"UPDATE accounts SET name = 'Bad Name', locked = 1"
		" WHERE name = 'bob'");
	check_reason(node_publish(), PP_REASON_NONE);
	index = node_map();
	check_int(pp_index_user_count(index), 2);
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_FOUND);
	check_int(user.uid, node_uid("alice"));
	check_int(user.group_count, 1);
	check_text(user.gecos, "");
	check_text(user.home, "/nonexistent");
	check_text(user.shell, "/usr/sbin/nologin");
	check_int(
		pp_index_user_by_name(index, "mallory", &user), PP_INDEX_FOUND);
	check_int(user.flags, PP_INDEX_SIGNED_IN);
	check_int(user.group_count, 1);
	check_text(user.home, "/home/mallory");
	pp_index_release(&index);
}

int
main(void)
{
	node_begin();
	run(the_index_says_what_the_table_does);
	run(a_prefix_is_part_of_name_and_number);
	run(a_state_without_people_publishes_the_group_of_everybody);
	run(nothing_is_published_without_an_id_key);
	run(nothing_is_rewritten_when_nothing_changed);
	run(a_new_time_is_one_word_in_place);
	run(an_index_that_was_left_behind_is_made_anew);
	run(a_mapped_group_has_its_local_number);
	run(a_local_group_made_later_is_never_ours);
	run(a_group_of_a_persons_name_gives_way);
	run(unknown_groups_count_until_never);
	run(locks_and_closures_are_published);
	run(the_provision_file_holds_what_strangers_get);
	run(the_first_login_file_says_why_no_new_user_may_come);
	run(a_node_without_a_uid_key_says_so_before_its_first_index);
	run(a_row_that_no_line_can_hold_keeps_nobody_else_back);
	run(too_many_login_programs_are_an_error_of_the_configuration);
	return node_end();
}
