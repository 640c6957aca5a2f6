/* SPDX-License-Identifier: MIT */
#include "tests/nss/calls.h"

/*
 * reopen: loads the module, asks it everything and gives it back, a thousand
 * times, with a new index now and then; for valgrind.
 */

#define TIMES 1000
#define TIMES_WITH_ONE_INDEX 100
#define ROOM 1024

static void
publish(const char *shell)
{
	struct sample sample;

	sample_fill(&sample);
	sample.users[ALICE].shell = shell;
	place_publish(&sample);
}

static void
ask_calls(void)
{
	static const struct call calls[] = {{alice, false}, {bob_by_uid, false},
		{first_user, false}, {next_user, false}, {dev, true},
		{ops_by_gid, true}, {private_group, true},
		{private_group_by_gid, true}, {everybody, true},
		{first_group, true}, {next_group, true}};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		check_int(sweep_ask(&calls[i], sweep_buffer, ROOM),
			NSS_STATUS_SUCCESS);
	check_int(module.endpwent(), NSS_STATUS_SUCCESS);
	check_int(module.endgrent(), NSS_STATUS_SUCCESS);
}

static void
ask_others(void)
{
	gid_t *gids = calloc(1, sizeof(*gids));
	long start = 1, size = 1;
	int code;

	check_int(module.getpwnam("nobody-here", &sweep_answer.user,
			  sweep_buffer, ROOM, &code),
		NSS_STATUS_NOTFOUND);
	check_int(module.getgrgid(
			  5, &sweep_answer.group, sweep_buffer, ROOM, &code),
		NSS_STATUS_NOTFOUND);
	check_int(module.initgroups("alice", SAMPLE_ALICE, &start, &size, &gids,
			  0, &code),
		NSS_STATUS_SUCCESS);
	check_int(start, 5);
	free(gids);
}

static void
is_loaded_and_given_back_many_times(void)
{
	for (int i = 0; i < TIMES && !tap_failed; i++) {
		void *handle = module_load();

		if (i % TIMES_WITH_ONE_INDEX == 0)
			publish(i % (2 * TIMES_WITH_ONE_INDEX) == 0
					? "/bin/sh"
					: "/bin/zsh");
		ask_calls();
		ask_others();
		dlclose(handle);
	}
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	run(is_loaded_and_given_back_many_times);
	return tap_end();
}
