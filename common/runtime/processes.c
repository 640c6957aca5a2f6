/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <playpen/runtime/processes.h>

/* One round kills all processes it sees; those that fork need several. */
#define ROUNDS_MAX 200
#define PAUSE_NS 10000000L
#define END_MS 200 /* for a killed process to end */

static FILE *
open_proc(pid_t process, const char *file)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int) process, file);
	return fopen(path, "re");
}

/* Returns true if uid is the real, effective, saved or file system uid. */
static bool
has_uid(pid_t process, uid_t uid, bool *ret_alive)
{
	char line[256];
	char state = 'Z';
	unsigned int uids[4];
	pp_cleanup(pp_stream) FILE *file = open_proc(process, "status");

	*ret_alive = false;
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "State: %c", &state) == 1)
			*ret_alive = state != 'Z' && state != 'X';
		if (sscanf(line, "Uid: %u %u %u %u", &uids[0], &uids[1],
			    &uids[2], &uids[3]) == 4)
			return uids[0] == uid || uids[1] == uid ||
			       uids[2] == uid || uids[3] == uid;
	}
	return false;
}

/* Returns true if pam_loginuid set uid; a change of uid does not change it. */
static bool
has_login_uid(pid_t process, uid_t uid)
{
	unsigned int login = 0;
	pp_cleanup(pp_stream) FILE *file = open_proc(process, "loginuid");

	return file != NULL && fscanf(file, "%u", &login) == 1 && login == uid;
}

static bool
belongs(pid_t process, uid_t uid)
{
	bool alive = false;
	bool owned = has_uid(process, uid, &alive);

	return alive && process != getpid() &&
	       (owned || has_login_uid(process, uid));
}

/* Returns the next process of uid in /proc, -1 at the end. */
static pid_t
next_process(DIR *directory, uid_t uid)
{
	const struct dirent *entry;

	while ((entry = readdir(directory)) != NULL) {
		pid_t process =
			isdigit((unsigned char) entry->d_name[0])
				? (pid_t) strtol(entry->d_name, NULL, 10)
				: -1;

		if (process > 0 && belongs(process, uid))
			return process;
	}
	return -1;
}

enum pp_kind
pp_processes_find(uid_t uid, pid_t *ret_process, struct pp_err *err)
{
	DIR *directory = opendir("/proc");

	if (directory == NULL)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "/proc");
	*ret_process = next_process(directory, uid);
	closedir(directory);
	return PP_OK;
}

/*
 * Kills a process and waits for its end, so that the next round does not count
 * it again. Uses a descriptor and checks it again, because the pid may be that
 * of another process by now. Returns true if it was killed and has ended.
 */
static bool
kill_process(pid_t process, uid_t uid)
{
	pp_cleanup(pp_fd) int fd = (int) syscall(SYS_pidfd_open, process, 0);
	struct pollfd end = {.fd = fd, .events = POLLIN};

	return fd >= 0 && belongs(process, uid) &&
	       syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0 &&
	       poll(&end, 1, END_MS) == 1;
}

static enum pp_kind
kill_round(uid_t uid, int64_t *seen, int64_t *ended, struct pp_err *err)
{
	DIR *directory = opendir("/proc");
	pid_t process;

	if (directory == NULL)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "/proc");
	while ((process = next_process(directory, uid)) > 0) {
		*seen += 1;
		*ended += kill_process(process, uid);
	}
	closedir(directory);
	return PP_OK;
}

enum pp_kind
pp_processes_kill(uint32_t uid, int64_t *ret_ended, struct pp_err *err)
{
	const struct timespec pause = {0, PAUSE_NS};

	*ret_ended = 0;
	for (int i = 0; i < ROUNDS_MAX; i++) {
		int64_t seen = 0;
		enum pp_kind kind = kill_round(uid, &seen, ret_ended, err);

		if (kind != PP_OK || seen == 0)
			return kind;
		nanosleep(&pause, NULL);
	}
	return pp_fail(err, PP_REASON_ACCOUNT_IN_USE,
		"processes of uid %u do not end", uid);
}

enum pp_kind
pp_processes_count(uint32_t uid, int64_t *ret_count, struct pp_err *err)
{
	DIR *directory = opendir("/proc");

	if (directory == NULL)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "/proc");
	for (*ret_count = 0; next_process(directory, uid) > 0;)
		*ret_count += 1;
	closedir(directory);
	return PP_OK;
}
