/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/ipc/child.h>
#include <playpen/ipc/message.h>
#include <playpen/runtime/offer.h>
#include <playpen/runtime/refusal.h>

/*
 * playpen-keys NAME UID TYPE KEY: sshd's AuthorizedKeysCommand. Runs as root
 * and reads nothing of what it was given: a certificate goes to playpen-policy
 * as it came, and what playpen-policy answers is printed. One that let the
 * person in before, or that this connection brought before, is compared with
 * what was written then, and starts no process.
 * Always exits with status 0, because sshd logs the whole command line, with
 * the token in it, for any other.
 */

#define POLICY_PATH "/usr/libexec/playpen/playpen-policy"
#define SUFFIX "-cert-v01@openssh.com"
#define WAIT_MS 30000
#define GRACE_MS 500

/* Copies KEY and overwrites the word itself, because every user of the node
 * can read the command lines of all processes. */
static bool
take_certificate(char *word, struct pp_secret *certificate)
{
	size_t len = strlen(word);
	bool taken = len > 0 && len <= PP_START_CERTIFICATE_MAX &&
		     pp_secret_set(certificate, word, len, NULL) == PP_OK;

	explicit_bzero(word, len);
	return taken;
}

static bool
is_certificate_type(const char *type)
{
	size_t len = strlen(type);

	return len > strlen(SUFFIX) &&
	       strcmp(type + len - strlen(SUFFIX), SUFFIX) == 0;
}

static enum pp_kind
print_line(const char *line, struct pp_err *err)
{
	if (puts(line) < 0 || fflush(stdout) != 0)
		return pp_fail(err, PP_REASON_SYSTEM, "sshd does not read");
	return PP_OK;
}

static enum pp_kind
print_answer(const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_key_line line = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_KEY_LINE, &line, err);

	if (kind == PP_OK)
		kind = print_line(line.text, err);
	pp_message_free(PP_MESSAGE_KEY_LINE, &line);
	return kind;
}

/* Answers from memory: the certificate let the name in a short time ago, and
 * nothing was changed since. Its bytes are compared and nothing else. */
static enum pp_kind
answer_remembered(const struct pp_start *start, struct pp_err *err)
{
	pp_cleanup(pp_offer) struct pp_offer offer = {0};
	const struct pp_offer wanted = {.name = start->user,
		.certificate_type = start->certificate_type,
		.certificate = start->certificate};
	enum pp_kind kind = pp_offer_recall((pid_t) start->sshd_pid, &wanted,
		&pp_clock_system, &offer, err);

	return kind == PP_OK ? print_line(offer.line, err) : kind;
}

static enum pp_kind
ask_policy(const struct pp_start *start, struct pp_err *err)
{
	pp_cleanup(pp_child) struct pp_child policy = PP_CHILD_NONE;
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_child_start(POLICY_PATH, &policy, err);

	if (kind == PP_OK)
		kind = pp_message_send(
			&policy.channel, PP_MESSAGE_START, start, err);
	if (kind == PP_OK)
		kind = pp_channel_wait(&policy.channel, &pp_clock_system,
			pp_clock_boot_ms(&pp_clock_system) + WAIT_MS, &frame,
			err);
	if (kind == PP_OK && frame.type == PP_MESSAGE_KEY_LINE)
		kind = print_answer(&frame, err);
	pp_child_end(&policy, GRACE_MS);
	return kind;
}

int
main(int count, char **words)
{
	struct pp_start start = {.version = PP_MESSAGE_VERSION,
		.stage = PP_STAGE_KEYS,
		.pam_service = (char *) "sshd",
		.caller_uid = getuid(),
		.sshd_pid = getppid(),
		.alarm_ms = -1};
	struct pp_err err = {0};
	int64_t uid = -1;

	if (count != 5 || !is_certificate_type(words[3]) ||
		!pp_str_to_i64(words[2], 0, UINT32_MAX, &uid) ||
		!take_certificate(words[4], &start.certificate))
		return EXIT_SUCCESS;
	start.user = words[1];
	start.uid = start.gid = uid;
	start.certificate_type = words[3];
	if (answer_remembered(&start, &err) != PP_OK &&
		!pp_refusal_covers(&start))
		pp_ignore(ask_policy(&start, &err));
	pp_secret_free(&start.certificate);
	return EXIT_SUCCESS;
}
