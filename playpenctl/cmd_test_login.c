/* SPDX-License-Identifier: MIT */
#include "cmd_test_login.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <playpen/base/clock.h>
#include <playpen/index/passwd_file.h>
#include <playpen/ipc/child.h>

#include "commands.h"

/*
 * test-login: stands where pam_playpen.so stands, with this terminal for the
 * conversation, and asks playpen-policy for a test. All that decides is the
 * same; what is shown at the end is what it said (test_login_print.c).
 */

#define SERVICE "playpenctl" /* no program's, so [service.default] counts */
/* Above any deadline that can be configured. */
#define WAIT_MS (INT64_C(15) * 60 * 1000)
#define GRACE_MS 1000
#define ANSWER_MAX 4096U

/*
 * Looks the user up as an application on this machine does before it asks PAM.
 */
static void
fill_start(const struct ctl *ctl, struct pp_start *start)
{
	const struct passwd *entry = getpwnam(args_operand(&ctl->args, 0));
	const char *service = args_option(&ctl->args, "--service");

	*start = (struct pp_start){.version = PP_MESSAGE_VERSION,
		.stage = args_option(&ctl->args, "--bind") != NULL
				 ? PP_STAGE_BIND
				 : PP_STAGE_DRY_RUN,
		.pam_service = (char *) (service != NULL ? service : SERVICE),
		.user = (char *) args_operand(&ctl->args, 0),
		.uid = entry != NULL ? (int64_t) entry->pw_uid : -1,
		.gid = entry != NULL ? (int64_t) entry->pw_gid : -1,
		.caller_uid = (int64_t) getuid(),
		.alarm_ms = -1,
		.tty = ttyname(STDIN_FILENO)};
}

/* Reads a line of standard input, without what ends it. */
static enum pp_kind
read_line(struct pp_secret *answer, struct pp_err *err)
{
	enum pp_kind kind = pp_secret_set(answer, "", 0, err);
	ssize_t got = 1;
	char byte = '\0';

	while (kind == PP_OK && answer->len < ANSWER_MAX) {
		got = read(STDIN_FILENO, &byte, 1);
		if (got <= 0 || byte == '\n')
			break;
		kind = pp_secret_append(answer, &byte, 1, err);
	}
	explicit_bzero(&byte, sizeof(byte));
	if (kind == PP_OK && got <= 0 && answer->len == 0)
		return pp_fail(err, PP_REASON_CONVERSATION_FAILED,
			"standard input ended before an answer");
	return kind;
}

/* Reads an answer. While nothing is echoed, signals are blocked, so that none
 * leaves the terminal without echo. */
static enum pp_kind
read_answer(bool echo, struct pp_secret *answer, struct pp_err *err)
{
	struct termios before;
	struct termios silent;
	sigset_t all;
	sigset_t mask;
	enum pp_kind kind;

	if (echo || tcgetattr(STDIN_FILENO, &before) != 0)
		return read_line(answer, err);
	silent = before;
	silent.c_lflag &= ~(tcflag_t) ECHO;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	kind = read_line(answer, err);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	putchar('\n');
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return kind;
}

static enum pp_kind
answer_prompt(struct pp_channel *channel, const struct pp_frame *frame,
	struct pp_err *err)
{
	struct pp_prompt prompt = {0};
	struct pp_reply reply = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_PROMPT, &prompt, err);

	if (kind != PP_OK)
		return kind;
	fputs(prompt.text, stdout);
	fflush(stdout);
	kind = read_answer(prompt.echo, &reply.text, err);
	if (kind == PP_OK)
		kind = pp_message_send(channel, PP_MESSAGE_REPLY, &reply, err);
	pp_message_free(PP_MESSAGE_PROMPT, &prompt);
	pp_message_free(PP_MESSAGE_REPLY, &reply);
	return kind;
}

/* Keeps the user message of a refusal, which comes last, for the answer. Prints
 * all others. */
static enum pp_kind
receive_info(struct test_login *test, const struct pp_frame *frame,
	struct pp_err *err)
{
	struct pp_info info = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_INFO, &info, err);

	if (kind != PP_OK)
		return kind;
	if (info.error && test->user_message == NULL)
		test->user_message = pp_steal(&info.text);
	else
		puts(info.text);
	fflush(stdout);
	pp_message_free(PP_MESSAGE_INFO, &info);
	return PP_OK;
}

