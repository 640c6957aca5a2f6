/* SPDX-License-Identifier: MIT */
#include "detach.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <playpen/ipc/child.h>

#include "cgroup.h"

/* Enough for the sockets of module and worker, SQLite and the index. */
#define OPEN_FILES_MAX 256

static enum pp_kind
become_root(struct pp_err *err)
{
	if (geteuid() != 0)
		return pp_fail(err, PP_REASON_NOT_ROOT,
			"started with effective uid %u", geteuid());
	if (setgroups(0, NULL) != 0 || setresgid(0, 0, 0) != 0 ||
		setresuid(0, 0, 0) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "setresuid");
	return PP_OK;
}

/*
 * Resets limits, which the caller may have set to make a write fail half-way.
 * Limits that a container does not allow to be raised stay as they are.
 */
static void
set_standard_limits(void)
{
	static const struct {
		__rlimit_resource_t resource;
		rlim_t limit;
	} limits[] = {
		{RLIMIT_FSIZE, RLIM_INFINITY},
		{RLIMIT_CPU, RLIM_INFINITY},
		{RLIMIT_DATA, RLIM_INFINITY},
		{RLIMIT_AS, RLIM_INFINITY},
		{RLIMIT_STACK, 8 * 1024 * 1024},
		{RLIMIT_NOFILE, OPEN_FILES_MAX},
		{RLIMIT_NPROC, RLIM_INFINITY},
		{RLIMIT_MEMLOCK, 8 * 1024 * 1024},
		{RLIMIT_SIGPENDING, 1024},
		{RLIMIT_RTTIME, RLIM_INFINITY},
		{RLIMIT_CORE, 0},
	};

	for (size_t i = 0; i < PP_COUNT(limits); i++) {
		struct rlimit now;
		struct rlimit wanted = {limits[i].limit, limits[i].limit};

		if (setrlimit(limits[i].resource, &wanted) == 0 ||
			getrlimit(limits[i].resource, &now) != 0)
			continue;
		wanted.rlim_cur = now.rlim_max < limits[i].limit
					  ? now.rlim_max
					  : limits[i].limit;
		wanted.rlim_max = now.rlim_max;
		setrlimit(limits[i].resource, &wanted);
	}
}

/*
 * Resets priorities. With those of the caller, this process could wait forever
 * for a processor or the disk, or be the first to be killed if memory runs out,
 * while others wait for its locks. What a container forbids stays as it is.
 */
static void
set_standard_priority(void)
{
	const struct sched_param none = {0};
	pp_cleanup(pp_fd) int oom = open("/proc/self/oom_score_adj", O_WRONLY);

	(void) sched_setscheduler(0, SCHED_OTHER, &none);
	(void) setpriority(PRIO_PROCESS, 0, 0);
	(void) syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
	if (oom >= 0)
		(void) !write(oom, "0", 1);
}

/* Resets signals, as the module does with posix_spawn; another parent may not.
 */
static void
set_standard_signals(void)
{
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &standard, NULL);
	sigaction(SIGPIPE, &ignored, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

enum pp_kind
detach_from_parent(struct pp_err *err)
{
	pid_t parent = getppid();
	enum pp_kind kind = become_root(err);

	if (kind != PP_OK)
		return kind;
	/* Every change of uid clears these, so they are set after the last. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 0);
	if (getppid() != parent)
		return pp_fail(
			err, PP_REASON_PEER_GONE, "the application has gone");
	(void) setsid();
	set_standard_signals();
	set_standard_limits();
	set_standard_priority();
	cgroup_leave(CGROUP_MOUNT, CGROUP_SELF);
	umask(022);
	clearenv();
	if (chdir("/") != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "chdir");
	closefrom(PP_CHILD_SOCKET + 1);
	return PP_OK;
}
