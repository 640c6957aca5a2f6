/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "playpen_policy/fresh.h"
#include "tests/tap.h"

/* Runs in a namespace of its own (tests/policy/run-private): /run is empty
 * there. */

#define ALICE ((uid_t) 1879048200)
#define BOB ((uid_t) 1879048201)

static int64_t now_ms;

static int64_t
test_boot_ms(void *context)
{
	(void) context;
	return now_ms;
}

static const struct pp_clock test_clock = {.boot_ms = test_boot_ms};

static void
a_handle_is_good_once_and_for_its_own_user(void)
{
	char handle[FRESH_HANDLE_SIZE];
	int64_t when = 0;
	struct pp_err err;

	now_ms = 5000;
	check(fresh_issue(ALICE, &test_clock, handle, NULL) == PP_OK);
	check(strlen(handle) == FRESH_HANDLE_SIZE - 1);
	check(fresh_take(handle, BOB, &test_clock, &when, &err) ==
		PP_NOT_FOUND);
	now_ms = 6000;
	check(fresh_take(handle, ALICE, &test_clock, &when, NULL) == PP_OK);
	check(when == 5000);
	check(fresh_take(handle, ALICE, &test_clock, &when, &err) ==
		PP_NOT_FOUND);
}

static void
a_handle_grows_old(void)
{
	char handle[FRESH_HANDLE_SIZE];
	int64_t when = 0;
	struct pp_err err;

	now_ms = 1000;
	check(fresh_issue(ALICE, &test_clock, handle, NULL) == PP_OK);
	now_ms += FRESH_HANDLE_LIFE_MS + 1;
	check(fresh_take(handle, ALICE, &test_clock, &when, &err) ==
		PP_NOT_FOUND);
}

static void
handles_nobody_came_for_are_swept(void)
{
	char handle[FRESH_HANDLE_SIZE];
	DIR *directory;
	int files = 0;

	now_ms = 1000;
	for (int i = 0; i < 3; i++)
		check(fresh_issue(ALICE, &test_clock, handle, NULL) == PP_OK);
	now_ms += FRESH_HANDLE_LIFE_MS + 1;
	check(fresh_issue(ALICE, &test_clock, handle, NULL) == PP_OK);
	directory = opendir(FRESH_DIR);
	for (struct dirent *entry = readdir(directory); entry != NULL;
		entry = readdir(directory))
		files += entry->d_name[0] == 'h';
	closedir(directory);
	check(files == 1);
}

static void
rejects_handles_that_are_paths(void)
{
	static const char *const bad[] = {"", "../../../etc/passwd",
		"0123456789abcdef0123456789abcde/",
		"0123456789ABCDEF0123456789ABCDEF",
		"0123456789abcdef0123456789abcdef0"};
	int64_t when = 0;
	struct pp_err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(fresh_take(bad[i], ALICE, &test_clock, &when, &err) ==
			PP_NOT_FOUND);
}

static void
a_sign_in_counts_for_its_session_and_user_only(void)
{
	now_ms = 10000;
	check(fresh_record("logind-1", ALICE, now_ms, NULL) == PP_OK);
	now_ms = 14000;
	check(fresh_age_ms("logind-1", ALICE, &test_clock) == 4000);
	check(fresh_age_ms("logind-2", ALICE, &test_clock) == -1);
	check(fresh_age_ms("logind-1", BOB, &test_clock) == -1);
	fresh_forget("logind-1", ALICE);
	check(fresh_age_ms("logind-1", ALICE, &test_clock) == -1);
}

static void
a_sign_in_from_the_future_never_counts(void)
{
	now_ms = 10000;
	check(fresh_record("audit-7", ALICE, now_ms, NULL) == PP_OK);
	now_ms = 9999;
	check(fresh_age_ms("audit-7", ALICE, &test_clock) == -1);
	now_ms = 10000;
	check(fresh_age_ms("audit-7", ALICE, &test_clock) == 0);
}

