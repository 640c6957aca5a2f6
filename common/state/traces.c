/* SPDX-License-Identifier: MIT */
#include "traces.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

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

/* Real, effective, saved and file system uid: any of them makes it theirs. */
static bool
status_names(const char *pid, uint32_t uid)
{
	char path[64];
	char line[256];
	unsigned int uids[4] = {0};
	pp_auto(pp_stream) FILE *file = NULL;

	snprintf(path, sizeof(path), "/proc/%.20s/status", pid);
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Uid: %u %u %u %u", &uids[0], &uids[1],
			    &uids[2], &uids[3]) == 4)
			break;
	for (int i = 0; i < 4; i++)
		if (uids[i] == uid)
			return true;
	return false;
}

static enum pp_kind
find_process(uint32_t uid, char **ret_text, struct pp_err *err)
{
	const struct dirent *entry;
	enum pp_kind kind = PP_OK;
	DIR *directory = opendir("/proc");

	if (directory == NULL)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "/proc");
	while (*ret_text == NULL && kind == PP_OK &&
		(entry = readdir(directory)) != NULL)
		if (isdigit((unsigned char) entry->d_name[0]) &&
			status_names(entry->d_name, uid))
			kind = pp_str_format(
				ret_text, err, "process %s", entry->d_name);
	closedir(directory);
	return kind;
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
