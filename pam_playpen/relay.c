/* SPDX-License-Identifier: MIT */
#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <security/pam_ext.h>

#include <playpen/base/pam_service.h>
#include <playpen/ipc/child.h>
#include <playpen/ipc/message.h>

#include "connection.h"
#include "log_refusal.h"

#define CHECK_MS 250    /* how often it looks whether the person is there */
#define GRACE_MS 1000   /* how long playpen-policy may take to end */
#define ANSWER_MAX 4096 /* bytes of an answer that are passed on */

/* One call of a service function. */
struct relay {
	pam_handle_t *pamh;
	const struct pp_start *start;
	struct pp_child policy;
	sigset_t app_mask; /* the host's signal mask, for its own code */
	int connection;    /* the host's socket to the person, or -1 */
	int code;          /* the PAM code to return, once done */
	bool done;
};

int
relay_failure(const char *service, int64_t stage)
{
	switch (stage) {
	case PP_STAGE_AUTH:
		/* As playpen-policy answers: its request.c says why. */
		if (service != NULL && pp_pam_service_is_sudo(service))
			return PAM_ABORT;
		return service != NULL && pp_pam_service_is_sshd(service)
			       ? PAM_MAXTRIES
			       : PAM_AUTHINFO_UNAVAIL;
	case PP_STAGE_ACCOUNT:
		return PAM_PERM_DENIED;
	default:
		return PAM_SESSION_ERR;
	}
}

/* Returns true if the stage may end with the code; any other code is the work
 * of a broken playpen-policy. */
static bool
is_allowed(int64_t stage, int64_t code)
{
	switch (code) {
	case PP_PAM_SUCCESS:
		return true;
	case PP_PAM_AUTH_ERR:
	case PP_PAM_UNAVAILABLE:
	case PP_PAM_MAXTRIES:
	case PP_PAM_ABORT:
		return stage == PP_STAGE_AUTH;
	case PP_PAM_PERM_DENIED:
	case PP_PAM_ACCT_EXPIRED:
		return stage == PP_STAGE_ACCOUNT;
	case PP_PAM_SESSION_ERR:
		return stage == PP_STAGE_OPEN || stage == PP_STAGE_CLOSE;
	default:
		return false;
	}
}

static int
failure_of(const struct relay *relay)
{
	return relay_failure(relay->start->pam_service, relay->start->stage);
}

static void
finish(struct relay *relay, int code)
{
	relay->code = code;
	relay->done = true;
}

/* Logs that the helper or the protocol broke down, and refuses. */
static void
fail_relay(struct relay *relay, const struct pp_err *err)
{
	bool other_method = err->reason == PP_REASON_CONVERSATION_FAILED &&
			    relay->start->stage == PP_STAGE_AUTH &&
			    !pp_pam_service_is_sudo(relay->start->pam_service);

	log_refusal(relay->pamh, relay->start->user, relay->start->stage, err);
	/* sshd's password method cannot show a prompt; another one may. */
	finish(relay, other_method ? PAM_AUTHINFO_UNAVAIL : failure_of(relay));
}

/*
 * Tells playpen-policy that the person has gone or gave up, and ends the relay.
 */
static void
cancel_relay(struct relay *relay)
{
	struct pp_err err;

	/* One that has gone needs no message. */
	pp_ignore(pp_message_send(
		&relay->policy.channel, PP_MESSAGE_CANCEL, NULL, &err));
	finish(relay, relay->start->stage == PP_STAGE_AUTH ? PAM_ABORT
							   : failure_of(relay));
}

/* Calls the conversation with the application's own signal mask, because the
 * application decides what Ctrl-C does at a prompt. */
static int
call_application(const struct relay *relay, const struct pam_conv *conversation,
	const struct pam_message *message, struct pam_response **ret_response)
{
	sigset_t own_mask;
	int code;

	pthread_sigmask(SIG_SETMASK, &relay->app_mask, &own_mask);
	code = conversation->conv(
		1, &message, ret_response, conversation->appdata_ptr);
	pthread_sigmask(SIG_SETMASK, &own_mask, NULL);
	return code;
}

/*
 * Passes one message to the application's conversation function. Returns
 * PAM_SUCCESS and the answer, which may be NULL and which the caller wipes; or
 * the code of the failure.
 */
