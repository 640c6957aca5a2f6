/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/root.h>
#include <playpen/leftovers/leftovers.h>
#include <playpen/runtime/processes.h>

#define LINGER_DIRECTORY "/var/lib/systemd/linger"

/* Files that are there for an account, by its name. */
static const char *const directories[] = {
	"/var/spool/cron/crontabs",
	"/var/spool/cron",
	LINGER_DIRECTORY,
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

/* Writes the path of a file of the directory; of the directory if name is "".
 */
static void
path_of(const char *root, const char *directory, const char *name, char *path)
{
	char below[PATH_MAX];

	snprintf(below, sizeof(below), "%s%s%s", directory,
		name[0] != '\0' ? "/" : "", name);
	pp_root_path(root, below, path);
}

/* Returns true for anything but "no such file". */
static bool
exists(const char *root, const char *directory, const char *name, char *path)
{
	struct stat info;

	path_of(root, directory, name, path);
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

/* Sets *ret_text to the path of a job of the uid, or leaves it. */
static enum pp_kind
find_job(const struct pp_leftovers_of *of, char **ret_text, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < PP_COUNT(job_directories) && kind == PP_OK &&
			   *ret_text == NULL;
		i++) {
		char path[PATH_MAX];
		char name[NAME_MAX + 1] = "";
		DIR *directory;

		pp_root_follow(of->root, job_directories[i], path);
		directory = opendir(path);
		if (directory == NULL && (errno == ENOENT || errno == ENOTDIR))
			continue;
		if (directory == NULL)
			return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
		kind = find_owned(directory, of->uid, name, err);
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
find_by_name(const char *root, const char *name, char *path)
{
	for (size_t i = 0; i < PP_COUNT(directories); i++)
		if (exists(root, directories[i], name, path))
			return true;
	return false;
}

static bool
find_file(const struct pp_leftovers_of *of, char *path)
{
	if (exists(of->root, of->home, "", path))
		return true;
	for (size_t i = 0; i < of->names->count; i++)
		if (find_by_name(of->root, of->names->items[i], path))
			return true;
	return false;
}

/*
 * Refuses what another uid owns. Root's own stays: an administrator put it
 * there for the name. What cannot be looked at for another reason than that it
 * is missing is refused too.
 */
static enum pp_kind
check_owner(const struct pp_leftovers_of *of, const char *directory,
	const char *name, struct pp_err *err)
{
	char path[PATH_MAX];
	struct stat info;

	path_of(of->root, directory, name, path);
	if (fstatat(AT_FDCWD, path, &info,
		    AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0)
		return errno == ENOENT || errno == ENOTDIR
			       ? PP_OK
			       : pp_fail_errno(
					 err, PP_REASON_LEFTOVERS, "%s", path);
	if (info.st_uid == geteuid() || info.st_uid == of->uid)
		return PP_OK;
	return pp_fail(err, PP_REASON_LEFTOVERS,
		"%s belongs to uid %u, and would become uid %u's", path,
		info.st_uid, of->uid);
}

/* Refuses lingering under the name, whichever uid owns the file: logind
 * makes it as root. */
static enum pp_kind
check_lingering(
	const struct pp_leftovers_of *of, const char *name, struct pp_err *err)
{
	char path[PATH_MAX];

	if (of->had_name || !exists(of->root, LINGER_DIRECTORY, name, path))
		return PP_OK;
	return pp_fail(err, PP_REASON_LEFTOVERS,
		"%s starts programs of uid %u at boot", path, of->uid);
}

static enum pp_kind
check_name(
	const struct pp_leftovers_of *of, const char *name, struct pp_err *err)
{
	enum pp_kind kind = check_lingering(of, name, err);

	for (size_t i = 0; i < PP_COUNT(directories) && kind == PP_OK; i++)
		if (strcmp(directories[i], LINGER_DIRECTORY) != 0)
			kind = check_owner(of, directories[i], name, err);
	return kind;
}

enum pp_kind
pp_leftovers_check(const struct pp_leftovers_of *of, struct pp_err *err)
{
	pp_cleanup(pp_text) char *job = NULL;
	enum pp_kind kind = check_owner(of, of->home, "", err);

	for (size_t i = 0; i < of->names->count && kind == PP_OK; i++)
		kind = check_name(of, of->names->items[i], err);
	if (kind == PP_OK && !of->had_uid)
		kind = find_job(of, &job, err);
	if (kind == PP_OK && job != NULL)
		kind = pp_fail(err, PP_REASON_LEFTOVERS,
			"%s is a job of uid %u", job, of->uid);
	return kind;
}

enum pp_kind
pp_leftovers_find(
	const struct pp_leftovers_of *of, char **ret_text, struct pp_err *err)
{
	char path[PATH_MAX];
	enum pp_kind kind;

	if (find_file(of, path))
		return pp_str_format(ret_text, err, "%s", path);
	kind = find_job(of, ret_text, err);
	if (kind != PP_OK || *ret_text != NULL || of->root[0] != '\0')
		return kind;
	return find_process(of->uid, ret_text, err);
}