static void
a_sign_in_of_another_boot_never_counts(void)
{
	static const char other[] = "/run/other-boot";
	FILE *file = fopen(other, "we");

	now_ms = 10000;
	check(fresh_record("audit-8", ALICE, now_ms, NULL) == PP_OK);
	check(fresh_age_ms("audit-8", ALICE, &test_clock) == 0);
	check(file != NULL &&
		fputs("00000000-0000-4000-8000-000000000000\n", file) >= 0 &&
		fclose(file) == 0);
	check(mount(other, "/proc/sys/kernel/random/boot_id", NULL, MS_BIND,
		      NULL) == 0);
	check(fresh_age_ms("audit-8", ALICE, &test_clock) == -1);
	check(umount("/proc/sys/kernel/random/boot_id") == 0);
	check(fresh_age_ms("audit-8", ALICE, &test_clock) == 0);
}

static void
a_record_that_others_could_write_never_counts(void)
{
	now_ms = 10000;
	check(fresh_record("audit-9", ALICE, now_ms, NULL) == PP_OK);
	check(chmod(FRESH_DIR "/audit-9.1879048200", 0666) == 0);
	check(fresh_age_ms("audit-9", ALICE, &test_clock) == -1);
}

static void
names_logind_s_sessions(void)
{
	char session[FRESH_SESSION_SIZE];

	check(fresh_session_in_cgroups(
		"0::/user.slice/user-1000.slice/session-12.scope\n", session));
	check_text(session, "logind-12");
	check(fresh_session_in_cgroups(
		"8:pids:/user.slice\n"
		"1:name=systemd:/user.slice/user-1000.slice/session-c1.scope\n"
		"0::/\n",
		session));
	check_text(session, "logind-c1");
}

/* systemd-run --user --scope --unit=session-12 makes the first of these. */
static void
scopes_that_a_person_made_are_no_session(void)
{
	static const char *const bad[] = {
		"0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
		"session-12.scope\n",
		"0::/user.slice/user-1000.slice/user@1000.service/"
		"session-12.scope\n",
		"8:pids:/user.slice/user-1000.slice/session-12.scope\n",
		"0::/user.slice/session-.scope\n", "0::/\n", "0::\n", "0\n",
		""};
	char session[FRESH_SESSION_SIZE];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(!fresh_session_in_cgroups(bad[i], session));
}

/* A child says who it is and waits to be killed, but not for ever. orphan:
 * whoever led its session has ended. */
static void
be_child(int ready, bool orphan)
{
	pid_t self;

	if (setsid() < 0 || (orphan && fork() != 0))
		_exit(EXIT_SUCCESS);
	self = getpid();
	if (write(ready, &self, sizeof(self)) == sizeof(self)) {
		alarm(60);
		pause();
	}
	_exit(EXIT_FAILURE);
}

/* A process in a session of its own, or 0. */
static pid_t
start_child(bool orphan)
{
	pid_t child = 0;
	pid_t first;
	int fds[2];

	if (!check(pipe2(fds, O_CLOEXEC) == 0))
		return 0;
	first = fork();
	if (first == 0)
		be_child(fds[1], orphan);
	close(fds[1]);
	check(!orphan || waitpid(first, NULL, 0) == first);
	check(read(fds[0], &child, sizeof(child)) == sizeof(child));
	close(fds[0]);
	return child;
}

static void
end_child(pid_t child)
{
	check(child > 0 && kill(child, SIGKILL) == 0 &&
		waitpid(child, NULL, 0) == child);
}

