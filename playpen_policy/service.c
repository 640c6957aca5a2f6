/* SPDX-License-Identifier: MIT */
#include "service.h"

#include <poll.h>
#include <string.h>

#include <playpen/pam_service.h>
#include <playpen/proof.h>
#include <playpen/worker.h>

#include "provider.h"
#include "sentence.h"

#define SECRET_MAX 4096U
#define STEP_MS 1000

bool
pp_service_is_one(const struct pp_login *login)
{
	return pp_conf_find_account(login->conf, login->start.user) != NULL;
}

/* Refuses before anything is asked: what no proof would change. */
static enum pp_kind
check_entry(struct pp_login *login, const struct pp_conf_account *entry)
{
	struct pp_err *err = &login->err;
	struct pp_state *state = NULL;
	enum pp_kind kind;

	if (!pp_strv_contains(&entry->services, login->start.service))
		return pp_fail(err, PP_REASON_SERVICE_REFUSED,
			"services does not list %s", login->start.service);
	/* sudo and consoles put no host before the prompt: a node could show
	 * another's, and would be given a token for it. */
	if (entry->proof == PP_PROOF_TOKEN &&
		!pp_service_is_sshd(login->start.service))
		return pp_fail(err, PP_REASON_PROOF_REFUSED,
			"proof = token, and this is not sshd");
	kind = pp_state_open("", login->conf, false, &state, err);
	if (kind == PP_OK)
		kind = pp_state_find(
			state, login->start.user, &login->account, err);
	pp_state_free(&state);
	if (kind != PP_OK)
		return kind;
	if (!login->account.service)
		return pp_fail(err, PP_REASON_KIND_MISMATCH,
			"on record is a person's account");
	if (login->account.tombstone)
		return pp_fail(
			err, PP_REASON_TOMBSTONE, "the account was removed");
	if (login->account.locked)
		return pp_fail(
			err, PP_REASON_LOCKED, "locked by an administrator");
	return PP_OK;
}

/* Asks, and waits for the answer or the end of the time. */
static enum pp_kind
ask(struct pp_login *login, const char *question, struct pp_secret *answer)
{
	enum pp_kind kind;

	/* A program answers faster than any person. */
	login->talk.hasty = 0;
	kind = pp_talk_ask(&login->talk, question, false, &login->err);
	if (kind != PP_OK)
		return kind;
	do {
		struct pollfd poll_fd = {
			.fd = login->talk.module.fd, .events = POLLIN};
		int wait_ms = pp_clock_until(
			login->clock, login->deadline_ms, STEP_MS);

		if (wait_ms == 0)
			return pp_fail(&login->err, PP_REASON_DEADLINE,
				"no proof came in time");
		(void) poll(&poll_fd, 1, wait_ms);
		kind = pp_talk_hear(&login->talk, answer, &login->err);
	} while (kind == PP_PENDING);
	return kind;
}

static enum pp_kind
ask_part(struct pp_login *login, const struct pp_proof_prompt *prompt,
	struct pp_secret *token, bool *last)
{
	pp_auto(pp_secret) struct pp_secret answer = {0};
	pp_auto(pp_text) char *question = NULL;
	enum pp_kind kind =
		pp_proof_write_prompt(prompt, &question, &login->err);

	if (kind == PP_OK)
		kind = ask(login, question, &answer);
	if (kind == PP_OK)
		kind = pp_proof_take_part(
			token, prompt->part, &answer, last, &login->err);
	return kind;
}

/* Every prompt of one sign-in has its random number; the next has another, so
 * that a token is good for one. */
static enum pp_kind
ask_token(struct pp_login *login, struct pp_verify_token *request)
{
	struct pp_proof_prompt prompt = {.part = 0};
	bool last = false;
	enum pp_kind kind;

	if (strlen(login->conf->client_id) > PP_PROOF_AUDIENCE_MAX)
		return pp_fail(&login->err, PP_REASON_CONFIG_INVALID,
			"id in [client] is too long for a prompt");
	kind = pp_secret_append_random_hex(
		&request->nonce, PP_PROOF_RANDOM_BYTES, &login->err);
	if (kind != PP_OK)
		return kind;
	memcpy(prompt.audience, login->conf->client_id,
		strlen(login->conf->client_id));
	memcpy(prompt.random, request->nonce.data, PP_PROOF_RANDOM_LEN);
	while (kind == PP_OK && !last) {
		prompt.part++;
		kind = ask_part(login, &prompt, &request->token, &last);
	}
	return kind;
}

static enum pp_kind
run_worker(
	struct pp_login *login, enum pp_message_type type, const void *request)
{
	pp_auto(pp_helper) struct pp_helper worker = PP_HELPER_NONE;
	enum pp_kind kind = pp_provider_start(login, &worker, &login->err);

	if (kind == PP_OK)
		kind = pp_provider_send(&worker, type, request, &login->err);
	return kind == PP_OK ? pp_worker_identity(&worker, login->clock,
				       login->deadline_ms, &login->identity,
				       NULL, &login->err)
			     : kind;
}

static enum pp_kind
prove_by_token(struct pp_login *login, const struct pp_conf_account *entry)
{
	struct pp_verify_token request = {
		.service = entry->client_id, .hosts = login->conf->node_names};
	enum pp_kind kind = ask_token(login, &request);

	if (kind == PP_OK)
		kind = run_worker(login, PP_MESSAGE_VERIFY_TOKEN, &request);
	pp_secret_free(&request.nonce);
	pp_secret_free(&request.token);
	return kind;
}

static enum pp_kind
prove_by_secret(struct pp_login *login, const struct pp_conf_account *entry)
{
	struct pp_client_credentials request = {.client_id = entry->client_id};
	enum pp_kind kind;

	request.client_secret.max = SECRET_MAX;
	kind = ask(login, pp_wording_text(PP_WORDING_SECRET),
		&request.client_secret);
	if (kind == PP_OK && request.client_secret.len == 0)
		kind = pp_fail(&login->err, PP_REASON_NO_CONVERSATION,
			"an empty secret");
	if (kind == PP_OK)
		kind = run_worker(
			login, PP_MESSAGE_CLIENT_CREDENTIALS, &request);
	pp_secret_free(&request.client_secret);
	return kind;
}

/* The worker verified; that it verified the right thing is checked here. */
static enum pp_kind
check_identity(struct pp_login *login, const struct pp_conf_account *entry)
{
	const struct pp_identity *identity = &login->identity;

	if (strcmp(identity->iss, login->conf->issuer_url) != 0)
		return pp_fail(&login->err, PP_REASON_ISSUER_MISMATCH,
			"issuer of the identity");
	if (identity->kind != PP_IDENTITY_SERVICE ||
		identity->connector != NULL)
		return pp_fail(&login->err, PP_REASON_KIND_MISMATCH,
			"a person where a service signs in");
	if (identity->client_id == NULL ||
		strcmp(identity->client_id, entry->client_id) != 0)
		return pp_fail(&login->err, PP_REASON_SERVICE_MISMATCH,
			"another service");
	return PP_OK;
}

enum pp_kind
pp_service_sign_in(struct pp_login *login)
{
	const struct pp_conf_account *entry =
		pp_conf_find_account(login->conf, login->start.user);
	enum pp_kind kind = check_entry(login, entry);

	if (kind == PP_OK)
		kind = entry->proof == PP_PROOF_TOKEN
			       ? prove_by_token(login, entry)
			       : prove_by_secret(login, entry);
	return kind == PP_OK ? check_identity(login, entry) : kind;
}
