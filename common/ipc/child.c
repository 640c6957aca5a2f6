/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/base/clock.h>
#include <playpen/ipc/child.h>

#define REAP_STEP_MS 1 /* where the end of a process cannot be waited for */

/* The descriptors of the caller that a helper inherits. */
struct inherited {
	int socket;
	const int *files;
	int count;
};

/* Returns the first number above all descriptors that are inherited, both as
 * the caller numbers them and as the helper does. */
static int
first_unused(const struct inherited *inherited)
{
	int above = PP_CHILD_FILES + inherited->count;

	if (inherited->socket >= above)
		above = inherited->socket + 1;
	for (int i = 0; i < inherited->count; i++)
		if (inherited->files[i] >= above)
			above = inherited->files[i] + 1;
	return above;
}

/*
 * Copies the files out of the way first, because the number of one may be the
 * place of another. Puts the socket in its place next: an application without
 * descriptors 0 to 2 may have been given one of these numbers for it.
 */
static int
prepare_files(
	posix_spawn_file_actions_t *actions, const struct inherited *inherited)
{
	int above = first_unused(inherited);
	int failed = 0;

	for (int i = 0; i < inherited->count && failed == 0; i++)
		failed = posix_spawn_file_actions_adddup2(
			actions, inherited->files[i], above + i);
	if (failed == 0)
		failed = posix_spawn_file_actions_adddup2(
			actions, inherited->socket, PP_CHILD_SOCKET);
	for (int i = 0; i < inherited->count && failed == 0; i++)
		failed = posix_spawn_file_actions_adddup2(
			actions, above + i, PP_CHILD_FILES + i);
	for (int i = 0; i < PP_CHILD_SOCKET && failed == 0; i++)
		failed = posix_spawn_file_actions_addopen(
			actions, i, "/dev/null", O_RDWR, 0);
	if (failed == 0)
		failed = posix_spawn_file_actions_addclosefrom_np(
			actions, PP_CHILD_FILES + inherited->count);
	return failed;
}

/* Unblocks every signal and resets its disposition in the helper. */
static int
prepare_signals(posix_spawnattr_t *attributes)
{
	sigset_t none;
	sigset_t all;
	int failed;

	sigemptyset(&none);
	sigfillset(&all);
	failed = posix_spawnattr_setsigmask(attributes, &none);
	if (failed == 0)
		failed = posix_spawnattr_setsigdefault(attributes, &all);
	if (failed == 0)
		failed = posix_spawnattr_setflags(attributes,
			POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	return failed;
}

static int
spawn(const char *path, const struct inherited *inherited, pid_t *ret_pid)
{
	char *const argv[] = {(char *) path, NULL};
	char *const environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int failed;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return ENOMEM;
	}
	failed = prepare_files(&actions, inherited);
	if (failed == 0)
		failed = prepare_signals(&attributes);
	if (failed == 0)
		failed = posix_spawn(ret_pid, path, &actions, &attributes, argv,
			environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

enum pp_kind
pp_child_start_with_files(const char *path, const int *files, size_t count,
	struct pp_child *ret_helper, struct pp_err *err)
{
	struct pp_child helper = PP_CHILD_NONE;
	struct inherited inherited = {.files = files, .count = (int) count};
	int fds[2];
	int failed;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		return pp_fail_errno(
			err, PP_REASON_HELPER_FAILED, "socketpair");
	inherited.socket = fds[1];
	failed = spawn(path, &inherited, &helper.pid);
	pp_fd_free(&fds[1]);
	if (failed != 0) {
		pp_fd_free(&fds[0]);
		return pp_fail(err, PP_REASON_HELPER_FAILED, "%s: %s", path,
			strerrordesc_np(failed));
	}
	helper.channel.fd = fds[0];
	*ret_helper = helper;
	return PP_OK;
}

enum pp_kind
pp_child_start(
	const char *path, struct pp_child *ret_helper, struct pp_err *err)
{
	return pp_child_start_with_files(path, NULL, 0, ret_helper, err);
}

/* Returns true if the process is gone, or is no child of this process. */
static bool
reap(pid_t pid, int flags)
{
	pid_t got;

	do
		got = waitpid(pid, NULL, flags);
	while (got < 0 && errno == EINTR);
	return got != 0;
}

/*
 * Waits up to left_ms for the end of the process. By a descriptor where the
 * kernel has it: the caller of an application may have made every sleep of it
 * last for hours (PR_SET_TIMERSLACK(2const)).
 */
static void
wait_for_end(pid_t pid, int left_ms)
{
	pp_cleanup(pp_fd) int fd = (int) syscall(SYS_pidfd_open, pid, 0);
	struct pollfd ended = {.fd = fd, .events = POLLIN};

	if (fd < 0 && left_ms > REAP_STEP_MS)
		left_ms = REAP_STEP_MS;
	(void) poll(&ended, 1, left_ms);
}

void
pp_child_end(struct pp_child *helper, int grace_ms)
{
	int64_t end_ms = pp_clock_boot_ms(&pp_clock_system) + grace_ms;
	int left_ms;
	bool gone;

	if (helper->pid <= 0)
		return;
	pp_channel_free(&helper->channel);
	gone = reap(helper->pid, WNOHANG);
	while (!gone && (left_ms = pp_clock_until(
				 &pp_clock_system, end_ms, grace_ms)) > 0) {
		wait_for_end(helper->pid, left_ms);
		gone = reap(helper->pid, WNOHANG);
	}
	if (!gone) {
		kill(helper->pid, SIGKILL);
		(void) reap(helper->pid, 0);
	}
	helper->pid = 0;
}

void
pp_child_free(struct pp_child *helper)
{
	pp_child_end(helper, 0);
}
