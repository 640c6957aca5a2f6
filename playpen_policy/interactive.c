/* SPDX-License-Identifier: MIT */
#include "interactive.h"

#include <poll.h>

#include <playpen/base/pam_service.h>
#include <playpen/ipc/oidc_worker.h>
#include <playpen/runtime/token_life.h>

#include "authorize.h"
#include "display.h"
#include "group_refresh.h"
#include "known_refusal.h"
#include "terminal.h"
#include "user_messages.h"
#include "worker.h"

#define WORKER_GRACE_MS 500
#define STEP_MS 1000
#define QUESTIONS_APART_MS 500 /* half of the shortest interval of polls */

/* A sign-in that waits for the person and for the worker. */
struct interactive {
	struct request *request;
	struct pp_child worker;
	bool shown;         /* the prompt has been shown */
	bool verified;      /* the worker has sent IDENTITY */
	int64_t entered_ms; /* boot clock: the Enter that is kept; 0: none */
	int64_t asked_ms;   /* boot clock: the last question at the provider */
	bool asked_again;   /* the person was asked for Enter once more */
	struct pp_refresh_token refresh; /* empty if the worker sent none */
};

static enum pp_flow
flow_of(const struct request *request)
{
	return (enum pp_flow) request->service->flow;
}

/*
 * Returns true if the prompt must ask for Enter. With prompt = auto this is so
 * under sshd, where a text without a prompt may be shown too late, and without
 * a terminal, because a display manager shows prompts alone.
 */
static bool
wants_enter(const struct request *request)
{
	if (request->service->prompt == PP_PROMPT_AUTO)
		return pp_pam_service_is_sshd(request->start.pam_service) ||
		       !terminal_is_there(&request->start);
	return request->service->prompt == PP_PROMPT_ENTER;
}

static enum pp_kind
show_prompt(
	struct interactive *interactive, const struct pp_device_prompt *prompt)
{
	struct request *request = interactive->request;
	pp_cleanup(pp_text) char *text = NULL;
	bool ask = wants_enter(request) || flow_of(request) == PP_FLOW_CODE;
	enum prompt_text question = PROMPT_TEXT_WAIT;
	enum pp_kind kind;

	if (ask)
		question = flow_of(request) == PP_FLOW_CODE ? PROMPT_TEXT_PASTE
							    : PROMPT_TEXT_ENTER;
	kind = display_draw(request, prompt, prompt_text_get(question), &text,
		&request->err);
	if (kind != PP_OK)
		return kind;
	interactive->shown = true;
	if (ask)
		return conversation_prompt(
			&request->conversation, text, true, &request->err);
	return conversation_show(
		&request->conversation, text, false, &request->err);
}

static enum pp_kind
on_device_prompt(struct interactive *interactive, const struct pp_frame *frame)
{
	struct request *request = interactive->request;
	struct pp_device_prompt prompt = {0};
	enum pp_kind kind = pp_message_unpack(
		frame, PP_MESSAGE_DEVICE_PROMPT, &prompt, &request->err);

	if (kind != PP_OK)
		return kind;
	if (interactive->shown)
		kind = pp_fail(&request->err, PP_REASON_FRAME_INVALID,
			"DEVICE_PROMPT came twice");
	else
		kind = show_prompt(interactive, &prompt);
	pp_message_free(PP_MESSAGE_DEVICE_PROMPT, &prompt);
	return kind;
}

static enum pp_kind
on_identity(struct interactive *interactive, const struct pp_frame *frame)
{
	struct request *request = interactive->request;

	if (interactive->verified || !interactive->shown)
		return pp_fail(&request->err, PP_REASON_FRAME_INVALID,
			"IDENTITY out of turn");
	interactive->verified = true;
	return pp_message_unpack(
		frame, PP_MESSAGE_IDENTITY, &request->identity, &request->err);
}

static enum pp_kind
on_refresh_token(struct interactive *interactive, const struct pp_frame *frame)
{
	struct request *request = interactive->request;

	if (!interactive->shown || !request->conf->refresh_groups ||
		interactive->refresh.token.len > 0)
		return pp_fail(&request->err, PP_REASON_FRAME_INVALID,
			"REFRESH_TOKEN out of turn");
	return pp_message_unpack(frame, PP_MESSAGE_REFRESH_TOKEN,
		&interactive->refresh, &request->err);
}

