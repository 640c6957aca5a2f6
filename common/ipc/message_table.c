/* SPDX-License-Identifier: MIT */
#include "message_table.h"

#include <stddef.h>

#include <playpen/ipc/message.h>

/* The limits of <playpen/ipc/worker_messages.h>, short enough for a row. */
#define LONG_TEXT PP_MESSAGE_TEXT_MAX
#define NAME PP_MESSAGE_NAME_MAX
#define GROUPS PP_MESSAGE_GROUPS_MAX
#define WORDS PP_MESSAGE_WORDS_MAX

/*
 * The rows of a message: a member of its struct and the limit. Numbers and
 * truth values are always sent; an empty list is left out.
 */
#define NUMBER(type, member) FIELD(type, member, PP_FIELD_NUMBER, true, 0)
#define TIME(type, member) FIELD(type, member, PP_FIELD_TIME, true, 0)
#define TRUTH(type, member) FIELD(type, member, PP_FIELD_BOOL, true, 0)
#define TEXT(type, member, max) FIELD(type, member, PP_FIELD_TEXT, true, max)
#define OPTIONAL_TEXT(type, member, max)                                       \
	FIELD(type, member, PP_FIELD_TEXT, false, max)
#define SECRET(type, member, max)                                              \
	FIELD(type, member, PP_FIELD_SECRET, true, max)
#define OPTIONAL_SECRET(type, member, max)                                     \
	FIELD(type, member, PP_FIELD_SECRET, false, max)
#define LIST(type, member, max) FIELD(type, member, PP_FIELD_LIST, false, max)
#define FIELD(type, member, form, required, max)                               \
	{                                                                      \
		offsetof(struct type, member), #member, form, required, max    \
	}

/*
 * The struct of a message and its rows. A table too long for the mask in
 * message.c divides by zero, which no compiler takes here.
 */
#define FITS(rows) (PP_COUNT(rows) <= PP_FRAME_FIELDS_MAX)
#define BODY(type, rows) sizeof(struct type), rows, PP_COUNT(rows) / FITS(rows)
#define NO_BODY 0, NULL, 0

/* clang-format off */
static const struct pp_message_field start_fields[] = {
	NUMBER(pp_start, version),
	NUMBER(pp_start, stage),
	TEXT(pp_start, pam_service, NAME),
	TEXT(pp_start, user, NAME),
	NUMBER(pp_start, uid),
	NUMBER(pp_start, gid),
	NUMBER(pp_start, caller_uid),
	NUMBER(pp_start, flags),
	NUMBER(pp_start, alarm_ms),
	OPTIONAL_TEXT(pp_start, ticket, NAME),
	OPTIONAL_TEXT(pp_start, tty, NAME),
	OPTIONAL_TEXT(pp_start, rhost, NAME),
	OPTIONAL_TEXT(pp_start, ruser, NAME),
	NUMBER(pp_start, sshd_pid),
	OPTIONAL_TEXT(pp_start, certificate_type, NAME),
	OPTIONAL_SECRET(pp_start, certificate, PP_START_CERTIFICATE_MAX),
	OPTIONAL_SECRET(pp_start, auth_info, PP_START_AUTH_INFO_MAX),
};

static const struct pp_message_field reply_fields[] = {
	OPTIONAL_SECRET(pp_reply, text, LONG_TEXT),
};

static const struct pp_message_field info_fields[] = {
	TEXT(pp_info, text, PP_CONVERSATION_TEXT_MAX),
	TRUTH(pp_info, error),
};

static const struct pp_message_field prompt_fields[] = {
	TEXT(pp_prompt, text, PP_CONVERSATION_TEXT_MAX),
	TRUTH(pp_prompt, echo),
};

static const struct pp_message_field pam_result_fields[] = {
	NUMBER(pp_pam_result, code),
};

static const struct pp_message_field setenv_fields[] = {
	TEXT(pp_setenv, name, NAME),
	OPTIONAL_TEXT(pp_setenv, value, NAME),
};

static const struct pp_message_field dry_run_fields[] = {
	TEXT(pp_dry_run, reason, NAME),
	NUMBER(pp_dry_run, stage),
	OPTIONAL_TEXT(pp_dry_run, message, LONG_TEXT),
	OPTIONAL_TEXT(pp_dry_run, notes, LONG_TEXT),
	TRUTH(pp_dry_run, was_bound),
	NUMBER(pp_dry_run, uid),
	OPTIONAL_TEXT(pp_dry_run, home, LONG_TEXT),
	OPTIONAL_TEXT(pp_dry_run, shell, LONG_TEXT),
	TRUTH(pp_dry_run, groups_known),
	LIST(pp_dry_run, groups, GROUPS),
	NUMBER(pp_dry_run, groups_expire_at),
};

