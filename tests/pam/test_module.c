/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <security/pam_appl.h>

#include <playpen/index/first_login.h>
#include <playpen/index/index.h>
#include <playpen/ipc/pam_messages.h>

#include "tests/tap.h"

/*
 * The built pam_playpen.so in real PAM stacks (pam_start_confdir), against a
 * playpen-policy that misbehaves on command. Runs in a namespace of its own
 * (tests/pam/run), where /etc/passwd, /var/lib/playpen and the helper's path
 * are the test's. PAM_MODULE names the module, CONFDIR the place for stacks.
 */

#define STATE "/var/lib/playpen/"

/* What the conversation saw, and what it answers. */
static char seen[4096];
static const char *answer_text;
static int conversation_result;
static useconds_t thinking_us; /* before a question is answered */
static const char *service = "testing";
static void (*at_conversation)(void); /* called in it */
static pam_handle_t *pamh;

static int
converse(int count, const struct pam_message **messages,
	struct pam_response **ret, void *data)
{
	struct pam_response *responses =
		calloc((size_t) count, sizeof(*responses));

	(void) data;
	if (at_conversation != NULL)
		at_conversation();
	for (int i = 0; i < count; i++) {
		size_t used = strlen(seen);

		snprintf(seen + used, sizeof(seen) - used, "%d:%s|",
			messages[i]->msg_style, messages[i]->msg);
		if (messages[i]->msg_style == PAM_PROMPT_ECHO_ON)
			usleep(thinking_us);
		if (answer_text != NULL)
			responses[i].resp = strdup(answer_text);
	}
	if (conversation_result != PAM_SUCCESS) {
		free(responses);
		return conversation_result;
	}
	*ret = responses;
	return PAM_SUCCESS;
}

static void
write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		printf("Bail out! %s\n", path);
		exit(EXIT_FAILURE);
	}
}

