/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>

#include "tests/sample.h"
#include "tests/tap.h"

#define MANY 20000U

static char dir[] = "/tmp/pp-test-index-XXXXXX";
static char path[64];

/* Writes the content and maps it; NULL when one of the two fails. */
static struct pp_index *
write_and_map(const struct pp_index_content *content)
{
	struct pp_index *index = NULL;
	struct pp_err err = {0};
	bool changed;

	if (!check_kind(pp_index_write(path, content, &changed, &err), PP_OK))
		printf("# %s\n", err.message);
	check_int(pp_index_open(path, &index), PP_INDEX_FOUND);
	return index;
}

static struct pp_index *
sample_index(void)
{
	struct sample sample;

	sample_fill(&sample);
	return write_and_map(&sample.content);
}

static void
finds_a_user_by_name_and_by_uid(void)
{
	struct pp_index *index = sample_index();
	struct pp_index_user name, uid;

	check_int(pp_index_user_by_name(index, "alice", &name), PP_INDEX_FOUND);
	check_int(pp_index_user_by_uid(index, SAMPLE_ALICE, &uid),
		PP_INDEX_FOUND);
	check(name.name == uid.name);
	check_int(name.uid, uid.uid);
	check_text(name.name, "alice");
	check_text(name.gecos, "Alice Example");
	check_text(name.home, "/home/alice");
	check_text(name.shell, "/bin/bash");
	check_int(name.uid, SAMPLE_ALICE);
	check_int(name.gid, SAMPLE_ALICE);
	check_int(name.flags, PP_INDEX_SIGNED_IN);
	check_int(name.groups_expire_at, SAMPLE_FUTURE);
	check_int(name.text_size, sizeof("alice") + sizeof("Alice Example") +
					  sizeof("/home/alice") +
					  sizeof("/bin/bash"));
	pp_index_release(&index);
	check(index == NULL);
}

static void
knows_nobody_else(void)
{
	struct pp_index *index = sample_index();
	struct pp_index_user user;
	struct pp_index_group group;

	check_int(pp_index_user_by_name(index, "alic", &user), PP_INDEX_NONE);
	check_int(pp_index_user_by_name(index, "alice2", &user), PP_INDEX_NONE);
	check_int(pp_index_user_by_name(index, "", &user), PP_INDEX_NONE);
	check_int(pp_index_user_by_name(
			  index, "abcdefghijklmnopqrstuvwxyz0123456789", &user),
		PP_INDEX_NONE);
	check_int(pp_index_user_by_uid(index, 0, &user), PP_INDEX_NONE);
	check_int(
		pp_index_group_by_name(index, "alice", &group), PP_INDEX_NONE);
	check_int(pp_index_group_by_gid(index, 0, &group), PP_INDEX_NONE);
	pp_index_release(&index);
}

static void
holds_membership_both_ways(void)
{
	struct pp_index *index = sample_index();
	struct pp_index_user user;
	struct pp_index_group group;

	pp_index_user_by_name(index, "alice", &user);
	check_int(user.group_count, 3);
	check_int(pp_index_user_group(&user, 0), SAMPLE_DEV);
	check_int(pp_index_user_group(&user, 1), SAMPLE_OPS);
	check_int(pp_index_user_group(&user, 2), SAMPLE_SUDO);
	check_int(pp_index_group_by_name(index, "dev", &group), PP_INDEX_FOUND);
	check_int(group.gid, SAMPLE_DEV);
	check_int(group.member_count, 4);
	check_int(group.names_size, sizeof("alice") + sizeof("bob") +
					    sizeof("mallory") +
					    sizeof("svc-backup"));
	check_int(pp_index_member(index, &group, 0, &user), PP_INDEX_FOUND);
	check_text(user.name, "mallory"); /* in the order of uids */
	check_int(pp_index_member(index, &group, 3, &user), PP_INDEX_FOUND);
	check_text(user.name, "svc-backup");
	pp_index_release(&index);
}

static void
a_local_group_is_a_number_of_its_members_only(void)
{
	struct pp_index *index = sample_index();
	struct pp_index_group group;

	check_int(pp_index_group_by_name(index, "sudo", &group), PP_INDEX_NONE);
	check_int(pp_index_group_by_gid(index, SAMPLE_SUDO, &group),
		PP_INDEX_NONE);
	check_int(pp_index_group_count(index), SAMPLE_GROUPS - 1);
	pp_index_release(&index);
}

