/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sys/wait.h>

#include "tests/nss/module.h"

/* Enumerations: complete, in one order, whatever happens meanwhile. */

#define MANY 10000U
#define FIRST 100000U /* uid; the others follow */
#define THREADS 4
#define NAME_SIZE sizeof("member-no-000000-dev")

/* What an answer of publish_many needs, in a buffer that is aligned. */
#define USER_NEED                                                              \
	(NAME_SIZE + sizeof("") + sizeof("/home/x") + sizeof("/bin/sh") +      \
		sizeof("*"))
#define PRIVATE_NEED (NAME_SIZE + sizeof("*") + sizeof(char *))
#define DEV_NEED                                                               \
	(sizeof("dev") + sizeof("*") + (MANY + 1) * sizeof(char *) +           \
		MANY * NAME_SIZE)

static char names[MANY][NAME_SIZE + 8];
static struct pp_index_entry users[MANY];

/* How often a walk has shown each user or private group, then everybody's and
 * dev; ops has nobody and is none. */
static _Atomic uint32_t seen[MANY + 2];

/* Room for dev, whose list of names alone is beyond 64 kB. */
static _Alignas(char *) char large[DEV_NEED];

static void
publish_many(const char *shell, uint32_t count)
{
	struct sample sample;

	sample_fill(&sample);
	for (uint32_t i = 0; i < count; i++) {
		snprintf(names[i], sizeof(names[i]), "member-no-%06u-dev", i);
		users[i] = sample_user(
			names[i], "/home/x", FIRST + i, PP_INDEX_SIGNED_IN);
		users[i].shell = shell;
		users[i].groups = sample.users[ALICE].groups;
		users[i].group_count = 1;
	}
	sample.content.users = users;
	sample.content.user_count = count;
	place_publish(&sample);
}

/* Begins to count what a walk shows. */
static void
begin_count(void)
{
	memset(seen, 0, sizeof(seen));
}

static void
count_user(uid_t uid)
{
	if (uid - FIRST < MANY)
		seen[uid - FIRST]++;
}

static void
count_group(gid_t gid)
{
	if (gid == SAMPLE_PEOPLE)
		seen[MANY]++;
	else if (gid == SAMPLE_DEV)
		seen[MANY + 1]++;
	else
		count_user(gid);
}

/* Whether each of so many was shown once. */
static bool
each_was_shown_once(uint32_t count)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < count; i++)
		wrong += seen[i] != 1;
	return wrong == 0;
}

static void
shows_who_has_signed_in_and_nobody_else(void)
{
	static const char *const wanted[] = {
		"mallory", "alice", "bob", "svc-backup"};
	struct passwd user;
	char buffer[1024];
	int code;

	place_publish_sample();
	check_int(module.setpwent(0), NSS_STATUS_SUCCESS);
	for (int i = 0; i < 4; i++) {
		check_int(module.getpwent(&user, buffer, sizeof(buffer), &code),
			NSS_STATUS_SUCCESS);
		check_text(user.pw_name, wanted[i]);
	}
	for (int i = 0; i < 3; i++) {
		code = 0;
		check_int(module.getpwent(&user, buffer, sizeof(buffer), &code),
			NSS_STATUS_NOTFOUND);
		check_int(code, ENOENT);
	}
	check_int(module.endpwent(), NSS_STATUS_SUCCESS);
	check_int(module.endpwent(), NSS_STATUS_SUCCESS);
	check_int(module.getpwent(&user, buffer, sizeof(buffer), &code),
		NSS_STATUS_SUCCESS); /* without setpwent: from the start */
	check_text(user.pw_name, "mallory");
	module.endpwent();
}

static void
shows_claim_groups_then_private_ones(void)
{
	static const char *const wanted[] = {"ops", "playpen-users", "dev",
		"mallory", "alice", "bob", "svc-backup"};
	struct group group;
	char buffer[1024];
	int code;

	place_publish_sample();
	module.setgrent(0);
	for (int i = 0; i < 7; i++) {
		check_int(
			module.getgrent(&group, buffer, sizeof(buffer), &code),
			NSS_STATUS_SUCCESS);
		check_text(group.gr_name, wanted[i]);
	}
	for (int i = 0; i < 3; i++) {
		code = 0;
		check_int(
			module.getgrent(&group, buffer, sizeof(buffer), &code),
			NSS_STATUS_NOTFOUND);
		check_int(code, ENOENT);
	}
	module.endgrent();
}

/* Before each step a buffer that is one byte too small. */
static void
a_short_buffer_loses_nobody(void)
{
	struct passwd user;
	int code;

	publish_many("/bin/sh", MANY);
	module.setpwent(0);
	for (uint32_t i = 0; i < MANY; i++) {
		if (check_int(
			    module.getpwent(&user, large, USER_NEED - 1, &code),
			    NSS_STATUS_TRYAGAIN))
			check_int(code, ERANGE);
		if (!check_int(module.getpwent(&user, large, USER_NEED, &code),
			    NSS_STATUS_SUCCESS))
			return;
		check_int(user.pw_uid, FIRST + i);
	}
	check_int(module.getpwent(&user, large, 0, &code), NSS_STATUS_NOTFOUND);
}

static void
a_short_buffer_loses_no_group(void)
{
	static const size_t needs[] = {
		sizeof("playpen-users") + sizeof("*") + sizeof(char *),
		DEV_NEED};
	struct group group;
	int code;

	publish_many("/bin/sh", MANY);
	begin_count();
	module.setgrent(0);
	for (uint32_t i = 0; i < MANY + 2; i++) {
		size_t need = i < 2 ? needs[i] : PRIVATE_NEED;

		if (check_int(module.getgrent(&group, large, need - 1, &code),
			    NSS_STATUS_TRYAGAIN))
			check_int(code, ERANGE);
		if (!check_int(module.getgrent(&group, large, need, &code),
			    NSS_STATUS_SUCCESS))
			return;
		count_group(group.gr_gid);
	}
	check_int(
		module.getgrent(&group, large, 0, &code), NSS_STATUS_NOTFOUND);
	check(each_was_shown_once(MANY + 2));
}