static const char *
report(void)
{
	static char text[2048];
	FILE *file = fopen(STATE "report", "re");
	size_t len = 0;

	if (file != NULL) {
		len = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[len] = '\0';
	return text;
}

/* An index in which alice is ours; bob is in it and in /etc/passwd as well. */
static void
write_index(void)
{
	const struct pp_index_group groups[2] = {
		{.name = "playpen-users", .gid = PP_GID_RANGE_LOW + 1},
		{.name = "dev", .gid = PP_GID_RANGE_LOW + 2}};
	static const uint32_t dev[] = {1};
	struct pp_index_entry users[2] = {
		{"alice", "", "/home/alice", "/bin/sh", 1879048200, 1879048200,
			PP_INDEX_SIGNED_IN, 0, dev, 1},
		{"bob", "", "/home/bob", "/bin/sh", 1879048201, 1879048201,
			PP_INDEX_SIGNED_IN, 0, dev, 0},
	};
	const struct pp_index_content content = {.users = users,
		.user_count = 2,
		.groups = groups,
		.group_count = 2};
	bool changed;
	struct pp_err err = {0};

	if (pp_index_write(PP_INDEX_PATH, &content, &changed, &err) != PP_OK) {
		printf("Bail out! index: %s\n", err.message);
		exit(EXIT_FAILURE);
	}
}

/* Begins a transaction of the service for user; script is what policy does. */
static void
begin(const char *user, const char *script)
{
	static const struct pam_conv conv = {converse, NULL};

	unlink(STATE "report");
	write_text(STATE "script", script);
	seen[0] = '\0';
	answer_text = NULL;
	thinking_us = 0;
	conversation_result = PAM_SUCCESS;
	if (pam_start_confdir(service, user, &conv, getenv("CONFDIR"), &pamh) !=
		PAM_SUCCESS) {
		printf("Bail out! pam_start\n");
		exit(EXIT_FAILURE);
	}
}

static void
finish(void)
{
	pam_end(pamh, PAM_SUCCESS);
}

static int
authenticate(const char *user, const char *script)
{
	int code;

	begin(user, script);
	code = pam_authenticate(pamh, 0);
	finish();
	return code;
}

static int
account(const char *user, const char *script)
{
	int code;

	begin(user, script);
	code = pam_acct_mgmt(pamh, 0);
	finish();
	return code;
}

static int
session(const char *user)
{
	int code;

	begin(user, "result 0");
	code = pam_open_session(pamh, 0);
	finish();
	return code;
}

/* The stack ends in pam_permit, so success alone would prove nothing: the stack
 * turns our PAM_IGNORE into PAM_SUCCESS and any failure into itself. */
static void
ignores_people_who_are_not_ours(void)
{
	check_int(authenticate("root", "result 7"), PAM_SUCCESS);
	check_text(report(), "");
	check_int(authenticate("mallory", "result 7"), PAM_SUCCESS);
	check_text(report(), "");
}

static void
a_name_in_passwd_is_never_ours(void)
{
	check_int(authenticate("bob", "result 7"), PAM_SUCCESS);
	check_int(account("bob", "result 6"), PAM_SUCCESS);
	check_text(report(), "");
}

static void
odd_names_are_nobodys(void)
{
	static const char *const names[] = {"", "-rf", "../alice", "ALICE",
		"alice\n", "alice ", "0", "a:b",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		check_int(authenticate(names[i], "result 7"), PAM_SUCCESS);
	check_text(report(), "");
}

static void
tells_policy_who_and_what_for(void)
{
	check_int(authenticate("alice", "start\nresult 0"), PAM_SUCCESS);
	check_text(report(), "alice testing 1\n");
	check_int(account("alice", "start\nresult 0"), PAM_SUCCESS);
	check_text(report(), "alice testing 2\n");
}

static void
relays_texts_and_answers(void)
{
	begin("alice", "start\ninfo Hello\nerror No\nask Name?\nresult 0");
	answer_text = "chief";
	check_int(pam_authenticate(pamh, 0), PAM_SUCCESS);
	check_text(seen, "4:Hello|3:No|2:Name?|");
	check_text(report(), "alice testing 1\nchief\n");
	finish();
	begin("alice", "start\nsecret Secret?\nresult 0");
	answer_text = "x";
	check_int(pam_authenticate(pamh, PAM_SILENT), PAM_SUCCESS);
	check_text(seen, "1:Secret?|");
	finish();
}

static void
returns_what_each_hook_may_return(void)
{
	check_int(authenticate("alice", "result 7"), PAM_AUTH_ERR);
	check_int(authenticate("alice", "result 9"), PAM_AUTHINFO_UNAVAIL);
	check_int(authenticate("alice", "result 11"), PAM_MAXTRIES);
	check_int(authenticate("alice", "result 26"), PAM_ABORT);
	check_int(account("alice", "result 6"), PAM_PERM_DENIED);
	check_int(account("alice", "result 13"), PAM_ACCT_EXPIRED);
}

static void
no_other_code_passes(void)
{
	static const int codes[] = {-1, 1, 6, 13, 14, 25, 31, 32, 1000};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		char script[32];

		snprintf(script, sizeof(script), "result %d", codes[i]);
		check_int(authenticate("alice", script), PAM_AUTHINFO_UNAVAIL);
	}
	check_int(account("alice", "result 25"), PAM_PERM_DENIED);
	check_int(account("alice", "result 9"), PAM_PERM_DENIED);
}

static void
a_broken_policy_is_a_refusal(void)
{
	check_int(authenticate("alice", ""), PAM_AUTHINFO_UNAVAIL);
	check_int(authenticate("alice", "garbage\nwait"), PAM_AUTHINFO_UNAVAIL);
	check_int(
		authenticate("alice", "identity\nwait"), PAM_AUTHINFO_UNAVAIL);
	check_int(authenticate("alice", "info half a login"),
		PAM_AUTHINFO_UNAVAIL);
	check_int(account("alice", ""), PAM_PERM_DENIED);
	check_int(account("alice", "garbage"), PAM_PERM_DENIED);
}

/* The person answers when policy has said its last word and gone. */
static void
a_late_answer_still_gets_the_last_word(void)
{
	begin("alice", "question Name?\nerror Too late.\nresult 7");
	answer_text = "chief";
	thinking_us = 300000;
	check_int(pam_authenticate(pamh, 0), PAM_AUTH_ERR);
	check_text(seen, "2:Name?|3:Too late.|");
	finish();
	begin("alice", "question Name?\nerror Too late.");
	answer_text = "chief";
	thinking_us = 300000;
	check_int(pam_authenticate(pamh, 0), PAM_AUTHINFO_UNAVAIL);
	check_text(seen, "2:Name?|3:Too late.|");
	finish();
}

/* sshd's client would begin again, up to three times. */
static void
under_sshd_a_broken_policy_ends_the_method(void)
{
	service = "sshd";
	check_int(authenticate("alice", ""), PAM_MAXTRIES);
	check_int(authenticate("alice", "result 25"), PAM_MAXTRIES);
	check_int(authenticate("alice", "garbage\nwait"), PAM_MAXTRIES);
	check_int(account("alice", ""), PAM_PERM_DENIED);
	check_int(authenticate("root", "result 7"), PAM_SUCCESS);
	begin("alice", "ask Name?\nresult 0");
	conversation_result = PAM_CONV_ERR;
	check_int(pam_authenticate(pamh, 0), PAM_AUTHINFO_UNAVAIL);
	finish();
	service = "testing";
}

static void
an_application_without_answers_is_a_refusal(void)
{
	begin("alice", "ask Name?\nresult 0");
	conversation_result = PAM_CONV_ERR;
	check_int(pam_authenticate(pamh, 0), PAM_AUTHINFO_UNAVAIL);
	finish();
	begin("alice", "ask Name?\nresult 0");
	answer_text = NULL;
	check_int(pam_authenticate(pamh, 0), PAM_AUTHINFO_UNAVAIL);
	finish();
}

static void
sets_its_own_variables_only(void)
{
	begin("alice", "setenv 0123\nresult 0");
	check_int(pam_authenticate(pamh, 0), PAM_SUCCESS);
	check_text(pam_getenv(pamh, PP_SIGN_IN_VARIABLE), "0123");
	write_text(STATE "script", "unsetenv\nresult 0");
	check_int(pam_open_session(pamh, 0), PAM_SUCCESS);
	check(pam_getenv(pamh, PP_SIGN_IN_VARIABLE) == NULL);
	finish();
	begin("alice", "refused It has ended.\nresult 0");
	check_int(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
	check_text(pam_getenv(pamh, PP_REFUSAL_VARIABLE), "It has ended.");
	finish();
	begin("alice", "foreign\nresult 0");
	check_int(pam_authenticate(pamh, 0), PAM_AUTHINFO_UNAVAIL);
	check(pam_getenv(pamh, "LD_PRELOAD") == NULL);
	finish();
}

static void
a_held_back_interrupt_ends_the_wait(void)
{
	sigset_t interrupt;
	sigset_t saved;
	const struct timespec none = {0, 0};

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, &saved);
	raise(SIGINT);
	check_int(authenticate("alice", "start\nwait"), PAM_ABORT);
	check_text(report(), "alice testing 1\nCANCEL\n");
	/* A session ends whatever the person presses. */
	begin("alice", "start\nresult 0");
	check_int(pam_close_session(pamh, 0), PAM_SUCCESS);
	finish();
	sigtimedwait(&interrupt, NULL, &none);
	sigprocmask(SIG_SETMASK, &saved, NULL);
}

/*
 * A child presses Ctrl-C in our place, once the policy has reported that it
 * stands. Without a report nobody does, and the wait ends in another way.
 */
static pid_t
press_ctrl_c_in_the_wait(void)
{
	pid_t host = getpid();
	pid_t child;

	unlink(STATE "report");
	child = fork();
	if (child == 0) {
		for (int i = 0; i < 2000 && report()[0] == '\0'; i++)
			usleep(5 * 1000);
		if (report()[0] != '\0')
			kill(host, SIGINT);
		_exit(0);
	}
	return child;
}

static volatile sig_atomic_t handled;

static void
note_signal(int number)
{
	handled = number;
}

/* As login(1) of util-linux is. */
static void
an_interrupt_that_the_host_ignores_ends_the_wait_too(void)
{
	sigset_t mask;
	pid_t child;

	signal(SIGINT, SIG_IGN);
	child = press_ctrl_c_in_the_wait();
	check_int(authenticate("alice", "start\nwait"), PAM_ABORT);
	check_text(report(), "alice testing 1\nCANCEL\n");
	check_int(waitpid(child, NULL, 0), child);
	sigpending(&mask);
	check_int(sigismember(&mask, SIGINT), 0);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	check_int(sigismember(&mask, SIGINT), 0);
	signal(SIGINT, SIG_DFL);
}

/* As su is, which dies of it: but only when nothing of ours is left. */
static void
an_interrupt_is_the_host_s_own_when_the_wait_is_over(void)
{
	pid_t child;

	handled = 0;
	signal(SIGINT, note_signal);
	child = press_ctrl_c_in_the_wait();
	check_int(authenticate("alice", "start\nwait"), PAM_ABORT);
	check_int(handled, SIGINT);
	check_int(waitpid(child, NULL, 0), child);
	signal(SIGINT, SIG_DFL);
}

static bool held_back_at_prompt;

static void
look_at_mask(void)
{
	sigset_t mask;

	sigprocmask(SIG_BLOCK, NULL, &mask);
	held_back_at_prompt = sigismember(&mask, SIGINT) == 1;
}

static void
an_interrupt_at_a_prompt_is_the_host_s(void)
{
	begin("alice", "ask Name?\nresult 0");
	answer_text = "x";
	at_conversation = look_at_mask;
	held_back_at_prompt = true;
	check_int(pam_authenticate(pamh, 0), PAM_SUCCESS);
	check(!held_back_at_prompt);
	at_conversation = NULL;
	finish();
}

static void
the_host_keeps_its_signals_and_descriptors(void)
{
	struct sigaction before = {.sa_handler = SIG_IGN};
	struct sigaction after;
	int lowest = dup(0);
	int again;

	close(lowest);
	sigaction(SIGCHLD, &before, NULL);
	check_int(authenticate("alice", "start\nresult 0"), PAM_SUCCESS);
	sigaction(SIGCHLD, NULL, &after);
	check(after.sa_handler == SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	again = dup(0);
	check_int(again, lowest);
	close(again);
}

static void
setcred_and_chauthtok_answer_by_themselves(void)
{
	begin("alice", "result 0");
	check_int(pam_authenticate(pamh, 0), PAM_SUCCESS);
	unlink(STATE "script");
	check_int(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	check_int(pam_setcred(pamh, PAM_DELETE_CRED), PAM_SUCCESS);
	check_int(pam_chauthtok(pamh, 0), PAM_AUTHTOK_ERR);
	check_contains(seen, "no password on this node");
	finish();
}

/* Somebody meant something by them: what, the module does not know. */
static void
a_line_with_arguments_lets_only_local_users_by(void)
{
	service = "arguments";
	check_int(authenticate("alice", "result 0"), PAM_AUTHINFO_UNAVAIL);
	check_text(report(), "");
	check_int(account("alice", "result 0"), PAM_PERM_DENIED);
	check_int(session("alice"), PAM_SESSION_ERR);
	check_int(authenticate("bob", "result 0"), PAM_SUCCESS);
	check_int(account("bob", "result 0"), PAM_SUCCESS);
	check_int(session("bob"), PAM_SUCCESS);
	service = "testing";
	check_int(authenticate("alice", "result 0"), PAM_SUCCESS);
	check_int(account("alice", "result 0"), PAM_SUCCESS);
	check_int(session("alice"), PAM_SUCCESS);
}

/* A process keeps the good index that it has: these begin with a bad one. */
static int
corrupt_index(void)
{
	int wrong;

	unlink(PP_INDEX_PATH);
	write_text(PP_INDEX_PATH, "not an index");
	wrong = authenticate("alice", "result 0") != PAM_AUTHINFO_UNAVAIL;
	wrong |= account("alice", "result 0") != PAM_PERM_DENIED;
	wrong |= authenticate("root", "result 7") != PAM_SUCCESS;
	wrong |= authenticate("bob", "result 7") != PAM_SUCCESS;
	return wrong;
}

static int
missing_index(void)
{
	unlink(PP_INDEX_PATH);
	return authenticate("alice", "result 7") != PAM_SUCCESS;
}

static int
good_index(void)
{
	return authenticate("alice", "result 7") != PAM_AUTH_ERR;
}

/*
 * Run as "login", which looks up whoever has never signed in after us, so that
 * nothing but the module's own judgement keeps a group's name from being asked
 * for: dev by the index, admins and dex-x by what is configured.
 */
static int
stranger(void)
{
	int wrong;

	wrong = authenticate("chief", "result 7") != PAM_AUTH_ERR;
	wrong |= authenticate("dev", "result 7") != PAM_SUCCESS;
	wrong |= authenticate("admins", "result 7") != PAM_SUCCESS;
	wrong |= authenticate("dex-x", "result 7") != PAM_SUCCESS;
	return wrong;
}

/* What libnss_pptest.so.2 has (tests/nss/pptest.c); NULL: it does not answer,
 * with the error of nss-pam-ldapd, which looks like a "no". */
static void
set_other_source(const char *users)
{
	unlink("/var/lib/pptest.down");
	write_text("/var/lib/pptest.passwd", users != NULL ? users : "");
	write_text("/var/lib/pptest.group", "");
	if (users == NULL)
		write_text("/var/lib/pptest.down", "2\n");
}

#define NO_UID ((uid_t) -1)
#define NEW_UID ((uid_t) -2) /* of a first-login answer */

/* One name, looked up as sshd would, and then PAM: what the other source has at
 * both moments, and what must come of it. */
struct encounter {
	const char *name;
	const char *before;
	uid_t looked_up;
	const char *later;
	int authenticate;
	int account;
};

static uid_t
look_up(const char *name)
{
	const struct passwd *entry = getpwnam(name);
	gid_t gids[16];
	int count = 16;

	if (entry == NULL)
		return NO_UID;
	getgrouplist(name, entry->pw_gid, gids, &count);
	entry = getpwnam(name);
	return entry->pw_uid >= PP_UID_RANGE_LOW ? NEW_UID : entry->pw_uid;
}

static int
meet(const struct encounter *encounters, size_t count)
{
	int wrong = 0;

	for (size_t i = 0; i < count; i++) {
		const struct encounter *encounter = &encounters[i];
		uid_t uid;
		int codes[2];

		set_other_source(encounter->before);
		uid = look_up(encounter->name);
		set_other_source(encounter->later);
		codes[0] = authenticate(encounter->name, "result 7");
		codes[1] = account(encounter->name, "result 6");
		if (uid == encounter->looked_up &&
			codes[0] == encounter->authenticate &&
			codes[1] == encounter->account)
			continue;
		printf("# %s: uid %d, codes %d and %d\n", encounter->name,
			(int) uid, codes[0], codes[1]);
		wrong = 1;
	}
	return wrong;
}

#define THEIRS(name) name ":x:5000:5000::/:/bin/sh\n"
/* Codes of the policy, of other modules, and of a refusal by the module. */
#define ASKED PAM_AUTH_ERR, PAM_PERM_DENIED
#define LEFT_TO_OTHERS PAM_SUCCESS, PAM_SUCCESS
#define REFUSED PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED

static int
other_source(void)
{
	static const struct encounter encounters[] = {
		{"new1", "", NEW_UID, "", ASKED},
		{"theirs1", THEIRS("theirs1"), 5000, THEIRS("theirs1"),
			LEFT_TO_OTHERS},
		{"down1", NULL, NO_UID, NULL, LEFT_TO_OTHERS},
		{"revived1", NULL, NO_UID, THEIRS("revived1"), LEFT_TO_OTHERS},
		{"dying1", "", NEW_UID, NULL, REFUSED},
		{"revived2", "", NEW_UID, THEIRS("revived2"), REFUSED},
		{"gone1", THEIRS("gone1"), 5000, NULL, LEFT_TO_OTHERS},
		{"new2", "", NEW_UID, "", ASKED},
		{"root", "", 0, "", LEFT_TO_OTHERS},
		{"alice", "", NEW_UID, THEIRS("alice"), ASKED},
		{"alice", NULL, NEW_UID, NULL, ASKED},
	};

	return meet(encounters, sizeof(encounters) / sizeof(encounters[0]));
}

/* useradd, between the look-up and PAM. */
static int
local_user_meanwhile(void)
{
	int wrong = look_up("new3") != NEW_UID;
	FILE *file = fopen("/etc/passwd", "ae");

	fputs("new3:x:1003:1003::/:/bin/sh\n", file);
	fclose(file);
	wrong |= authenticate("new3", "result 0") != PAM_AUTHINFO_UNAVAIL;
	wrong |= account("new3", "result 0") != PAM_PERM_DENIED;
	return wrong;
}

static int
damaged_index(void)
{
	static const struct encounter encounters[] = {
		{"theirs1", THEIRS("theirs1"), 5000, THEIRS("theirs1"),
			LEFT_TO_OTHERS},
		{"alice", "", NO_UID, "", REFUSED},
		{"new1", "", NO_UID, "", REFUSED},
		{"root", "", 0, "", LEFT_TO_OTHERS},
		{"root", NULL, 0, NULL, LEFT_TO_OTHERS},
		{"theirs1", THEIRS("theirs1"), 5000, NULL, REFUSED},
	};

	return meet(encounters, sizeof(encounters) / sizeof(encounters[0]));
}

/* nscd may have kept what the index said, of a locked user too. */
static int
damaged_index_with_nscd(void)
{
	static const struct encounter encounters[] = {
		{"theirs1", THEIRS("theirs1"), 5000, THEIRS("theirs1"),
			REFUSED},
		{"alice", THEIRS("alice"), 5000, THEIRS("alice"), REFUSED},
		{"root", NULL, 0, NULL, LEFT_TO_OTHERS},
	};

	return meet(encounters, sizeof(encounters) / sizeof(encounters[0]));
}

static const struct {
	const char *name;
	int (*body)(void);
} modes[] = {{"corrupt", corrupt_index}, {"missing", missing_index},
	{"good", good_index}, {"stranger", stranger},
	{"other-source", other_source}, {"damaged-index", damaged_index},
	{"damaged-with-nscd", damaged_index_with_nscd},
	{"local-user", local_user_meanwhile}};

static bool
fresh_program(const char *program, const char *mode)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		execl(program, "test_module", mode, (char *) NULL);
		_exit(EXIT_FAILURE);
	}
	return waitpid(child, &status, 0) == child && status == 0;
}

static bool
fresh_process(const char *mode)
{
	return fresh_program("/proc/self/exe", mode);
}

static void
write_first_login(void)
{
	static const struct pp_first_login_settings provision = {
		.uid_range = {PP_UID_RANGE_LOW, PP_UID_RANGE_HIGH},
		.gid_range = {PP_GID_RANGE_LOW, PP_GID_RANGE_HIGH},
		.allow_new_users = "*",
		.home = "/home/%u",
		.shell = "/bin/sh",
		.all_users_group = "playpen-users",
		.all_users_gid = PP_GID_RANGE_LOW,
		.programs = PP_FIRST_LOGIN_PROGRAMS,
		.prefix = "dex-",
		.groups = "ops2 admins"};

	check_kind(pp_first_login_write(PP_FIRST_LOGIN_PATH, &provision, NULL),
		PP_OK);
}

/* Runs the copy that is called login. */
static bool
fresh_login(const char *mode)
{
	char program[PATH_MAX];

	snprintf(program, sizeof(program), "%s/../login", getenv("CONFDIR"));
	return fresh_program(program, mode);
}

static void
nobody_is_asked_for_under_the_name_of_a_group(void)
{
	set_other_source("");
	write_first_login();
	check(fresh_login("stranger"));
	unlink(PP_FIRST_LOGIN_PATH);
	check(!fresh_login("stranger"));
}

static void
a_new_user_is_one_for_nss_and_pam_or_for_neither(void)
{
	write_first_login();
	check(fresh_login("other-source"));
	set_other_source("");
	check(fresh_login("local-user"));
	unlink(PP_FIRST_LOGIN_PATH);
}

static void
a_damaged_index_keeps_out_its_own_users_alone(void)
{
	write_first_login();
	unlink(PP_INDEX_PATH);
	write_text(PP_INDEX_PATH, "not an index");
	check(fresh_login("damaged-index"));
	check(fresh_process("damaged-index"));
	unlink(PP_INDEX_PATH);
	unlink(PP_FIRST_LOGIN_PATH);
	write_index();
}

static void
a_damaged_index_and_nscd_keep_out_all_but_local_users(void)
{
	unlink(PP_INDEX_PATH);
	write_text(PP_INDEX_PATH, "not an index");
	check_int(mkdir("/run/nscd", 0755), 0);
	write_text("/run/nscd/socket", "");
	check(fresh_process("damaged-with-nscd"));
	check(!fresh_process("damaged-index"));
	unlink("/run/nscd/socket");
	check(fresh_process("damaged-index"));
	unlink(PP_INDEX_PATH);
	write_index();
}

static void
a_corrupt_index_refuses_all_but_local_users(void)
{
	check(fresh_process("corrupt"));
	unlink(PP_INDEX_PATH);
	write_index();
	check(fresh_process("good"));
}

static void
without_an_index_nobody_is_ours(void)
{
	check(fresh_process("missing"));
	write_index();
	check(fresh_process("good"));
}

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(modes) / sizeof(modes[0]);
		i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			return modes[i].body();
	if (getenv("CONFDIR") == NULL) {
		printf("1..0 # SKIP run by tests/pam/run\n");
		return EXIT_SUCCESS;
	}
	write_index();
	run(ignores_people_who_are_not_ours);
	run(a_name_in_passwd_is_never_ours);
	run(odd_names_are_nobodys);
	run(tells_policy_who_and_what_for);
	run(relays_texts_and_answers);
	run(returns_what_each_hook_may_return);
	run(no_other_code_passes);
	run(a_broken_policy_is_a_refusal);
	run(a_late_answer_still_gets_the_last_word);
	run(under_sshd_a_broken_policy_ends_the_method);
	run(an_application_without_answers_is_a_refusal);
	run(sets_its_own_variables_only);
	run(a_held_back_interrupt_ends_the_wait);
	run(an_interrupt_that_the_host_ignores_ends_the_wait_too);
	run(an_interrupt_is_the_host_s_own_when_the_wait_is_over);
	run(an_interrupt_at_a_prompt_is_the_host_s);
	run(the_host_keeps_its_signals_and_descriptors);
	run(setcred_and_chauthtok_answer_by_themselves);
	run(a_line_with_arguments_lets_only_local_users_by);
	run(nobody_is_asked_for_under_the_name_of_a_group);
	run(a_new_user_is_one_for_nss_and_pam_or_for_neither);
	run(a_damaged_index_keeps_out_its_own_users_alone);
	run(a_damaged_index_and_nscd_keep_out_all_but_local_users);
	run(a_corrupt_index_refuses_all_but_local_users);
	run(without_an_index_nobody_is_ours);
	return tap_end();
}
