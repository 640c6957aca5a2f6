/* SPDX-License-Identifier: MIT */
#include "leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <playpen/accounts/account_row.h>
#include <playpen/runtime/processes.h>

/* Files that are there for an account, by its name. */
static const char *const directories[] = {
	"/var/spool/cron/crontabs",
	"/var/spool/cron",
	"/var/lib/systemd/linger",
	"/var/mail",
	"/var/spool/mail",
};

/* Jobs of at(1), which go by the file's owner: Debian's places, and others'. */
static const char *const job_directories[] = {
	"/var/spool/cron/atjobs",
	"/var/spool/cron/atspool",
	"/var/spool/at",
	"/var/spool/at/spool",
};

/* Returns true for anything but "no such file". */
static bool
exists(const struct pp_accounts *accounts, const char *directory,
	const char *name, char *path)
{
	char below[PATH_MAX];
	struct stat info;

	snprintf(below, sizeof(below), "%s%s%s", directory,
		name[0] != '\0' ? "/" : "", name);
	pp_db_path_in_root(accounts, below, path);
	return lstat(path, &info) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* Finds what the uid owns. A directory that cannot be looked through is a
 * failure. */
static enum pp_kind
find_owned(DIR *directory, uint32_t uid, char *name, struct pp_err *err)
{
	const struct dirent *entry;
	struct stat info;

	for (errno = 0; (entry = readdir(directory)) != NULL; errno = 0)
		if (fstatat(dirfd(directory), entry->d_name, &info,
			    AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(info.st_mode) && info.st_uid == uid) {
			snprintf(name, NAME_MAX + 1, "%s", entry->d_name);
			return PP_OK;
		}
	return errno == 0 ? PP_OK
			  : pp_fail_errno(err, PP_REASON_SYSTEM,
				    "reading a directory of jobs");
}

/* Sets ret_text to the path of a job of the uid, or to NULL. */
static enum pp_kind
find_job(const struct pp_accounts *accounts, uint32_t uid, char **ret_text,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < PP_COUNT(job_directories) && kind == PP_OK &&
			   *ret_text == NULL;
		i++) {
		char path[PATH_MAX];
		char name[NAME_MAX + 1] = "";
		DIR *directory;

		pp_db_path_in_root(accounts, job_directories[i], path);
		directory = opendir(path);
		if (directory == NULL && (errno == ENOENT || errno == ENOTDIR))
			continue;
		if (directory == NULL)
			return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
		kind = find_owned(directory, uid, name, err);
		closedir(directory);
		if (kind == PP_OK && name[0] != '\0')
			kind = pp_str_format(
				ret_text, err, "%s/%s", path, name);
	}
	return kind;
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
find_by_name(const struct pp_accounts *accounts, const char *name, char *path)
{
	for (size_t i = 0; i < PP_COUNT(directories); i++)
		if (exists(accounts, directories[i], name, path))
			return true;
	return false;
}

/* Searches for the names of before too, which are set free and have jobs of
 * their own. */
static enum pp_kind
find_file(struct pp_accounts *accounts, const struct pp_account *account,
	bool *ret_found, char *path, struct pp_err *err)
{
	pp_cleanup(pp_strv) struct pp_strv former = {0};
	enum pp_kind kind = pp_db_query_names(
		accounts, PP_SQL_FORMER_NAMES, account->name, &former, err);

	*ret_found = exists(accounts, account->home, "", path) ||
		     find_by_name(accounts, account->name, path);
	for (size_t i = 0; i < former.count && !*ret_found; i++)
		*ret_found = find_by_name(accounts, former.items[i], path);
	return kind;
}

enum pp_kind
pp_leftovers_find(struct pp_accounts *accounts,
	const struct pp_account *account, char **ret_text, struct pp_err *err)
{
	char path[PATH_MAX];
	bool found;
	enum pp_kind kind = find_file(accounts, account, &found, path, err);

	if (kind == PP_OK && found)
		return pp_str_format(ret_text, err, "%s", path);
	if (kind == PP_OK)
		kind = find_job(accounts, account->uid, ret_text, err);
	if (kind != PP_OK || *ret_text != NULL || accounts->root[0] != '\0')
		return kind;
	return find_process(account->uid, ret_text, err);
}