/* What /proc says of the process from now on: cgroup or sessionid. */
static void
pretend(pid_t pid, const char *name, const char *text)
{
	char source[64];
	char target[64];
	FILE *file;

	snprintf(source, sizeof(source), "/run/%d-%s", (int) pid, name);
	snprintf(target, sizeof(target), "/proc/%d/%s", (int) pid, name);
	file = fopen(source, "we");
	check(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
	/* A kernel without audit has no sessionid, which says the same. */
	if (access(target, F_OK) != 0)
		return;
	check(mount(source, target, NULL, MS_BIND, NULL) == 0);
}

/* A process that neither logind nor audit has put into a session. */
static void
pretend_no_session(pid_t pid)
{
	pretend(pid, "cgroup", "0::/system.slice/cron.service\n");
	pretend(pid, "sessionid", "4294967295");
}

static void
a_session_is_named_by_its_leader_without_logind_and_audit(void)
{
	char leaders[FRESH_SESSION_SIZE];
	char again[FRESH_SESSION_SIZE];
	char others[FRESH_SESSION_SIZE];
	pid_t leader = start_child(false);
	pid_t other = start_child(false);
	char start[FRESH_SESSION_SIZE];

	pretend_no_session(leader);
	pretend_no_session(other);
	snprintf(start, sizeof(start), "leader-%d-", (int) leader);
	check(fresh_session_of(leader, leaders, NULL) == PP_OK);
	check(strncmp(leaders, start, strlen(start)) == 0);
	check(fresh_session_of(leader, again, NULL) == PP_OK);
	check_text(again, leaders);
	check(fresh_session_of(other, others, NULL) == PP_OK);
	check(strcmp(others, leaders) != 0);
	end_child(leader);
	end_child(other);
}

static void
a_session_is_logind_s_before_it_is_audit_s(void)
{
	char session[FRESH_SESSION_SIZE];
	pid_t child = start_child(false);
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/sessionid", (int) child);
	pretend(child, "cgroup",
		"0::/user.slice/user-1.slice/session-c12.scope\n");
	pretend(child, "sessionid", "7");
	check(fresh_session_of(child, session, NULL) == PP_OK);
	check_text(session, "logind-c12");
	pretend(child, "cgroup", "0::/session-../../x.scope\n");
	if (access(path, F_OK) == 0) {
		check(fresh_session_of(child, session, NULL) == PP_OK);
		check_text(session, "audit-7");
	}
	end_child(child);
}

/* What nohup leaves, or a CI runner whose leader ended. */
static void
a_session_whose_leader_is_gone_has_no_name(void)
{
	char session[FRESH_SESSION_SIZE] = "kept";
	pid_t orphan = start_child(true);
	pid_t twin = start_child(false);
	struct pp_err err = {0};

	pretend_no_session(orphan);
	pretend_no_session(twin);
	check(fresh_session_of(orphan, session, &err) == PP_SYSTEM);
	check(err.reason == PP_REASON_SYSTEM);
	check_text(session, "kept");
	check(fresh_session_of(twin, session, NULL) == PP_OK);
	end_child(orphan);
	end_child(twin);
	check(fresh_session_of(twin, session, &err) == PP_SYSTEM);
}

/* In a new PID namespace with the old /proc, it tells of other processes. */
static bool
proc_is_ours(void)
{
	char self[32] = "";

	return readlink("/proc/self", self, sizeof(self) - 1) > 0 &&
	       strtol(self, NULL, 10) == getpid();
}

static void
sessions_are_named(void)
{
	tap_skip("/proc is another PID namespace's");
}

static void
run_sessions(void)
{
	if (!proc_is_ours()) {
		run(sessions_are_named);
		return;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	run(a_session_is_named_by_its_leader_without_logind_and_audit);
	run(a_session_is_logind_s_before_it_is_audit_s);
	run(a_session_whose_leader_is_gone_has_no_name);
}

int
main(void)
{
	run(a_handle_is_good_once_and_for_its_own_user);
	run(a_handle_grows_old);
	run(handles_nobody_came_for_are_swept);
	run(rejects_handles_that_are_paths);
	run(a_sign_in_counts_for_its_session_and_user_only);
	run(a_sign_in_from_the_future_never_counts);
	run(a_sign_in_of_another_boot_never_counts);
	run(a_record_that_others_could_write_never_counts);
	run(names_logind_s_sessions);
	run(scopes_that_a_person_made_are_no_session);
	run_sessions();
	return tap_end();
}