static void *
walk_users(void *unused)
{
	char buffer[1024];
	struct passwd user;
	int code;

	while (module.getpwent(&user, buffer, sizeof(buffer), &code) ==
		NSS_STATUS_SUCCESS)
		count_user(user.pw_uid);
	return unused;
}

static void *
walk_groups(void *unused)
{
	char *buffer = malloc(DEV_NEED);
	struct group group;
	int code;

	while (module.getgrent(&group, buffer, DEV_NEED, &code) ==
		NSS_STATUS_SUCCESS)
		count_group(group.gr_gid);
	free(buffer);
	return unused;
}

static void
run_threads(void *(*walk)(void *) )
{
	pthread_t threads[THREADS];

	begin_count();
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, walk, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void
threads_share_a_walk_without_a_loss_or_a_double(void)
{
	publish_many("/bin/sh", MANY);
	module.setpwent(0);
	run_threads(walk_users);
	check(each_was_shown_once(MANY));
	module.setgrent(0);
	run_threads(walk_groups);
	check(each_was_shown_once(MANY + 2));
}

/* One that began before a fork goes on in both, each for itself. */
static void
a_fork_in_the_midst_repeats_and_loses_nobody(void)
{
	struct passwd user;
	struct group group;
	int code, status = -1;
	pid_t child;

	publish_many("/bin/sh", MANY);
	begin_count();
	module.setpwent(0);
	module.setgrent(0);
	for (uint32_t i = 0; i < 100; i++) {
		check_int(module.getpwent(&user, large, sizeof(large), &code),
			NSS_STATUS_SUCCESS);
		check_int(module.getgrent(&group, large, sizeof(large), &code),
			NSS_STATUS_SUCCESS);
		count_group(group.gr_gid);
		count_user(user.pw_uid);
	}
	child = fork();
	walk_users(NULL);
	walk_groups(NULL);
	for (uint32_t i = 0; i < MANY; i++)
		seen[i]--; /* each was a user and a group */
	if (child == 0)
		_exit(each_was_shown_once(MANY + 2) ? 0 : 1);
	check(each_was_shown_once(MANY + 2));
	if (check_int(waitpid(child, &status, 0), child))
		check_int(status, 0);
}

/* Those who are in the old index and in the new one come exactly once. */
static void
a_new_index_in_the_midst_repeats_and_loses_nobody(void)
{
	char buffer[1024];
	struct passwd user;
	uint32_t count = 0;
	uint32_t last = 0;
	int code;

	publish_many("/bin/sh", MANY);
	module.setpwent(0);
	while (module.getpwent(&user, buffer, sizeof(buffer), &code) ==
		NSS_STATUS_SUCCESS) {
		check_cmp(user.pw_uid, >, last);
		last = user.pw_uid;
		if (++count % 2000 == 0)
			publish_many(count % 4000 == 0 ? "/bin/sh" : "/bin/zsh",
				MANY);
	}
	check_int(count, MANY);
}

static void
a_new_index_in_the_midst_repeats_and_loses_no_group(void)
{
	struct group group;
	uint32_t count = 0;
	int code;

	publish_many("/bin/sh", MANY);
	begin_count();
	module.setgrent(0);
	while (module.getgrent(&group, large, sizeof(large), &code) ==
		NSS_STATUS_SUCCESS) {
		count_group(group.gr_gid);
		if (++count < 5 || count % 2000 == 0)
			publish_many(
				count % 2 == 0 ? "/bin/zsh" : "/bin/sh", MANY);
	}
	check(each_was_shown_once(MANY + 2));
}

static void
an_index_that_shrinks_ends_the_walk(void)
{
	char buffer[1024];
	struct passwd user;
	uint32_t count = 0;
	int code;

	publish_many("/bin/sh", MANY);
	module.setpwent(0);
	while (module.getpwent(&user, buffer, sizeof(buffer), &code) ==
		NSS_STATUS_SUCCESS)
		if (++count == 100)
			publish_many("/bin/sh", 120);
	check_int(count, 120);
	check_int(code, ENOENT);
}

static void
a_group_of_many_members_is_whole(void)
{
	struct group group;
	uint32_t count = 0;
	int code = 0;

	publish_many("/bin/sh", MANY);
	check_int(module.getgrnam("dev", &group, large, DEV_NEED - 1, &code),
		NSS_STATUS_TRYAGAIN);
	check_int(code, ERANGE);
	check_int(module.getgrnam("dev", &group, large, DEV_NEED, &code),
		NSS_STATUS_SUCCESS);
	for (char **member = group.gr_mem; *member != NULL; member++)
		check_text(*member, names[count++]);
	check_int(count, MANY);
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	module_load();
	run(shows_who_has_signed_in_and_nobody_else);
	run(shows_claim_groups_then_private_ones);
	run(a_short_buffer_loses_nobody);
	run(a_short_buffer_loses_no_group);
	run(threads_share_a_walk_without_a_loss_or_a_double);
	run(a_fork_in_the_midst_repeats_and_loses_nobody);
	run(a_new_index_in_the_midst_repeats_and_loses_nobody);
	run(a_new_index_in_the_midst_repeats_and_loses_no_group);
	run(an_index_that_shrinks_ends_the_walk);
	run(a_group_of_many_members_is_whole);
	return tap_end();
}
