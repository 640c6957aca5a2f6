/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <linux/capability.h>
#include <linux/ioprio.h>
#include <linux/keyctl.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <playpen/base/secret.h>
#include <playpen/ipc/inherited.h>

#include "tests/tap.h"

#ifdef __has_feature
#define IS_SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

/*
 * A hostile caller sets every attribute that survives fork and execve; a helper
 * then has those of a fresh process. Runs as the root of a namespace
 * (tests/policy/run-private). Each test forks, because the change is for good.
 */

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#define PR_GET_MEMORY_MERGE 68
#endif

#define HOSTILE_SLACK_NS (1UL << 62)
#define SLACK_NS 50000
#define KEY "playpen-test"

enum outcome { AS_FRESH = 0, KEPT, NOT_SET, RESET_FAILED };

/* Attributes of which a test reads one after the reset. */
struct attribute {
	const char *name;
	/* Returns false if the kernel or a container does not let it. */
	bool (*poison)(void);
	bool (*is_fresh)(void);
};

/* Writes into the child's own file of /proc/self. */
static bool
write_own(const char *path, const char *value)
{
	FILE *file = fopen(path, "we");
	bool done = file != NULL && fputs(value, file) >= 0;

	if (file != NULL && fclose(file) != 0)
		done = false;
	return done;
}

static bool
own_is(const char *path, const char *value)
{
	char text[64] = "";
	FILE *file = fopen(path, "re");
	bool same = file != NULL && fgets(text, sizeof(text), file) != NULL &&
		    strcmp(text, value) == 0;

	if (file != NULL)
		fclose(file);
	return same;
}

static bool
poison_slack(void)
{
	return prctl(PR_SET_TIMERSLACK, HOSTILE_SLACK_NS) == 0;
}

static bool
fresh_slack(void)
{
	return prctl(PR_GET_TIMERSLACK) == SLACK_NS;
}

static bool
poison_processors(void)
{
	cpu_set_t all;
	cpu_set_t one;

	if (sched_getaffinity(0, sizeof(all), &all) != 0 || CPU_COUNT(&all) < 2)
		return false;
	CPU_ZERO(&one);
	for (size_t i = 0; CPU_COUNT(&one) == 0; i++)
		if (CPU_ISSET(i, &all))
			CPU_SET(i, &one);
	return sched_setaffinity(0, sizeof(one), &one) == 0;
}

static bool
fresh_processors(void)
{
	cpu_set_t all;

	return sched_getaffinity(0, sizeof(all), &all) == 0 &&
	       CPU_COUNT(&all) > 1;
}

static bool
poison_scheduling(void)
{
	const struct sched_param none = {0};

	return sched_setscheduler(0, SCHED_IDLE, &none) == 0;
}

static bool
fresh_scheduling(void)
{
	return sched_getscheduler(0) == SCHED_OTHER;
}

static bool
poison_nice(void)
{
	errno = 0;
	return nice(19) == 19 && errno == 0;
}

static bool
fresh_nice(void)
{
	errno = 0;
	return getpriority(PRIO_PROCESS, 0) == 0 && errno == 0;
}

static bool
poison_disk(void)
{
	return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
		       IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0)) == 0;
}

static bool
fresh_disk(void)
{
	return IOPRIO_PRIO_CLASS(syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS,
		       0)) != IOPRIO_CLASS_IDLE;
}

static bool
poison_memory_score(void)
{
	return write_own("/proc/self/oom_score_adj", "1000");
}

static bool
fresh_memory_score(void)
{
	return own_is("/proc/self/oom_score_adj", "0\n");
}

static bool
poison_personality(void)
{
	return personality(UNAME26 | STICKY_TIMEOUTS | WHOLE_SECONDS) != -1;
}

static bool
fresh_personality(void)
{
	return personality(0xffffffff) == PER_LINUX;
}

static bool
poison_memory_policy(void)
{
	const unsigned long first = 1;

	return syscall(SYS_set_mempolicy, MPOL_BIND, &first,
		       8 * sizeof(first)) == 0;
}

static bool
fresh_memory_policy(void)
{
	int mode = -1;

	return syscall(SYS_get_mempolicy, &mode, NULL, 0, NULL, 0) == 0 &&
	       mode == MPOL_DEFAULT;
}

static bool
poison_huge_pages(void)
{
	return prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0;
}

static bool
fresh_huge_pages(void)
{
	return prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 0;
}

