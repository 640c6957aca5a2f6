/* SPDX-License-Identifier: MIT */
#include "certificate_request.h"

#include <playpen/certificate/certificate.h>

#include "sandbox.h"

static enum pp_kind
send_found(struct pp_channel *parent, const struct pp_sshcert *cert,
	const struct pp_certificate_result *result, int64_t keys_to_ms,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret key = {0};
	struct pp_certificate_found found = {
		.key_type = (char *) pp_sshcert_key_name(cert->key.type),
		.openpubkey = cert->format == PP_SSHCERT_OPENPUBKEY,
		.end = result->end,
		.fingerprint = (char *) result->fingerprint,
		.keys_to_ms = keys_to_ms};
	enum pp_kind kind = pp_sshcert_put_key(cert, &key, err);

	found.key = (char *) pp_secret_text(&key);
	return kind == PP_OK ? pp_message_send(parent, PP_MESSAGE_CERTIFICATE,
				       &found, err)
			     : kind;
}

static enum pp_kind
run(struct pp_channel *parent, const struct pp_verify_certificate *request,
	struct pp_oidc *oidc, struct pp_oidc_result *result, struct pp_err *err)
{
	pp_cleanup(pp_sshcert) struct pp_sshcert cert = {0};
	struct pp_certificate_result found = {0};
	struct pp_idtoken_rules token = {0};
	const struct pp_certificate_rules rules = {.token = &token,
		.user = request->user,
		.openpubkey = request->openpubkey};
	enum pp_kind kind = pp_sshcert_parse(request->type,
		pp_secret_text(&request->text), request->text.len, &cert, err);

	pp_oidc_rules(oidc, &token);
	token.age_max = request->max_age;
	token.iat_min = request->not_before;
	/* Nothing else may ask for a token of this audience. */
	token.trusted_audiences = NULL;
	if (kind == PP_OK)
		kind = pp_certificate_verify(pp_oidc_keys(oidc, false), &cert,
			&rules, NULL, &found, err);
	if (kind == PP_OK)
		kind = send_found(
			parent, &cert, &found, pp_oidc_keys_to_ms(oidc), err);
	result->identity = found.identity;
	return kind;
}

/* Runs the request. A stranger chose its bytes, and they must not reach the
 * cache, which other workers believe: from here on nothing is written, and the
 * keys are those at hand. */
enum pp_kind
certificate_request_run(struct pp_channel *parent, const struct pp_frame *frame,
	struct pp_oidc *oidc, struct pp_oidc_result *result, struct pp_err *err)
{
	struct pp_verify_certificate request = {0};
	enum pp_kind kind = sandbox_forbid_writing(err);

	if (kind == PP_OK)
		kind = pp_message_unpack(
			frame, PP_MESSAGE_VERIFY_CERTIFICATE, &request, err);
	if (kind == PP_OK)
		kind = run(parent, &request, oidc, result, err);
	pp_message_free(PP_MESSAGE_VERIFY_CERTIFICATE, &request);
	return kind;
}