static const struct pp_message_field provider_fields[] = {
	NUMBER(pp_provider, version),
	NUMBER(pp_provider, deadline_ms),
	TEXT(pp_provider, url, LONG_TEXT),
	OPTIONAL_TEXT(pp_provider, connect_to, LONG_TEXT),
	OPTIONAL_TEXT(pp_provider, browser_url, LONG_TEXT),
	OPTIONAL_TEXT(pp_provider, ca_file, LONG_TEXT),
	OPTIONAL_TEXT(pp_provider, proxy, LONG_TEXT),
	TRUTH(pp_provider, allow_http),
	LIST(pp_provider, endpoint_hosts, WORDS),
	NUMBER(pp_provider, profile),
	OPTIONAL_TEXT(pp_provider, jwks_file, LONG_TEXT),
	LIST(pp_provider, algorithms, WORDS),
	LIST(pp_provider, tenants, WORDS),
	TRUTH(pp_provider, guests),
	TRUTH(pp_provider, roles_as_groups),
	TRUTH(pp_provider, require_at_hash),
	TEXT(pp_provider, client_id, NAME),
	OPTIONAL_SECRET(pp_provider, client_secret, LONG_TEXT),
	LIST(pp_provider, scopes, WORDS),
	LIST(pp_provider, trusted_audiences, WORDS),
	NUMBER(pp_provider, token_auth),
	LIST(pp_provider, connectors, WORDS),
	TEXT(pp_provider, username_claim, NAME),
	NUMBER(pp_provider, keys_without_dex),
};

static const struct pp_message_field device_prompt_fields[] = {
	TEXT(pp_device_prompt, uri, LONG_TEXT),
	OPTIONAL_TEXT(pp_device_prompt, uri_complete, LONG_TEXT),
	OPTIONAL_TEXT(pp_device_prompt, user_code, NAME),
	NUMBER(pp_device_prompt, qr_side),
	OPTIONAL_SECRET(pp_device_prompt, qr, PP_DEVICE_PROMPT_QR_MAX),
	NUMBER(pp_device_prompt, expires),
};

static const struct pp_message_field not_approved_fields[] = {
	NUMBER(pp_not_approved, asked_ms),
};

static const struct pp_message_field code_for_key_fields[] = {
	OPTIONAL_TEXT(pp_code_for_key, redirect_uri, LONG_TEXT),
	SECRET(pp_code_for_key, nonce, PP_MESSAGE_NONCE_MAX),
	SECRET(pp_code_for_key, state, PP_MESSAGE_NONCE_MAX),
};

static const struct pp_message_field key_line_fields[] = {
	TEXT(pp_key_line, text, LONG_TEXT),
};

static const struct pp_message_field verify_certificate_fields[] = {
	TEXT(pp_verify_certificate, type, NAME),
	SECRET(pp_verify_certificate, text, PP_START_CERTIFICATE_MAX),
	TEXT(pp_verify_certificate, user, NAME),
	NUMBER(pp_verify_certificate, max_age),
	NUMBER(pp_verify_certificate, not_before),
	TRUTH(pp_verify_certificate, openpubkey),
};

static const struct pp_message_field certificate_fields[] = {
	TEXT(pp_certificate_found, key_type, NAME),
	TEXT(pp_certificate_found, key, LONG_TEXT),
	TRUTH(pp_certificate_found, openpubkey),
	TIME(pp_certificate_found, end),
	TEXT(pp_certificate_found, fingerprint, NAME),
	TIME(pp_certificate_found, keys_to_ms),
};

static const struct pp_message_field code_reply_fields[] = {
	SECRET(pp_code_reply, code, LONG_TEXT),
};

static const struct pp_message_field client_credentials_fields[] = {
	TEXT(pp_client_credentials, client_id, NAME),
	SECRET(pp_client_credentials, client_secret, LONG_TEXT),
	OPTIONAL_TEXT(pp_client_credentials, audience, NAME),
	OPTIONAL_SECRET(pp_client_credentials, nonce, PP_MESSAGE_NONCE_MAX),
	TRUTH(pp_client_credentials, want_token),
};

static const struct pp_message_field token_fields[] = {
	SECRET(pp_token, token, PP_MESSAGE_TOKEN_MAX),
};

static const struct pp_message_field verify_token_fields[] = {
	OPTIONAL_SECRET(pp_verify_token, token, PP_MESSAGE_TOKEN_MAX),
	OPTIONAL_SECRET(pp_verify_token, access_token, PP_MESSAGE_ACCESS_TOKEN_MAX),
	OPTIONAL_SECRET(pp_verify_token, nonce, LONG_TEXT),
	OPTIONAL_TEXT(pp_verify_token, service_client_id, NAME),
	NUMBER(pp_verify_token, max_age),
	NUMBER(pp_verify_token, at_time),
	LIST(pp_verify_token, hosts, WORDS),
};

