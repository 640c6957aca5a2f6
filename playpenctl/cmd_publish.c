/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include <playpen/base/root.h>
#include <playpen/index/first_login.h>
#include <playpen/index/index.h>
#include <playpen/publish/publish.h>

#include "commands.h"
#include "playpenctl/cli/ctl.h"
#include "playpenctl/cli/node_open.h"

/* Which files are in place: each is replaced by rename when it changes. */
struct published_files {
	ino_t index;
	ino_t first_login;
};

static ino_t
find_inode(const struct ctl *ctl, const char *name)
{
	char path[PATH_MAX];
	struct stat info;

	pp_root_path(ctl->root, name, path);
	return lstat(path, &info) == 0 ? info.st_ino : 0;
}

static struct published_files
find_written(const struct ctl *ctl)
{
	return (struct published_files){.index = find_inode(ctl, PP_INDEX_PATH),
		.first_login = find_inode(ctl, PP_FIRST_LOGIN_PATH)};
}

/* Makes the service accounts that the configuration names, and publishes. */
enum pp_kind
cmd_publish(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_strv) struct pp_strv refused = {0};
	struct published_files before = find_written(ctl);
	struct published_files after;
	struct pp_err cause = {0};
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_sync_service_accounts(
			ctl->accounts, &refused, err);
	for (size_t i = 0; i < refused.count; i++)
		ctl_error(ctl, "%s", refused.items[i]);
	if (kind == PP_OK)
		kind = pp_publish_accounts(ctl->accounts, err);
	if (kind == PP_OK &&
		pp_publish_check_new_users(ctl->accounts, &cause) != PP_OK)
		printf("no new user can sign in: %s\n", cause.message);
	after = find_written(ctl);
	ctl->unchanged = kind == PP_OK && before.index == after.index &&
			 before.first_login == after.first_login;
	return kind;
}