static void
everybodys_group_lists_nobody(void)
{
	struct pp_index *index = sample_index();
	struct pp_index_group group;
	struct pp_index_user user;

	check_int(pp_index_all_users_gid(index), SAMPLE_PEOPLE);
	check_int(pp_index_group_by_gid(index, SAMPLE_PEOPLE, &group),
		PP_INDEX_FOUND);
	check_int(group.member_count, 0);
	pp_index_user_by_name(index, "bob", &user);
	check_int(user.group_count, 1);
	check_int(pp_index_user_group(&user, 0), SAMPLE_DEV);
	pp_index_release(&index);
}

static void
groups_count_until_their_time(void)
{
	struct pp_index_user user = {.groups_expire_at = 100};

	check(pp_index_groups_valid(&user, 99));
	check(!pp_index_groups_valid(&user, 100));
	user.flags = PP_INDEX_SERVICE_ACCOUNT;
	check(pp_index_groups_valid(&user, 100));
	user.flags = PP_INDEX_SERVICE_ACCOUNT | PP_INDEX_LOCKED;
	check(!pp_index_groups_valid(&user, 99));
	user.flags = PP_INDEX_CLOSED;
	check(!pp_index_groups_valid(&user, 99));
}

static void
walks_in_the_order_of_numbers(void)
{
	struct pp_index *index = sample_index();
	struct pp_index_user user;
	struct pp_index_group group;
	uint32_t last = 0;

	check_int(pp_index_user_count(index), SAMPLE_USERS);
	for (uint32_t i = 0; i < SAMPLE_USERS; i++) {
		check_int(pp_index_user_at(index, i, &user), PP_INDEX_FOUND);
		check_cmp(user.uid, >, last);
		last = user.uid;
	}
	check_int(pp_index_user_at(index, SAMPLE_USERS, &user), PP_INDEX_NONE);
	check_int(pp_index_user_at(index, UINT32_MAX, &user), PP_INDEX_NONE);
	check_int(pp_index_group_at(index, 0, &group), PP_INDEX_FOUND);
	check_text(group.name, "ops");
	check_int(pp_index_group_at(index, 2, &group), PP_INDEX_FOUND);
	check_text(group.name, "dev");
	check_int(pp_index_group_at(index, 3, &group), PP_INDEX_NONE);
	pp_index_release(&index);
}

static void
an_index_of_nobody_still_has_everybodys_group(void)
{
	struct sample sample;
	struct pp_index *index;
	struct pp_index_user user;
	struct pp_index_group group;

	sample_fill(&sample);
	sample.content.user_count = 0;
	index = write_and_map(&sample.content);
	check_int(pp_index_user_by_name(index, "alice", &user), PP_INDEX_NONE);
	check_int(pp_index_user_at(index, 0, &user), PP_INDEX_NONE);
	check_int(pp_index_group_by_name(index, "playpen-users", &group),
		PP_INDEX_FOUND);
	pp_index_release(&index);
}

/* Names, numbers and memberships of many, each found again. */
static void
finds_each_of_twenty_thousand(void)
{
	static struct pp_index_entry users[MANY];
	static char names[MANY][12];
	struct sample sample;
	struct pp_index *index;
	struct pp_index_user user;
	uint32_t wrong = 0;

	sample_fill(&sample);
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "u%u", i);
		users[i] = sample_user(
			names[i], "/home/x", 100000 + i * 7919 % MANY, 0);
		users[i].groups = sample.users[ALICE].groups;
		users[i].group_count = 2;
	}
	sample.content.users = users;
	sample.content.user_count = MANY;
	index = write_and_map(&sample.content);
	for (uint32_t i = 0; i < MANY; i++) {
		wrong += pp_index_user_by_name(index, names[i], &user) !=
				 PP_INDEX_FOUND ||
			 user.uid != users[i].uid;
		wrong += pp_index_user_by_uid(index, users[i].uid, &user) !=
				 PP_INDEX_FOUND ||
			 strcmp(user.name, names[i]) != 0;
	}
	check_int(wrong, 0);
	pp_index_release(&index);
}

static void
refuse(const struct pp_index_content *content)
{
	struct pp_err err = {0};
	bool changed = false;

	check_cmp(pp_index_write(path, content, &changed, &err), !=, PP_OK);
	check_reason(err.reason, PP_REASON_INDEX_INVALID);
	check(!changed);
}

