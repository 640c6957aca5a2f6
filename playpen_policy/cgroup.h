/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Leaves a control group that a user can write to. A user with a service
 * manager owns such groups (systemd calls them delegated), can start su in one,
 * and can stop or starve every process in it, also this one while it holds a
 * lock. If root owns every group above the process, it stays; otherwise it
 * moves to the root group, which cannot be stopped. Needs root. Ignores
 * failures, because a container may forbid the move. mount is where the groups
 * are (cgroups(7), version 2), self a file like /proc/self/cgroup.
 */
void cgroup_leave(const char *mount, const char *self);

#define CGROUP_MOUNT "/sys/fs/cgroup"
#define CGROUP_SELF "/proc/self/cgroup"