static bool
poison_memory_merge(void)
{
	/* The kernel visits each page of the address space when it ends the
	 * merging, and a sanitizer has terabytes of it. */
	return !IS_SANITIZED && prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0) == 0;
}

static bool
fresh_memory_merge(void)
{
	return prctl(PR_GET_MEMORY_MERGE, 0, 0, 0, 0) == 0;
}

static bool
poison_io_flusher(void)
{
	return prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0) == 0;
}

static bool
fresh_io_flusher(void)
{
	return prctl(PR_GET_IO_FLUSHER, 0, 0, 0, 0) == 0;
}

static bool
poison_memory_errors(void)
{
	return prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0) ==
	       0;
}

static bool
fresh_memory_errors(void)
{
	return prctl(PR_MCE_KILL_GET, 0, 0, 0, 0) == PR_MCE_KILL_DEFAULT;
}

static bool
poison_subreaper(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

static bool
fresh_subreaper(void)
{
	int set = 1;

	return prctl(PR_GET_CHILD_SUBREAPER, &set, 0, 0, 0) == 0 && set == 0;
}

static bool
poison_core_filter(void)
{
	return write_own("/proc/self/coredump_filter", "0x7f");
}

static bool
fresh_core_filter(void)
{
	return own_is("/proc/self/coredump_filter", "00000033\n");
}

/* A key in the caller's session keyring, which would answer for root. */
static bool
poison_keyring(void)
{
	return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 &&
	       syscall(SYS_add_key, "user", KEY, "x", 1,
		       KEY_SPEC_SESSION_KEYRING) >= 0 &&
	       syscall(SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING,
		       KEY_REQKEY_DEFL_USER_KEYRING) >= 0;
}

static bool
fresh_keyring(void)
{
	return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING,
		       "user", KEY, 0) < 0 &&
	       syscall(SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING,
		       KEY_REQKEY_DEFL_NO_CHANGE) == KEY_REQKEY_DEFL_DEFAULT;
}

static bool
poison_securebits(void)
{
	return prctl(PR_SET_SECUREBITS, 1 << 2 /* no setuid fixup */) == 0;
}

static bool
fresh_securebits(void)
{
	return prctl(PR_GET_SECUREBITS) == 0;
}

/* Counts the sets that have capabilities: inheritable and ambient. */
static bool
poison_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, sets) != 0)
		return false;
	sets[0].inheritable = sets[0].permitted;
	sets[0].effective = 0;
	return syscall(SYS_capset, &head, sets) == 0 &&
	       prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0) == 0;
}

static bool
fresh_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	return syscall(SYS_capget, &head, sets) == 0 &&
	       sets[0].inheritable == 0 && sets[1].inheritable == 0 &&
	       sets[0].permitted != 0 &&
	       sets[0].effective == sets[0].permitted &&
	       prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0) ==
		       0;
}

/* Soft limits: a namespace's root may not raise a hard one again. */
static bool
poison_limits(void)
{
	bool all = true;

	for (unsigned i = 0; i < RLIM_NLIMITS; i++) {
		struct rlimit limit;

		all &= getrlimit(i, &limit) == 0;
		limit.rlim_cur = 12;
		if (limit.rlim_max > limit.rlim_cur)
			all &= setrlimit(i, &limit) == 0;
	}
	return all;
}

static bool
fresh_limits(void)
{
	for (unsigned i = 0; i < RLIM_NLIMITS; i++) {
		struct rlimit limit;

		if (getrlimit(i, &limit) != 0 ||
			limit.rlim_cur != limit.rlim_max ||
			(limit.rlim_cur == 12))
			return false;
	}
	return true;
}

static bool
poison_tsc(void)
{
#ifdef __x86_64__
	return prctl(PR_SET_TSC, PR_TSC_SIGSEGV) == 0;
#else
	return false;
#endif
}

static bool
fresh_tsc(void)
{
	int mode = 0;

	return prctl(PR_GET_TSC, &mode) == 0 && mode == PR_TSC_ENABLE;
}

static bool
poison_umask(void)
{
	umask(077);
	return true;
}

static bool
fresh_umask(void)
{
	return umask(0) == 022;
}

