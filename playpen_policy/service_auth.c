/* SPDX-License-Identifier: MIT */
#include "service_auth.h"

#include <poll.h>
#include <string.h>

#include <playpen/ipc/oidc_worker.h>
#include <playpen/provider/proof_prompt.h>

#include "authorize.h"
#include "known_refusal.h"
#include "user_messages.h"
#include "worker.h"

#define SECRET_MAX 4096U
#define STEP_MS 1000

bool
service_auth_applies(const struct request *request)
{
	return pp_conf_find_service_account(
		       request->conf, request->start.user) != NULL;
}

/* Shows the prompt and waits for the answer until the deadline. */
static enum pp_kind
prompt_and_wait(
	struct request *request, const char *text, struct pp_secret *answer)
{
	enum pp_kind kind;

	/* A program may answer instantly. */
	request->conversation.instant_replies = 0;
	kind = conversation_prompt(
		&request->conversation, text, false, &request->err);
	if (kind != PP_OK)
		return kind;
	do {
		struct pollfd poll_fd = {.fd = request->conversation.module.fd,
			.events = POLLIN};
		int wait_ms = pp_clock_until(
			request->clock, request->deadline_ms, STEP_MS);

		if (wait_ms == 0)
			return pp_fail(&request->err, PP_REASON_DEADLINE,
				"no proof came in time");
		(void) poll(&poll_fd, 1, wait_ms);
		kind = conversation_receive(
			&request->conversation, answer, &request->err);
	} while (kind == PP_PENDING);
	return kind == PP_OK ? known_refusal_check_answer(request, answer)
			     : kind;
}

static enum pp_kind
prompt_for_part(struct request *request, const struct pp_proof_prompt *prompt,
	struct pp_secret *token, bool *last)
{
	pp_cleanup(pp_secret) struct pp_secret answer = {0};
	pp_cleanup(pp_text) char *text = NULL;
	enum pp_kind kind = pp_proof_prompt_write(prompt, &text, &request->err);

	if (kind == PP_OK)
		kind = prompt_and_wait(request, text, &answer);
	if (kind == PP_OK)
		kind = pp_proof_prompt_take_answer(
			token, prompt->part, &answer, last, &request->err);
	return kind;
}

/* Prompts for the parts of a token. All prompts of a sign-in have the same
 * random number, and no other has it, so a token is valid for one sign-in. */
static enum pp_kind
prompt_for_token(struct request *request, struct pp_verify_token *message)
{
	struct pp_proof_prompt prompt = {.part = 0};
	bool last = false;
	enum pp_kind kind;

	if (strlen(request->conf->provider.client_id) > PP_PROOF_AUDIENCE_MAX)
		return pp_fail(&request->err, PP_REASON_CONFIG_INVALID,
			"id in [client] is too long for a prompt");
	kind = pp_secret_append_random_hex(
		&message->nonce, PP_PROOF_RANDOM_BYTES, &request->err);
	if (kind != PP_OK)
		return kind;
	memcpy(prompt.audience, request->conf->provider.client_id,
		strlen(request->conf->provider.client_id));
	memcpy(prompt.random, message->nonce.data, PP_PROOF_RANDOM_LEN);
	while (kind == PP_OK && !last) {
		prompt.part++;
		kind = prompt_for_part(
			request, &prompt, &message->token, &last);
	}
	return kind;
}

static enum pp_kind
run_worker(
	struct request *request, enum pp_message_type type, const void *message)
{
	pp_cleanup(pp_child) struct pp_child worker = PP_CHILD_NONE;
	enum pp_kind kind = worker_start(request, &worker, &request->err);

	if (kind == PP_OK)
		kind = worker_send(&worker, type, message, &request->err);
	return kind == PP_OK ? pp_worker_wait_identity(&worker, request->clock,
				       request->deadline_ms, &request->identity,
				       NULL, &request->err)
			     : kind;
}

static enum pp_kind
prove_by_token(
	struct request *request, const struct pp_conf_service_account *entry)
{
	struct pp_verify_token message = {.service_client_id = entry->client_id,
		.hosts = request->conf->node_names};
	enum pp_kind kind = prompt_for_token(request, &message);

	if (kind == PP_OK)
		kind = run_worker(request, PP_MESSAGE_VERIFY_TOKEN, &message);
	pp_secret_free(&message.nonce);
	pp_secret_free(&message.token);
	return kind;
}

static enum pp_kind
prove_by_secret(
	struct request *request, const struct pp_conf_service_account *entry)
{
	struct pp_client_credentials message = {.client_id = entry->client_id};
	enum pp_kind kind;

	message.client_secret.max = SECRET_MAX;
	kind = prompt_and_wait(request, prompt_text_get(PROMPT_TEXT_SECRET),
		&message.client_secret);
	if (kind == PP_OK && message.client_secret.len == 0)
		kind = pp_fail(&request->err, PP_REASON_CONVERSATION_FAILED,
			"an empty secret");
	if (kind == PP_OK)
		kind = run_worker(
			request, PP_MESSAGE_CLIENT_CREDENTIALS, &message);
	pp_secret_free(&message.client_secret);
	return kind;
}

enum pp_kind
service_auth_run(struct request *request)
{
	const struct pp_conf_service_account *entry =
		pp_conf_find_service_account(
			request->conf, request->start.user);
	enum pp_kind kind = authorize_prompt(request);

	if (request->err.reason == PP_REASON_LOCKED ||
		request->err.reason == PP_REASON_ACCOUNT_CLOSED)
		known_refusal_hide(request);
	if (kind == PP_OK)
		kind = entry->auth == PP_SERVICE_AUTH_ID_TOKEN
			       ? prove_by_token(request, entry)
			       : prove_by_secret(request, entry);
	return kind == PP_OK ? authorize_proof(request) : kind;
}
