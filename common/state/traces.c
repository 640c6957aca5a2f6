/* SPDX-License-Identifier: MIT */
#include "traces.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "processes.h"

/* Files that are there for an account, by its name. */
static const char *const directories[] = {
	"/var/spool/cron/crontabs",
	"/var/spool/cron",
	"/var/lib/systemd/linger",
};

/* Anything but "no such file" counts as there. */
static bool
exists(const struct pp_state *state, const char *directory, const char *name,
	char *path)
{
	char below[PATH_MAX];
	struct stat info;

	snprintf(below, sizeof(below), "%s%s%s", directory,
		name[0] != '\0' ? "/" : "", name);
	pp_state_path(state, below, path);
	return lstat(path, &info) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static enum pp_kind
find_process(uint32_t uid, char **ret_text, struct pp_err *err)
{
	pid_t process = -1;
	enum pp_kind kind = pp_processes_find(uid, &process, err);

	if (kind != PP_OK || process < 0)
		return kind;
	return pp_str_format(ret_text, err, "process %d", (int) process);
}

enum pp_kind
pp_traces_find(const struct pp_state *state, const struct pp_account *account,
	char **ret_text, struct pp_err *err)
{
	char path[PATH_MAX];

	if (exists(state, account->home, "", path))
		return pp_str_format(ret_text, err, "%s", path);
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]);
		i++)
		if (exists(state, directories[i], account->name, path))
			return pp_str_format(ret_text, err, "%s", path);
	if (state->root[0] != '\0')
		return PP_OK;
	return find_process(account->uid, ret_text, err);
}
