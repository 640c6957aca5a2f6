/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>

#include "common/ipc/cgroup.h"
#include "tests/tap.h"

/*
 * A tree of directories in place of the control groups, in a private /run
 * (tests/policy/run-private): who owns them, what they limit, and where the
 * process would have gone. That a real group is left is tested end to end
 * (test_bad_caller.py).
 */

#define UNIFIED "/run/unified"
#define FREEZER "/run/freezer"
#define CPU "/run/cpu"
#define SELF "/run/self"
#define MOUNTS "/run/mounts"
#define USER 1000

static const char mounts[] =
	"21 1 0:5 / /proc rw - proc proc rw\n"
	"30 1 0:9 / " CPU " rw shared:1 - cgroup cgroup rw,cpu,cpuacct\n"
	"31 1 0:8 / " FREEZER " rw - cgroup cgroup rw,freezer\n"
	/* The mount that another one covers is tried, and then the next. */
	"32 1 0:7 / /run/covered rw shared:6 - cgroup2 cgroup2 rw\n"
	"33 1 0:7 / " UNIFIED " rw shared:7 - cgroup2 cgroup2 rw\n";

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		exit(EXIT_FAILURE);
}

static const char *
procs_of(const char *group)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	return path;
}

/* Returns true if a process with this /proc/self/cgroup moves to group. */
static bool
moves(const char *self, const char *group)
{
	struct stat info = {0};

	write_file(SELF, self);
	write_file(MOUNTS, mounts);
	write_file(procs_of(group), "");
	pp_cgroup_leave(SELF, MOUNTS);
	check_int(stat(procs_of(group), &info), 0);
	return info.st_size == 1;
}

static bool
leaves(const char *self)
{
	return moves(self, UNIFIED);
}

static void
root_s_own_groups_without_limits_are_not_left(void)
{
	check(!leaves("0::/\n"));
	check(!leaves("0::/system.slice/ssh.service\n"));
	check(!leaves("1:name=systemd:/x\n0::/system.slice\n"));
	check(!leaves("1:name=systemd:/system.slice\n"));
}

static void
a_group_that_cannot_be_read_is_left(void)
{
	check(leaves("0::/system.slice/gone\n"));
	check(leaves("1:name=systemd:/\n0::/system.slice/gone"));
}

static void
a_user_s_group_is_left_and_what_is_below_it(void)
{
	/* A user namespace may have no other users. */
	if (chown(UNIFIED "/user.slice/user", USER, USER) != 0) {
		tap_skip("no second user in this namespace");
		return;
	}
	check(leaves("0::/user.slice/user\n"));
	check(leaves("0::/user.slice/user/app\n"));
	check(!leaves("0::/user.slice\n"));
	check_int(chown(UNIFIED "/user.slice/user", 0, 0), 0);
}

/* A user can use up what root has allowed: CPUQuota= and the like. */
static void
a_group_with_a_limit_is_left_at_every_level(void)
{
	static const char *const limits[][3] = {
		{"cpu.max", "20000 100000\n", "max 100000\n"},
		{"cpu.weight", "1\n", "100\n"},
		{"cpu.idle", "1\n", "0\n"},
		{"cpuset.cpus", "0\n", "\n"},
		{"memory.max", "1000000\n", "max\n"},
		{"memory.high", "1000000\n", "max\n"},
		{"io.max", "8:16 rbps=2097152 wbps=max\n", ""},
	};

	for (size_t i = 0; i < PP_COUNT(limits); i++) {
		char path[128];

		snprintf(path, sizeof(path), UNIFIED "/user.slice/%s",
			limits[i][0]);
		write_file(path, limits[i][1]);
		check(leaves("0::/user.slice\n"));
		check(leaves("0::/user.slice/user/app\n"));
		write_file(path, limits[i][2]);
		check(!leaves("0::/user.slice/user/app\n"));
	}
}

/* A group of the freezer of version 1 stopped a helper of root's. */
static void
groups_of_version_1_are_left_whoever_owns_them(void)
{
	check(moves("4:freezer:/mine\n0::/system.slice\n", FREEZER));
	check(!moves("4:freezer:/\n0::/system.slice\n", FREEZER));
	check(moves("2:cpu,cpuacct:/user.slice\n0::/\n", CPU));
	check(!moves("2:cpuset:/user.slice\n0::/\n", CPU));
	check(!leaves("4:freezer:/mine\n0::/system.slice\n"));
}

/* Where the root of a container's groups takes no processes. */
static void
init_scope_is_taken_if_the_root_is_closed(void)
{
	const char *self = "0::/system.slice/gone\n";

	check(!moves(self, UNIFIED "/init.scope"));
	check_int(unlink(procs_of(UNIFIED)), 0);
	check(moves(self, UNIFIED "/init.scope"));
}

static void
without_control_groups_nothing_happens(void)
{
	write_file(SELF, "0::/user.slice/user\n");
	pp_cgroup_leave(SELF, "/run/nowhere");
	pp_cgroup_leave("/run/nowhere", MOUNTS);
	check_cmp(access("/run/nowhere", F_OK), !=, 0);
}

int
main(void)
{
	static const char *const made[] = {UNIFIED, UNIFIED "/init.scope",
		UNIFIED "/system.slice", UNIFIED "/system.slice/ssh.service",
		UNIFIED "/user.slice", UNIFIED "/user.slice/user",
		UNIFIED "/user.slice/user/app", FREEZER, CPU};

	for (size_t i = 0; i < PP_COUNT(made); i++)
		if (mkdir(made[i], 0755) != 0)
			return EXIT_FAILURE;
	run(root_s_own_groups_without_limits_are_not_left);
	run(a_group_that_cannot_be_read_is_left);
	run(a_user_s_group_is_left_and_what_is_below_it);
	run(a_group_with_a_limit_is_left_at_every_level);
	run(groups_of_version_1_are_left_whoever_owns_them);
	run(init_scope_is_taken_if_the_root_is_closed);
	run(without_control_groups_nothing_happens);
	return tap_end();
}
