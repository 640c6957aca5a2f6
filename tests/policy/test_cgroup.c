/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "playpen_policy/cgroup.h"
#include "tests/tap.h"

/*
 * A tree of directories in the place of the control groups, in /run of our own
 * (tests/policy/run-private): whose they are, and where we would have gone.
 * That a real group is left is proved end to end (test_bad_caller.py).
 */

#define MOUNT "/run/cgroup"
#define PROCS MOUNT "/cgroup.procs"
#define SELF "/run/self"
#define SOMEBODY 1000

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		exit(EXIT_FAILURE);
}

/* Returns true if a process with this /proc/self/cgroup leaves its group. */
static bool
leaves(const char *self)
{
	struct stat info = {0};

	write_file(SELF, self);
	write_file(PROCS, "");
	cgroup_leave(MOUNT, SELF);
	check(stat(PROCS, &info) == 0);
	return info.st_size == 1;
}

static void
root_s_own_groups_are_good_enough(void)
{
	check(!leaves("0::/\n"));
	check(!leaves("0::/system.slice/ssh.service\n"));
	check(!leaves("1:name=systemd:/x\n0::/system.slice\n"));
}

static void
what_cannot_be_judged_is_left(void)
{
	check(leaves("0::/system.slice/gone\n"));
	check(leaves("0::/system.slice"));
	check(leaves("1:name=systemd:/system.slice\n"));
	check(leaves(""));
}

static void
a_group_that_is_somebody_s_is_left_and_what_is_below_it(void)
{
	/* A user namespace may have no other users. */
	if (chown(MOUNT "/user.slice/user", SOMEBODY, SOMEBODY) != 0) {
		printf("# no second user here\n");
		return;
	}
	check(leaves("0::/user.slice/user\n"));
	check(leaves("0::/user.slice/user/app\n"));
	check(!leaves("0::/user.slice\n"));
}

static void
without_control_groups_nothing_happens(void)
{
	write_file(SELF, "0::/user.slice/user\n");
	cgroup_leave("/run/nowhere", SELF);
	check(access("/run/nowhere", F_OK) != 0);
}

int
main(void)
{
	static const char *const made[] = {MOUNT, MOUNT "/system.slice",
		MOUNT "/system.slice/ssh.service", MOUNT "/user.slice",
		MOUNT "/user.slice/user", MOUNT "/user.slice/user/app"};

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		if (mkdir(made[i], 0755) != 0)
			return EXIT_FAILURE;
	run(root_s_own_groups_are_good_enough);
	run(what_cannot_be_judged_is_left);
	run(a_group_that_is_somebody_s_is_left_and_what_is_below_it);
	run(without_control_groups_nothing_happens);
	return tap_end();
}
