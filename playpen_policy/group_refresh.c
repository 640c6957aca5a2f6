/* SPDX-License-Identifier: MIT */
#include "group_refresh.h"

#include <poll.h>

#include <playpen/ipc/oidc_worker.h>
#include <playpen/runtime/refresh_store.h>

#include "application.h"
#include "authorize.h"
#include "worker.h"

#define ANSWER_MS                                                              \
	(INT64_C(5) * 1000) /* the longest that a login waits for it */
/* Until the provider is asked again after a failure. */
#define RETRY_MS (INT64_C(60) * 1000)
#define WORKER_GRACE_MS 500
#define STEP_MS 1000

/* One refresh without the user. */
struct refresh {
	struct request *request;
	struct pp_child worker;
	struct pp_refresh message;
	struct pp_refresh_token
		next; /* for the next refresh, from the provider */
};

static int64_t
next_due_ms(const struct request *request)
{
	return pp_clock_boot_ms(request->clock) +
	       request->conf->refresh_groups_after * 1000;
}

void
group_refresh_store_token(
	struct request *request, const struct pp_refresh_token *token)
{
	uid_t uid = request->account.uid;
	const struct pp_refresh_store_token kept = {
		.due_ms = next_due_ms(request),
		.auth_time = request->identity.auth_time,
		.sub = request->account.sub,
		.token = token->token};
	struct pp_err err;
	struct pp_err ignored;

	if (!request->conf->refresh_groups || token->token.len == 0) {
		pp_refresh_store_forget(uid);
		return;
	}
	if (pp_refresh_store_put(uid, &kept, &err) == PP_OK)
		return;
	pp_refresh_store_forget(uid);
	pp_ignore(request_add_note(request, "refresh token not kept",
		pp_reason_word(err.reason), &ignored));
}

/* Handles a message of the worker: REFRESH_TOKEN if there is one, then IDENTITY
 * or FAILED. Returns PP_PENDING until the last. */
static enum pp_kind
on_frame(struct refresh *refresh, const struct pp_frame *frame,
	struct pp_err *err)
{
	enum pp_kind kind;

	switch (frame->type) {
	case PP_MESSAGE_REFRESH_TOKEN:
		if (refresh->next.token.len > 0)
			return pp_fail(err, PP_REASON_FRAME_INVALID,
				"REFRESH_TOKEN came twice");
		kind = pp_message_unpack(
			frame, frame->type, &refresh->next, err);
		return kind == PP_OK ? PP_PENDING : kind;
	case PP_MESSAGE_IDENTITY:
		return pp_message_unpack(
			frame, frame->type, &refresh->request->identity, err);
	default:
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s from playpen-oidc", pp_message_name(frame->type));
	}
}

static enum pp_kind
receive_from_worker(struct refresh *refresh, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_worker_receive(&refresh->worker, &frame, err);

	return kind == PP_OK ? on_frame(refresh, &frame, err) : kind;
}

/* Looks for a CANCEL: the application may end, or the user press Ctrl-C. */
static enum pp_kind
receive_cancel(struct request *request, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret answer = {0};

	return conversation_receive(&request->conversation, &answer, err);
}

static enum pp_kind
wait_for_answer(struct refresh *refresh, struct pp_err *err)
{
	struct request *request = refresh->request;
	int64_t end_ms = pp_clock_boot_ms(request->clock) + ANSWER_MS;
	enum pp_kind kind = PP_PENDING;

	while (kind == PP_PENDING) {
		struct pollfd fds[2] = {
			{.fd = request->conversation.module.fd,
				.events = POLLIN},
			{.fd = refresh->worker.channel.fd, .events = POLLIN},
		};
		int wait_ms = pp_clock_until(request->clock, end_ms, STEP_MS);

		if (wait_ms == 0)
			return pp_fail(err, PP_REASON_HTTP_TIMEOUT,
				"no answer about the groups in time");
		(void) poll(fds, 2, wait_ms);
		kind = receive_from_worker(refresh, err);
		if (kind == PP_PENDING)
			kind = receive_cancel(request, err);
	}
	return kind;
}

static enum pp_kind
ask_provider(struct refresh *refresh, struct pp_err *err)
{
	enum pp_kind kind =
		worker_start(refresh->request, &refresh->worker, err);

	if (kind == PP_OK)
		kind = worker_send(&refresh->worker, PP_MESSAGE_REFRESH,
			&refresh->message, err);
	if (kind == PP_OK)
		kind = wait_for_answer(refresh, err);
	pp_child_end(&refresh->worker, WORKER_GRACE_MS);
	return kind;
}

/*
 * Checks and stores the answer. If that fails, for example because the answer
 * does not contain the groups, request->account stays as it was.
 */
