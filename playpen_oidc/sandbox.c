/* SPDX-License-Identifier: MIT */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <playpen/ipc/inherited.h>

#include "syscall_filter.h"

#define OPEN_FILES_MAX 64
/* Besides the program itself, in bytes. */
#define MEMORY_MAX ((rlim_t) 256 * 1024 * 1024)
/* Of all workers and their threads: four for each login that may be pending. */
#define PROCESSES_MAX ((rlim_t) 4 * 4096)
#define PROCESSOR_SECONDS 3600 /* a large batch to verify */

/* Landlock, as of the versions that Debian 12's headers do not have. */
#define SCOPE_ABSTRACT_UNIX_SOCKET 1U
#define SCOPE_SIGNAL 2U
#define VERSION_SCOPES 6

struct ruleset {
	uint64_t files;
	uint64_t network;
	uint64_t scopes;
};

/* Returns the size of this process in memory, which sanitizers make large; 0 if
 * it cannot be read. */
static rlim_t
own_size(void)
{
	unsigned long long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file != NULL && fscanf(file, "%llu", &pages) != 1)
		pages = 0;
	if (file != NULL)
		fclose(file);
	return (rlim_t) pages * (rlim_t) sysconf(_SC_PAGESIZE);
}

/* Sets upper bounds. A lower one of the caller stays, where a container does
 * not let root raise it. */
static enum pp_kind
set_limits(struct pp_err *err)
{
	rlim_t size = own_size();
	const struct {
		__rlimit_resource_t resource;
		rlim_t limit;
	} limits[] = {{RLIMIT_CORE, 0}, {RLIMIT_NOFILE, OPEN_FILES_MAX},
		{RLIMIT_FSIZE, 4 * 1024 * 1024},
		{RLIMIT_CPU, PROCESSOR_SECONDS}, {RLIMIT_NPROC, PROCESSES_MAX},
		{RLIMIT_AS, size + MEMORY_MAX}};

	if (size == 0)
		return pp_fail(err, PP_REASON_SYSTEM,
			"the size of this process cannot be read");
	for (size_t i = 0; i < PP_COUNT(limits); i++) {
		struct rlimit limit = {limits[i].limit, limits[i].limit};
		struct rlimit now;

		if (setrlimit(limits[i].resource, &limit) == 0)
			continue;
		if (errno != EPERM ||
			getrlimit(limits[i].resource, &now) != 0 ||
			now.rlim_max > limits[i].limit)
			return pp_fail_errno(
				err, PP_REASON_SYSTEM, "setrlimit");
		limit.rlim_cur = limit.rlim_max = now.rlim_max;
		if (setrlimit(limits[i].resource, &limit) != 0)
			return pp_fail_errno(
				err, PP_REASON_SYSTEM, "setrlimit");
	}
	return PP_OK;
}

/*
 * If user "playpen" does not exist, as in a build tree, the kernel's overflow
 * uid is used. The cache is then not writable.
 */
#define OVERFLOW_ID 65534

/* Finds the user in the file itself, because other sources of users may wait
 * for a network, as root. */
static const struct passwd *
find_user(const char *user)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry = NULL;

	if (file == NULL)
		return NULL;
	do
		entry = fgetpwent(file);
	while (entry != NULL && strcmp(entry->pw_name, user) != 0);
	fclose(file);
	return entry;
}

static enum pp_kind
become_user(const char *user, struct pp_err *err)
{
	const struct passwd *entry = find_user(user);
	uid_t uid = entry != NULL ? entry->pw_uid : OVERFLOW_ID;
	gid_t gid = entry != NULL ? entry->pw_gid : OVERFLOW_ID;

	if (uid == 0)
		return pp_fail(err, PP_REASON_SYSTEM, "user %s is root", user);
	if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 ||
		setresuid(uid, uid, uid) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "setresuid");
	return PP_OK;
}

enum pp_kind
sandbox_drop_privileges(const char *user, struct pp_err *err)
{
	pid_t parent = getppid();
	enum pp_kind kind = set_limits(err);

	if (kind == PP_OK && geteuid() == 0)
		kind = become_user(user, err);
	if (kind == PP_OK)
		kind = pp_inherited_drop_capabilities(err);
	if (kind != PP_OK)
		return kind;
	/* Cleared by every change of uid, so it comes after the last. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
		prctl(PR_SET_DUMPABLE, 0) != 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "prctl");
	if (getppid() != parent)
		return pp_fail(
			err, PP_REASON_PEER_GONE, "the parent has ended");
	return PP_OK;
}

/*
 * Returns the rights that change something, as the kernel's version knows them.
 */
static uint64_t
writing_rights(long version)
{
	uint64_t rights =
		LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
		LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
		LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
		LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		LANDLOCK_ACCESS_FS_MAKE_SYM;

#ifdef LANDLOCK_ACCESS_FS_REFER
	if (version >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
#endif
#ifdef LANDLOCK_ACCESS_FS_TRUNCATE
	if (version >= 3)
		rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
#endif
	return rights;
}

static enum pp_kind
allow_cache(
	int ruleset, uint64_t rights, const char *cache_dir, struct pp_err *err)
{
	struct landlock_path_beneath_attr below = {
		.allowed_access =
			rights & ~(uint64_t) LANDLOCK_ACCESS_FS_EXECUTE,
		.parent_fd = open(cache_dir, O_PATH | O_DIRECTORY | O_CLOEXEC)};
	int fd = below.parent_fd;
	long failed;

	/* Without a cache nothing may be written at all. */
	if (fd < 0)
		return PP_OK;
	failed = syscall(SYS_landlock_add_rule, ruleset,
		LANDLOCK_RULE_PATH_BENEATH, &below, 0);
	pp_fd_free(&fd);
	if (failed != 0)
		return pp_fail_errno(
			err, PP_REASON_SYSTEM, "landlock_add_rule");
	return PP_OK;
}

static enum pp_kind
forbid_writing(const char *cache_dir, struct pp_err *err)
{
	struct ruleset attributes = {0};
	size_t size = sizeof(attributes.files);
	pp_cleanup(pp_fd) int ruleset = -1;
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION);
	enum pp_kind kind;

	if (version < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
		return PP_OK; /* seccomp and the uid have to do */
	if (version < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "landlock");
	attributes.files = writing_rights(version);
	if (version >= VERSION_SCOPES) {
		attributes.scopes = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
		size = sizeof(attributes);
	}
	ruleset = (int) syscall(
		SYS_landlock_create_ruleset, &attributes, size, 0);
	if (ruleset < 0)
		return pp_fail_errno(
			err, PP_REASON_SYSTEM, "landlock_create_ruleset");
	kind = allow_cache(ruleset, attributes.files, cache_dir, err);
	if (kind == PP_OK &&
		syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		kind = pp_fail_errno(
			err, PP_REASON_SYSTEM, "landlock_restrict_self");
	return kind;
}

enum pp_kind
sandbox_enter(const char *cache_dir, struct pp_err *err)
{
	bool has_cache = access(cache_dir, W_OK) == 0;
	enum pp_kind kind = forbid_writing(cache_dir, err);

	return kind == PP_OK ? syscall_filter_load(has_cache, err) : kind;
}

enum pp_kind
sandbox_forbid_writing(struct pp_err *err)
{
	return syscall_filter_load(false, err);
}
