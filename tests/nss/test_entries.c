/* SPDX-License-Identifier: MIT */
#include "tests/nss/calls.h"

/* Every entry point with every buffer size, from every alignment. */

#define ROOM 4096U

static char space[ROOM];

static void
users_fit_exactly_or_not_at_all(void)
{
	size_t alice_text = sizeof("alice") + sizeof("Alice Example") +
			    sizeof("/home/alice") + sizeof("/bin/bash") +
			    sizeof("*");
	size_t bob_text = sizeof("bob") + sizeof("") + sizeof("/home/bob") +
			  sizeof("/bin/bash") + sizeof("*");
	size_t mallory_text = bob_text + 2 * (strlen("mallory") - 3);

	place_publish_sample();
	sweep_all(&(struct call){alice, false}, alice_text);
	sweep_all(&(struct call){bob_by_uid, false}, bob_text);
	sweep_all(&(struct call){first_user, false}, mallory_text);
}

static void
groups_fit_exactly_or_not_at_all(void)
{
	size_t dev_text = sizeof("dev") + sizeof("*") + 5 * sizeof(char *) +
			  sizeof("alice") + sizeof("bob") + sizeof("mallory") +
			  sizeof("svc-backup");
	size_t ops_text = sizeof("ops") + sizeof("*") + 2 * sizeof(char *) +
			  sizeof("alice");
	size_t bare = sizeof("alice") + sizeof("*") + sizeof(char *);

	place_publish_sample();
	sweep_all(&(struct call){dev, true}, dev_text);
	sweep_all(&(struct call){ops_by_gid, true}, ops_text);
	sweep_all(&(struct call){first_group, true}, ops_text);
	sweep_all(&(struct call){private_group, true}, bare);
	sweep_all(&(struct call){private_group_by_gid, true}, bare);
	sweep_all(&(struct call){everybody, true},
		bare + strlen("playpen-users") - strlen("alice"));
}

/* The first of the walk's second part, behind the three groups of the first. */
static enum nss_status
fourth_group(void *ret, char *buffer, size_t size, int *err)
{
	struct group group;

	module.setgrent(0);
	for (int i = 0; i < 3; i++)
		check_int(module.getgrent(&group, space, ROOM, err),
			NSS_STATUS_SUCCESS);
	return module.getgrent(ret, buffer, size, err);
}

static void
private_groups_of_a_walk_fit_exactly_or_not_at_all(void)
{
	place_publish_sample();
	sweep_all(&(struct call){fourth_group, true},
		sizeof("mallory") + sizeof("*") + sizeof(char *));
}

static void
check_none(const struct call *call, enum nss_status status)
{
	check_int(sweep_ask(call, sweep_buffer, 0), status);
	check_int(sweep_ask(call, sweep_buffer, SWEEP_ROOM), status);
}

static void
the_end_of_a_walk_touches_nothing(void)
{
	struct passwd user;
	struct group group;
	int code;

	place_publish_sample();
	module.setpwent(0);
	while (module.getpwent(&user, space, ROOM, &code) == NSS_STATUS_SUCCESS)
		continue;
	check_none(&(struct call){next_user, false}, NSS_STATUS_NOTFOUND);
	module.setgrent(0);
	while (module.getgrent(&group, space, ROOM, &code) ==
		NSS_STATUS_SUCCESS)
		continue;
	check_none(&(struct call){next_group, true}, NSS_STATUS_NOTFOUND);
}

static void
an_index_that_is_none_touches_nothing(void)
{
	static const struct call calls[] = {{alice, false}, {bob_by_uid, false},
		{first_user, false}, {dev, true}, {ops_by_gid, true},
		{private_group, true}, {private_group_by_gid, true},
		{everybody, true}, {first_group, true}};

	place_publish_sample();
	check_int(symlink("/etc/passwd", PP_INDEX_PATH ".no"), 0);
	check_int(rename(PP_INDEX_PATH ".no", PP_INDEX_PATH), 0);
	usleep(30000); /* the path is looked at every 10 ms */
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		check_none(&calls[i], NSS_STATUS_UNAVAIL);
	unlink(PP_INDEX_PATH);
}

