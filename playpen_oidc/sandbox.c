/* SPDX-License-Identifier: MIT */
#include "sandbox.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <playpen/ipc/inherited.h>

#include "landlock.h"
#include "syscall_filter.h"

#define OPEN_FILES_MAX 64
/* Besides the program itself, in bytes. */
#define MEMORY_MAX ((rlim_t) 256 * 1024 * 1024)
/* Of all workers and their threads: four for each login that may be pending. */
#define PROCESSES_MAX ((rlim_t) 4 * 4096)
#define PROCESSOR_SECONDS 3600 /* a large batch to verify */

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
		{RLIMIT_FSIZE, 4UL * 1024 * 1024},
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

enum pp_kind
sandbox_enter(const char *cache_dir, struct pp_err *err)
{
	bool has_cache = access(cache_dir, W_OK) == 0;
	enum pp_kind kind = landlock_limit_files(cache_dir, err);

	return kind == PP_OK ? syscall_filter_load(has_cache, err) : kind;
}

enum pp_kind
sandbox_forbid_writing(struct pp_err *err)
{
	return syscall_filter_forbid_writing(err);
}

enum pp_kind
sandbox_limit_ports(const unsigned int *ports, size_t count, struct pp_err *err)
{
	return landlock_limit_ports(ports, count, err);
}