static void
rejects_what_comes_twice(void)
{
	struct sample sample;

	sample_fill(&sample);
	sample.users[BOB].name = "alice";
	refuse(&sample.content);
	sample_fill(&sample);
	sample.users[BOB].uid = SAMPLE_ALICE;
	refuse(&sample.content);
	sample_fill(&sample);
	sample.groups[OPS].name = "dev";
	refuse(&sample.content);
	sample_fill(&sample);
	sample.groups[OPS].gid = SAMPLE_DEV;
	refuse(&sample.content);
	sample_fill(&sample);
	pp_index_release((struct pp_index *[]){write_and_map(&sample.content)});
}

static void
rejects_a_group_that_is_a_users(void)
{
	struct sample sample;

	sample_fill(&sample);
	sample.groups[OPS].name = "alice";
	refuse(&sample.content);
	sample_fill(&sample);
	sample.groups[OPS].gid = SAMPLE_ALICE;
	refuse(&sample.content);
}

static void
rejects_texts_that_no_line_can_hold(void)
{
	static const char *const texts[] = {
		"a:b", "a\nb", "a\rb", "\x1b[31m", "\x7f"};
	char long_text[PP_INDEX_TEXT_MAX + 2];
	struct sample sample;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		sample_fill(&sample);
		sample.users[BOB].gecos = texts[i];
		refuse(&sample.content);
		sample_fill(&sample);
		sample.users[BOB].home = texts[i];
		refuse(&sample.content);
		sample_fill(&sample);
		sample.users[BOB].shell = texts[i];
		refuse(&sample.content);
	}
	memset(long_text, 'x', sizeof(long_text));
	long_text[PP_INDEX_TEXT_MAX + 1] = '\0';
	sample_fill(&sample);
	sample.users[BOB].gecos = long_text;
	refuse(&sample.content);
	sample.users[BOB].gecos = long_text + 1;
	pp_index_release((struct pp_index *[]){write_and_map(&sample.content)});
}

static void
judges_each_byte_wherever_it_stands(void)
{
	uint32_t wrong = 0;

	for (size_t at = 0; at < 20; at++)
		for (unsigned int byte = 1; byte < 256; byte++) {
			char text[] = "twenty bytes of text";
			bool fits = byte >= 0x20 && byte != ':' && byte != 0x7f;

			text[at] = (char) byte;
			wrong += pp_index_text_fits(text) != fits;
		}
	check_int(wrong, 0);
	check(pp_index_text_fits(""));
}

static void
rejects_root_and_invalid_names(void)
{
	struct sample sample;

	sample_fill(&sample);
	sample.users[BOB].uid = 0;
	refuse(&sample.content);
	sample_fill(&sample);
	sample.users[BOB].gid = 0; /* CVE-2025-5689 */
	refuse(&sample.content);
	sample_fill(&sample);
	sample.users[BOB].name = "Bob";
	refuse(&sample.content);
	sample_fill(&sample);
	sample.groups[DEV].gid = 0;
	refuse(&sample.content);
	sample_fill(&sample);
	sample.groups[DEV].name = "a b";
	refuse(&sample.content);
}

static void
rejects_groups_that_are_not_there(void)
{
	struct sample sample;

	sample_fill(&sample);
	sample.users[BOB].groups = (const uint32_t[]){DEV, SAMPLE_GROUPS};
	refuse(&sample.content);
	sample.users[BOB].groups = (const uint32_t[]){OPS, DEV};
	refuse(&sample.content);
	sample.users[BOB].groups = (const uint32_t[]){DEV, DEV};
	refuse(&sample.content);
	sample_fill(&sample);
	sample.content.all_users = SAMPLE_GROUPS;
	refuse(&sample.content);
	sample.content.all_users = SUDO;
	refuse(&sample.content);
}

static void
remove_all(void)
{
	char name[80];

	unlink(path);
	snprintf(name, sizeof(name), "%s.lock", path);
	unlink(name);
	rmdir(dir);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return EXIT_FAILURE;
	snprintf(path, sizeof(path), "%s/index.v1", dir);
	run(finds_a_user_by_name_and_by_uid);
	run(knows_nobody_else);
	run(holds_membership_both_ways);
	run(a_local_group_is_a_number_of_its_members_only);
	run(everybodys_group_lists_nobody);
	run(groups_count_until_their_time);
	run(walks_in_the_order_of_numbers);
	run(an_index_of_nobody_still_has_everybodys_group);
	run(finds_each_of_twenty_thousand);
	run(rejects_what_comes_twice);
	run(rejects_a_group_that_is_a_users);
	run(rejects_texts_that_no_line_can_hold);
	run(judges_each_byte_wherever_it_stands);
	run(rejects_root_and_invalid_names);
	run(rejects_groups_that_are_not_there);
	remove_all();
	return tap_end();
}