static const struct pp_message_field verify_request_fields[] = {
	NUMBER(pp_verify_request, version),
	TRUTH(pp_verify_request, batch),
	TRUTH(pp_verify_request, has_keys),
	TRUTH(pp_verify_request, has_access_token),
	OPTIONAL_TEXT(pp_verify_request, issuer, LONG_TEXT),
	OPTIONAL_TEXT(pp_verify_request, client_id, NAME),
	OPTIONAL_TEXT(pp_verify_request, profile, NAME),
	NUMBER(pp_verify_request, at_time),
	OPTIONAL_SECRET(pp_verify_request, nonce, LONG_TEXT),
	OPTIONAL_TEXT(pp_verify_request, service_client_id, NAME),
	LIST(pp_verify_request, connectors, WORDS),
	LIST(pp_verify_request, algorithms, WORDS),
	TRUTH(pp_verify_request, certificate),
};

static const struct pp_message_field refresh_fields[] = {
	SECRET(pp_refresh, token, PP_MESSAGE_REFRESH_TOKEN_MAX),
	TEXT(pp_refresh, subject, NAME),
	NUMBER(pp_refresh, auth_time),
};

static const struct pp_message_field identity_fields[] = {
	NUMBER(pp_identity, type),
	TEXT(pp_identity, iss, LONG_TEXT),
	TEXT(pp_identity, sub, NAME),
	OPTIONAL_TEXT(pp_identity, connector, NAME),
	OPTIONAL_TEXT(pp_identity, client_id, NAME),
	OPTIONAL_TEXT(pp_identity, username, NAME),
	OPTIONAL_TEXT(pp_identity, email, PP_MESSAGE_EMAIL_MAX),
	TRUTH(pp_identity, email_verified),
	OPTIONAL_TEXT(pp_identity, name, LONG_TEXT),
	NUMBER(pp_identity, groups_claim),
	LIST(pp_identity, groups, GROUPS),
	TIME(pp_identity, auth_time),
	TIME(pp_identity, iat),
	TIME(pp_identity, exp),
	TRUTH(pp_identity, at_hash),
	TRUTH(pp_identity, keys_leak),
};

static const struct pp_message_field refresh_token_fields[] = {
	SECRET(pp_refresh_token, token, PP_MESSAGE_REFRESH_TOKEN_MAX),
};

static const struct pp_message_field probe_fields[] = {
	TRUTH(pp_probe, device),
	TRUTH(pp_probe, code),
	TRUTH(pp_probe, refresh),
	TRUTH(pp_probe, client_credentials),
	NUMBER(pp_probe, code_seconds),
	OPTIONAL_TEXT(pp_probe, ssh_client, LONG_TEXT),
};

static const struct pp_message_field probe_answer_fields[] = {
	TEXT(pp_probe_answer, question, NAME),
	TEXT(pp_probe_answer, reason, NAME),
	OPTIONAL_TEXT(pp_probe_answer, message, LONG_TEXT),
};

static const struct pp_message_field failed_fields[] = {
	TEXT(pp_failed, reason, NAME),
	OPTIONAL_TEXT(pp_failed, message, LONG_TEXT),
	OPTIONAL_TEXT(pp_failed, said, NAME),
};

static const struct pp_message_field verdict_fields[] = {
	OPTIONAL_TEXT(pp_verdict, id, LONG_TEXT),
	TRUTH(pp_verdict, accepted),
	OPTIONAL_TEXT(pp_verdict, reason, NAME),
	OPTIONAL_TEXT(pp_verdict, message, LONG_TEXT),
};

static const struct pp_message_field claims_chunk_fields[] = {
	SECRET(pp_claims_chunk, text, PP_CLAIMS_CHUNK_MAX),
};

static const struct pp_message_field offer_fields[] = {
	TEXT(pp_offer, name, NAME),
	TEXT(pp_offer, certificate_type, NAME),
	SECRET(pp_offer, certificate, PP_START_CERTIFICATE_MAX),
	TEXT(pp_offer, line, LONG_TEXT),
	TEXT(pp_offer, fingerprint, NAME),
	TIME(pp_offer, end),
	TRUTH(pp_offer, signs_in),
	TEXT(pp_offer, boot, NAME),
	TIME(pp_offer, remembered_to_ms),
	LIST(pp_offer, marks, PP_OFFER_MARKS_MAX),
	SECRET(pp_offer, identity, PP_OFFER_IDENTITY_MAX),
};

