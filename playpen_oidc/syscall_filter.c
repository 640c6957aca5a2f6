/* SPDX-License-Identifier: MIT */
#include "syscall_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <seccomp.h>

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
 * Allows clone for the threads of the resolver alone. clone3 hides its flags in
 * memory where a filter cannot look, so it does not exist here, and glibc falls
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
	return forbid_named(filter, forbidden, PP_COUNT(forbidden));
}

/*
 * Forbids a value of an argument. A filter sees 64 bits where the kernel reads
 * an int, so a bit above the 32nd would pass a refusal that compares them all.
 * A refusal therefore compares under a mask.
 */
static int
forbid_argument(scmp_filter_ctx filter, int call, unsigned int index,
	unsigned int value)
{
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 1,
		SCMP_CMP(index, SCMP_CMP_MASKED_EQ, UINT32_MAX, value));
}

/*
 * Forbids F_SETOWN and the like: the owner of a file is sent a signal of the
 * caller's choice, and any process of the worker's uid can be named as owner.
 * Forbids TIOCSTI, which types into a terminal.
 */
static int
forbid_signal_owners(scmp_filter_ctx filter)
{
	static const unsigned int commands[] = {
		F_SETOWN, F_SETOWN_EX, F_SETSIG};
	static const unsigned int requests[] = {FIOSETOWN, SIOCSPGRP, TIOCSTI};
	int failed = 0;

	for (size_t i = 0; failed == 0 && i < PP_COUNT(commands); i++) {
		failed = forbid_argument(
			filter, SCMP_SYS(fcntl), 1, commands[i]);
		if (failed == 0 && SCMP_SYS(fcntl64) > 0)
			failed = forbid_argument(
				filter, SCMP_SYS(fcntl64), 1, commands[i]);
	}
	for (size_t i = 0; failed == 0 && i < PP_COUNT(requests); i++)
		failed = forbid_argument(
			filter, SCMP_SYS(ioctl), 1, requests[i]);
	return failed;
}

/*
 * Forbids ending the workers of other sign-ins, which have the same uid, and
 * changing their limits. abort(3) signals its own process, getrlimit(3) says
 * pid 0.
 */
static int
forbid_signalling_others(scmp_filter_ctx filter)
{
	int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		SCMP_SYS(tgkill), 1,
		SCMP_A0(SCMP_CMP_NE, (scmp_datum_t) getpid(), 0));

	if (failed == 0)
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
			SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_NE, 0, 0));
	return failed;
}

#define NUMBER_BITS 5U
#define NUMBER(value) ((uint32_t) 1 << (value))

/* Forbids every number of an argument but those of the set, which are below 32:
 * first whatever has a higher bit, then the others one by one. */
static int
forbid_others(scmp_filter_ctx filter, int call, unsigned int index,
	uint32_t allowed, int error)
{
	int failed = 0;

	for (unsigned int bit = NUMBER_BITS; failed == 0 && bit < 32; bit++)
		failed = seccomp_rule_add(filter,
			SCMP_ACT_ERRNO((unsigned int) error), call, 1,
			SCMP_CMP(index, SCMP_CMP_MASKED_EQ, NUMBER(bit),
				NUMBER(bit)));
	for (unsigned int number = 0; failed == 0 && number < 1 << NUMBER_BITS;
		number++)
		if ((allowed & NUMBER(number)) == 0)
			failed = seccomp_rule_add(filter,
				SCMP_ACT_ERRNO((unsigned int) error), call, 1,
				SCMP_CMP(index, SCMP_CMP_MASKED_EQ, UINT32_MAX,
					number));
	return failed;
}

/*
 * Allows the families and protocols that the resolver and HTTP need; the others
 * lead to rarely used code of the kernel. Of the streams, Landlock knows the
 * ports of TCP alone: MPTCP and SCTP would reach any. Netlink's protocol is 0.
 */
static int
forbid_sockets(scmp_filter_ctx filter)
{
	int failed = forbid_others(filter, SCMP_SYS(socket), 0,
		NUMBER(AF_UNIX) | NUMBER(AF_INET) | NUMBER(AF_INET6) |
			NUMBER(AF_NETLINK),
		EAFNOSUPPORT);

	if (failed == 0)
		failed = forbid_others(filter, SCMP_SYS(socket), 2,
			NUMBER(0) | NUMBER(IPPROTO_TCP) | NUMBER(IPPROTO_UDP),
			EPROTONOSUPPORT);
	return failed == 0 ? forbid_others(filter, SCMP_SYS(socketpair), 0,
				     NUMBER(AF_UNIX), EAFNOSUPPORT)
			   : failed;
}

/* Forbids TCP Fast Open, which connects without the call that Landlock sees. */
static int
forbid_fast_open(scmp_filter_ctx filter)
{
	static const struct {
		int call;
		unsigned int flags;
	} calls[] = {{SCMP_SYS(sendto), 3}, {SCMP_SYS(sendmsg), 2},
		{SCMP_SYS(sendmmsg), 3}};
	int failed = 0;

	for (size_t i = 0; failed == 0 && i < PP_COUNT(calls); i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EOPNOTSUPP),
			calls[i].call, 1,
			SCMP_CMP(calls[i].flags, SCMP_CMP_MASKED_EQ,
				MSG_FASTOPEN, MSG_FASTOPEN));
	return failed;
}

/*
 * Forbids opening files for writing to a worker without a cache, with or
 * without Landlock, because with the overflow uid it would share files with
 * others. A filter cannot see paths, so with a cache Landlock restricts the
 * writing.
 */
static int
forbid_write_opens(scmp_filter_ctx filter)
{
	static const unsigned int flags[] = {
		O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
	int failed = forbid_named(filter, for_cache, PP_COUNT(for_cache));

	for (size_t i = 0; failed == 0 && i < PP_COUNT(flags); i++) {
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

/* Loads the rules. A thread of the resolver may still run: it gets them too. */
static enum pp_kind
load(int (*const *rules)(scmp_filter_ctx), size_t count, struct pp_err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int failed;

	if (filter == NULL)
		return pp_fail_memory(err);
	failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	for (size_t i = 0; failed == 0 && i < count; i++)
		failed = rules[i](filter);
	if (failed == 0)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	if (failed != 0)
		return pp_fail(
			err, PP_REASON_SYSTEM, "seccomp: error %d", -failed);
	return PP_OK;
}

enum pp_kind
syscall_filter_load(bool has_cache, struct pp_err *err)
{
	static int (*const rules[])(scmp_filter_ctx) = {forbid_processes,
		forbid_calls, forbid_signal_owners, forbid_signalling_others,
		forbid_sockets, forbid_fast_open, forbid_write_opens};

	return load(rules, PP_COUNT(rules) - has_cache, err);
}

enum pp_kind
syscall_filter_forbid_writing(struct pp_err *err)
{
	static int (*const rules[])(scmp_filter_ctx) = {forbid_write_opens};

	return load(rules, PP_COUNT(rules), err);
}
