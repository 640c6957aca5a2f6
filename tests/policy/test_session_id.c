/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/runtime/process.h>
#include <playpen/runtime/session_id.h>

#include "tests/tap.h"

/* Runs in a namespace of its own (tests/policy/run-private), where what /proc
 * says of a process can be covered. */

static void
names_logind_s_sessions(void)
{
	char session[PP_SESSION_ID_SIZE];

	check_int(pp_session_id_in_cgroups(
			  "0::/user.slice/user-1000.slice/session-12.scope\n",
			  session),
		PP_SESSION_PLACE_LOGIND);
	check_text(session, "logind-12");
	check_int(
		pp_session_id_in_cgroups(
			"8:pids:/user.slice\n"
			"1:name=systemd:/user.slice/user-1000.slice/session-c1.scope\n"
			"0::/\n",
			session),
		PP_SESSION_PLACE_LOGIND);
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
	char session[PP_SESSION_ID_SIZE];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_cmp(pp_session_id_in_cgroups(bad[i], session), !=,
			PP_SESSION_PLACE_LOGIND);
}

static void
a_service_manager_is_told_from_other_places(void)
{
	char session[PP_SESSION_ID_SIZE];

	check_int(
		pp_session_id_in_cgroups(
			"0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
			"run-u1.service\n",
			session),
		PP_SESSION_PLACE_MANAGER);
	check_int(
		pp_session_id_in_cgroups(
			"1:name=systemd:/user.slice/user-1000.slice/user@1000.service"
			"/init.scope\n0::/\n",
			session),
		PP_SESSION_PLACE_MANAGER);
	check_int(
		pp_session_id_in_cgroups(
			"0::/system.slice/user@x.slice/ssh.service\n", session),
		PP_SESSION_PLACE_ELSEWHERE);
	check_int(pp_session_id_in_cgroups(
			  "0::/system.slice/cron.service\n", session),
		PP_SESSION_PLACE_ELSEWHERE);
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

	if (!check_int(pipe2(fds, O_CLOEXEC), 0))
		return 0;
	first = fork();
	if (first == 0)
		be_child(fds[1], orphan);
	close(fds[1]);
	check(!orphan || waitpid(first, NULL, 0) == first);
	check_int(read(fds[0], &child, sizeof(child)), sizeof(child));
	close(fds[0]);
	return child;
}

static void
end_child(pid_t child)
{
	check_cmp(child, >, 0);
	if (check_int(kill(child, SIGKILL), 0))
		check_int(waitpid(child, NULL, 0), child);
}

/* Sets what /proc says of the process: cgroup or sessionid. */
static void
pretend(pid_t pid, const char *name, const char *text)
{
	char source[64];
	char target[64];
	FILE *file;

	snprintf(source, sizeof(source), "/run/%d-%s", (int) pid, name);
	snprintf(target, sizeof(target), "/proc/%d/%s", (int) pid, name);
	file = fopen(source, "we");
	if (check(file != NULL))
		if (check_cmp(fputs(text, file), >=, 0))
			check_int(fclose(file), 0);
	/* A kernel without audit has no sessionid, which says the same. */
	if (access(target, F_OK) != 0)
		return;
	check_int(mount(source, target, NULL, MS_BIND, NULL), 0);
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
	char leaders[PP_SESSION_ID_SIZE];
	char again[PP_SESSION_ID_SIZE];
	char others[PP_SESSION_ID_SIZE];
	pid_t leader = start_child(false);
	pid_t other = start_child(false);
	char start[PP_SESSION_ID_SIZE];

	pretend_no_session(leader);
	pretend_no_session(other);
	snprintf(start, sizeof(start), "leader-%d-", (int) leader);
	check_kind(pp_session_id_of_process(leader, leaders, NULL), PP_OK);
	check(strncmp(leaders, start, strlen(start)) == 0);
	check_kind(pp_session_id_of_process(leader, again, NULL), PP_OK);
	check_text(again, leaders);
	check_kind(pp_session_id_of_process(other, others, NULL), PP_OK);
	check(strcmp(others, leaders) != 0);
	end_child(leader);
	end_child(other);
}

/* Writes what logind says of session c12. */
static void
write_leader(pid_t leader)
{
	FILE *file;

	mkdir("/run/systemd", 0755);
	mkdir("/run/systemd/sessions", 0755);
	file = fopen("/run/systemd/sessions/c12", "we");
	if (check(file != NULL))
		if (check_cmp(
			    fprintf(file,
				    "# This is private data.\nUID=1\nLEADER=%d\n",
				    (int) leader),
			    >, 0))
			check_int(fclose(file), 0);
}

#define SCOPE "0::/user.slice/user-1.slice/session-c12.scope\n"
#define MANAGER "0::/user.slice/user-1.slice/user@1.service/app.slice/x.scope\n"

