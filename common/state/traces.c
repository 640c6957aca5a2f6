/* SPDX-License-Identifier: MIT */
#include "traces.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "processes.h"
#include "row.h"

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

static bool
find_by_name(const struct pp_state *state, const char *name, char *path)
{
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]);
		i++)
		if (exists(state, directories[i], name, path))
			return true;
	return false;
}

/* The names of before are set free too, and have jobs of their own. */
static enum pp_kind
find_file(struct pp_state *state, const struct pp_account *account,
	bool *ret_found, char *path, struct pp_err *err)
{
	pp_auto(pp_strv) struct pp_strv former = {0};
	enum pp_kind kind = pp_row_read_names(
		state, PP_SQL_FORMER_NAMES, account->name, &former, err);

	*ret_found = exists(state, account->home, "", path) ||
		     find_by_name(state, account->name, path);
	for (size_t i = 0; i < former.count && !*ret_found; i++)
		*ret_found = find_by_name(state, former.items[i], path);
	return kind;
}

enum pp_kind
pp_traces_find(struct pp_state *state, const struct pp_account *account,
	char **ret_text, struct pp_err *err)
{
	char path[PATH_MAX];
	bool found;
	enum pp_kind kind = find_file(state, account, &found, path, err);

	if (kind == PP_OK && found)
		return pp_str_format(ret_text, err, "%s", path);
	if (kind != PP_OK)
		return kind;
	if (state->root[0] != '\0')
		return PP_OK;
	return find_process(account->uid, ret_text, err);
}
