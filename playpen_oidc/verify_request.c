/* SPDX-License-Identifier: MIT */
#include "verify_request.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/file.h>
#include <playpen/certificate/certificate.h>
#include <playpen/idtoken/verify.h>
#include <playpen/ipc/child.h>
#include <playpen/ipc/message.h>

struct verify_job {
	struct pp_channel *parent;
	struct pp_oidc *oidc;
	struct pp_verify_request request;
	struct pp_secret access_token;
	struct pp_jwks *keys; /* handed over with the request */
	struct pp_idtoken_rules rules;
};

static void
verify_job_free(struct verify_job *verify_job)
{
	pp_message_free(PP_MESSAGE_VERIFY_REQUEST, &verify_job->request);
	pp_secret_free(&verify_job->access_token);
	pp_jwks_free(&verify_job->keys);
}

/* Waits without a limit, because the parent may print to a pager. If the parent
 * ends, so does the wait. */
static void
wait_for_reader(const struct verify_job *verify_job)
{
	struct pollfd poll_fd = {
		.fd = verify_job->parent->fd, .events = POLLOUT};

	(void) poll(&poll_fd, 1, -1);
}

static enum pp_kind
send_claims(const struct verify_job *verify_job, const struct pp_secret *claims,
	struct pp_err *err)
{
	struct pp_claims_chunk part = {.text = {.max = PP_CLAIMS_CHUNK_MAX}};
	enum pp_kind kind = PP_OK;
	size_t size;

	for (size_t at = 0; kind == PP_OK && at < claims->len; at += size) {
		size = claims->len - at < PP_CLAIMS_CHUNK_MAX
			       ? claims->len - at
			       : PP_CLAIMS_CHUNK_MAX;
		kind = pp_secret_set(&part.text, claims->data + at, size, err);
		if (kind == PP_OK)
			kind = pp_message_send(verify_job->parent,
				PP_MESSAGE_CLAIMS_CHUNK, &part, err);
	}
	pp_message_free(PP_MESSAGE_CLAIMS_CHUNK, &part);
	return kind;
}

static enum pp_kind
take_verdict(
	void *context, const struct pp_verdict *verdict, struct pp_err *err)
{
	const struct verify_job *verify_job = context;
	enum pp_kind kind;

	wait_for_reader(verify_job);
	kind = pp_message_send(
		verify_job->parent, PP_MESSAGE_VERDICT, verdict, err);
	if (kind == PP_OK)
		kind = send_claims(verify_job, &verdict->claims, err);
	return kind;
}

static const struct pp_jwks *
renew_keys(void *context)
{
	struct verify_job *verify_job = context;

	return pp_oidc_keys(verify_job->oidc, true);
}

/* Reads a file to its end and cuts off one newline there. */
static enum pp_kind
read_token(int fd, struct pp_secret *token, struct pp_err *err)
{
	enum pp_kind kind = pp_file_read(fd, token, err);

	if (kind == PP_OK && token->len > 0 &&
		token->data[token->len - 1] == '\n')
		token->data[--token->len] = '\0';
	return kind;
}

static enum pp_kind
read_keys(int fd, struct pp_jwks **ret_keys, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret text = {.max = PP_JWKS_TEXT_MAX};
	enum pp_kind kind = pp_file_read(fd, &text, err);

	if (kind != PP_OK)
		return kind;
	return pp_jwks_parse(pp_secret_text(&text), text.len, ret_keys, err);
}

/* Fills in the rules of the request, which override those of the session. */
static void
fill_rules(struct verify_job *verify_job)
{
	const struct pp_verify_request *request = &verify_job->request;
	struct pp_idtoken_rules *rules = &verify_job->rules;

	if (request->issuer != NULL)
		rules->issuer = request->issuer;
	if (request->client_id != NULL)
		rules->client_id = request->client_id;
	if (request->service_client_id != NULL)
		rules->service_client = request->service_client_id;
	if (request->at_time > 0)
		rules->now = request->at_time;
	if (request->nonce.len > 0)
		rules->nonce = &request->nonce;
	if (request->connectors.count > 0)
		rules->connectors = &request->connectors;
	if (request->has_access_token)
		rules->access_token = &verify_job->access_token;
	if (request->profile != NULL)
		rules->profile = pp_profile_from_name(
			request->profile, strlen(request->profile));
	/* Never more than the provider and the configuration allow. */
	if (request->algorithms.count > 0)
		rules->algorithms &= pp_alg_set_from_list(&request->algorithms);
}

