/* SPDX-License-Identifier: MIT */
#include "message_table.h"

#include <stddef.h>

#include <playpen/ipc/message.h>

/* The limits of <playpen/ipc/worker_messages.h>, short enough for a row. */
#define TEXT PP_MESSAGE_TEXT_MAX
#define NAME PP_MESSAGE_NAME_MAX
#define GROUPS_MAX PP_MESSAGE_GROUPS_MAX
#define WORDS_MAX PP_MESSAGE_WORDS_MAX

#define AT(type, member) offsetof(struct type, member)
/* A table and its length. One too long for the mask in message.c divides by
 * zero, which no compiler takes here. */
#define FITS(list) (PP_COUNT(list) <= PP_FRAME_FIELDS_MAX)
#define FIELDS(list) list, PP_COUNT(list) / FITS(list)

static const struct pp_message_field start_fields[] = {
	{AT(pp_start, version), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_start, stage), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_start, pam_service), PP_FIELD_TEXT, true, NAME, 0},
	{AT(pp_start, user), PP_FIELD_TEXT, true, NAME, 0},
	{AT(pp_start, uid), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_start, gid), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_start, caller_uid), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_start, flags), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_start, alarm_ms), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_start, ticket), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_start, tty), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_start, rhost), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_start, ruser), PP_FIELD_TEXT, false, NAME, 0},
};

static const struct pp_message_field reply_fields[] = {
	{AT(pp_reply, text), PP_FIELD_SECRET, false, TEXT, 0},
};

static const struct pp_message_field info_fields[] = {
	{AT(pp_info, text), PP_FIELD_TEXT, true, PP_CONVERSATION_TEXT_MAX, 0},
	{AT(pp_info, error), PP_FIELD_BOOL, true, 0, 0},
};

static const struct pp_message_field prompt_fields[] = {
	{AT(pp_prompt, text), PP_FIELD_TEXT, true, PP_CONVERSATION_TEXT_MAX, 0},
	{AT(pp_prompt, echo), PP_FIELD_BOOL, true, 0, 0},
};

static const struct pp_message_field pam_result_fields[] = {
	{AT(pp_pam_result, code), PP_FIELD_NUMBER, true, 0, 0},
};

static const struct pp_message_field setenv_fields[] = {
	{AT(pp_setenv, name), PP_FIELD_TEXT, true, NAME, 0},
	{AT(pp_setenv, value), PP_FIELD_TEXT, false, NAME, 0},
};

static const struct pp_message_field dry_run_fields[] = {
	{AT(pp_dry_run, reason), PP_FIELD_TEXT, true, NAME, 0},
	{AT(pp_dry_run, stage), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_dry_run, message), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_dry_run, notes), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_dry_run, was_bound), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_dry_run, uid), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_dry_run, home), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_dry_run, shell), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_dry_run, groups_known), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_dry_run, groups), PP_FIELD_LIST, false, GROUPS_MAX, NAME},
	{AT(pp_dry_run, groups_expire_at), PP_FIELD_NUMBER, true, 0, 0},
};

static const struct pp_message_field provider_fields[] = {
	{AT(pp_provider, version), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_provider, deadline_ms), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_provider, url), PP_FIELD_TEXT, true, TEXT, 0},
	{AT(pp_provider, connect_to), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_provider, browser_url), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_provider, ca_file), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_provider, proxy), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_provider, allow_http), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_provider, endpoint_hosts), PP_FIELD_LIST, false, WORDS_MAX,
		NAME},
	{AT(pp_provider, profile), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_provider, jwks_file), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_provider, algorithms), PP_FIELD_LIST, false, WORDS_MAX, NAME},
	{AT(pp_provider, tenants), PP_FIELD_LIST, false, WORDS_MAX, NAME},
	{AT(pp_provider, guests), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_provider, roles_as_groups), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_provider, client_id), PP_FIELD_TEXT, true, NAME, 0},
	{AT(pp_provider, client_secret), PP_FIELD_SECRET, false, TEXT, 0},
	{AT(pp_provider, scopes), PP_FIELD_LIST, false, WORDS_MAX, NAME},
	{AT(pp_provider, trusted_audiences), PP_FIELD_LIST, false, WORDS_MAX,
		NAME},
	{AT(pp_provider, token_auth), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_provider, connectors), PP_FIELD_LIST, false, WORDS_MAX, NAME},
	{AT(pp_provider, username_claim), PP_FIELD_TEXT, true, NAME, 0},
};

