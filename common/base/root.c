/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>
#include <playpen/base/root.h>

#define NOWHERE "/does-not-resolve"

/* Opens a file of the root as a place, wherever links of the root lead. */
static int
open_place(int root, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};

	return (int) syscall(SYS_openat2, root, path, &how, sizeof(how));
}

/* Writes the path of an open place; false if it is too long. */
static bool
read_place(int fd, char ret[PATH_MAX])
{
	char link[32];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, ret, PATH_MAX);
	if (len < 0 || len >= PATH_MAX)
		return false;
	ret[len] = '\0';
	return true;
}

/* Returns true if nothing is at the first name of missing, which is then no
 * link to what is missing, and no later name leads back up. */
static bool
is_missing(int directory, const char *missing)
{
	char name[NAME_MAX + 1];
	size_t len = strcspn(missing, "/");
	struct stat info;

	if (len > NAME_MAX || strstr(missing, "..") != NULL)
		return false;
	memcpy(name, missing, len);
	name[len] = '\0';
	return fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) != 0 &&
	       errno == ENOENT;
}

/*
 * Opens the part of path that is there. *ret_missing is the rest, without the
 * "/" before it. Returns -1 if path does not resolve.
 */
static int
open_existing(int root, const char *path, const char **ret_missing)
{
	char part[PATH_MAX];
	size_t len = strlen(path);
	int fd;

	*ret_missing = path + len;
	if (len >= sizeof(part))
		return -1;
	memcpy(part, path, len + 1);
	while ((fd = open_place(root, len > 0 ? part : "/")) < 0) {
		if (errno != ENOENT || len == 0)
			return -1;
		while (len > 0 && part[len - 1] == '/')
			len--;
		while (len > 0 && part[len - 1] != '/')
			len--;
		*ret_missing = path + len;
		part[len] = '\0';
	}
	if (**ret_missing != '\0' && !is_missing(fd, *ret_missing)) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Resolves path; false if it does not resolve. The result begins with root as
 * the caller has written it. A root that is not there has nothing in it.
 */
static bool
resolve(const char *root, const char *path, char ret[PATH_MAX])
{
	char real_root[PATH_MAX];
	char real[PATH_MAX];
	const char *below;
	const char *missing;
	pp_cleanup(pp_fd) int fd = -1;
	pp_cleanup(pp_fd) int root_fd =
		open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root_fd < 0)
		return errno == ENOENT &&
		       snprintf(ret, PATH_MAX, "%s%s", root, path) < PATH_MAX;
	fd = open_existing(root_fd, path, &missing);
	if (fd < 0 || !read_place(root_fd, real_root) || !read_place(fd, real))
		return false;
	below = real + strlen(real_root);
	return strncmp(real, real_root, strlen(real_root)) == 0 &&
	       (*below == '/' || *below == '\0') &&
	       snprintf(ret, PATH_MAX, "%s%s%s%s", root, below,
		       *missing != '\0' ? "/" : "", missing) < PATH_MAX;
}

/* Resolves the directory of path, and puts the name behind it. */
static bool
resolve_directory(const char *root, const char *path, char ret[PATH_MAX])
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	size_t len = (size_t) (name - path);

	if (len >= sizeof(directory) || *name == '\0' ||
		strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return resolve(root, path, ret);
	memcpy(directory, path, len);
	directory[len] = '\0';
	if (!resolve(root, directory, ret))
		return false;
	len = strlen(ret);
	return snprintf(ret + len, PATH_MAX - len, "%s%s",
		       len > 0 && ret[len - 1] == '/' ? "" : "/",
		       name) < (int) (PATH_MAX - len);
}

/* Writes a path with a name that is longer than any file's. */
static void
write_nowhere(char ret[PATH_MAX])
{
	memset(ret, '-', NAME_MAX + 2);
	memcpy(ret, NOWHERE, strlen(NOWHERE));
	ret[NAME_MAX + 2] = '\0';
}

/* Writes the path of this machine. */
static bool
copy(const char *path, char ret[PATH_MAX])
{
	return snprintf(ret, PATH_MAX, "%s", path) < PATH_MAX;
}

void
pp_root_path(const char *root, const char *path, char ret[PATH_MAX])
{
	if (!(root[0] == '\0' ? copy(path, ret)
			      : resolve_directory(root, path, ret)))
		write_nowhere(ret);
}

void
pp_root_follow(const char *root, const char *path, char ret[PATH_MAX])
{
	if (!(root[0] == '\0' ? copy(path, ret) : resolve(root, path, ret)))
		write_nowhere(ret);
}

/* glob(3) hands nothing to its functions: the root that they look below. */
static const char *glob_root;

static void *
glob_opendir(const char *path)
{
	char full[PATH_MAX];

	pp_root_follow(glob_root, path, full);
	return opendir(full);
}

static struct dirent *
glob_readdir(void *directory)
{
	return readdir(directory);
}

static void
glob_closedir(void *directory)
{
	closedir(directory);
}

static int
glob_stat(const char *path, struct stat *ret)
{
	char full[PATH_MAX];

	pp_root_follow(glob_root, path, full);
	return stat(full, ret);
}

static int
is_unreadable(const char *path, int error)
{
	(void) path;
	return error != ENOENT && error != ENOTDIR;
}

bool
pp_root_glob(const char *root, const char *pattern, int flags, glob_t *ret)
{
	int error;

	*ret = (glob_t){.gl_opendir = glob_opendir,
		.gl_readdir = glob_readdir,
		.gl_closedir = glob_closedir,
		.gl_stat = glob_stat,
		.gl_lstat = glob_stat};
	glob_root = root;
	error = glob(pattern, flags | GLOB_ALTDIRFUNC, is_unreadable, ret);
	return error == 0 || error == GLOB_NOMATCH;
}
