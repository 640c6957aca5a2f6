/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <syslog.h>

#include <playpen/ipc/child.h>
#include <playpen/runtime/decisions.h>

#include "application.h"
#include "auth.h"
#include "detach.h"
#include "handlers.h"
#include "user_messages.h"

/*
 * playpen-policy: one process for one PAM call of one playpen user. Reads START
 * from the module, decides, answers RESULT. Only this file of the directory
 * logs.
 */

#define START_MS 5000 /* the module sends START at once */
#define LINE_SIZE 2048

static enum pp_kind
read_start(struct request *request)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_channel_wait(&request->conversation.module,
		request->clock, pp_clock_boot_ms(request->clock) + START_MS,
		&frame, &request->err);

	if (kind != PP_OK)
		return kind;
	kind = pp_message_unpack(
		&frame, PP_MESSAGE_START, &request->start, &request->err);
	return kind == PP_OK ? app_check_start(&request->start, &request->err)
			     : kind;
}

static enum pp_kind
read_conf(struct request *request)
{
	enum pp_kind kind;

	if (request->start.stage == PP_STAGE_KEYS)
		keys_stage_mark_conf(request);
	kind = pp_conf_load("", &request->conf, &request->err);
	if (kind != PP_OK)
		return kind;
	request->service = pp_conf_find_pam_service(
		request->conf, request->start.pam_service);
	request->deadline_ms = app_deadline_ms(
		request->service, &request->start, request->clock);
	return PP_OK;
}

static enum pp_kind
dispatch(struct request *request)
{
	enum pp_kind kind = read_conf(request);

	if (kind != PP_OK)
		return kind;
	switch (request->start.stage) {
	case PP_STAGE_AUTH:
		return handle_authenticate(request);
	case PP_STAGE_ACCOUNT:
		return handle_account(request);
	case PP_STAGE_OPEN:
		return handle_open_session(request);
	case PP_STAGE_CLOSE:
		return handle_close_session(request);
	case PP_STAGE_KEYS:
		return handle_keys(request);
	case PP_STAGE_DRY_RUN:
	case PP_STAGE_BIND:
		return handle_dry_run(request);
	default:
		return pp_fail(&request->err, PP_REASON_FRAME_INVALID,
			"stage %lld", (long long) request->start.stage);
	}
}

/*
 * Warns if the provider publishes private or symmetric keys, which must be
 * treated as compromised (RFC 7517 section 9.2). The login was verified by
 * another key of the same provider.
 */
static void
warn_of_keys(const struct request *request)
{
	if (request->identity.keys_leak)
		syslog(LOG_WARNING,
			"reason=%s message=\"the issuer publishes a private or symmetric key: treat it as compromised\"",
			pp_reason_word(PP_REASON_KEY_PRIVATE));
}

/* Chooses the reference of the log line, for playpenctl doctor --why. Without a
 * random number there is none. */
static void
choose_ref(struct request *request)
{
	uint32_t number;

	if (getrandom(&number, sizeof(number), 0) == (ssize_t) sizeof(number))
		snprintf(request->ref, sizeof(request->ref), "%08x", number);
}

static void
log_decision(const struct request *request, enum pp_kind kind)
{
	char line[LINE_SIZE];

	warn_of_keys(request);
	if (request->silent && kind == PP_OK)
		return;
	pp_decisions_count("", request->start.stage,
		kind == PP_OK ? PP_REASON_NONE : request->err.reason);
	request_describe(request, kind, line, sizeof(line));
	syslog(kind == PP_OK ? LOG_INFO : LOG_NOTICE, "%s", line);
}

/* Returns true if the user is told why; while a session is opened or closed, no
 * user message is shown. */
static bool
has_user_message(const struct request *request, enum pp_kind kind)
{
	return kind != PP_OK && kind != PP_CANCELLED &&
	       request->start.stage != PP_STAGE_KEYS &&
	       request->start.stage != PP_STAGE_OPEN &&
	       request->start.stage != PP_STAGE_CLOSE;
}

/* Sends the user message, if there is one, and the result. */
static void
send_result(struct request *request, enum pp_kind kind)
{
	const struct pp_pam_result result = {request_pam_result(request, kind)};
	char text[USER_MESSAGE_SIZE];
	struct pp_err err;

	if (has_user_message(request, kind)) {
		user_message_write(request, text);
		conversation_await_reply(&request->conversation,
			request->deadline_ms + START_MS);
		if (conversation_show(
			    &request->conversation, text, true, &err) != PP_OK)
			return;
	}
	if (app_is_playpenctl(&request->start) &&
		auth_report_dry_run(request, kind, &err) != PP_OK)
		return;
	/* A module that has gone needs no answer. */
	pp_ignore(pp_message_send(&request->conversation.module,
		PP_MESSAGE_RESULT, &result, &err));
}

int
main(void)
{
	pp_cleanup(request) struct request request = {
		.conversation.module.fd = PP_CHILD_SOCKET,
		.conversation.clock = &pp_clock_system,
		.clock = &pp_clock_system};
	enum pp_kind kind = detach_from_parent(&request.err);

	openlog("playpen-policy", LOG_PID, LOG_AUTHPRIV);
	if (kind == PP_OK)
		kind = read_start(&request);
	if (kind != PP_OK) {
		syslog(LOG_ERR, "reason=%s message=\"%s\"",
			pp_reason_word(request.err.reason),
			request.err.message);
		return EXIT_FAILURE;
	}
	kind = dispatch(&request);
	choose_ref(&request);
	log_decision(&request, kind);
	send_result(&request, kind);
	return EXIT_SUCCESS;
}