/* Handles a frame. Returns PP_PENDING until RESULT. */
static enum pp_kind
receive_frame(struct test_login *test, struct pp_channel *channel,
	const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_pam_result result;
	enum pp_kind kind;

	switch (frame->type) {
	case PP_MESSAGE_INFO:
		kind = receive_info(test, frame, err);
		break;
	case PP_MESSAGE_PROMPT:
		kind = answer_prompt(channel, frame, err);
		break;
	case PP_MESSAGE_IDENTITY:
		pp_message_free(PP_MESSAGE_IDENTITY, &test->identity);
		kind = pp_message_unpack(
			frame, PP_MESSAGE_IDENTITY, &test->identity, err);
		break;
	case PP_MESSAGE_DRY_RUN:
		pp_message_free(PP_MESSAGE_DRY_RUN, &test->dry_run);
		kind = pp_message_unpack(
			frame, PP_MESSAGE_DRY_RUN, &test->dry_run, err);
		break;
	case PP_MESSAGE_RESULT:
		return pp_message_unpack(
			frame, PP_MESSAGE_RESULT, &result, err);
	default:
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s from playpen-policy", pp_message_name(frame->type));
	}
	return kind == PP_OK ? PP_PENDING : kind;
}

static enum pp_kind
run_test(
	struct test_login *test, struct pp_channel *channel, struct pp_err *err)
{
	const struct pp_clock *clock = &pp_clock_system;
	int64_t end_ms = pp_clock_boot_ms(clock) + WAIT_MS;
	enum pp_kind kind =
		pp_message_send(channel, PP_MESSAGE_START, &test->start, err);

	if (kind == PP_OK)
		kind = PP_PENDING;
	while (kind == PP_PENDING) {
		pp_cleanup(pp_frame) struct pp_frame frame = {0};

		kind = pp_channel_wait(channel, clock, end_ms, &frame, err);
		if (kind == PP_OK)
			kind = receive_frame(test, channel, &frame, err);
		else
			kind = pp_prefix(err, kind, "playpen-policy");
	}
	if (kind == PP_OK && test->dry_run.reason == NULL)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"playpen-policy did not say what came of it");
	return kind;
}

static void
test_login_free(struct test_login *test)
{
	pp_message_free(PP_MESSAGE_IDENTITY, &test->identity);
	pp_message_free(PP_MESSAGE_DRY_RUN, &test->dry_run);
	pp_text_free(&test->user_message);
}

/* Returns false, after a message, for a name that the module leaves to others
 * before anything is started. */
static bool
is_playpen_name(struct ctl *ctl)
{
	const char *name = args_operand(&ctl->args, 0);
	char shown[64];

	if (ctl->root[0] != '\0')
		ctl_usage_error(
			ctl, "test-login is for this machine, not for --root");
	else if (!pp_name_is_user(name))
		ctl_error(ctl,
			"%s cannot be a playpen user's name here: pam_playpen leaves it to others",
			pp_str_printable(
				shown, sizeof(shown), name, strlen(name)));
	else if (pp_passwd_file_has_user(name) == PP_PASSWD_FILE_YES)
		ctl_error(ctl,
			"%s is a user of this machine: pam_playpen leaves it to others",
			name);
	return ctl->status == 0;
}

enum pp_kind
cmd_test_login(struct ctl *ctl, struct pp_err *err)
{
	struct pp_child policy = PP_CHILD_NONE;
	struct test_login test = {0};
	enum pp_kind kind;

	if (!is_playpen_name(ctl))
		return PP_OK;
	fill_start(ctl, &test.start);
	kind = pp_child_start(PP_LIBEXEC_DIR "/playpen-policy", &policy, err);
	if (kind == PP_OK)
		kind = run_test(&test, &policy.channel, err);
	if (kind == PP_OK)
		test_login_print(ctl, &test);
	pp_child_end(&policy, GRACE_MS);
	test_login_free(&test);
	return kind;
}