static void
a_missing_name_is_notfound_and_touches_nothing(void)
{
	struct passwd user;
	struct group group;
	int code = 0;

	place_publish_sample();
	memset(&user, POISON, sizeof(user));
	memset(&group, POISON, sizeof(group));
	errno = ERRNO_BEFORE;
	check_int(module.getpwnam("nobody-here", &user, space, 0, &code),
		NSS_STATUS_NOTFOUND);
	check_int(code, ENOENT);
	check_int(errno, ERRNO_BEFORE);
	check_int(module.getpwuid(0, &user, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
	check_int(module.getgrnam("nobody-here", &group, space, 0, &code),
		NSS_STATUS_NOTFOUND);
	check_int(module.getgrgid(0, &group, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
	check(is_all(&user, sizeof(user), POISON));
	check(is_all(&group, sizeof(group), POISON));
}

static void
odd_names_are_notfound_and_not_an_error(void)
{
	static const char *const names[] = {"", "root", "Alice", "a b", "../x",
		"alice:x", "\xff\xfe", "%s%n", "ALICE", "alice "};
	char long_name[10000];
	struct passwd user;
	struct group group;
	int code;

	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		check_int(module.getpwnam(names[i], &user, space, ROOM, &code),
			NSS_STATUS_NOTFOUND);
		check_int(module.getgrnam(names[i], &group, space, ROOM, &code),
			NSS_STATUS_NOTFOUND);
	}
	check_int(module.getpwnam(long_name, &user, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
}

/* glibc hands in &errno itself: it must hold the code, not what was before. */
static void
an_errnop_that_is_errno_has_the_code(void)
{
	struct passwd user;

	place_publish_sample();
	errno = ERRNO_BEFORE;
	check_int(module.getpwnam("alice", &user, space, 1, &errno),
		NSS_STATUS_TRYAGAIN);
	check_int(errno, ERANGE);
	check_int(module.getpwnam("x", &user, space, 1, &errno),
		NSS_STATUS_NOTFOUND);
	check_int(errno, ENOENT);
	errno = ERRNO_BEFORE;
	check_int(module.getpwnam("alice", &user, space, ROOM, &errno),
		NSS_STATUS_SUCCESS);
	check_int(errno, ERRNO_BEFORE);
}

static void
a_removed_account_is_nobody(void)
{
	struct passwd user;
	struct group group;
	int code;

	place_publish_sample();
	check_int(module.getpwnam("gone", &user, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
	check_int(module.getpwuid(SAMPLE_GONE, &user, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
	check_int(module.getgrnam("gone", &group, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
	check_int(module.getgrgid(SAMPLE_GONE, &group, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
}

static void
a_locked_account_still_owns_its_files(void)
{
	struct passwd user;
	int code;

	place_publish_sample();
	check_int(module.getpwuid(SAMPLE_MALLORY, &user, space, ROOM, &code),
		NSS_STATUS_SUCCESS);
	check_text(user.pw_name, "mallory");
}

/* Who is locked, or was last checked too long ago, is no member. */
static void
lists_only_members_whose_time_has_not_passed(void)
{
	struct group group;
	int code;

	place_publish_sample();
	check_int(module.getgrnam("dev", &group, space, ROOM, &code),
		NSS_STATUS_SUCCESS);
	check_text(group.gr_mem[0], "alice");
	check_text(group.gr_mem[1], "svc-backup");
	check(group.gr_mem[2] == NULL);
}

static void
a_local_group_is_left_to_files(void)
{
	struct group group;
	int code;

	place_publish_sample();
	check_int(module.getgrnam("sudo", &group, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
	check_int(module.getgrgid(SAMPLE_SUDO, &group, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
}

static void
an_account_with_another_gid_has_no_private_group(void)
{
	struct sample sample;
	struct group group;
	int code;

	sample_fill(&sample);
	sample.users[ALICE].gid = 100;
	place_publish(&sample);
	check_int(module.getgrnam("alice", &group, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
	check_int(module.getgrgid(SAMPLE_ALICE, &group, space, ROOM, &code),
		NSS_STATUS_NOTFOUND);
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	module_load();
	run(users_fit_exactly_or_not_at_all);
	run(groups_fit_exactly_or_not_at_all);
	run(private_groups_of_a_walk_fit_exactly_or_not_at_all);
	run(the_end_of_a_walk_touches_nothing);
	run(an_index_that_is_none_touches_nothing);
	run(a_missing_name_is_notfound_and_touches_nothing);
	run(odd_names_are_notfound_and_not_an_error);
	run(an_errnop_that_is_errno_has_the_code);
	run(a_removed_account_is_nobody);
	run(a_locked_account_still_owns_its_files);
	run(lists_only_members_whose_time_has_not_passed);
	run(a_local_group_is_left_to_files);
	run(an_account_with_another_gid_has_no_private_group);
	return tap_end();
}