static const struct pp_message_field device_prompt_fields[] = {
	{AT(pp_device_prompt, uri), PP_FIELD_TEXT, true, TEXT, 0},
	{AT(pp_device_prompt, uri_complete), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_device_prompt, user_code), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_device_prompt, qr_side), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_device_prompt, qr), PP_FIELD_SECRET, false,
		PP_DEVICE_PROMPT_QR_MAX, 0},
	{AT(pp_device_prompt, expires), PP_FIELD_NUMBER, true, 0, 0},
};

static const struct pp_message_field code_reply_fields[] = {
	{AT(pp_code_reply, code), PP_FIELD_SECRET, true, TEXT, 0},
};

static const struct pp_message_field client_credentials_fields[] = {
	{AT(pp_client_credentials, client_id), PP_FIELD_TEXT, true, NAME, 0},
	{AT(pp_client_credentials, client_secret), PP_FIELD_SECRET, true, TEXT,
		0},
	{AT(pp_client_credentials, audience), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_client_credentials, nonce), PP_FIELD_SECRET, false,
		PP_MESSAGE_NONCE_MAX, 0},
	{AT(pp_client_credentials, want_token), PP_FIELD_BOOL, true, 0, 0},
};

static const struct pp_message_field token_fields[] = {
	{AT(pp_token, token), PP_FIELD_SECRET, true, PP_MESSAGE_TOKEN_MAX, 0},
};

static const struct pp_message_field verify_token_fields[] = {
	{AT(pp_verify_token, token), PP_FIELD_SECRET, false,
		PP_MESSAGE_TOKEN_MAX, 0},
	{AT(pp_verify_token, access_token), PP_FIELD_SECRET, false,
		PP_MESSAGE_ACCESS_TOKEN_MAX, 0},
	{AT(pp_verify_token, nonce), PP_FIELD_SECRET, false, TEXT, 0},
	{AT(pp_verify_token, service_client_id), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_verify_token, max_age), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_verify_token, at_time), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_verify_token, hosts), PP_FIELD_LIST, false, WORDS_MAX, NAME},
};

static const struct pp_message_field verify_request_fields[] = {
	{AT(pp_verify_request, version), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_verify_request, batch), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_verify_request, has_keys), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_verify_request, has_access_token), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_verify_request, issuer), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_verify_request, client_id), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_verify_request, profile), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_verify_request, at_time), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_verify_request, nonce), PP_FIELD_SECRET, false, TEXT, 0},
	{AT(pp_verify_request, service_client_id), PP_FIELD_TEXT, false, NAME,
		0},
	{AT(pp_verify_request, connectors), PP_FIELD_LIST, false, WORDS_MAX,
		NAME},
	{AT(pp_verify_request, algorithms), PP_FIELD_LIST, false, WORDS_MAX,
		NAME},
};

static const struct pp_message_field refresh_fields[] = {
	{AT(pp_refresh, token), PP_FIELD_SECRET, true,
		PP_MESSAGE_REFRESH_TOKEN_MAX, 0},
	{AT(pp_refresh, subject), PP_FIELD_TEXT, true, NAME, 0},
	{AT(pp_refresh, auth_time), PP_FIELD_NUMBER, true, 0, 0},
};

static const struct pp_message_field identity_fields[] = {
	{AT(pp_identity, type), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_identity, iss), PP_FIELD_TEXT, true, TEXT, 0},
	{AT(pp_identity, sub), PP_FIELD_TEXT, true, NAME, 0},
	{AT(pp_identity, connector), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_identity, client_id), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_identity, username), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_identity, email), PP_FIELD_TEXT, false, PP_MESSAGE_EMAIL_MAX, 0},
	{AT(pp_identity, email_verified), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_identity, name), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_identity, groups_known), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_identity, groups_overage), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_identity, groups), PP_FIELD_LIST, false, GROUPS_MAX, NAME},
	{AT(pp_identity, auth_time), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_identity, iat), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_identity, exp), PP_FIELD_NUMBER, true, 0, 0},
	{AT(pp_identity, keys_leak), PP_FIELD_BOOL, true, 0, 0},
};

static const struct pp_message_field refresh_token_fields[] = {
	{AT(pp_refresh_token, token), PP_FIELD_SECRET, true,
		PP_MESSAGE_REFRESH_TOKEN_MAX, 0},
};

static const struct pp_message_field failed_fields[] = {
	{AT(pp_failed, reason), PP_FIELD_TEXT, true, NAME, 0},
	{AT(pp_failed, message), PP_FIELD_TEXT, false, TEXT, 0},
};

