/* SPDX-License-Identifier: MIT */
#include <playpen/certificate/certificate.h>

static enum pp_kind
verify_once(const struct pp_jwks *keys, const struct pp_verify *verify,
	const struct pp_sshcert *cert, struct pp_secret *claims,
	struct pp_err *cause)
{
	const struct pp_certificate_rules rules = {
		.token = verify->rules, .openpubkey = true};
	pp_cleanup(
		pp_certificate_result) struct pp_certificate_result result = {
		0};

	return pp_certificate_verify(
		keys, cert, &rules, claims, &result, cause);
}

static enum pp_kind
verify_line(const struct pp_secret *line, const struct pp_verify *verify,
	struct pp_secret *claims, struct pp_err *cause)
{
	pp_cleanup(pp_sshcert) struct pp_sshcert cert = {0};
	const struct pp_jwks *newer = NULL;
	enum pp_kind kind = pp_sshcert_parse_line(line, &cert, cause);

	if (kind != PP_OK)
		return kind;
	kind = verify_once(verify->keys, verify, &cert, claims, cause);
	if (kind != PP_OK && cause->reason == PP_REASON_KID_UNKNOWN &&
		verify->renew_keys != NULL)
		newer = verify->renew_keys(verify->context);
	if (newer == NULL)
		return kind;
	*cause = (struct pp_err){0};
	return verify_once(newer, verify, &cert, claims, cause);
}

enum pp_kind
pp_certificate_verify_line(const struct pp_secret *line,
	const struct pp_verify *verify, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret claims = {
		.max = PP_VERIFY_CLAIMS_MAX};
	struct pp_err cause = {0};

	pp_ignore(verify_line(line, verify, &claims, &cause));
	return pp_verify_report(verify, &cause, &claims, err);
}
