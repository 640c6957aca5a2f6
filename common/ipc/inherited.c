/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/ioprio.h>
#include <linux/keyctl.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>
#include <playpen/ipc/inherited.h>

#include "cgroup.h"

/*
 * The list. Its sources are execve(2) ("The following process attributes are
 * preserved"), fork(2), prctl(2), sched(7) and credentials(7); each row of
 * `attributes` below names its own manual page. What is not there, and why:
 *
 *   uids, gids, groups      detach_from_parent() has set them before
 *   descriptors             the caller closes them, because it knows which ones
 *                           it needs
 *   memory, timers, alarms, pending signals, record locks, semaphore
 *   adjustments, parent-death signal, dumpable, thread and process keyrings
 *                           end with fork or with execve
 *   no_new_privs, seccomp, Landlock, bounding set, chroot, namespaces
 *                           cannot be undone; a caller without privileges can
 *                           set them only where su does not become root
 *   PR_SET_MDWE, speculation controls, the cookie of core scheduling
 *                           forbid or slow down, and give nothing away
 *   audit session, login uid
 *                           are the name of the session, which is wanted
 */

/* prctl(2): values of the kernel that Debian 12's headers do not have. */
#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#endif

#define TIMER_SLACK_NS 50000UL /* what init(1) begins with */
#define OPEN_FILES_MAX 256     /* sockets, SQLite and the index need fewer */
#define CPU_BYTES 1024U        /* 8192 processors */
#define UCLAMP_FLAGS 0x60U     /* SCHED_FLAG_UTIL_CLAMP_MIN and _MAX */
#define UCLAMP_DEFAULT UINT32_MAX

/* sched_setattr(2): glibc has no such struct before 2.41. */
struct scheduling {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime;
	uint64_t deadline;
	uint64_t period;
	uint32_t util_min;
	uint32_t util_max;
};

/* Allows the counter that the clock is made of. A helper that reads the clock
 * is killed where the caller has forbidden it. */
static bool
reset_time_stamp_counter(void)
{
	return prctl(PR_SET_TSC, PR_TSC_ENABLE) == 0;
}

static bool
reset_signals(void)
{
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &standard, NULL);
	sigaction(SIGPIPE, &ignored, NULL);
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

static bool
reset_environment(void)
{
	return clearenv() == 0;
}

static bool
reset_directory(void)
{
	return chdir("/") == 0;
}

static bool
reset_umask(void)
{
	umask(022);
	return true;
}

/* Starts a session. The leader of one cannot leave it, and has it for itself
 * already. */
static bool
reset_session(void)
{
	return setsid() > 0 || getsid(0) == getpid();
}

static bool
reset_control_groups(void)
{
	pp_cgroup_leave(PP_CGROUP_SELF, PP_CGROUP_MOUNTS);
	return true;
}

/* Sets a limit as far as it goes: a container may forbid to raise it. */
static bool
set_limit(__rlimit_resource_t resource, rlim_t value)
{
	struct rlimit wanted = {value, value};
	struct rlimit now;

	if (setrlimit(resource, &wanted) == 0)
		return true;
	if (getrlimit(resource, &now) != 0)
		return false;
	wanted.rlim_max = now.rlim_max;
	wanted.rlim_cur = now.rlim_max < value ? now.rlim_max : value;
	return setrlimit(resource, &wanted) == 0;
}

/*
 * Resets limits, which the caller may have set to make a write fail half-way.
 */
static bool
reset_limits(void)
{
	static const struct {
		__rlimit_resource_t resource;
		rlim_t limit;
	} limits[] = {
		{RLIMIT_AS, RLIM_INFINITY},
		{RLIMIT_CORE, 0},
		{RLIMIT_CPU, RLIM_INFINITY},
		{RLIMIT_DATA, RLIM_INFINITY},
		{RLIMIT_FSIZE, RLIM_INFINITY},
		{RLIMIT_LOCKS, RLIM_INFINITY},
		{RLIMIT_MEMLOCK, 8UL * 1024 * 1024},
		{RLIMIT_MSGQUEUE, 800UL * 1024},
		{RLIMIT_NICE, 0},
		{RLIMIT_NOFILE, OPEN_FILES_MAX},
		{RLIMIT_NPROC, RLIM_INFINITY},
		{RLIMIT_RSS, RLIM_INFINITY},
		{RLIMIT_RTPRIO, 0},
		{RLIMIT_RTTIME, RLIM_INFINITY},
		{RLIMIT_SIGPENDING, 1024},
		{RLIMIT_STACK, 8UL * 1024 * 1024},
	};
	bool all = true;

	for (size_t i = 0; i < PP_COUNT(limits); i++)
		all &= set_limit(limits[i].resource, limits[i].limit);
	return all;
}

/* Allows all processors, which means those of the cpuset
 * (sched_setaffinity(2)). */
static bool
reset_processors(void)
{
	unsigned char all[CPU_BYTES];

	memset(all, 0xff, sizeof(all));
	return syscall(SYS_sched_setaffinity, 0, sizeof(all), all) == 0;
}

/* Resets policy, nice value, slice and the clamps of utilization, which a
 * kernel may have been built without. */
static bool
reset_scheduling(void)
{
	struct scheduling standard = {.size = sizeof(standard),
		.policy = SCHED_OTHER,
		.flags = UCLAMP_FLAGS,
		.util_min = UCLAMP_DEFAULT,
		.util_max = UCLAMP_DEFAULT};

	if (syscall(SYS_sched_setattr, 0, &standard, 0) == 0)
		return true;
	standard.flags = 0;
	standard.util_min = standard.util_max = 0;
	return syscall(SYS_sched_setattr, 0, &standard, 0) == 0;
}