static enum pp_kind
authorize_groups(struct request *request, struct pp_err *err)
{
	enum pp_kind kind;

	if (!authorize_knows_groups(request))
		return pp_fail(err, PP_REASON_GROUPS_UNKNOWN,
			"the provider did not say which groups");
	kind = authorize_refreshed(request);
	if (kind != PP_OK)
		kind = pp_propagate(err, &request->err);
	request->err = (struct pp_err){0};
	return kind;
}

/*
 * Returns true if the token will never work again: the provider refused it, or
 * it belongs to another subject. Untrusted answers and answers without groups
 * say nothing about the token.
 */
static bool
is_permanent(enum pp_reason reason)
{
	if (reason == PP_REASON_SUB_MISMATCH ||
		reason == PP_REASON_CONNECTOR_REFUSED)
		return true;
	return pp_reason_kind(reason) == PP_DENIED &&
	       reason != PP_REASON_GROUPS_UNKNOWN;
}

/* Returns when the user signed in: the later of what the token was stored with
 * and what the answer says. */
static int64_t
auth_time_of(const struct refresh *refresh, enum pp_kind kind)
{
	int64_t before = refresh->message.auth_time;
	int64_t now = refresh->request->identity.auth_time;

	return kind == PP_OK && now > before ? now : before;
}

/* Stores the provider's next token if there is one (RFC 6749 section 6),
 * otherwise the one that was used, or none if it will never work again. */
static void
replace_token(struct refresh *refresh, enum pp_kind kind, enum pp_reason reason)
{
	struct request *request = refresh->request;
	const struct pp_secret *tried = &refresh->message.token;
	bool renewed = refresh->next.token.len > 0;
	const struct pp_refresh_store_token next = {
		.due_ms = kind == PP_OK
				  ? next_due_ms(request)
				  : pp_clock_boot_ms(request->clock) + RETRY_MS,
		.auth_time = auth_time_of(refresh, kind),
		.sub = refresh->message.subject,
		.token = renewed ? refresh->next.token : *tried};
	struct pp_err err;

	if (pp_refresh_store_replace(request->account.uid, tried,
		    kind != PP_OK && is_permanent(reason) ? NULL : &next,
		    &err) != PP_OK)
		pp_refresh_store_forget(request->account.uid);
}

/*
 * Returns true if the provider has withdrawn what it said of the person: a
 * disabled account or a withdrawn consent shows in this way alone. Dex keeps
 * one refresh token per person and client, so that a sign-in on another node
 * makes it refuse this one.
 */
static bool
is_withdrawal(const struct request *request, enum pp_reason reason)
{
	return request->conf->provider.profile != PP_PROFILE_DEX &&
	       (reason == PP_REASON_GRANT_REFUSED ||
		       reason == PP_REASON_ACCESS_DENIED);
}

static enum pp_kind
finish(struct refresh *refresh, enum pp_kind kind, const struct pp_err *err)
{
	struct request *request = refresh->request;
	struct pp_err ignored;

	replace_token(refresh, kind, err->reason);
	if (kind == PP_OK) {
		pp_ignore(
			request_add_note(request, "refreshed", NULL, &ignored));
		return PP_OK;
	}
	if (err->reason == PP_REASON_STATE_UNWRITABLE ||
		err->reason == PP_REASON_PEER_GONE || kind == PP_CANCELLED) {
		request->err = *err;
		return kind;
	}
	pp_ignore(request_add_note(request, "not refreshed",
		pp_reason_word(err->reason), &ignored));
	return is_withdrawal(request, err->reason)
		       ? authorize_no_longer(request)
		       : PP_OK;
}

static bool
wants_refresh(const struct request *request)
{
	/* A dry run has just asked the provider and must not use up the token.
	 */
	return request->conf->refresh_groups &&
	       !request->account.is_service_account &&
	       !app_is_playpenctl(&request->start) &&
	       request->service->groups_check != PP_GROUPS_CHECK_ANY_AGE;
}

enum pp_kind
group_refresh_run(struct request *request, bool *ret_asked)
{
	struct refresh refresh = {.request = request, .worker = PP_CHILD_NONE};
	int64_t now_ms = pp_clock_boot_ms(request->clock);
	struct pp_err err = {0};
	enum pp_kind kind;

	*ret_asked = wants_refresh(request) &&
		     pp_refresh_store_take(request->account.uid,
			     request->account.sub, now_ms, now_ms + RETRY_MS,
			     &refresh.message, &err) == PP_OK;
	if (!*ret_asked)
		return PP_OK;
	kind = ask_provider(&refresh, &err);
	if (kind == PP_OK)
		kind = authorize_groups(request, &err);
	kind = finish(&refresh, kind, &err);
	pp_message_free(PP_MESSAGE_REFRESH, &refresh.message);
	pp_message_free(PP_MESSAGE_REFRESH_TOKEN, &refresh.next);
	return kind;
}
