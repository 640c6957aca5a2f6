/* SPDX-License-Identifier: MIT */
#include "tests/nss/module.h"
#include "tests/unit/killed.h"

/*
 * A writer is killed at each of its system calls in turn, before the call and
 * after it, until one gets through. After each the index must be the old one or
 * the new one, whole, and the next writer must not be in the way of anything.
 */

static char buffer[1024];

static void
change(struct sample *sample, const char *shell, int64_t until)
{
	sample_fill(sample);
	sample->users[ALICE].shell = shell;
	sample->users[BOB].groups_expire_at = until;
}

static int
write_index(const void *what)
{
	const struct sample *sample = what;
	bool changed;

	return pp_index_write(
		       PP_INDEX_PATH, &sample->content, &changed, NULL) == PP_OK
		       ? 0
		       : 1;
}

/* 1 when the index is the new one, 0 for the old one, -1 for neither. */
static int
version(const char *old, const char *new)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	int found = -1;

	if (pp_index_open(PP_INDEX_PATH, &index) != PP_INDEX_FOUND)
		return -1;
	for (uint32_t i = 0; i < SAMPLE_USERS; i++)
		if (pp_index_user_at(index, i, &user) != PP_INDEX_FOUND)
			return -1;
	if (pp_index_user_by_name(index, "alice", &user) == PP_INDEX_FOUND)
		found = strcmp(user.shell, new) == 0   ? 1
			: strcmp(user.shell, old) == 0 ? 0
						       : -1;
	pp_index_release(&index);
	return found;
}

static void
a_killed_replacement_leaves_the_old_or_the_new(void)
{
	struct sample old, new;
	int seen[2] = {0, 0};
	int stops = 1;
	bool ended = false;

	change(&old, "/bin/old", SAMPLE_PAST);
	change(&new, "/bin/new", SAMPLE_PAST);
	for (; !ended && stops < STOPS_MAX; stops++) {
		struct passwd user;
		int found, code;

		place_publish(&old);
		check_int(module.getpwnam("alice", &user, buffer,
				  sizeof(buffer), &code),
			NSS_STATUS_SUCCESS);
		ended = killed_at(write_index, &new, stops);
		found = version("/bin/old", "/bin/new");
		if (!check_cmp(found, >=, 0))
			return;
		seen[found]++;
		usleep(20000); /* what was not marked is seen by a stat */
		check_int(module.getpwnam("alice", &user, buffer,
				  sizeof(buffer), &code),
			NSS_STATUS_SUCCESS);
		check_text(user.pw_shell, found == 1 ? "/bin/new" : "/bin/old");
	}
	check(ended);
	check_cmp(seen[0], >, 10);
	check_cmp(seen[1], >, 3);
	printf("# killed at %d stops: %d old, %d new\n", stops - 2, seen[0],
		seen[1] - 1);
}

/* 1 for the new time, 0 for the old one, -1 for neither. */
static int
time_version(void)
{
	struct pp_index *index = NULL;
	struct pp_index_user user = {0};

	if (pp_index_open(PP_INDEX_PATH, &index) == PP_INDEX_FOUND)
		pp_index_user_by_name(index, "bob", &user);
	pp_index_release(&index);
	return user.groups_expire_at == SAMPLE_FUTURE ? 1
	       : user.groups_expire_at == SAMPLE_PAST ? 0
						      : -1;
}

static void
a_killed_change_of_a_time_leaves_the_old_or_the_new(void)
{
	struct sample old, new;
	int seen[2] = {0, 0};
	bool ended = false;

	change(&old, "/bin/sh", SAMPLE_PAST);
	change(&new, "/bin/sh", SAMPLE_FUTURE);
	for (int stops = 1; !ended && stops < STOPS_MAX; stops++) {
		int found;

		place_publish(&old);
		ended = killed_at(write_index, &new, stops);
		found = time_version();
		if (!check_cmp(found, >=, 0) ||
			!check_int(version("/bin/sh", "/bin/sh"), 1))
			return;
		seen[found]++;
	}
	if (check(ended))
		check_int(time_version(), 1);
	check_cmp(seen[0], >, 3);
	check_cmp(seen[1], >, 1);
	printf("# %d old, %d new\n", seen[0], seen[1] - 1);
}

static void
a_killed_first_write_leaves_none_or_a_good_one(void)
{
	struct sample sample;
	bool ended = false;

	change(&sample, "/bin/new", SAMPLE_PAST);
	for (int stops = 1; !ended && stops < STOPS_MAX; stops++) {
		struct pp_index *index = NULL;

		unlink(PP_INDEX_PATH);
		ended = killed_at(write_index, &sample, stops);
		check_cmp(pp_index_open(PP_INDEX_PATH, &index), !=,
			PP_INDEX_INVALID);
		pp_index_release(&index);
	}
	check(ended);
	check_int(version("/bin/old", "/bin/new"), 1);
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	module_load();
	run(a_killed_replacement_leaves_the_old_or_the_new);
	run(a_killed_change_of_a_time_leaves_the_old_or_the_new);
	run(a_killed_first_write_leaves_none_or_a_good_one);
	return tap_end();
}