static enum pp_kind
make_rules(struct verify_job *verify_job, struct pp_err *err)
{
	struct pp_idtoken_rules *rules = &verify_job->rules;
	enum pp_kind kind = PP_OK;

	if (verify_job->oidc != NULL)
		pp_oidc_rules(verify_job->oidc, rules);
	else
		*rules = (struct pp_idtoken_rules){.profile = PP_PROFILE_DEX,
			.algorithms = PP_ALG_ALL,
			.now = pp_clock_wall(&pp_clock_system),
			.leeway = PP_IDTOKEN_LEEWAY};
	fill_rules(verify_job);
	if (rules->profile == 0)
		return pp_fail(err, PP_REASON_RULES_INVALID,
			"the profile is not dex, generic or entra");
	if (rules->algorithms == 0)
		return pp_fail(err, PP_REASON_RULES_INVALID,
			"no algorithm that is known and allowed");
	/* The lines of a batch have the rules that are missing. */
	if (!verify_job->request.batch)
		kind = pp_idtoken_rules_check(rules, err);
	return kind;
}

/* Reads the files that follow the first one, in the order of the request. */
static enum pp_kind
read_files(struct verify_job *verify_job, int file_count, struct pp_err *err)
{
	const struct pp_verify_request *request = &verify_job->request;
	int fd = PP_CHILD_FILES + 1;
	enum pp_kind kind = PP_OK;

	if (file_count != 1 + request->has_keys + request->has_access_token)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%d files were handed over", file_count);
	if (request->has_keys)
		kind = read_keys(fd++, &verify_job->keys, err);
	if (kind == PP_OK && request->has_access_token)
		kind = read_token(fd, &verify_job->access_token, err);
	return kind;
}

/* Gives the verdict on what is not read to its end. */
static enum pp_kind
refuse_length(enum pp_reason reason, size_t max, const struct pp_verify *verify,
	struct pp_err *err)
{
	const struct pp_secret no_claims = {0};
	struct pp_err cause = {0};

	pp_ignore(pp_fail(&cause, reason, "more than %zu bytes", max));
	return pp_verify_report(verify, &cause, &no_claims, err);
}

/* Verifies the one token. The limit leaves room for a newline behind it. */
static enum pp_kind
verify_token(const struct pp_verify *verify, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret token = {
		.max = PP_MESSAGE_TOKEN_MAX + 1};
	struct pp_err cause = {0};
	enum pp_kind kind = read_token(PP_CHILD_FILES, &token, &cause);

	if (kind != PP_OK && cause.reason == PP_REASON_FILE_TOO_LARGE)
		return refuse_length(PP_REASON_TOKEN_TOO_LONG,
			PP_MESSAGE_TOKEN_MAX, verify, err);
	if (kind != PP_OK)
		return pp_propagate(err, &cause);
	return pp_verify_single(&token, verify, err);
}

static enum pp_kind
verify_certificate(const struct pp_verify *verify, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret line = {
		.max = PP_SSHCERT_LINE_MAX};
	struct pp_err cause = {0};
	enum pp_kind kind = pp_file_read(PP_CHILD_FILES, &line, &cause);

	if (kind != PP_OK && cause.reason == PP_REASON_FILE_TOO_LARGE)
		return refuse_length(PP_REASON_CERT_MALFORMED,
			PP_SSHCERT_LINE_MAX, verify, err);
	if (kind != PP_OK)
		return pp_propagate(err, &cause);
	return pp_certificate_verify_line(&line, verify, err);
}

static enum pp_kind
verify_batch(struct pp_verify *verify, struct pp_err *err)
{
	pp_cleanup(pp_stream) FILE *input = fdopen(PP_CHILD_FILES, "r");

	if (input == NULL)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "reading");
	verify->input = input;
	return pp_verify_batch(verify, err);
}

static enum pp_kind
verify_input(const struct verify_job *verify_job, struct pp_verify *verify,
	struct pp_err *err)
{
	if (verify_job->request.batch)
		return verify_batch(verify, err);
	if (verify_job->request.certificate)
		return verify_certificate(verify, err);
	return verify_token(verify, err);
}

enum pp_kind
verify_request_run(struct pp_channel *parent, const struct pp_frame *frame,
	int file_count, struct pp_oidc *oidc, struct pp_err *err)
{
	pp_cleanup(verify_job) struct verify_job verify_job = {
		.parent = parent, .oidc = oidc};
	struct pp_verify verify = {.rules = &verify_job.rules,
		.take_verdict = take_verdict,
		.renew_keys = oidc != NULL ? renew_keys : NULL,
		.context = &verify_job};
	enum pp_kind kind = pp_message_unpack(
		frame, PP_MESSAGE_VERIFY_REQUEST, &verify_job.request, err);

	if (kind == PP_OK)
		kind = make_rules(&verify_job, err);
	if (kind == PP_OK)
		kind = read_files(&verify_job, file_count, err);
	if (kind != PP_OK)
		return kind;
	verify.keys =
		oidc != NULL ? pp_oidc_keys(oidc, false) : verify_job.keys;
	return verify_input(&verify_job, &verify, err);
}