static int
converse(const struct relay *relay, int style, const char *text,
	char **ret_answer)
{
	const struct pam_message message = {style, text};
	struct pam_response *response = NULL;
	const void *item = NULL;
	const struct pam_conv *conversation;
	int code = pam_get_item(relay->pamh, PAM_CONV, &item);

	conversation = item;
	if (code != PAM_SUCCESS || conversation == NULL ||
		conversation->conv == NULL)
		return PAM_CONV_ERR;
	code = call_application(relay, conversation, &message, &response);
	if (code != PAM_SUCCESS || response == NULL) {
		free(response);
		return code != PAM_SUCCESS ? code : PAM_CONV_ERR;
	}
	*ret_answer = response->resp;
	free(response);
	return PAM_SUCCESS;
}

static void
wipe(char **answer)
{
	if (*answer != NULL)
		explicit_bzero(*answer, strlen(*answer));
	free(*answer);
	*answer = NULL;
}

static enum pp_kind
show_info(struct relay *relay, const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_info info = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_INFO, &info, err);
	char *answer = NULL;

	if (kind != PP_OK)
		return kind;
	/* An application that cannot show it is no reason to fail. */
	(void) converse(relay, info.error ? PAM_ERROR_MSG : PAM_TEXT_INFO,
		info.text, &answer);
	wipe(&answer);
	pp_message_free(PP_MESSAGE_INFO, &info);
	return PP_OK;
}

static enum pp_kind
send_answer(struct relay *relay, const char *answer, struct pp_err *err)
{
	struct pp_reply reply = {0};
	enum pp_kind kind = pp_secret_append(
		&reply.text, answer, strnlen(answer, ANSWER_MAX), err);

	if (kind == PP_OK)
		kind = pp_message_send(
			&relay->policy.channel, PP_MESSAGE_REPLY, &reply, err);
	pp_message_free(PP_MESSAGE_REPLY, &reply);
	return kind;
}

static enum pp_kind
prompt_user(
	struct relay *relay, const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_prompt prompt = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_PROMPT, &prompt, err);
	char *answer = NULL;
	int code;

	if (kind != PP_OK)
		return kind;
	code = converse(relay,
		prompt.echo ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF,
		prompt.text, &answer);
	pp_message_free(PP_MESSAGE_PROMPT, &prompt);
	if (code != PAM_SUCCESS || answer == NULL) {
		wipe(&answer);
		return pp_fail(err, PP_REASON_CONVERSATION_FAILED,
			"the application did not answer: %s",
			pam_strerror(relay->pamh, code));
	}
	kind = send_answer(relay, answer, err);
	wipe(&answer);
	/* playpen-policy timed out while the prompt was open. Its last message
	 * and its result are still in the socket: read them. */
	if (kind != PP_OK && err->reason == PP_REASON_PEER_GONE)
		return PP_OK;
	return kind;
}

static enum pp_kind
set_environment(
	struct relay *relay, const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_setenv variable = {0};
	pp_cleanup(pp_text) char *text = NULL;
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_SETENV, &variable, err);

	if (kind != PP_OK)
		return kind;
	if (strcmp(variable.name, PP_SIGN_IN_VARIABLE) != 0 &&
		strcmp(variable.name, PP_REFUSAL_VARIABLE) != 0)
		kind = pp_fail(err, PP_REASON_FRAME_INVALID,
			"SETENV of another variable");
	else
		kind = pp_str_format(&text, err, "%s%s%s", variable.name,
			variable.value != NULL ? "=" : "",
			variable.value != NULL ? variable.value : "");
	pp_message_free(PP_MESSAGE_SETENV, &variable);
	/* Removing what is not there fails, and does not matter. */
	if (text != NULL && pam_putenv(relay->pamh, text) != PAM_SUCCESS &&
		strchr(text, '=') != NULL)
		return pp_fail(err, PP_REASON_SYSTEM, "pam_putenv");
	return kind;
}

static enum pp_kind
on_result(struct relay *relay, const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_pam_result result = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_RESULT, &result, err);

	if (kind != PP_OK)
		return kind;
	if (!is_allowed(relay->start->stage, result.code))
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"result %lld in stage %lld", (long long) result.code,
			(long long) relay->start->stage);
	finish(relay, (int) result.code);
	return PP_OK;
}