/* Prompts again because the worker found that the pasted text is not a code. */
static enum pp_kind
on_code_rejected(struct interactive *interactive)
{
	struct request *request = interactive->request;

	if (flow_of(request) != PP_FLOW_CODE || !interactive->shown ||
		request->conversation.prompt_pending)
		return pp_fail(&request->err, PP_REASON_FRAME_INVALID,
			"CODE_REJECTED out of turn");
	return conversation_prompt(&request->conversation,
		prompt_text_get(PROMPT_TEXT_PASTE_AGAIN), true, &request->err);
}

/* Asks for Enter once more. After a second one that came too early, the person
 * waits in silence. */
static enum pp_kind
ask_again(struct interactive *interactive)
{
	struct request *request = interactive->request;

	interactive->asked_again = true;
	interactive->entered_ms = 0;
	return conversation_prompt(&request->conversation,
		prompt_text_get(PROMPT_TEXT_ENTER_AGAIN), true, &request->err);
}

/*
 * Handles an answer of the provider. An Enter is too early only if a question
 * that was begun after it was answered so: what was asked before says nothing
 * about an approval just before Enter.
 */
static enum pp_kind
on_not_approved(struct interactive *interactive, const struct pp_frame *frame)
{
	struct request *request = interactive->request;
	struct pp_not_approved body = {0};
	enum pp_kind kind = pp_message_unpack(
		frame, PP_MESSAGE_NOT_APPROVED, &body, &request->err);

	if (kind != PP_OK)
		return kind;
	if (flow_of(request) != PP_FLOW_DEVICE || !interactive->shown ||
		body.asked_ms < interactive->asked_ms + QUESTIONS_APART_MS ||
		body.asked_ms > pp_clock_boot_ms(request->clock))
		return pp_fail(&request->err, PP_REASON_FRAME_INVALID,
			"NOT_APPROVED out of turn");
	interactive->asked_ms = body.asked_ms;
	if (interactive->entered_ms == 0 || interactive->asked_again ||
		body.asked_ms < interactive->entered_ms)
		return PP_OK;
	return ask_again(interactive);
}

static enum pp_kind
serve_worker(struct interactive *interactive)
{
	struct pp_err *err = &interactive->request->err;
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind =
		pp_worker_receive(&interactive->worker, &frame, err);

	if (kind == PP_PENDING)
		return PP_OK;
	if (kind != PP_OK)
		return kind;
	switch (frame.type) {
	case PP_MESSAGE_DEVICE_PROMPT:
		return on_device_prompt(interactive, &frame);
	case PP_MESSAGE_CODE_REJECTED:
		return on_code_rejected(interactive);
	case PP_MESSAGE_NOT_APPROVED:
		return on_not_approved(interactive, &frame);
	case PP_MESSAGE_IDENTITY:
		return on_identity(interactive, &frame);
	case PP_MESSAGE_REFRESH_TOKEN:
		return on_refresh_token(interactive, &frame);
	default:
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s from playpen-oidc", pp_message_name(frame.type));
	}
}

/*
 * Handles the answer to a prompt: Enter in the device flow, which is kept until
 * the provider was asked after it, the pasted code in the code flow, which is
 * sent to the worker.
 */
static enum pp_kind
on_reply(struct interactive *interactive, const struct pp_secret *answer)
{
	struct request *request = interactive->request;
	struct pp_code_reply reply = {0};
	enum pp_kind kind = known_refusal_check_answer(request, answer);

	if (kind != PP_OK)
		return kind;
	if (flow_of(request) == PP_FLOW_DEVICE) {
		interactive->entered_ms = pp_clock_boot_ms(request->clock);
		return PP_OK;
	}
	kind = pp_secret_set(
		&reply.code, answer->data, answer->len, &request->err);
	if (kind == PP_OK)
		kind = worker_send(&interactive->worker, PP_MESSAGE_CODE_REPLY,
			&reply, &request->err);
	pp_message_free(PP_MESSAGE_CODE_REPLY, &reply);
	return kind;
}