static const struct pp_message_field refusal_fields[] = {
	TEXT(pp_refusal, name, NAME),
	TEXT(pp_refusal, certificate_type, NAME),
	SECRET(pp_refusal, certificate, PP_START_CERTIFICATE_MAX),
	TEXT(pp_refusal, reason, NAME),
};

static const struct pp_message_layout layouts[] = {
	{"START", PP_MESSAGE_START, BODY(pp_start, start_fields)},
	{"REPLY", PP_MESSAGE_REPLY, BODY(pp_reply, reply_fields)},
	{"CANCEL", PP_MESSAGE_CANCEL, NO_BODY},
	{"INFO", PP_MESSAGE_INFO, BODY(pp_info, info_fields)},
	{"PROMPT", PP_MESSAGE_PROMPT, BODY(pp_prompt, prompt_fields)},
	{"RESULT", PP_MESSAGE_RESULT, BODY(pp_pam_result, pam_result_fields)},
	{"SETENV", PP_MESSAGE_SETENV, BODY(pp_setenv, setenv_fields)},
	{"KEY_LINE", PP_MESSAGE_KEY_LINE, BODY(pp_key_line, key_line_fields)},
	{"DRY_RUN", PP_MESSAGE_DRY_RUN, BODY(pp_dry_run, dry_run_fields)},
	{"PROVIDER", PP_MESSAGE_PROVIDER, BODY(pp_provider, provider_fields)},
	{"DEVICE", PP_MESSAGE_DEVICE, NO_BODY},
	{"CODE", PP_MESSAGE_CODE, NO_BODY},
	{"CODE_REPLY", PP_MESSAGE_CODE_REPLY, BODY(pp_code_reply, code_reply_fields)},
	{"CLIENT_CREDENTIALS", PP_MESSAGE_CLIENT_CREDENTIALS, BODY(pp_client_credentials, client_credentials_fields)},
	{"VERIFY_TOKEN", PP_MESSAGE_VERIFY_TOKEN, BODY(pp_verify_token, verify_token_fields)},
	{"REFRESH", PP_MESSAGE_REFRESH, BODY(pp_refresh, refresh_fields)},
	{"PROBE", PP_MESSAGE_PROBE, BODY(pp_probe, probe_fields)},
	{"VERIFY_REQUEST", PP_MESSAGE_VERIFY_REQUEST, BODY(pp_verify_request, verify_request_fields)},
	{"CODE_FOR_KEY", PP_MESSAGE_CODE_FOR_KEY, BODY(pp_code_for_key, code_for_key_fields)},
	{"VERIFY_CERTIFICATE", PP_MESSAGE_VERIFY_CERTIFICATE, BODY(pp_verify_certificate, verify_certificate_fields)},
	{"RENEW_KEYS", PP_MESSAGE_RENEW_KEYS, NO_BODY},
	{"DEVICE_PROMPT", PP_MESSAGE_DEVICE_PROMPT, BODY(pp_device_prompt, device_prompt_fields)},
	{"CODE_REJECTED", PP_MESSAGE_CODE_REJECTED, NO_BODY},
	{"IDENTITY", PP_MESSAGE_IDENTITY, BODY(pp_identity, identity_fields)},
	{"REFRESH_TOKEN", PP_MESSAGE_REFRESH_TOKEN, BODY(pp_refresh_token, refresh_token_fields)},
	{"FAILED", PP_MESSAGE_FAILED, BODY(pp_failed, failed_fields)},
	{"VERDICT", PP_MESSAGE_VERDICT, BODY(pp_verdict, verdict_fields)},
	{"TOKEN", PP_MESSAGE_TOKEN, BODY(pp_token, token_fields)},
	{"CLAIMS_CHUNK", PP_MESSAGE_CLAIMS_CHUNK, BODY(pp_claims_chunk, claims_chunk_fields)},
	{"VERIFY_DONE", PP_MESSAGE_VERIFY_DONE, NO_BODY},
	{"CERTIFICATE", PP_MESSAGE_CERTIFICATE, BODY(pp_certificate_found, certificate_fields)},
	{"PROBE_ANSWER", PP_MESSAGE_PROBE_ANSWER, BODY(pp_probe_answer, probe_answer_fields)},
	{"NOT_APPROVED", PP_MESSAGE_NOT_APPROVED, BODY(pp_not_approved, not_approved_fields)},
	{"OFFER", PP_MESSAGE_OFFER, BODY(pp_offer, offer_fields)},
	{"REFUSAL", PP_MESSAGE_REFUSAL, BODY(pp_refusal, refusal_fields)},
};
/* clang-format on */

const struct pp_message_layout *
pp_message_table_find(unsigned int type)
{
	for (size_t i = 0; i < PP_COUNT(layouts); i++)
		if ((unsigned int) layouts[i].type == type)
			return &layouts[i];
	return NULL;
}
