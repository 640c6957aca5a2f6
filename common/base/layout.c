/* SPDX-License-Identifier: MIT */
#include "layout.h"

#include <stddef.h>

#include <playpen/message.h>

/* The limits of <playpen/login.h>, short enough for a row. */
#define TEXT PP_LOGIN_TEXT_MAX
#define NAME PP_LOGIN_NAME_MAX
#define GROUPS_MAX PP_LOGIN_GROUPS_MAX
#define WORDS_MAX PP_LOGIN_WORDS_MAX

#define AT(noun, place) offsetof(struct noun, place)
/* A table and its length. One too long for the mask in message.c divides by
 * zero, which no compiler takes here. */
#define FITS(list) (PP_COUNT(list) <= PP_FRAME_FIELDS_MAX)
#define MEMBERS(list) list, PP_COUNT(list) / FITS(list)

static const struct pp_member start_members[] = {
	{AT(pp_start, version), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_start, phase), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_start, service), PP_FORM_TEXT, true, NAME, 0},
	{AT(pp_start, user), PP_FORM_TEXT, true, NAME, 0},
	{AT(pp_start, uid), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_start, gid), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_start, caller_uid), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_start, flags), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_start, alarm_ms), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_start, handle), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_start, tty), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_start, rhost), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_start, ruser), PP_FORM_TEXT, false, NAME, 0},
};

static const struct pp_member reply_members[] = {
	{AT(pp_reply, text), PP_FORM_SECRET, false, TEXT, 0},
};

static const struct pp_member info_members[] = {
	{AT(pp_info, text), PP_FORM_TEXT, true, PP_HOOK_TEXT_MAX, 0},
	{AT(pp_info, error), PP_FORM_BOOL, true, 0, 0},
};

static const struct pp_member prompt_members[] = {
	{AT(pp_prompt, text), PP_FORM_TEXT, true, PP_HOOK_TEXT_MAX, 0},
	{AT(pp_prompt, echo), PP_FORM_BOOL, true, 0, 0},
};

static const struct pp_member result_members[] = {
	{AT(pp_result, code), PP_FORM_NUMBER, true, 0, 0},
};

static const struct pp_member setenv_members[] = {
	{AT(pp_setenv, name), PP_FORM_TEXT, true, NAME, 0},
	{AT(pp_setenv, value), PP_FORM_TEXT, false, NAME, 0},
};

static const struct pp_member trial_members[] = {
	{AT(pp_trial, reason), PP_FORM_TEXT, true, NAME, 0},
	{AT(pp_trial, phase), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_trial, message), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_trial, notes), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_trial, known), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_trial, uid), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_trial, home), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_trial, shell), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_trial, groups_known), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_trial, groups), PP_FORM_LIST, false, GROUPS_MAX, NAME},
	{AT(pp_trial, checked_until), PP_FORM_NUMBER, true, 0, 0},
};

static const struct pp_member provider_members[] = {
	{AT(pp_provider, version), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_provider, deadline_ms), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_provider, url), PP_FORM_TEXT, true, TEXT, 0},
	{AT(pp_provider, connect_to), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_provider, browser_url), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_provider, ca_file), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_provider, proxy), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_provider, allow_http), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_provider, endpoint_hosts), PP_FORM_LIST, false, WORDS_MAX, NAME},
	{AT(pp_provider, profile), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_provider, jwks_file), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_provider, algorithms), PP_FORM_LIST, false, WORDS_MAX, NAME},
	{AT(pp_provider, tenants), PP_FORM_LIST, false, WORDS_MAX, NAME},
	{AT(pp_provider, guests), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_provider, roles_as_groups), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_provider, client_id), PP_FORM_TEXT, true, NAME, 0},
	{AT(pp_provider, client_secret), PP_FORM_SECRET, false, TEXT, 0},
	{AT(pp_provider, scopes), PP_FORM_LIST, false, WORDS_MAX, NAME},
	{AT(pp_provider, trusted_audiences), PP_FORM_LIST, false, WORDS_MAX,
		NAME},
	{AT(pp_provider, token_auth), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_provider, connectors), PP_FORM_LIST, false, WORDS_MAX, NAME},
	{AT(pp_provider, username_claim), PP_FORM_TEXT, true, NAME, 0},
};

