/* SPDX-License-Identifier: MIT */
#include "examine.h"

#include <poll.h>
#include <string.h>

#include <playpen/file.h>
#include <playpen/message.h>
#include <playpen/verify.h>

struct examination {
	struct pp_channel *starter;
	struct pp_oidc *oidc;
	struct pp_examine request;
	struct pp_secret access_token;
	struct pp_jwks *keys; /* of the request */
	struct pp_token_rules rules;
};

static void
examination_free(struct examination *examination)
{
	pp_message_free(PP_MESSAGE_EXAMINE, &examination->request);
	pp_secret_free(&examination->access_token);
	pp_jwks_free(&examination->keys);
}

/* A pager may let us wait for as long as it likes; if our starter ends, so do
 * we. */
static void
wait_for_reader(const struct examination *examination)
{
	struct pollfd poll_fd = {
		.fd = examination->starter->fd, .events = POLLOUT};

	(void) poll(&poll_fd, 1, -1);
}

static enum pp_kind
send_claims(const struct examination *examination,
	const struct pp_secret *claims, struct pp_err *err)
{
	struct pp_claims_part part = {.text = {.max = PP_CLAIMS_PART_MAX}};
	enum pp_kind kind = PP_OK;
	size_t size;

	for (size_t at = 0; kind == PP_OK && at < claims->len; at += size) {
		size = claims->len - at < PP_CLAIMS_PART_MAX
			       ? claims->len - at
			       : PP_CLAIMS_PART_MAX;
		kind = pp_secret_set(&part.text, claims->data + at, size, err);
		if (kind == PP_OK)
			kind = pp_message_send(examination->starter,
				PP_MESSAGE_CLAIMS, &part, err);
	}
	pp_message_free(PP_MESSAGE_CLAIMS, &part);
	return kind;
}

static enum pp_kind
take(void *context, const struct pp_verdict *verdict, struct pp_err *err)
{
	const struct examination *examination = context;
	enum pp_kind kind;

	wait_for_reader(examination);
	kind = pp_message_send(
		examination->starter, PP_MESSAGE_VERDICT, verdict, err);
	if (kind == PP_OK)
		kind = send_claims(examination, &verdict->claims, err);
	return kind;
}

static const struct pp_jwks *
renew(void *context)
{
	struct examination *examination = context;

	return pp_oidc_keys(examination->oidc, true);
}

static enum pp_kind
read_access_token(int fd, struct pp_secret *token, struct pp_err *err)
{
	enum pp_kind kind = pp_file_read(fd, token, err);

	if (kind == PP_OK && token->len > 0 &&
		token->data[token->len - 1] == '\n')
		token->data[--token->len] = '\0';
	return kind;
}

/* What the request says stands above what the session says. */
static void
fill_rules(struct examination *examination)
{
	const struct pp_examine *request = &examination->request;
	struct pp_token_rules *rules = &examination->rules;

	if (request->issuer != NULL)
		rules->issuer = request->issuer;
	if (request->client_id != NULL)
		rules->client_id = request->client_id;
	if (request->service != NULL)
		rules->service = request->service;
	if (request->at_time > 0)
		rules->now = request->at_time;
	if (request->nonce.len > 0)
		rules->nonce = &request->nonce;
	if (request->connectors.count > 0)
		rules->connectors = &request->connectors;
	if (request->has_access_token)
		rules->access_token = &examination->access_token;
	if (request->profile != NULL)
		rules->profile = pp_verify_profile(
			request->profile, strlen(request->profile));
	/* Never more than the provider and the configuration allow. */
	if (request->algorithms.count > 0)
		rules->algorithms &= pp_alg_set_from_list(&request->algorithms);
}

static enum pp_kind
make_rules(struct examination *examination, struct pp_err *err)
{
	struct pp_token_rules *rules = &examination->rules;
	enum pp_kind kind = PP_OK;

	if (examination->oidc != NULL)
		pp_oidc_rules(examination->oidc, rules);
	else
		*rules = (struct pp_token_rules){.profile = PP_PROFILE_DEX,
			.algorithms = PP_ALG_ALL,
			.now = pp_clock_wall(&pp_clock_system),
			.leeway = PP_TOKEN_LEEWAY};
	fill_rules(examination);
	if (rules->profile == 0)
		return pp_fail(err, PP_REASON_RULES_INVALID,
			"the profile is not dex, generic or entra");
	if (rules->algorithms == 0)
		return pp_fail(err, PP_REASON_RULES_INVALID,
			"no algorithm that is known and allowed");
	/* The lines of a batch bring what is missing. */
	if (!examination->request.batch)
		kind = pp_token_rules_check(rules, err);
	return kind;
}

/* The descriptors are in the order in which the request counts them. */
static enum pp_kind
read_files(struct examination *examination, const struct pp_frame *frame,
	struct pp_err *err)
{
	const struct pp_examine *request = &examination->request;
	const int *fd = frame->fds + 1;
	enum pp_kind kind = PP_OK;

	if (frame->fd_count !=
		1U + request->has_keys + request->has_access_token)
		return pp_fail(err, PP_REASON_FRAME_INVALID, "%zu descriptors",
			frame->fd_count);
	if (request->has_keys)
		kind = pp_verify_keys(*fd++, &examination->keys, err);
	if (kind == PP_OK && request->has_access_token)
		kind = read_access_token(*fd, &examination->access_token, err);
	return kind;
}

enum pp_kind
pp_examine_run(struct pp_channel *starter, const struct pp_frame *frame,
	struct pp_oidc *oidc, struct pp_err *err)
{
	pp_auto(examination) struct examination examination = {
		.starter = starter, .oidc = oidc};
	struct pp_verify verify = {.rules = &examination.rules,
		.take = take,
		.renew = oidc != NULL ? renew : NULL,
		.context = &examination};
	enum pp_kind kind = pp_message_unpack(
		frame, PP_MESSAGE_EXAMINE, &examination.request, err);

	if (kind == PP_OK)
		kind = make_rules(&examination, err);
	if (kind == PP_OK)
		kind = read_files(&examination, frame, err);
	if (kind != PP_OK)
		return kind;
	verify.keys =
		oidc != NULL ? pp_oidc_keys(oidc, false) : examination.keys;
	return examination.request.batch
		       ? pp_verify_batch(frame->fds[0], &verify, err)
		       : pp_verify_token(frame->fds[0], &verify, err);
}