static const struct pp_message_field verdict_fields[] = {
	{AT(pp_verdict, id), PP_FIELD_TEXT, false, TEXT, 0},
	{AT(pp_verdict, accepted), PP_FIELD_BOOL, true, 0, 0},
	{AT(pp_verdict, reason), PP_FIELD_TEXT, false, NAME, 0},
	{AT(pp_verdict, message), PP_FIELD_TEXT, false, TEXT, 0},
};

static const struct pp_message_field claims_chunk_fields[] = {
	{AT(pp_claims_chunk, text), PP_FIELD_SECRET, true, PP_CLAIMS_CHUNK_MAX,
		0},
};

/* clang-format off: one row a line */
static const struct pp_message_layout layouts[] = {
	{"START", PP_MESSAGE_START, sizeof(struct pp_start),
		FIELDS(start_fields)},
	{"REPLY", PP_MESSAGE_REPLY, sizeof(struct pp_reply),
		FIELDS(reply_fields)},
	{"CANCEL", PP_MESSAGE_CANCEL, 0, NULL, 0},
	{"INFO", PP_MESSAGE_INFO, sizeof(struct pp_info), FIELDS(info_fields)},
	{"PROMPT", PP_MESSAGE_PROMPT, sizeof(struct pp_prompt),
		FIELDS(prompt_fields)},
	{"RESULT", PP_MESSAGE_RESULT, sizeof(struct pp_pam_result),
		FIELDS(pam_result_fields)},
	{"SETENV", PP_MESSAGE_SETENV, sizeof(struct pp_setenv),
		FIELDS(setenv_fields)},
	{"DRY_RUN", PP_MESSAGE_DRY_RUN, sizeof(struct pp_dry_run),
		FIELDS(dry_run_fields)},
	{"PROVIDER", PP_MESSAGE_PROVIDER, sizeof(struct pp_provider),
		FIELDS(provider_fields)},
	{"DEVICE", PP_MESSAGE_DEVICE, 0, NULL, 0},
	{"CODE", PP_MESSAGE_CODE, 0, NULL, 0},
	{"CODE_REPLY", PP_MESSAGE_CODE_REPLY, sizeof(struct pp_code_reply),
		FIELDS(code_reply_fields)},
	{"CLIENT_CREDENTIALS", PP_MESSAGE_CLIENT_CREDENTIALS,
		sizeof(struct pp_client_credentials),
		FIELDS(client_credentials_fields)},
	{"VERIFY_TOKEN", PP_MESSAGE_VERIFY_TOKEN,
		sizeof(struct pp_verify_token), FIELDS(verify_token_fields)},
	{"REFRESH", PP_MESSAGE_REFRESH, sizeof(struct pp_refresh),
		FIELDS(refresh_fields)},
	{"PROBE", PP_MESSAGE_PROBE, 0, NULL, 0},
	{"VERIFY_REQUEST", PP_MESSAGE_VERIFY_REQUEST,
		sizeof(struct pp_verify_request),
		FIELDS(verify_request_fields)},
	{"DEVICE_PROMPT", PP_MESSAGE_DEVICE_PROMPT,
		sizeof(struct pp_device_prompt), FIELDS(device_prompt_fields)},
	{"CODE_REJECTED", PP_MESSAGE_CODE_REJECTED, 0, NULL, 0},
	{"IDENTITY", PP_MESSAGE_IDENTITY, sizeof(struct pp_identity),
		FIELDS(identity_fields)},
	{"REFRESH_TOKEN", PP_MESSAGE_REFRESH_TOKEN,
		sizeof(struct pp_refresh_token), FIELDS(refresh_token_fields)},
	{"FAILED", PP_MESSAGE_FAILED, sizeof(struct pp_failed),
		FIELDS(failed_fields)},
	{"VERDICT", PP_MESSAGE_VERDICT, sizeof(struct pp_verdict),
		FIELDS(verdict_fields)},
	{"TOKEN", PP_MESSAGE_TOKEN, sizeof(struct pp_token),
		FIELDS(token_fields)},
	{"CLAIMS_CHUNK", PP_MESSAGE_CLAIMS_CHUNK,
		sizeof(struct pp_claims_chunk), FIELDS(claims_chunk_fields)},
	{"VERIFY_DONE", PP_MESSAGE_VERIFY_DONE, 0, NULL, 0},
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
