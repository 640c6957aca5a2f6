/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "tests/nss/module.h"

/* Enumerations: complete, in one order, whatever happens meanwhile. */

#define MANY 3000U
#define THREADS 4
#define ROOM 65536U

static char names[MANY][12];
static struct pp_index_entry users[MANY];
static _Atomic uint32_t seen[MANY];

static void
publish_many(const char *shell, uint32_t count)
{
	struct sample sample;

	sample_fill(&sample);
	for (uint32_t i = 0; i < count; i++) {
		snprintf(names[i], sizeof(names[i]), "u%u", i);
		users[i] = sample_user(
			names[i], "/home/x", 100000 + i, PP_INDEX_SIGNED_IN);
		users[i].shell = shell;
		users[i].groups = sample.users[ALICE].groups;
		users[i].group_count = 1;
	}
	sample.content.users = users;
	sample.content.user_count = count;
	place_publish(&sample);
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
	check(module.setpwent(0) == NSS_STATUS_SUCCESS);
	for (int i = 0; i < 4; i++) {
		check(module.getpwent(&user, buffer, sizeof(buffer), &code) ==
			NSS_STATUS_SUCCESS);
		check_text(user.pw_name, wanted[i]);
	}
	for (int i = 0; i < 3; i++) {
		code = 0;
		check(module.getpwent(&user, buffer, sizeof(buffer), &code) ==
			NSS_STATUS_NOTFOUND);
		check(code == ENOENT);
	}
	check(module.endpwent() == NSS_STATUS_SUCCESS);
	check(module.endpwent() == NSS_STATUS_SUCCESS);
	check(module.getpwent(&user, buffer, sizeof(buffer), &code) ==
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
		check(module.getgrent(&group, buffer, sizeof(buffer), &code) ==
			NSS_STATUS_SUCCESS);
		check_text(group.gr_name, wanted[i]);
	}
	for (int i = 0; i < 3; i++) {
		code = 0;
		check(module.getgrent(&group, buffer, sizeof(buffer), &code) ==
			NSS_STATUS_NOTFOUND);
		check(code == ENOENT);
	}
	module.endgrent();
}

/* Before each step a buffer that is one byte too small, and a tiny one. */
static void
a_short_buffer_loses_nobody(void)
{
	char buffer[ROOM];
	struct passwd user;
	uint32_t count = 0;
	int code;

	publish_many("/bin/sh", MANY);
	module.setpwent(0);
	for (;;) {
		enum nss_status status =
			module.getpwent(&user, buffer, 0, &code);

		if (status == NSS_STATUS_NOTFOUND)
			break;
		check(status == NSS_STATUS_TRYAGAIN && code == ERANGE);
		check(module.getpwent(&user, buffer, 10, &code) ==
			NSS_STATUS_TRYAGAIN);
		if (!check(module.getpwent(&user, buffer, ROOM, &code) ==
			    NSS_STATUS_SUCCESS))
			break;
		check(user.pw_uid == 100000 + count);
		count++;
	}
	check(count == MANY);
}

static void
a_short_buffer_loses_no_group(void)
{
	char buffer[ROOM];
	struct group group;
	uint32_t count = 0;
	int code;

	publish_many("/bin/sh", MANY);
	module.setgrent(0);
	while (module.getgrent(&group, buffer, 0, &code) ==
		NSS_STATUS_TRYAGAIN) {
		check(code == ERANGE);
		if (!check(module.getgrent(&group, buffer, ROOM, &code) ==
			    NSS_STATUS_SUCCESS))
			break;
		count++;
	}
	check(count == MANY + 2); /* with dev and everybody's; ops has nobody */
	check(code == ENOENT);
}

static void *
walk_users(void *unused)
{
	char buffer[1024];
	struct passwd user;
	int code;

	while (module.getpwent(&user, buffer, sizeof(buffer), &code) ==
		NSS_STATUS_SUCCESS)
		seen[user.pw_uid - 100000]++;
	return unused;
}

static void
threads_share_a_walk_without_a_loss_or_a_double(void)
{
	pthread_t threads[THREADS];
	uint32_t wrong = 0;

	publish_many("/bin/sh", MANY);
	memset(seen, 0, sizeof(seen));
	module.setpwent(0);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, walk_users, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (uint32_t i = 0; i < MANY; i++)
		wrong += seen[i] != 1;
	check(wrong == 0);
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
		check(user.pw_uid > last);
		last = user.pw_uid;
		if (++count % 500 == 0)
			publish_many(count % 1000 == 0 ? "/bin/sh" : "/bin/zsh",
				MANY);
	}
	check(count == MANY);
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
	check(count == 120 && code == ENOENT);
}

static void
a_group_of_many_members_is_whole(void)
{
	static char buffer[1024 * 1024];
	struct group group;
	uint32_t count = 0;
	int code = 0;

	publish_many("/bin/sh", MANY);
	check(module.getgrnam("dev", &group, buffer, 1024, &code) ==
		NSS_STATUS_TRYAGAIN);
	check(code == ERANGE);
	check(module.getgrnam("dev", &group, buffer, sizeof(buffer), &code) ==
		NSS_STATUS_SUCCESS);
	for (char **member = group.gr_mem; *member != NULL; member++)
		check_text(*member, names[count++]);
	check(count == MANY);
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
	run(a_new_index_in_the_midst_repeats_and_loses_nobody);
	run(an_index_that_shrinks_ends_the_walk);
	run(a_group_of_many_members_is_whole);
	return tap_end();
}
