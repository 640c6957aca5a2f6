/* SPDX-License-Identifier: MIT */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

#define OPEN_FILES_MAX 64

/*
 * Upper bounds. What the caller has set lower stays, where a container does not
 * let root raise it.
 */
static enum pp_kind
set_limits(struct pp_err *err)
{
	static const struct {
		__rlimit_resource_t resource;
		rlim_t limit;
	} limits[] = {{RLIMIT_CORE, 0}, {RLIMIT_NOFILE, OPEN_FILES_MAX},
		{RLIMIT_FSIZE, 4 * 1024 * 1024}};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
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
 * Where playpen was not installed, as in a build tree, nobody's ids do: they
 * are the kernel's own (overflowuid), and the cache is not theirs.
 */
#define NOBODY 65534

/* The file itself: other sources of users may wait for a network, as root. */
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
become(const char *user, struct pp_err *err)
{
	const struct passwd *entry = find_user(user);
	uid_t uid = entry != NULL ? entry->pw_uid : NOBODY;
	gid_t gid = entry != NULL ? entry->pw_gid : NOBODY;

	if (uid == 0)
		return pp_fail(err, PP_REASON_SYSTEM, "user %s is root", user);
	if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 ||
		setresuid(uid, uid, uid) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "setresuid");
	return PP_OK;
}

enum pp_kind
pp_sandbox_drop(const char *user, struct pp_err *err)
{
	pid_t parent = getppid();
	enum pp_kind kind = set_limits(err);

	if (kind == PP_OK && geteuid() == 0)
		kind = become(user, err);
	if (kind != PP_OK)
		return kind;
	/* Cleared by every change of uid, so it comes after the last. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
		prctl(PR_SET_DUMPABLE, 0) != 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "prctl");
	if (getppid() != parent)
		return pp_fail(
			err, PP_REASON_PEER_GONE, "our starter has ended");
	return PP_OK;
}

/* The rights that change something, as the kernel's version knows them. */
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
	struct landlock_ruleset_attr attributes = {0};
	pp_auto(pp_fd) int ruleset = -1;
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION);
	enum pp_kind kind;

	if (version < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
		return PP_OK; /* seccomp and the uid have to do */
	if (version < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "landlock");
	attributes.handled_access_fs = writing_rights(version);
	ruleset = (int) syscall(SYS_landlock_create_ruleset, &attributes,
		sizeof(attributes.handled_access_fs), 0);
	if (ruleset < 0)
		return pp_fail_errno(
			err, PP_REASON_SYSTEM, "landlock_create_ruleset");
	kind = allow_cache(
		ruleset, attributes.handled_access_fs, cache_dir, err);
	if (kind == PP_OK &&
		syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		kind = pp_fail_errno(
			err, PP_REASON_SYSTEM, "landlock_restrict_self");
	return kind;
}

/* What a process that fetches, verifies and answers never does. */
static const char *const forbidden[] = {"execve", "execveat", "ptrace",
	"process_vm_readv", "process_vm_writev", "process_madvise", "kcmp",
	"pidfd_open", "pidfd_getfd", "pidfd_send_signal", "mount", "umount2",
	"mount_setattr", "move_mount", "open_tree", "fsopen", "fsconfig",
	"fsmount", "fspick", "pivot_root", "chroot", "swapon", "swapoff",
	"unshare", "setns", "bpf", "perf_event_open", "userfaultfd",
	"io_uring_setup", "io_uring_enter", "io_uring_register", "add_key",
	"request_key", "keyctl", "init_module", "finit_module", "delete_module",
	"kexec_load", "kexec_file_load", "reboot", "syslog", "acct", "quotactl",
	"quotactl_fd", "settimeofday", "clock_settime", "clock_adjtime",
	"adjtimex", "sethostname", "setdomainname", "iopl", "ioperm",
	"modify_ldt", "personality", "setuid", "setgid", "setreuid", "setregid",
	"setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid", "capset",
	"mknod", "mknodat", "chown", "fchown", "lchown", "fchownat",
	"open_by_handle_at", "name_to_handle_at", "fanotify_init", "vhangup",
	"lookup_dcookie", "nfsservctl", "memfd_secret", "vmsplice",
	"process_mrelease", "setpriority", "sched_setaffinity", "ioprio_set",
	"fork", "vfork", "semget", "shmget", "msgget", "mq_open", "listen",
	"accept", "accept4", "kill", "tkill", "rt_sigqueueinfo",
	"rt_tgsigqueueinfo", "sched_setscheduler", "sched_setparam",
	"sched_setattr", "openat2", "creat", "truncate", "mkdir", "mkdirat",
	"rmdir", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmodat",
	"fchmodat2", "utime", "utimes", "futimesat", "utimensat", "setxattr",
	"lsetxattr", "fsetxattr", "removexattr", "lremovexattr",
	"fremovexattr"};

/* What a cache takes: files replaced by a rename. */
static const char *const for_cache[] = {
	"unlink", "unlinkat", "rename", "renameat", "renameat2"};

#define NAMESPACES                                                             \
	(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |           \
		CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP)

/*
 * clone makes threads for the resolver, and only those. clone3 hides its flags
 * in memory where a filter cannot look: it does not exist here, and glibc falls
 * back to clone.
 */
static int
forbid_processes(scmp_filter_ctx filter)
{
	int failed = seccomp_rule_add(
		filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);

	if (failed == 0)
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
			SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	for (unsigned int bit = 0; failed == 0 && bit < 32; bit++) {
		uint64_t flag = (uint64_t) 1 << bit;

		if ((NAMESPACES & flag) != 0)
			failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
				SCMP_SYS(clone), 1,
				SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
	}
	return failed;
}

static int
forbid_named(scmp_filter_ctx filter, const char *const *names, size_t count)
{
	int failed = 0;

	for (size_t i = 0; failed == 0 && i < count; i++) {
		int call = seccomp_syscall_resolve_name(names[i]);

		/* Not every architecture has every call. */
		if (call != __NR_SCMP_ERROR)
			failed = seccomp_rule_add(
				filter, SCMP_ACT_ERRNO(EPERM), call, 0);
		if (failed == -EDOM)
			failed = 0;
	}
	return failed;
}

static int
forbid_calls(scmp_filter_ctx filter)
{
	int failed = forbid_named(
		filter, forbidden, sizeof(forbidden) / sizeof(forbidden[0]));

	/* TIOCSTI types into a terminal; we have none, and want none. */
	if (failed == 0)
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
			SCMP_SYS(ioctl), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, 0x5412));
	return failed;
}