static const struct pp_member show_members[] = {
	{AT(pp_show, uri), PP_FORM_TEXT, true, TEXT, 0},
	{AT(pp_show, uri_complete), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_show, user_code), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_show, qr_side), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_show, qr), PP_FORM_SECRET, false, PP_SHOW_QR_MAX, 0},
	{AT(pp_show, expires), PP_FORM_NUMBER, true, 0, 0},
};

static const struct pp_member code_reply_members[] = {
	{AT(pp_code_reply, code), PP_FORM_SECRET, true, TEXT, 0},
};

static const struct pp_member client_credentials_members[] = {
	{AT(pp_client_credentials, client_id), PP_FORM_TEXT, true, NAME, 0},
	{AT(pp_client_credentials, client_secret), PP_FORM_SECRET, true, TEXT,
		0},
	{AT(pp_client_credentials, audience), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_client_credentials, nonce), PP_FORM_SECRET, false,
		PP_LOGIN_NONCE_MAX, 0},
	{AT(pp_client_credentials, want_token), PP_FORM_BOOL, true, 0, 0},
};

static const struct pp_member token_members[] = {
	{AT(pp_token, token), PP_FORM_SECRET, true, PP_LOGIN_TOKEN_MAX, 0},
};

static const struct pp_member verify_token_members[] = {
	{AT(pp_verify_token, token), PP_FORM_SECRET, false, PP_LOGIN_TOKEN_MAX,
		0},
	{AT(pp_verify_token, access_token), PP_FORM_SECRET, false,
		PP_LOGIN_ACCESS_TOKEN_MAX, 0},
	{AT(pp_verify_token, nonce), PP_FORM_SECRET, false, TEXT, 0},
	{AT(pp_verify_token, service), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_verify_token, max_age), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_verify_token, at_time), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_verify_token, hosts), PP_FORM_LIST, false, WORDS_MAX, NAME},
};

static const struct pp_member examine_members[] = {
	{AT(pp_examine, version), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_examine, batch), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_examine, has_keys), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_examine, has_access_token), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_examine, issuer), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_examine, client_id), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_examine, profile), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_examine, at_time), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_examine, nonce), PP_FORM_SECRET, false, TEXT, 0},
	{AT(pp_examine, service), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_examine, connectors), PP_FORM_LIST, false, WORDS_MAX, NAME},
	{AT(pp_examine, algorithms), PP_FORM_LIST, false, WORDS_MAX, NAME},
};

static const struct pp_member refresh_members[] = {
	{AT(pp_refresh, token), PP_FORM_SECRET, true,
		PP_LOGIN_REFRESH_TOKEN_MAX, 0},
	{AT(pp_refresh, subject), PP_FORM_TEXT, true, NAME, 0},
	{AT(pp_refresh, auth_time), PP_FORM_NUMBER, true, 0, 0},
};

static const struct pp_member identity_members[] = {
	{AT(pp_identity, kind), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_identity, iss), PP_FORM_TEXT, true, TEXT, 0},
	{AT(pp_identity, sub), PP_FORM_TEXT, true, NAME, 0},
	{AT(pp_identity, connector), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_identity, client_id), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_identity, username), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_identity, email), PP_FORM_TEXT, false, PP_LOGIN_EMAIL_MAX, 0},
	{AT(pp_identity, email_verified), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_identity, name), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_identity, groups_known), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_identity, groups_overage), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_identity, groups), PP_FORM_LIST, false, GROUPS_MAX, NAME},
	{AT(pp_identity, auth_time), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_identity, iat), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_identity, exp), PP_FORM_NUMBER, true, 0, 0},
	{AT(pp_identity, keys_leak), PP_FORM_BOOL, true, 0, 0},
};

static const struct pp_member refresh_token_members[] = {
	{AT(pp_refresh_token, token), PP_FORM_SECRET, true,
		PP_LOGIN_REFRESH_TOKEN_MAX, 0},
};

static const struct pp_member failed_members[] = {
	{AT(pp_failed, reason), PP_FORM_TEXT, true, NAME, 0},
	{AT(pp_failed, message), PP_FORM_TEXT, false, TEXT, 0},
};

