/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/wait.h>

#include "playpen_policy/handlers.h"
#include "tests/policy/identity.h"

/*
 * How often one call of playpen-policy opens what it decides by. Traces itself
 * with strace(1). Runs in a mount namespace (tests/policy/run-private) where
 * /etc, /run and /var/lib are the test's own.
 */

#define TRACE "/run/trace"

static const char *program;

/* The accounts are opened before the wait, for the login slot. */
static enum pp_reason
sign_in(const char *name)
{
	struct request request = begin_request(name, &pp_clock_system);
	pp_cleanup(pp_account) struct pp_account known = {0};

	approve(&request, name, name);
	request.identity.groups = node_words("dev ops");
	if (request_open_accounts(&request, PP_ACCOUNTS_READ) == PP_OK)
		(void) !pp_accounts_find(request.accounts, name, &known, NULL);
	return end_request(&request, authorize_identity(&request));
}

static enum pp_reason
log_in(const char *name)
{
	struct request request = begin_request(name, &pp_clock_system);

	request.service = pp_conf_find_pam_service(request.conf, "sshd");
	request.start.pam_service = strdup("sshd");
	return end_request(&request, handle_account(&request));
}

/* Runs this program under strace with two words. Returns its exit status. */
static int
trace(const char *what, const char *name)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		/* SQLite opens its file again rather than use a standard
		 * stream's number. */
		while (open("/dev/null", O_RDWR) <= STDERR_FILENO)
			continue;
		/* A leak check traces the process itself. */
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
		execlp("strace", "strace", "-f", "-o", TRACE, "-e",
			"trace=open,openat,openat2", program, what, name,
			(char *) NULL);
		_exit(127);
	}
	check_int(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Returns how often the trace opens the path. */
static int
count_opens(const char *path)
{
	char quoted[128];
	char line[1024];
	FILE *file = fopen(TRACE, "r");
	int count = 0;

	snprintf(quoted, sizeof(quoted), "\"%s\"", path);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		count += strstr(line, quoted) != NULL;
	if (file != NULL)
		fclose(file);
	return count;
}

static void
begin_traced(void)
{
	node_reset();
	check(scratch_write(
		"/etc/nsswitch.conf", "passwd: files\ngroup: files\n", 0644));
	check_reason(sign_in("bob"), PP_REASON_NONE);
}

static void
check_each_is_opened_once(void)
{
	check_int(count_opens(PP_ACCOUNTS_PATH), 1);
	check_int(count_opens("/etc/passwd"), 1);
	check_int(count_opens("/etc/group"), 1);
	check_int(count_opens("/etc/playpen/uid.key"), 1);
}

static void
a_first_login_opens_each_file_once(void)
{
	begin_traced();
	check_int(trace("sign-in", "alice"), 0);
	check_each_is_opened_once();
}

static void
a_later_sign_in_does_so_too(void)
{
	begin_traced();
	check_int(trace("sign-in", "bob"), 0);
	check_each_is_opened_once();
}

/* Of a connection that began after the groups were stored: without the mark. */
static void
the_account_stage_opens_the_accounts_alone(void)
{
	begin_traced();
	check_int(system("rm /run/playpen/groups/*"), 0);
	check_int(trace("login", "bob"), 0);
	check_int(count_opens(PP_ACCOUNTS_PATH), 1);
	check_int(count_opens("/etc/passwd"), 0);
	check_int(count_opens("/etc/playpen/uid.key"), 0);
}

/* Puts a database in the place of state.db, as an administrator who restores a
 * backup does. */
static void
replace_accounts(const char *backup)
{
	check_int(rename(backup, PP_ACCOUNTS_PATH), 0);
}

static void
copy_accounts(const char *backup)
{
	char command[256];

	snprintf(command, sizeof(command), "cp -p %s %s", PP_ACCOUNTS_PATH,
		backup);
	check_int(system(command), 0);
}

/* A lock that came while the user was at the browser, in the same file or in
 * another one, keeps the user out. */
static void
a_database_that_is_replaced_during_the_wait_decides(void)
{
	struct request request = {0};
	struct request twin = {0};

	begin_traced();
	{
		pp_cleanup(pp_accounts) struct pp_accounts *accounts =
			node_open(PP_ACCOUNTS_WRITE);

		check_kind(node_lock(accounts, "bob", true, NULL), PP_OK);
		copy_accounts("/var/lib/playpen/backup");
		check_kind(node_lock(accounts, "bob", false, NULL), PP_OK);
	}
	twin = begin_request("bob", &pp_clock_system);
	approve(&twin, "bob", "bob");
	check_kind(request_open_accounts(&twin, PP_ACCOUNTS_READ), PP_OK);
	check_reason(
		end_request(&twin, authorize_identity(&twin)), PP_REASON_NONE);
	request = begin_request("bob", &pp_clock_system);
	approve(&request, "bob", "bob");
	check_kind(request_open_accounts(&request, PP_ACCOUNTS_READ), PP_OK);
	replace_accounts("/var/lib/playpen/backup");
	check_reason(end_request(&request, authorize_identity(&request)),
		PP_REASON_LOCKED);
}

int
main(int count, char **words)
{
	umask(022);
	if (count == 3) {
		scratch_root[0] = '\0';
		check_kind(pp_conf_load("", &node_conf, NULL), PP_OK);
		return (strcmp(words[1], "sign-in") == 0
				       ? sign_in(words[2])
				       : log_in(words[2])) == PP_REASON_NONE
			       ? EXIT_SUCCESS
			       : EXIT_FAILURE;
	}
	program = words[0];
	if (access("/usr/bin/strace", X_OK) != 0) {
		puts("1..0 # SKIP no strace here");
		return EXIT_SUCCESS;
	}
	enter();
	run(a_first_login_opens_each_file_once);
	run(a_later_sign_in_does_so_too);
	run(the_account_stage_opens_the_accounts_alone);
	run(a_database_that_is_replaced_during_the_wait_decides);
	return node_end();
}
