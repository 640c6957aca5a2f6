/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/base/clock.h>
#include <playpen/runtime/process.h>

#include "tests/tap.h"

#define TICK_MS 10

static void
a_child_starts_after_its_parent(void)
{
	int64_t before = pp_clock_boot_ms(&pp_clock_system);
	pid_t child = fork();

	if (child == 0)
		for (;;)
			pause();
	check_cmp(pp_process_start_ms(getpid()), <=, before);
	check_cmp(pp_process_start_ms(child), >=, before - TICK_MS);
	check_cmp(pp_process_start_ms(child), <=,
		pp_clock_boot_ms(&pp_clock_system));
	kill(child, SIGKILL);
	check_int(waitpid(child, NULL, 0), child);
	check_int(pp_process_start_ms(child), -1);
}

/* The command's name is in brackets before the numbers, and may have its own.
 */
static void
brackets_in_a_name_do_not_move_the_fields(void)
{
	int64_t start = pp_process_start_ms(getpid());

	check_cmp(start, >, 0);
	check_int(prctl(PR_SET_NAME, "a) 1 2 (b"), 0);
	check_int(pp_process_start_ms(getpid()), start);
}

static void
a_process_that_its_parent_left_is_no_descendant(void)
{
	int fds[2];
	pid_t child;
	pid_t left = 0;

	check_int(pipe(fds), 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child = fork();
	if (child == 0) {
		left = fork();
		if (left == 0)
			for (;;)
				pause();
		check_int(write(fds[1], &left, sizeof(left)), sizeof(left));
		pause();
	}
	check_int(read(fds[0], &left, sizeof(left)), sizeof(left));
	check(pp_process_is_descendant(left, left));
	check(pp_process_is_descendant(left, child));
	check(pp_process_is_descendant(left, getpid()));
	check(!pp_process_is_descendant(child, left));
	kill(child, SIGKILL);
	check_int(waitpid(child, NULL, 0), child);
	check(!pp_process_is_descendant(left, child));
	check(!pp_process_is_descendant(left, 1));
	kill(left, SIGKILL);
	check_int(waitpid(left, NULL, 0), left);
	check(!pp_process_is_descendant(left, getpid()));
	close(fds[0]);
	close(fds[1]);
}

static void
groups_of_a_process_are_those_that_it_has(void)
{
	gid_t own[256];
	gid_t found[256];
	int count = getgroups(256, own);
	size_t found_count = 0;

	check(pp_process_groups(getpid(), found, 256, &found_count));
	check_int(found_count, count);
	for (size_t i = 0; i < found_count; i++)
		check_int(found[i], own[i]);
	check(count == 0 || !pp_process_groups(getpid(), found,
				    (size_t) count - 1, &found_count));
	check(!pp_process_groups(-1, found, 256, &found_count));
}

int
main(void)
{
	run(groups_of_a_process_are_those_that_it_has);
	run(a_process_that_its_parent_left_is_no_descendant);
	run(a_child_starts_after_its_parent);
	run(brackets_in_a_name_do_not_move_the_fields);
	return tap_end();
}
