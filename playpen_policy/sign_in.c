/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <playpen/pam_service.h>
#include <playpen/worker.h>

#include "fresh.h"
#include "hooks.h"
#include "host.h"
#include "login_session.h"
#include "meaning.h"
#include "provider.h"
#include "recheck.h"
#include "screen.h"
#include "sentence.h"
#include "service.h"
#include "slot.h"

/*
 * authenticate: a sign-in that is fresh enough counts; else the person is
 * shown where to approve, and the worker polls while they read. Two channels
 * are served here, the module's and the worker's, until one of them decides.
 */

#define WORKER_GRACE_MS 500
#define STEP_MS 1000

/* One interactive sign-in on its way. */
struct course {
	struct pp_login *login;
	struct pp_helper worker;
	bool shown;                      /* the person has seen where to go */
	bool verified;                   /* the worker sent IDENTITY */
	struct pp_refresh_token refresh; /* empty when it sent none */
};

static enum pp_flow
flow_of(const struct pp_login *login)
{
	return (enum pp_flow) login->service->flow;
}

/*
 * Under sshd a text without a prompt may never be seen in time, and a display
 * manager shows what stands in a question.
 */
static bool
wants_enter(const struct pp_login *login)
{
	if (login->service->prompt == PP_PROMPT_AUTO)
		return pp_service_is_sshd(login->start.service) ||
		       !terminal_is_there(&login->start);
	return login->service->prompt == PP_PROMPT_ENTER;
}

static enum pp_kind
present(struct course *course, const struct pp_show *show)
{
	struct pp_login *login = course->login;
	pp_auto(pp_text) char *text = NULL;
	bool ask = wants_enter(login) || flow_of(login) == PP_FLOW_CODE;
	enum pp_wording question = PP_WORDING_WAITING;
	enum pp_kind kind;

	if (ask)
		question = flow_of(login) == PP_FLOW_CODE ? PP_WORDING_PASTE
							  : PP_WORDING_ENTER;
	kind = pp_screen_draw(
		login, show, pp_wording_text(question), &text, &login->err);
	if (kind != PP_OK)
		return kind;
	course->shown = true;
	if (ask)
		return pp_talk_ask(&login->talk, text, true, &login->err);
	return pp_talk_show(&login->talk, text, false, &login->err);
}

static enum pp_kind
take_show(struct course *course, const struct pp_frame *frame)
{
	struct pp_login *login = course->login;
	struct pp_show show = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_SHOW, &show, &login->err);

	if (kind != PP_OK)
		return kind;
	if (course->shown)
		kind = pp_fail(&login->err, PP_REASON_FRAME_INVALID,
			"SHOW came twice");
	else
		kind = present(course, &show);
	pp_message_free(PP_MESSAGE_SHOW, &show);
	return kind;
}

static enum pp_kind
take_identity(struct course *course, const struct pp_frame *frame)
{
	struct pp_login *login = course->login;

	if (course->verified || !course->shown)
		return pp_fail(&login->err, PP_REASON_FRAME_INVALID,
			"IDENTITY out of turn");
	course->verified = true;
	return pp_message_unpack(
		frame, PP_MESSAGE_IDENTITY, &login->identity, &login->err);
}

static enum pp_kind
take_refresh_token(struct course *course, const struct pp_frame *frame)
{
	struct pp_login *login = course->login;

	if (!course->shown || !login->conf->recheck ||
		course->refresh.token.len > 0)
		return pp_fail(&login->err, PP_REASON_FRAME_INVALID,
			"REFRESH_TOKEN out of turn");
	return pp_message_unpack(
		frame, PP_MESSAGE_REFRESH_TOKEN, &course->refresh, &login->err);
}

/* That what was pasted was no code: the only thing to wait for twice. */
static enum pp_kind
take_waiting(struct course *course)
{
	struct pp_login *login = course->login;

	if (flow_of(login) != PP_FLOW_CODE || !course->shown ||
		login->talk.asking)
		return pp_fail(&login->err, PP_REASON_FRAME_INVALID,
			"WAITING out of turn");
	return pp_talk_ask(&login->talk,
		pp_wording_text(PP_WORDING_PASTE_AGAIN), true, &login->err);
}