/*
 * Other sign-ins' workers are of our uid: nothing here may end them or change
 * their limits. abort(3) signals its own process, getrlimit(3) says pid 0.
 */
static int
forbid_reaching_others(scmp_filter_ctx filter)
{
	int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		SCMP_SYS(tgkill), 1,
		SCMP_A0(SCMP_CMP_NE, (scmp_datum_t) getpid(), 0));

	if (failed == 0)
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
			SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_NE, 0, 0));
	return failed;
}

/* The resolver and HTTP need no families but these; the rest is old code of the
 * kernel's that anybody may reach. */
static int
forbid_sockets(scmp_filter_ctx filter)
{
	int failed = 0;

	for (int family = AF_UNSPEC; failed == 0 && family <= AF_MAX; family++)
		if (family != AF_UNIX && family != AF_INET &&
			family != AF_INET6 && family != AF_NETLINK)
			failed = seccomp_rule_add(filter,
				SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket),
				1,
				SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t) family, 0));
	return failed;
}

/*
 * Without a cache of its own it opens nothing but to read, whatever the kernel
 * has: as nobody it would share files with others. A filter cannot see paths,
 * so with a cache that is Landlock's part.
 */
static int
forbid_opening_to_write(scmp_filter_ctx filter)
{
	static const unsigned int flags[] = {
		O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
	int failed = forbid_named(
		filter, for_cache, sizeof(for_cache) / sizeof(for_cache[0]));

	for (size_t i = 0; failed == 0 && i < sizeof(flags) / sizeof(flags[0]);
		i++) {
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES),
			SCMP_SYS(openat), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, flags[i], flags[i]));
		if (failed == 0)
			failed = seccomp_rule_add(filter,
				SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 1,
				SCMP_A1(SCMP_CMP_MASKED_EQ, flags[i],
					flags[i]));
	}
	return failed;
}

enum pp_kind
pp_sandbox_enter(const char *cache_dir, struct pp_err *err)
{
	bool has_cache = access(cache_dir, W_OK) == 0;
	enum pp_kind kind = forbid_writing(cache_dir, err);
	scmp_filter_ctx filter;
	int failed;

	if (kind != PP_OK)
		return kind;
	filter = seccomp_init(SCMP_ACT_ALLOW);
	if (filter == NULL)
		return pp_fail_memory(err);
	failed = forbid_processes(filter);
	if (failed == 0)
		failed = forbid_calls(filter);
	if (failed == 0)
		failed = forbid_reaching_others(filter);
	if (failed == 0)
		failed = forbid_sockets(filter);
	if (failed == 0 && !has_cache)
		failed = forbid_opening_to_write(filter);
	if (failed == 0)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	if (failed != 0)
		return pp_fail(
			err, PP_REASON_SYSTEM, "seccomp: error %d", -failed);
	return PP_OK;
}
