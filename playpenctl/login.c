/* SPDX-License-Identifier: MIT */
#include "login.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <playpen/clock.h>
#include <playpen/passwd.h>
#include <playpen/spawn.h>

/*
 * login: stands where pam_playpen.so stands, with this terminal for the
 * conversation, and asks playpen-policy for a trial. All that decides is the
 * same; what is shown at the end is what it said (login_print.c).
 */

#define SERVICE "playpenctl" /* nobody else's, so [service.default] counts */
/* Above any deadline that can be configured. */
#define WAIT_MS (15 * 60 * 1000)
#define GRACE_MS 1000
#define ANSWER_MAX 4096U

/* The user as a host on this machine sees it before it asks PAM. */
static void
fill_start(const struct ctl *ctl, struct pp_start *start)
{
	const struct passwd *entry = getpwnam(ctl_operand(ctl, 0));
	const char *service = ctl_option(ctl, "--service");

	*start = (struct pp_start){.version = PP_MESSAGE_VERSION,
		.phase = ctl_option(ctl, "--bind") != NULL ? PP_PHASE_BIND
							   : PP_PHASE_TRIAL,
		.service = (char *) (service != NULL ? service : SERVICE),
		.user = (char *) ctl_operand(ctl, 0),
		.uid = entry != NULL ? (int64_t) entry->pw_uid : -1,
		.gid = entry != NULL ? (int64_t) entry->pw_gid : -1,
		.caller_uid = (int64_t) getuid(),
		.alarm_ms = -1,
		.tty = ttyname(STDIN_FILENO)};
}

/* A line of standard input, without what ends it. */
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
		return pp_fail(err, PP_REASON_NO_CONVERSATION,
			"nobody is there to answer");
	return kind;
}

/* Where nothing is to be echoed, no signal may leave the terminal so. */
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
take_prompt(struct pp_channel *channel, const struct pp_frame *frame,
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

/* The sentence of a refusal comes last, and belongs to the answer. */
static enum pp_kind
take_info(struct ctl_trial *trial, const struct pp_frame *frame,
	struct pp_err *err)
{
	struct pp_info info = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_INFO, &info, err);

	if (kind != PP_OK)
		return kind;
	if (info.error && trial->sentence == NULL)
		trial->sentence = pp_take(&info.text);
	else
		puts(info.text);
	fflush(stdout);
	pp_message_free(PP_MESSAGE_INFO, &info);
	return PP_OK;
}

/* PP_PENDING until the last word. */
static enum pp_kind
take_frame(struct ctl_trial *trial, struct pp_channel *channel,
	const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_result result;
	enum pp_kind kind;

	switch (frame->type) {
	case PP_MESSAGE_INFO:
		kind = take_info(trial, frame, err);
		break;
	case PP_MESSAGE_PROMPT:
		kind = take_prompt(channel, frame, err);
		break;
	case PP_MESSAGE_IDENTITY:
		pp_message_free(PP_MESSAGE_IDENTITY, &trial->identity);
		kind = pp_message_unpack(
			frame, PP_MESSAGE_IDENTITY, &trial->identity, err);
		break;
	case PP_MESSAGE_TRIAL:
		pp_message_free(PP_MESSAGE_TRIAL, &trial->outcome);
		kind = pp_message_unpack(
			frame, PP_MESSAGE_TRIAL, &trial->outcome, err);
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
run_trial(
	struct ctl_trial *trial, struct pp_channel *channel, struct pp_err *err)
{
	const struct pp_clock *clock = &pp_clock_system;
	int64_t end_ms = pp_clock_boot_ms(clock) + WAIT_MS;
	enum pp_kind kind =
		pp_message_send(channel, PP_MESSAGE_START, &trial->start, err);

	if (kind == PP_OK)
		kind = PP_PENDING;
	while (kind == PP_PENDING) {
		pp_auto(pp_frame) struct pp_frame frame = {0};

		kind = pp_channel_wait(channel, clock, end_ms, &frame, err);
		if (kind == PP_OK)
			kind = take_frame(trial, channel, &frame, err);
		else
			kind = pp_wrap(err, kind, "playpen-policy");
	}
	if (kind == PP_OK && trial->outcome.reason == NULL)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"playpen-policy did not say what came of it");
	return kind;
}

static void
trial_free(struct ctl_trial *trial)
{
	pp_message_free(PP_MESSAGE_IDENTITY, &trial->identity);
	pp_message_free(PP_MESSAGE_TRIAL, &trial->outcome);
	pp_text_free(&trial->sentence);
}

/* Names that the module leaves to others before anything is started. */
static bool
is_ours_to_judge(struct ctl *ctl)
{
	const char *name = ctl_operand(ctl, 0);
	char shown[64];

	if (ctl->root[0] != '\0')
		ctl_misuse(ctl, "login is for this machine, not for --root");
	else if (!pp_name_is_valid(name))
		ctl_complain(ctl,
			"%s can be nobody's name here: pam_playpen leaves it to others",
			pp_str_printable(
				shown, sizeof(shown), name, strlen(name)));
	else if (pp_passwd_look(name) == PP_PASSWD_YES)
		ctl_complain(ctl,
			"%s is a user of this machine: pam_playpen leaves it to others",
			name);
	return ctl->status == 0;
}

enum pp_kind
ctl_login(struct ctl *ctl, struct pp_err *err)
{
	struct pp_helper policy = PP_HELPER_NONE;
	struct ctl_trial trial = {0};
	enum pp_kind kind;

	if (!is_ours_to_judge(ctl))
		return PP_OK;
	fill_start(ctl, &trial.start);
	kind = pp_helper_start(PP_LIBEXEC_DIR "/playpen-policy", &policy, err);
	if (kind == PP_OK)
		kind = run_trial(&trial, &policy.channel, err);
	if (kind == PP_OK)
		ctl_login_print(ctl, &trial);
	pp_helper_end(&policy, GRACE_MS);
	trial_free(&trial);
	return kind;
}
