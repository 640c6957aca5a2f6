/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Leaves control groups in which another user could stop or starve this process
 * while it holds a lock. A user with a service manager owns such groups
 * (systemd calls them delegated) and can start su in one. With version 1, a
 * group of the freezer has the same effect. A user can also use up the
 * processor time that root has allowed a group.
 *
 * The process stays where root owns every group above it and none has a limit,
 * because the move makes the kernel wait for all processors: 12 to 18 ms,
 * measured with Linux 6.18. Otherwise it moves to the root of the hierarchy,
 * or to init.scope where a container allows no process in the root.
 *
 * self is a file like /proc/self/cgroup, mounts one like /proc/self/mountinfo.
 * Needs root. Ignores failures, because a container may forbid the move.
 */
void pp_cgroup_leave(const char *self, const char *mounts);

#define PP_CGROUP_SELF "/proc/self/cgroup"
#define PP_CGROUP_MOUNTS "/proc/self/mountinfo"