static enum pp_kind
serve_module(struct interactive *interactive)
{
	struct request *request = interactive->request;
	pp_cleanup(pp_secret) struct pp_secret answer = {0};
	enum pp_kind kind = conversation_receive(
		&request->conversation, &answer, &request->err);

	if (kind == PP_PENDING)
		return PP_OK;
	if (kind != PP_OK)
		return kind;
	return on_reply(interactive, &answer);
}

/* Fails because the time is over: the person did not approve, or approved and
 * did not come back. */
static enum pp_kind
fail_out_of_time(struct interactive *interactive)
{
	struct pp_err *err = &interactive->request->err;

	if (interactive->verified)
		return pp_fail(err, PP_REASON_NOT_CONFIRMED,
			"the sign-in was approved, and Enter was missing");
	return pp_fail(err, PP_REASON_DEADLINE,
		"the sign-in was not approved in time");
}

/* Waits for a message of the module or the worker. Fails with
 * PP_REASON_DEADLINE or PP_REASON_NOT_CONFIRMED. */
static enum pp_kind
wait_for_both(struct interactive *interactive)
{
	struct request *request = interactive->request;
	struct pollfd fds[2] = {
		{.fd = request->conversation.module.fd, .events = POLLIN},
		{.fd = interactive->worker.channel.fd, .events = POLLIN},
	};
	int wait_ms =
		pp_clock_until(request->clock, request->deadline_ms, STEP_MS);

	if (wait_ms == 0)
		return fail_out_of_time(interactive);
	(void) poll(fds, interactive->verified ? 1 : 2, wait_ms);
	return PP_OK;
}

/* Returns true if the identity is known and no prompt is pending. */
static bool
is_done(const struct interactive *interactive)
{
	return interactive->verified &&
	       !interactive->request->conversation.prompt_pending;
}

static enum pp_kind
run_flow(struct interactive *interactive)
{
	struct request *request = interactive->request;
	enum pp_message_type type = flow_of(request) == PP_FLOW_CODE
					    ? PP_MESSAGE_CODE
					    : PP_MESSAGE_DEVICE;
	enum pp_kind kind =
		worker_send(&interactive->worker, type, NULL, &request->err);

	while (kind == PP_OK && !is_done(interactive)) {
		kind = wait_for_both(interactive);
		if (kind == PP_OK && !interactive->verified)
			kind = serve_worker(interactive);
		if (kind == PP_OK && !is_done(interactive))
			kind = serve_module(interactive);
	}
	return kind;
}

/* Fills request->require_at_hash: what the provider has sent once, it sends
 * always. */
static enum pp_kind
ask_at_hash(struct request *request)
{
	enum pp_kind kind;

	if (request->conf->provider.profile != PP_PROFILE_GENERIC ||
		request->conf->require_at_hash != PP_REQUIRE_AUTO)
		return PP_OK;
	kind = request_open_accounts(request, PP_ACCOUNTS_READ);
	return kind == PP_OK
		       ? pp_accounts_issuer_sends_at_hash(request->accounts,
				 &request->require_at_hash, &request->err)
		       : kind;
}

/* Remembers for playpenctl doctor how long tokens live. It costs no sign-in that
 * this cannot be written. */
static void
note_token_life(const struct request *request)
{
	const struct pp_identity *identity = &request->identity;

	if (request->conf->ssh_certificates && identity->exp > identity->iat)
		pp_ignore(pp_token_life_note(
			identity->exp - identity->iat, NULL));
}

enum pp_kind
interactive_sign_in(struct request *request)
{
	struct interactive interactive = {
		.request = request, .worker = PP_CHILD_NONE};
	enum pp_kind kind = ask_at_hash(request);

	if (kind == PP_OK)
		kind = worker_start(
			request, &interactive.worker, &request->err);
	if (kind == PP_OK)
		kind = run_flow(&interactive);
	pp_child_end(&interactive.worker, WORKER_GRACE_MS);
	if (kind == PP_OK)
		kind = authorize_identity(request);
	if (kind == PP_OK)
		note_token_life(request);
	if (kind == PP_OK && request->start.stage != PP_STAGE_DRY_RUN)
		group_refresh_store_token(request, &interactive.refresh);
	pp_message_free(PP_MESSAGE_REFRESH_TOKEN, &interactive.refresh);
	return kind;
}
