/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_CGROUP_H
#define PLAYPEN_POLICY_CGROUP_H

/*
 * Leaves a control group that is not root's alone. A person with a user manager
 * has such groups (systemd calls them delegated), may start su in one, and may
 * stop whatever is in it, or starve it, for as long as they like: us too, with
 * a lock in our hands. Where every group above us is root's we stay; otherwise
 * we go to the group at the top, which no one can stop. Needs root, calls
 * nothing but the file system; what a container does not let us do stays as it
 * is. mount is where the groups are (cgroups(7), version 2), self a file like
 * /proc/self/cgroup.
 */
void cgroup_leave(const char *mount, const char *self);

#define CGROUP_MOUNT "/sys/fs/cgroup"
#define CGROUP_SELF "/proc/self/cgroup"

#endif
