/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include <playpen/index.h>
#include <playpen/provision.h>

#include "ctl.h"

/* Which files are in place: each is replaced by rename when it changes. */
struct written {
	ino_t index;
	ino_t provision;
};

static ino_t
find_inode(const struct ctl *ctl, const char *name)
{
	char path[PATH_MAX];
	struct stat info;

	snprintf(path, sizeof(path), "%s%s", ctl->root, name);
	return lstat(path, &info) == 0 ? info.st_ino : 0;
}

static struct written
find_written(const struct ctl *ctl)
{
	return (struct written){.index = find_inode(ctl, PP_INDEX_PATH),
		.provision = find_inode(ctl, PP_PROVISION_PATH)};
}

/* Service accounts are what the configuration says: this is where it counts. */
enum pp_kind
ctl_publish(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_strv) struct pp_strv refused = {0};
	struct written before = find_written(ctl);
	struct written after;
	enum pp_kind kind = ctl_open(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_sync_services(ctl->state, &refused, err);
	for (size_t i = 0; i < refused.count; i++)
		ctl_complain(ctl, "%s", refused.items[i]);
	if (kind == PP_OK)
		kind = pp_state_publish(ctl->state, err);
	after = find_written(ctl);
	ctl->unchanged = kind == PP_OK && before.index == after.index &&
			 before.provision == after.provision;
	return kind;
}