static const struct pp_member verdict_members[] = {
	{AT(pp_verdict, id), PP_FORM_TEXT, false, TEXT, 0},
	{AT(pp_verdict, accepted), PP_FORM_BOOL, true, 0, 0},
	{AT(pp_verdict, reason), PP_FORM_TEXT, false, NAME, 0},
	{AT(pp_verdict, message), PP_FORM_TEXT, false, TEXT, 0},
};

static const struct pp_member claims_members[] = {
	{AT(pp_claims_part, text), PP_FORM_SECRET, true, PP_CLAIMS_PART_MAX, 0},
};

/* clang-format off: one row a line */
static const struct pp_layout layouts[] = {
	{"START", PP_MESSAGE_START, sizeof(struct pp_start),
		MEMBERS(start_members)},
	{"REPLY", PP_MESSAGE_REPLY, sizeof(struct pp_reply),
		MEMBERS(reply_members)},
	{"CANCEL", PP_MESSAGE_CANCEL, 0, NULL, 0},
	{"INFO", PP_MESSAGE_INFO, sizeof(struct pp_info),
		MEMBERS(info_members)},
	{"PROMPT", PP_MESSAGE_PROMPT, sizeof(struct pp_prompt),
		MEMBERS(prompt_members)},
	{"RESULT", PP_MESSAGE_RESULT, sizeof(struct pp_result),
		MEMBERS(result_members)},
	{"SETENV", PP_MESSAGE_SETENV, sizeof(struct pp_setenv),
		MEMBERS(setenv_members)},
	{"TRIAL", PP_MESSAGE_TRIAL, sizeof(struct pp_trial),
		MEMBERS(trial_members)},
	{"PROVIDER", PP_MESSAGE_PROVIDER, sizeof(struct pp_provider),
		MEMBERS(provider_members)},
	{"DEVICE", PP_MESSAGE_DEVICE, 0, NULL, 0},
	{"CODE", PP_MESSAGE_CODE, 0, NULL, 0},
	{"CODE_REPLY", PP_MESSAGE_CODE_REPLY, sizeof(struct pp_code_reply),
		MEMBERS(code_reply_members)},
	{"CLIENT_CREDENTIALS", PP_MESSAGE_CLIENT_CREDENTIALS,
		sizeof(struct pp_client_credentials),
		MEMBERS(client_credentials_members)},
	{"VERIFY_TOKEN", PP_MESSAGE_VERIFY_TOKEN,
		sizeof(struct pp_verify_token), MEMBERS(verify_token_members)},
	{"REFRESH", PP_MESSAGE_REFRESH, sizeof(struct pp_refresh),
		MEMBERS(refresh_members)},
	{"PROBE", PP_MESSAGE_PROBE, 0, NULL, 0},
	{"EXAMINE", PP_MESSAGE_EXAMINE, sizeof(struct pp_examine),
		MEMBERS(examine_members)},
	{"SHOW", PP_MESSAGE_SHOW, sizeof(struct pp_show),
		MEMBERS(show_members)},
	{"WAITING", PP_MESSAGE_WAITING, 0, NULL, 0},
	{"IDENTITY", PP_MESSAGE_IDENTITY, sizeof(struct pp_identity),
		MEMBERS(identity_members)},
	{"REFRESH_TOKEN", PP_MESSAGE_REFRESH_TOKEN,
		sizeof(struct pp_refresh_token),
		MEMBERS(refresh_token_members)},
	{"FAILED", PP_MESSAGE_FAILED, sizeof(struct pp_failed),
		MEMBERS(failed_members)},
	{"VERDICT", PP_MESSAGE_VERDICT, sizeof(struct pp_verdict),
		MEMBERS(verdict_members)},
	{"TOKEN", PP_MESSAGE_TOKEN, sizeof(struct pp_token),
		MEMBERS(token_members)},
	{"CLAIMS", PP_MESSAGE_CLAIMS, sizeof(struct pp_claims_part),
		MEMBERS(claims_members)},
	{"DONE", PP_MESSAGE_DONE, 0, NULL, 0},
};
/* clang-format on */

const struct pp_layout *
pp_layout_find(unsigned int type)
{
	for (size_t i = 0; i < PP_COUNT(layouts); i++)
		if ((unsigned int) layouts[i].type == type)
			return &layouts[i];
	return NULL;
}
