/* SPDX-License-Identifier: MIT */
#include "recheck.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/worker.h>

#include "kept.h"
#include "meaning.h"
#include "provider.h"

#define ASK_MS (5 * 1000) /* as long as a person may have to wait for it */
/* Until a provider that was away is asked again. */
#define AGAIN_MS (60 * 1000)
#define WORKER_GRACE_MS 500
#define STEP_MS 1000

/* One silent question. */
struct question {
	struct pp_login *login;
	struct pp_helper worker;
	struct pp_refresh request;
	struct pp_refresh_token next; /* what the provider gave for the next */
};

static int64_t
next_due_ms(const struct pp_login *login)
{
	return pp_clock_boot_ms(login->clock) +
	       login->conf->recheck_after * 1000;
}

/* More for the log line, unless there is something already. */
static void
note(struct pp_login *login, const char *what, const char *why)
{
	struct pp_err ignored;

	if (login->notes == NULL)
		pp_ignore(pp_str_format(&login->notes, &ignored, "%s%s%s", what,
			why[0] != '\0' ? " " : "", why));
}

void
pp_recheck_keep(struct pp_login *login, const struct pp_refresh_token *token)
{
	uid_t uid = login->account.uid;
	const struct kept_token kept = {.due_ms = next_due_ms(login),
		.auth_time = login->identity.auth_time,
		.sub = login->account.sub,
		.token = token->token};
	struct pp_err err;

	if (!login->conf->recheck || token->token.len == 0) {
		kept_forget(uid);
		return;
	}
	if (kept_store(uid, &kept, &err) == PP_OK)
		return;
	kept_forget(uid);
	note(login, "refresh token not kept:", pp_reason_word(err.reason));
}

/* REFRESH_TOKEN may come first; IDENTITY or FAILED is the last word. */
static enum pp_kind
take_frame(struct question *question, const struct pp_frame *frame,
	struct pp_err *err)
{
	enum pp_kind kind;

	switch (frame->type) {
	case PP_MESSAGE_REFRESH_TOKEN:
		if (question->next.token.len > 0)
			return pp_fail(err, PP_REASON_FRAME_INVALID,
				"REFRESH_TOKEN came twice");
		kind = pp_message_unpack(
			frame, frame->type, &question->next, err);
		return kind == PP_OK ? PP_PENDING : kind;
	case PP_MESSAGE_IDENTITY:
		return pp_message_unpack(
			frame, frame->type, &question->login->identity, err);
	default:
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s from playpen-oidc", pp_message_name(frame->type));
	}
}