static enum pp_kind
on_message(
	struct relay *relay, const struct pp_frame *frame, struct pp_err *err)
{
	switch (frame->type) {
	case PP_MESSAGE_INFO:
		return show_info(relay, frame, err);
	case PP_MESSAGE_PROMPT:
		return prompt_user(relay, frame, err);
	case PP_MESSAGE_SETENV:
		return set_environment(relay, frame, err);
	case PP_MESSAGE_RESULT:
		return on_result(relay, frame, err);
	default:
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s from playpen-policy", pp_message_name(frame->type));
	}
}

/* Serves every frame that is there. PP_PENDING: none is left. */
static enum pp_kind
receive_messages(struct relay *relay, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	while (kind == PP_OK && !relay->done) {
		pp_cleanup(pp_frame) struct pp_frame frame = {0};

		kind = pp_channel_receive(&relay->policy.channel, &frame, err);
		if (kind == PP_OK)
			kind = on_message(relay, &frame, err);
	}
	return kind;
}

/*
 * Waits for playpen-policy. Returns false if the login must be cancelled
 * instead: the connection to the user is closed, an interrupt came from the
 * keyboard, or a signal that the application handles (sudo's SIGTERM and
 * SIGHUP) ended the wait. A session is opened and closed even if the user has
 * gone.
 */
static bool
wait_or_cancel(struct relay *relay)
{
	struct pollfd fds[2] = {
		{.fd = relay->policy.channel.fd, .events = POLLIN},
		{.fd = relay->connection, .events = POLLRDHUP},
	};
	int64_t stage = relay->start->stage;
	bool session = stage == PP_STAGE_OPEN || stage == PP_STAGE_CLOSE;

	if (poll(fds, session ? 1 : 2, CHECK_MS) < 0 && errno == EINTR)
		return false;
	if (session)
		return true;
	if (relay->connection >= 0 &&
		(fds[1].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
		return false;
	return !connection_is_interrupted();
}

static void
run_conversation(struct relay *relay)
{
	struct pp_err err = {0};

	if (pp_message_send(&relay->policy.channel, PP_MESSAGE_START,
		    relay->start, &err) != PP_OK) {
		fail_relay(relay, &err);
		return;
	}
	while (!relay->done) {
		enum pp_kind kind = receive_messages(relay, &err);

		if (kind != PP_OK && kind != PP_PENDING)
			fail_relay(relay, &err);
		else if (!relay->done && !wait_or_cancel(relay))
			cancel_relay(relay);
	}
}

/*
 * Holds an interrupt from the keyboard back, so that wait_or_cancel sees it:
 * login(1) of util-linux ignores it, and an ignored signal is kept only while
 * it is blocked (signal(7)). Given back as it came: then the host dies of it,
 * ignores it or handles it, as it would have without the module.
 */
static void
hold_interrupts(sigset_t *ret_mask)
{
	sigset_t interrupts;

	sigemptyset(&interrupts);
	sigaddset(&interrupts, SIGINT);
	sigaddset(&interrupts, SIGQUIT);
	pthread_sigmask(SIG_BLOCK, &interrupts, ret_mask);
}

int
relay_run(pam_handle_t *pamh, const struct pp_start *start)
{
	struct relay relay = {.pamh = pamh,
		.start = start,
		.policy = PP_CHILD_NONE,
		.code = relay_failure(start->pam_service, start->stage),
		.connection = connection_find(start->rhost)};
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	struct sigaction saved;
	struct pp_err err = {0};

	/* As pam_unix does: it could not be reaped with SIGCHLD ignored. */
	sigaction(SIGCHLD, &standard, &saved);
	hold_interrupts(&relay.app_mask);
	if (pp_child_start(PP_POLICY_PATH, &relay.policy, &err) != PP_OK)
		fail_relay(&relay, &err);
	else
		run_conversation(&relay);
	pp_child_end(&relay.policy, GRACE_MS);
	pthread_sigmask(SIG_SETMASK, &relay.app_mask, NULL);
	sigaction(SIGCHLD, &saved, NULL);
	return relay.code;
}
