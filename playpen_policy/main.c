/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <playpen/spawn.h>

#include "detach.h"
#include "hooks.h"
#include "host.h"
#include "sentence.h"

/*
 * playpen-policy: one process for one PAM hook of one person of ours. Reads
 * START from the module, decides, answers RESULT. This is the only file here
 * that logs.
 */

#define START_MS 5000 /* the module sends START at once */
#define LINE_SIZE 2048

static enum pp_kind
read_start(struct pp_login *login)
{
	pp_auto(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_channel_wait(&login->talk.module, login->clock,
		pp_clock_boot_ms(login->clock) + START_MS, &frame, &login->err);

	if (kind != PP_OK)
		return kind;
	return pp_message_unpack(
		&frame, PP_MESSAGE_START, &login->start, &login->err);
}

static enum pp_kind
configure(struct pp_login *login)
{
	enum pp_kind kind = pp_conf_load("", &login->conf, &login->err);

	if (kind != PP_OK)
		return kind;
	login->service =
		pp_conf_find_service(login->conf, login->start.service);
	login->deadline_ms =
		host_deadline_ms(login->service, &login->start, login->clock);
	return PP_OK;
}

static enum pp_kind
decide(struct pp_login *login)
{
	enum pp_kind kind = configure(login);

	if (kind != PP_OK)
		return kind;
	switch (login->start.phase) {
	case PP_PHASE_AUTH:
		return pp_hook_auth(login);
	case PP_PHASE_ACCOUNT:
		return pp_hook_account(login);
	case PP_PHASE_OPEN:
		return pp_hook_open(login);
	case PP_PHASE_CLOSE:
		return pp_hook_close(login);
	case PP_PHASE_TRIAL:
	case PP_PHASE_BIND:
		return pp_hook_trial(login);
	default:
		return pp_fail(&login->err, PP_REASON_FRAME_INVALID,
			"phase %lld", (long long) login->start.phase);
	}
}

/* RFC 7517 section 9.2: a key that is published must be thought lost. The login
 * went by another key of the same provider's. */
static void
warn_of_keys(const struct pp_login *login)
{
	if (login->identity.keys_leak)
		syslog(LOG_WARNING,
			"reason=%s message=\"the issuer publishes a private or symmetric key: treat it as compromised\"",
			pp_reason_word(PP_REASON_KEY_PRIVATE));
}

static void
record(const struct pp_login *login, enum pp_kind kind)
{
	char line[LINE_SIZE];

	warn_of_keys(login);
	if (login->silent && kind == PP_OK)
		return;
	pp_decision_describe(login, kind, line, sizeof(line));
	syslog(kind == PP_OK ? LOG_INFO : LOG_NOTICE, "%s", line);
}

/* Nobody waits for a session's sentence. */
static bool
has_sentence(const struct pp_login *login, enum pp_kind kind)
{
	return kind != PP_OK && kind != PP_CANCELLED &&
	       login->start.phase != PP_PHASE_OPEN &&
	       login->start.phase != PP_PHASE_CLOSE;
}

/* The last sentence, if there is one, and the result. */
static void
answer(struct pp_login *login, enum pp_kind kind)
{
	const struct pp_result result = {pp_decision_result(login, kind)};
	char text[PP_SENTENCE_SIZE];
	struct pp_err err;

	if (has_sentence(login, kind)) {
		pp_sentence_for(&login->err, &login->start, text);
		pp_talk_settle(&login->talk, login->deadline_ms + START_MS);
		if (pp_talk_show(&login->talk, text, true, &err) != PP_OK)
			return;
	}
	if (host_is_trial(&login->start) &&
		pp_trial_report(login, kind, &err) != PP_OK)
		return;
	/* A module that has gone needs no answer. */
	pp_ignore(pp_message_send(
		&login->talk.module, PP_MESSAGE_RESULT, &result, &err));
}

int
main(void)
{
	pp_auto(pp_login) struct pp_login login = {
		.talk.module.fd = PP_SPAWN_SOCKET,
		.talk.clock = &pp_clock_system,
		.clock = &pp_clock_system};
	enum pp_kind kind = pp_detach(&login.err);

	openlog("playpen-policy", LOG_PID, LOG_AUTHPRIV);
	if (kind == PP_OK)
		kind = read_start(&login);
	if (kind != PP_OK) {
		syslog(LOG_ERR, "reason=%s message=\"%s\"",
			pp_reason_word(login.err.reason), login.err.message);
		return EXIT_FAILURE;
	}
	kind = decide(&login);
	record(&login, kind);
	answer(&login, kind);
	return EXIT_SUCCESS;
}
