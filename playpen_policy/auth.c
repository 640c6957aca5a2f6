/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/pam_service.h>
#include <playpen/ipc/oidc_worker.h>
#include <playpen/runtime/timestamp.h>

#include "application.h"
#include "authorize.h"
#include "display.h"
#include "group_refresh.h"
#include "handlers.h"
#include "login_slot.h"
#include "service_auth.h"
#include "session_id.h"
#include "user_messages.h"
#include "worker.h"

/*
 * authenticate: a sign-in that is fresh enough counts; else the person is
 * shown where to approve, and the worker polls while they read. Two channels
 * are served here, the module's and the worker's, until one of them decides.
 */

#define WORKER_GRACE_MS 500
#define STEP_MS 1000

/* One interactive sign-in on its way. */
struct interactive {
	struct request *request;
	struct pp_child worker;
	bool shown;                      /* the person has seen where to go */
	bool verified;                   /* the worker sent IDENTITY */
	struct pp_refresh_token refresh; /* empty when it sent none */
};

static enum pp_flow
flow_of(const struct request *request)
{
	return (enum pp_flow) request->service->flow;
}

/*
 * Under sshd a text without a prompt may never be seen in time, and a display
 * manager shows what stands in a question.
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

/* That what was pasted was no code: the only thing to wait for twice. */
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
	case PP_MESSAGE_IDENTITY:
		return on_identity(interactive, &frame);
	case PP_MESSAGE_REFRESH_TOKEN:
		return on_refresh_token(interactive, &frame);
	default:
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s from playpen-oidc", pp_message_name(frame.type));
	}
}

/* Enter in the device flow; in the code flow, the code that was pasted. */
static enum pp_kind
on_reply(struct interactive *interactive, const struct pp_secret *answer)
{
	struct request *request = interactive->request;
	struct pp_code_reply reply = {0};
	enum pp_kind kind;

	if (flow_of(request) == PP_FLOW_DEVICE)
		return interactive->verified
			       ? PP_OK
			       : conversation_prompt(&request->conversation,
					 prompt_text_get(
						 PROMPT_TEXT_ENTER_AGAIN),
					 true, &request->err);
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

/* Waits until either side has something to say or the time is over. */
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
		return pp_fail(&request->err, PP_REASON_DEADLINE,
			"nobody approved in time");
	(void) poll(fds, interactive->verified ? 1 : 2, wait_ms);
	return PP_OK;
}

/* Over when the identity is there and no question stands. */
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

/* A known person waits in another queue than a name nobody here has had. */
static enum pp_kind
take_login_slot(struct request *request, struct login_slot *slot)
{
	struct pp_account known = {0};
	struct pp_accounts *accounts = NULL;
	bool bound;
	enum pp_kind kind = pp_accounts_open(
		"", request->conf, false, &accounts, &request->err);

	if (kind == PP_OK)
		kind = pp_accounts_find(
			accounts, request->start.user, &known, &request->err);
	pp_accounts_free(&accounts);
	if (kind != PP_OK && request->err.reason != PP_REASON_NO_ACCOUNT)
		return kind;
	bound = kind == PP_OK && (known.bound || known.is_service_account);
	pp_account_free(&known);
	return login_slot_take(request, bound, slot, &request->err);
}

/* What carries this sign-in on: to open_session, or to the next sudo. */
static enum pp_kind
remember_sign_in(struct request *request)
{
	char ticket[PP_TIMESTAMP_TICKET_SIZE];
	char session[SESSION_ID_SIZE];
	const struct pp_setenv variable = {
		(char *) PP_SIGN_IN_VARIABLE, ticket};
	struct pp_err *err = &request->err;
	uid_t uid = request->account.uid;
	enum pp_kind kind;

	if (pp_pam_service_is_su(request->start.pam_service))
		return PP_OK;
	if (pp_pam_service_is_sudo(request->start.pam_service)) {
		struct pp_err ignored;

		/* Where the session has no name (its leader is gone) the
		 * sign-in is good this once: there is no next sudo in it. */
		if (session_id_of_process(getppid(), session, &ignored) !=
			PP_OK)
			return PP_OK;
		return pp_timestamp_write(
			session, uid, pp_clock_boot_ms(request->clock), err);
	}
	kind = pp_timestamp_issue_ticket(uid, request->clock, ticket, err);
	if (kind == PP_OK)
		kind = pp_message_send(&request->conversation.module,
			PP_MESSAGE_SETENV, &variable, err);
	return kind;
}

static enum pp_kind
interactive_sign_in(struct request *request)
{
	struct interactive interactive = {
		.request = request, .worker = PP_CHILD_NONE};
	enum pp_kind kind =
		worker_start(request, &interactive.worker, &request->err);

	if (kind == PP_OK)
		kind = run_flow(&interactive);
	pp_child_end(&interactive.worker, WORKER_GRACE_MS);
	if (kind == PP_OK)
		kind = authorize_identity(request);
	if (kind == PP_OK && request->start.stage != PP_STAGE_DRY_RUN)
		group_refresh_store_token(request, &interactive.refresh);
	pp_message_free(PP_MESSAGE_REFRESH_TOKEN, &interactive.refresh);
	return kind;
}

enum pp_kind
auth_sign_in(struct request *request)
{
	pp_cleanup(login_slot) struct login_slot slot = {.fd = -1};
	enum pp_kind kind = take_login_slot(request, &slot);

	if (kind != PP_OK)
		return kind;
	return service_auth_applies(request) ? service_auth_run(request)
					     : interactive_sign_in(request);
}

static bool
is_fresh(const struct request *request)
{
	int64_t age = session_sign_in_age_ms(request);

	return age >= 0 && age / 1000 < request->service->sign_in_max_age;
}

enum pp_kind
handle_authenticate(struct request *request)
{
	enum pp_kind kind;

	if (is_fresh(request)) {
		request->notes = pp_str_copy("timestamp", strlen("timestamp"));
		return PP_OK;
	}
	kind = auth_sign_in(request);
	return kind == PP_OK ? remember_sign_in(request) : kind;
}