/* The time stamp counter is the first: the tests below read no clock. */
static const struct attribute attributes[] = {
	{"time stamp counter", poison_tsc, fresh_tsc},
	{"timer slack", poison_slack, fresh_slack},
	{"processors", poison_processors, fresh_processors},
	{"scheduling policy", poison_scheduling, fresh_scheduling},
	{"nice value", poison_nice, fresh_nice},
	{"disk priority", poison_disk, fresh_disk},
	{"out-of-memory score", poison_memory_score, fresh_memory_score},
	{"personality", poison_personality, fresh_personality},
	{"memory policy", poison_memory_policy, fresh_memory_policy},
	{"huge pages", poison_huge_pages, fresh_huge_pages},
	{"merging of pages", poison_memory_merge, fresh_memory_merge},
	{"I/O flusher", poison_io_flusher, fresh_io_flusher},
	{"memory errors", poison_memory_errors, fresh_memory_errors},
	{"subreaper", poison_subreaper, fresh_subreaper},
	{"core filter", poison_core_filter, fresh_core_filter},
	{"keyrings", poison_keyring, fresh_keyring},
	{"securebits", poison_securebits, fresh_securebits},
	{"capabilities", poison_capabilities, fresh_capabilities},
	{"limits", poison_limits, fresh_limits},
	{"umask", poison_umask, fresh_umask},
};

/* The same attribute is looked at before, so that a check that always says
 * "fresh" is noticed. */
static enum outcome
outcome_in_child(const struct attribute *attribute)
{
	struct pp_err err = {0};

	if (!attribute->poison() || attribute->is_fresh())
		return NOT_SET;
	/* fresh_umask() has changed it. */
	umask(077);
	if (pp_inherited_reset(&err) != PP_OK)
		return RESET_FAILED;
	return attribute->is_fresh() ? AS_FRESH : KEPT;
}

static enum outcome
outcome_of(const struct attribute *attribute)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit((int) outcome_in_child(attribute));
	return waitpid(child, &status, 0) == child && WIFEXITED(status)
		       ? (enum outcome) WEXITSTATUS(status)
		       : KEPT;
}

static void
every_attribute_of_a_caller_is_reset(void)
{
	size_t done = 0;

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]);
		i++) {
		enum outcome outcome = outcome_of(&attributes[i]);

		if (outcome == NOT_SET)
			printf("# %s: cannot be set in this place\n",
				attributes[i].name);
		else if (!check_int(outcome, AS_FRESH))
			printf("# %s: outcome %d\n", attributes[i].name,
				(int) outcome);
		done += outcome == AS_FRESH;
	}
	/* Those that no kernel and no container forbids. */
	check_cmp(done, >=, 8);
}

/* With 2^62 ns, a sleep of a hundredth of a second would never end. */
static void
a_sleep_lasts_as_long_as_it_says(void)
{
	const struct timespec short_time = {0, 10 * 1000 * 1000};
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct pp_err err = {0};
		struct timespec before;
		struct timespec after;

		alarm(20);
		if (!poison_slack() || pp_inherited_reset(&err) != PP_OK)
			_exit(1);
		clock_gettime(CLOCK_BOOTTIME, &before);
		nanosleep(&short_time, NULL);
		clock_gettime(CLOCK_BOOTTIME, &after);
		_exit(after.tv_sec - before.tv_sec > 1 ? 2 : 0);
	}
	if (check_int(waitpid(child, &status, 0), child))
		if (check(WIFEXITED(status)))
			check_int(WEXITSTATUS(status), 0);
}

/* What securebits of the caller would have left to a worker. */
static void
dropped_capabilities_stay_dropped(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct pp_err err = {0};
		struct __user_cap_header_struct head = {
			.version = _LINUX_CAPABILITY_VERSION_3};
		struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

		(void) poison_securebits();
		if (pp_inherited_drop_capabilities(&err) != PP_OK ||
			syscall(SYS_capget, &head, sets) != 0)
			_exit(1);
		_exit(sets[0].permitted != 0 || sets[1].permitted != 0 ||
			sets[0].inheritable != 0 ||
			prctl(PR_SET_SECUREBITS, 0) == 0);
	}
	if (check_int(waitpid(child, &status, 0), child))
		if (check(WIFEXITED(status)))
			check_int(WEXITSTATUS(status), 0);
}

int
main(void)
{
	run(every_attribute_of_a_caller_is_reset);
	run(a_sleep_lasts_as_long_as_it_says);
	run(dropped_capabilities_stay_dropped);
	return tap_end();
}