static bool
reset_disk_priority(void)
{
	return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, 0) == 0;
}

/* Writes a value to a file of /proc/self. */
static bool
write_own(const char *path, const char *value)
{
	pp_cleanup(pp_fd) int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 &&
	       write(fd, value, strlen(value)) == (ssize_t) strlen(value);
}

static bool
reset_out_of_memory(void)
{
	return write_own("/proc/self/oom_score_adj", "0");
}

/* Sets the value itself, because 0 would mean that of the caller. */
static bool
reset_timer_slack(void)
{
	return prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS) == 0;
}

static bool
reset_personality(void)
{
	return personality(PER_LINUX) != -1;
}

static bool
reset_memory_policy(void)
{
	return syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0) == 0;
}

static bool
reset_huge_pages(void)
{
	return prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0) == 0;
}

static bool
reset_memory_merge(void)
{
	return prctl(PR_SET_MEMORY_MERGE, 0, 0, 0, 0) == 0;
}

static bool
reset_io_flusher(void)
{
	return prctl(PR_SET_IO_FLUSHER, 0, 0, 0, 0) == 0;
}

static bool
reset_memory_errors(void)
{
	return prctl(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 0, 0, 0) == 0;
}

static bool
reset_subreaper(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) == 0;
}

/* Resets what a core would have of this process, which makes none. */
static bool
reset_core_filter(void)
{
	return write_own("/proc/self/coredump_filter", "0x33");
}

/* Makes a new keyring, of this process alone. */
static bool
reset_keyrings(void)
{
	return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 &&
	       syscall(SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING,
		       KEY_REQKEY_DEFL_DEFAULT) >= 0;
}

/* Resets securebits. With those of the caller, a change of uid would leave the
 * worker capabilities. */
static bool
reset_securebits(void)
{
	return prctl(PR_GET_SECUREBITS) == 0 ||
	       prctl(PR_SET_SECUREBITS, 0) == 0;
}

/* Sets the three sets of this process to what `keep` leaves of them. */
static bool
set_capabilities(uint32_t keep)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, sets) != 0)
		return false;
	for (size_t i = 0; i < PP_COUNT(sets); i++) {
		sets[i].permitted &= keep;
		sets[i].effective = sets[i].permitted;
		sets[i].inheritable = 0;
	}
	/* The ambient set is always within the inheritable one. */
	return syscall(SYS_capset, &head, sets) == 0;
}

static bool
reset_capabilities(void)
{
	return set_capabilities(UINT32_MAX);
}

/* An attribute of a process. */
struct attribute {
	const char *name;
	const char *manual; /* the page that says that it is inherited */
	bool (*reset)(void);
	bool required; /* a helper that keeps the caller's value does not run */
};

/* clang-format off */
static const struct attribute attributes[] = {
	{"time stamp counter",   "PR_SET_TSC(2const)",         reset_time_stamp_counter, false},
	{"signals",              "signal(7)",                  reset_signals,            true},
	{"environment",          "environ(7)",                 reset_environment,        true},
	{"working directory",    "chdir(2)",                   reset_directory,          true},
	{"umask",                "umask(2)",                   reset_umask,              true},
	{"session and terminal", "setsid(2)",                  reset_session,            true},
	{"limits",               "getrlimit(2)",               reset_limits,             false},
	/* The processors of a control group limit those of the process. */
	{"control groups",       "cgroups(7)",                 reset_control_groups,     false},
	{"processors",           "sched_setaffinity(2)",       reset_processors,         true},
	{"scheduling",           "sched(7)",                   reset_scheduling,         false},
	{"disk priority",        "ioprio_set(2)",              reset_disk_priority,      false},
	{"out-of-memory score",  "proc_pid_oom_score_adj(5)",  reset_out_of_memory,      false},
	{"timer slack",          "PR_SET_TIMERSLACK(2const)",  reset_timer_slack,        true},
	{"personality",          "personality(2)",             reset_personality,        false},
	{"memory policy",        "set_mempolicy(2)",           reset_memory_policy,      false},
	{"huge pages",           "PR_SET_THP_DISABLE(2const)", reset_huge_pages,         false},
	{"merging of pages",     "prctl(2)",                   reset_memory_merge,       false},
	{"I/O flusher",          "PR_SET_IO_FLUSHER(2const)",  reset_io_flusher,         false},
	{"memory errors",        "PR_MCE_KILL(2const)",        reset_memory_errors,      false},
	{"subreaper",            "PR_SET_CHILD_SUBREAPER(2const)", reset_subreaper,      false},
	{"core filter",          "core(5)",                    reset_core_filter,        false},
	{"keyrings",             "keyrings(7)",                reset_keyrings,           false},
	{"securebits",           "capabilities(7)",            reset_securebits,         true},
	{"capabilities",         "capabilities(7)",            reset_capabilities,       true},
};
/* clang-format on */

enum pp_kind
pp_inherited_reset(struct pp_err *err)
{
	for (size_t i = 0; i < PP_COUNT(attributes); i++) {
		const struct attribute *attribute = &attributes[i];

		if (!attribute->reset() && attribute->required)
			return pp_fail_errno(err, PP_REASON_SYSTEM,
				"the caller's %s cannot be reset: %s",
				attribute->name, attribute->manual);
	}
	return PP_OK;
}

enum pp_kind
pp_inherited_drop_capabilities(struct pp_err *err)
{
	if (!set_capabilities(0))
		return pp_fail_errno(err, PP_REASON_SYSTEM, "capset");
	return PP_OK;
}