static void
a_session_is_logind_s_before_it_is_audit_s(void)
{
	char session[PP_SESSION_ID_SIZE];
	pid_t child = start_child(false);
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/sessionid", (int) child);
	pretend(child, "cgroup", SCOPE);
	pretend(child, "sessionid", "7");
	write_leader(getpid());
	check_kind(pp_session_id_of_process(child, session, NULL), PP_OK);
	check_text(session, "logind-c12");
	write_leader(child);
	check_kind(pp_session_id_of_process(child, session, NULL), PP_OK);
	check_text(session, "logind-c12");
	pretend(child, "cgroup", "0::/session-../../x.scope\n");
	if (access(path, F_OK) == 0) {
		check_kind(
			pp_session_id_of_process(child, session, NULL), PP_OK);
		check_text(session, "audit-7");
	}
	end_child(child);
}

/* A process on a terminal of its own, which it leads. */
static pid_t
start_on_terminal(int *ret_master)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	int fds[2];
	char byte;
	pid_t child;

	check_cmp(master, >=, 0);
	if (check_int(grantpt(master), 0))
		if (check_int(unlockpt(master), 0))
			check_int(pipe2(fds, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		if (setsid() < 0 || open(ptsname(master), O_RDWR) < 0 ||
			write(fds[1], "x", 1) != 1)
			_exit(EXIT_FAILURE);
		alarm(60);
		for (;;)
			pause();
	}
	close(fds[1]);
	check_int(read(fds[0], &byte, 1), 1);
	close(fds[0]);
	*ret_master = master;
	return child;
}

/* As in tmux, whose server no session's leader started, and below the service
 * manager, which all sessions of a user share. */
static void
a_sign_in_elsewhere_belongs_to_the_terminal_and_its_leader(void)
{
	static const char *const places[] = {SCOPE, MANAGER};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char first[PP_SESSION_ID_SIZE];
		char again[PP_SESSION_ID_SIZE];
		char second[PP_SESSION_ID_SIZE];
		int masters[2];
		pid_t one = start_on_terminal(&masters[0]);
		pid_t two = start_on_terminal(&masters[1]);

		write_leader(i == 0 ? two : getpid());
		pretend(one, "cgroup", places[i]);
		pretend(two, "cgroup", MANAGER);
		check_kind(pp_session_id_of_process(one, first, NULL), PP_OK);
		check(strncmp(first, "terminal-", strlen("terminal-")) == 0);
		check_kind(pp_session_id_of_process(one, again, NULL), PP_OK);
		check_text(again, first);
		check_kind(pp_session_id_of_process(two, second, NULL), PP_OK);
		check(strcmp(first, second) != 0);
		end_child(one);
		end_child(two);
		close(masters[0]);
		close(masters[1]);
	}
}

/* The next process on the device, and with the pid, is another one. */
static void
a_terminal_that_is_used_again_has_another_name(void)
{
	char before[PP_SESSION_ID_SIZE];
	char after[PP_SESSION_ID_SIZE];
	int master;
	pid_t child = start_on_terminal(&master);
	char end[32];

	pretend(child, "cgroup", MANAGER);
	check_kind(pp_session_id_of_process(child, before, NULL), PP_OK);
	snprintf(end, sizeof(end), "-%lld",
		(long long) pp_process_start_ms(child));
	check_cmp(strlen(before), >, strlen(end));
	check_text(before + strlen(before) - strlen(end), end);
	end_child(child);
	close(master);
	child = start_on_terminal(&master);
	pretend(child, "cgroup", MANAGER);
	check_kind(pp_session_id_of_process(child, after, NULL), PP_OK);
	check(strcmp(before, after) != 0);
	end_child(child);
	close(master);
}

static void
without_a_terminal_there_is_no_name_below_the_service_manager(void)
{
	char session[PP_SESSION_ID_SIZE] = "kept";
	struct pp_err err = {0};
	pid_t child = start_child(false);

	pretend(child, "cgroup", MANAGER);
	pretend(child, "sessionid", "7");
	check_kind(
		pp_session_id_of_process(child, session, &err), PP_LOCAL_ERROR);
	check_text(session, "kept");
	end_child(child);
}

/* What nohup leaves, or a CI runner whose leader ended. */
static void
a_session_whose_leader_is_gone_has_no_name(void)
{
	char session[PP_SESSION_ID_SIZE] = "kept";
	pid_t orphan = start_child(true);
	pid_t twin = start_child(false);
	struct pp_err err = {0};

	pretend_no_session(orphan);
	pretend_no_session(twin);
	check_kind(pp_session_id_of_process(orphan, session, &err),
		PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_SYSTEM);
	check_text(session, "kept");
	check_kind(pp_session_id_of_process(twin, session, NULL), PP_OK);
	end_child(orphan);
	end_child(twin);
	check_kind(
		pp_session_id_of_process(twin, session, &err), PP_LOCAL_ERROR);
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
	run(a_sign_in_elsewhere_belongs_to_the_terminal_and_its_leader);
	run(a_terminal_that_is_used_again_has_another_name);
	run(without_a_terminal_there_is_no_name_below_the_service_manager);
	run(a_session_whose_leader_is_gone_has_no_name);
}

int
main(void)
{
	run(names_logind_s_sessions);
	run(scopes_that_a_person_made_are_no_session);
	run(a_service_manager_is_told_from_other_places);
	run_sessions();
	return tap_end();
}