static enum pp_kind
hear_worker(struct question *question, struct pp_err *err)
{
	pp_auto(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_worker_receive(&question->worker, &frame, err);

	return kind == PP_OK ? take_frame(question, &frame, err) : kind;
}

/* The host may go, or its person press Ctrl-C: nobody wants to know then. */
static enum pp_kind
hear_module(struct pp_login *login, struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret answer = {0};

	return pp_talk_hear(&login->talk, &answer, err);
}

static enum pp_kind
wait_for_answer(struct question *question, struct pp_err *err)
{
	struct pp_login *login = question->login;
	int64_t end_ms = pp_clock_boot_ms(login->clock) + ASK_MS;
	enum pp_kind kind = PP_PENDING;

	while (kind == PP_PENDING) {
		struct pollfd fds[2] = {
			{.fd = login->talk.module.fd, .events = POLLIN},
			{.fd = question->worker.channel.fd, .events = POLLIN},
		};
		int wait_ms = pp_clock_until(login->clock, end_ms, STEP_MS);

		if (wait_ms == 0)
			return pp_fail(err, PP_REASON_HTTP_TIMEOUT,
				"no answer about the groups in time");
		(void) poll(fds, 2, wait_ms);
		kind = hear_worker(question, err);
		if (kind == PP_PENDING)
			kind = hear_module(login, err);
	}
	return kind;
}

static enum pp_kind
ask(struct question *question, struct pp_err *err)
{
	enum pp_kind kind =
		pp_provider_start(question->login, &question->worker, err);

	if (kind == PP_OK)
		kind = pp_provider_send(&question->worker, PP_MESSAGE_REFRESH,
			&question->request, err);
	if (kind == PP_OK)
		kind = wait_for_answer(question, err);
	pp_helper_end(&question->worker, WORKER_GRACE_MS);
	return kind;
}

/*
 * Records the answer; what was on record stays login->account if it is none. An
 * answer that does not say which groups says nothing.
 */
static enum pp_kind
apply(struct pp_login *login, struct pp_err *err)
{
	struct pp_account before = login->account;
	enum pp_kind kind;

	if (!login->identity.groups_known)
		return pp_fail(err, PP_REASON_GROUPS_UNKNOWN,
			"the provider did not say which groups");
	login->account = (struct pp_account){0};
	kind = pp_meaning_renew(login, before.last_sign_in);
	if (kind == PP_OK) {
		pp_account_free(&before);
		return PP_OK;
	}
	kind = pp_fail_as(err, &login->err);
	login->err = (struct pp_err){0};
	pp_account_free(&login->account);
	login->account = before;
	return kind;
}

/*
 * Whether the token can never bring an answer any more: the provider refused
 * it, or it is somebody's who is not this account's. An answer that was not
 * trusted is none, as is one without groups: neither says anything about it.
 */
static bool
is_final(enum pp_reason reason)
{
	if (reason == PP_REASON_SUB_MISMATCH ||
		reason == PP_REASON_CONNECTOR_REFUSED)
		return true;
	return pp_reason_kind(reason) == PP_DENIED &&
	       reason != PP_REASON_GROUPS_UNKNOWN;
}

/* When the person signed in, as far as anybody has said. */
static int64_t
auth_time_of(const struct question *question, enum pp_kind kind)
{
	int64_t before = question->request.auth_time;
	int64_t now = question->login->identity.auth_time;

	return kind == PP_OK && now > before ? now : before;
}

/* What is kept from now on: the provider's next token if it gave one (RFC 6749
 * section 6), else the one that was used. */
static void
settle(struct question *question, enum pp_kind kind, enum pp_reason reason)
{
	struct pp_login *login = question->login;
	const struct pp_secret *tried = &question->request.token;
	bool renewed = question->next.token.len > 0;
	const struct kept_token next = {
		.due_ms = kind == PP_OK
				  ? next_due_ms(login)
				  : pp_clock_boot_ms(login->clock) + AGAIN_MS,
		.auth_time = auth_time_of(question, kind),
		.sub = question->request.subject,
		.token = renewed ? question->next.token : *tried};
	struct pp_err err;

	if (kept_settle(login->account.uid, tried,
		    kind != PP_OK && is_final(reason) ? NULL : &next,
		    &err) != PP_OK)
		kept_forget(login->account.uid);
}

static enum pp_kind
conclude(struct question *question, enum pp_kind kind, const struct pp_err *err)
{
	struct pp_login *login = question->login;

	settle(question, kind, err->reason);
	if (kind == PP_OK) {
		note(login, "rechecked", "");
		return PP_OK;
	}
	if (err->reason == PP_REASON_STATE_UNWRITABLE ||
		err->reason == PP_REASON_PEER_GONE || kind == PP_CANCELLED) {
		login->err = *err;
		return kind;
	}
	note(login, "not rechecked:", pp_reason_word(err->reason));
	return PP_OK;
}

static bool
wants_recheck(const struct pp_login *login)
{
	/* playpenctl's trial has just asked, and must not use the token up. */
	return login->conf->recheck && !login->account.service &&
	       login->start.phase == PP_PHASE_ACCOUNT &&
	       login->service->account != PP_ACCOUNT_KNOWN;
}

enum pp_kind
pp_recheck(struct pp_login *login)
{
	struct question question = {.login = login, .worker = PP_HELPER_NONE};
	int64_t now_ms = pp_clock_boot_ms(login->clock);
	struct pp_err err = {0};
	enum pp_kind kind;

	if (!wants_recheck(login) ||
		kept_take(login->account.uid, login->account.sub, now_ms,
			now_ms + AGAIN_MS, &question.request, &err) != PP_OK)
		return PP_OK;
	kind = ask(&question, &err);
	if (kind == PP_OK)
		kind = apply(login, &err);
	kind = conclude(&question, kind, &err);
	pp_message_free(PP_MESSAGE_REFRESH, &question.request);
	pp_message_free(PP_MESSAGE_REFRESH_TOKEN, &question.next);
	return kind;
}