static enum pp_kind
serve_worker(struct course *course)
{
	struct pp_err *err = &course->login->err;
	pp_auto(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_worker_receive(&course->worker, &frame, err);

	if (kind == PP_PENDING)
		return PP_OK;
	if (kind != PP_OK)
		return kind;
	switch (frame.type) {
	case PP_MESSAGE_SHOW:
		return take_show(course, &frame);
	case PP_MESSAGE_WAITING:
		return take_waiting(course);
	case PP_MESSAGE_IDENTITY:
		return take_identity(course, &frame);
	case PP_MESSAGE_REFRESH_TOKEN:
		return take_refresh_token(course, &frame);
	default:
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s from playpen-oidc", pp_message_name(frame.type));
	}
}

/* Enter in the device flow; in the code flow, the code that was pasted. */
static enum pp_kind
take_answer(struct course *course, const struct pp_secret *answer)
{
	struct pp_login *login = course->login;
	struct pp_code_reply reply = {0};
	enum pp_kind kind;

	if (flow_of(login) == PP_FLOW_DEVICE)
		return course->verified
			       ? PP_OK
			       : pp_talk_ask(&login->talk,
					 pp_wording_text(PP_WORDING_AGAIN),
					 true, &login->err);
	kind = pp_secret_set(
		&reply.code, answer->data, answer->len, &login->err);
	if (kind == PP_OK)
		kind = pp_provider_send(&course->worker, PP_MESSAGE_CODE_REPLY,
			&reply, &login->err);
	pp_message_free(PP_MESSAGE_CODE_REPLY, &reply);
	return kind;
}

static enum pp_kind
serve_module(struct course *course)
{
	struct pp_login *login = course->login;
	pp_auto(pp_secret) struct pp_secret answer = {0};
	enum pp_kind kind = pp_talk_hear(&login->talk, &answer, &login->err);

	if (kind == PP_PENDING)
		return PP_OK;
	if (kind != PP_OK)
		return kind;
	return take_answer(course, &answer);
}

/* Waits until either side has something to say or the time is over. */
static enum pp_kind
wait_for_both(struct course *course)
{
	struct pp_login *login = course->login;
	struct pollfd fds[2] = {
		{.fd = login->talk.module.fd, .events = POLLIN},
		{.fd = course->worker.channel.fd, .events = POLLIN},
	};
	int wait_ms = pp_clock_until(login->clock, login->deadline_ms, STEP_MS);

	if (wait_ms == 0)
		return pp_fail(&login->err, PP_REASON_DEADLINE,
			"nobody approved in time");
	(void) poll(fds, course->verified ? 1 : 2, wait_ms);
	return PP_OK;
}

/* Over when the identity is there and no question stands. */
static bool
is_over(const struct course *course)
{
	return course->verified && !course->login->talk.asking;
}

static enum pp_kind
run_course(struct course *course)
{
	struct pp_login *login = course->login;
	enum pp_message_type type = flow_of(login) == PP_FLOW_CODE
					    ? PP_MESSAGE_CODE
					    : PP_MESSAGE_DEVICE;
	enum pp_kind kind =
		pp_provider_send(&course->worker, type, NULL, &login->err);

	while (kind == PP_OK && !is_over(course)) {
		kind = wait_for_both(course);
		if (kind == PP_OK && !course->verified)
			kind = serve_worker(course);
		if (kind == PP_OK && !is_over(course))
			kind = serve_module(course);
	}
	return kind;
}

/* A known person waits in another queue than a name nobody here has had. */
static enum pp_kind
take_place(struct pp_login *login, struct pp_slot *slot)
{
	struct pp_account known = {0};
	struct pp_state *state = NULL;
	bool bound;
	enum pp_kind kind =
		pp_state_open("", login->conf, false, &state, &login->err);

	if (kind == PP_OK)
		kind = pp_state_find(
			state, login->start.user, &known, &login->err);
	pp_state_free(&state);
	if (kind != PP_OK && login->err.reason != PP_REASON_NOT_BOUND)
		return kind;
	bound = kind == PP_OK && (known.bound || known.service);
	pp_account_free(&known);
	return pp_slot_take(login, bound, slot, &login->err);
}

/* What carries this sign-in on: to open_session, or to the next sudo. */
static enum pp_kind
remember(struct pp_login *login)
{
	char handle[FRESH_HANDLE_SIZE];
	char session[LOGIN_SESSION_SIZE];
	const struct pp_setenv variable = {
		(char *) PP_SIGN_IN_VARIABLE, handle};
	struct pp_err *err = &login->err;
	uid_t uid = login->account.uid;
	enum pp_kind kind;

	if (pp_service_is_su(login->start.service))
		return PP_OK;
	if (pp_service_is_sudo(login->start.service)) {
		struct pp_err ignored;

		/* Where the session has no name (its leader is gone) the
		 * sign-in is good this once: there is no next sudo in it. */
		if (login_session_of(getppid(), session, &ignored) != PP_OK)
			return PP_OK;
		return fresh_record(
			session, uid, pp_clock_boot_ms(login->clock), err);
	}
	kind = fresh_issue(uid, login->clock, handle, err);
	if (kind == PP_OK)
		kind = pp_message_send(
			&login->talk.module, PP_MESSAGE_SETENV, &variable, err);
	return kind;
}

static enum pp_kind
ask_person(struct pp_login *login)
{
	struct course course = {.login = login, .worker = PP_HELPER_NONE};
	enum pp_kind kind =
		pp_provider_start(login, &course.worker, &login->err);

	if (kind == PP_OK)
		kind = run_course(&course);
	pp_helper_end(&course.worker, WORKER_GRACE_MS);
	if (kind == PP_OK)
		kind = pp_meaning_apply(login);
	if (kind == PP_OK && login->start.phase != PP_PHASE_TRIAL)
		pp_recheck_keep(login, &course.refresh);
	pp_message_free(PP_MESSAGE_REFRESH_TOKEN, &course.refresh);
	return kind;
}

enum pp_kind
pp_sign_in(struct pp_login *login)
{
	pp_auto(pp_slot) struct pp_slot slot = {.fd = -1};
	enum pp_kind kind = take_place(login, &slot);

	if (kind != PP_OK)
		return kind;
	return pp_service_is_one(login) ? pp_service_sign_in(login)
					: ask_person(login);
}

static bool
is_fresh(const struct pp_login *login)
{
	int64_t age = pp_session_age_ms(login);

	return age >= 0 && age / 1000 < login->service->max_age;
}

enum pp_kind
pp_hook_auth(struct pp_login *login)
{
	enum pp_kind kind;

	if (is_fresh(login)) {
		login->notes = pp_str_copy("fresh", strlen("fresh"));
		return PP_OK;
	}
	kind = pp_sign_in(login);
	return kind == PP_OK ? remember(login) : kind;
}
