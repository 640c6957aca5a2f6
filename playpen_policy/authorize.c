/* SPDX-License-Identifier: MIT */
#include "authorize.h"

#include <string.h>

#include <playpen/accounts/admission.h>
#include <playpen/publish/publish.h>
#include <playpen/rules/user_rules.h>
#include <playpen/runtime/groups_mark.h>

#define GECOS_MAX 128U
#define NAMES_MAX 385U /* bytes of dropped group names in the log line */
#define MORE_SIZE 32U
#define NAME_SHOWN_SIZE 80U

/* Writes name as a gecos field: printable, without the characters that have a
 * meaning in passwd(5). */
static void
make_gecos(const char *name, char gecos[GECOS_MAX + 1])
{
	size_t used = 0;

	for (; name != NULL && *name != '\0' && used < GECOS_MAX; name++) {
		bool plain = *name >= 0x20 && *name <= 0x7e && *name != ':' &&
			     *name != ',' && *name != '&';

		if (plain)
			gecos[used++] = *name;
	}
	gecos[used] = '\0';
}

/* Writes a name as 'name', printable, without a quote in it. */
static void
quote_name(char *text, size_t size, const char *name)
{
	size_t len;

	text[0] = '\'';
	pp_str_printable(text + 1, size - 2, name, strlen(name));
	len = strlen(text);
	for (size_t i = 1; i < len; i++)
		if (text[i] == '\'')
			text[i] = '?';
	memcpy(text + len, "'", 2);
}

/*
 * Notes for the log line which claim groups were dropped: as many names as
 * NAMES_MAX has room for, and how many more there are.
 */
static enum pp_kind
note_dropped_groups(struct request *request, const struct pp_strv *dropped)
{
	char names[NAMES_MAX + MORE_SIZE] = "";
	size_t used = 0;
	size_t i;

	if (dropped->count == 0)
		return PP_OK;
	for (i = 0; i < dropped->count; i++) {
		char name[NAME_SHOWN_SIZE];
		const char *between = i > 0 ? ", " : "";

		quote_name(name, sizeof(name), dropped->items[i]);
		if (used + strlen(between) + strlen(name) > NAMES_MAX)
			break;
		used += (size_t) snprintf(names + used, sizeof(names) - used,
			"%s%s", between, name);
	}
	if (i < dropped->count)
		snprintf(names + used, sizeof(names) - used, " and %zu more",
			dropped->count - i);
	return request_add_note(
		request, "dropped groups", names, &request->err);
}

/* Notes for the log line what came of the claim groups. */
static enum pp_kind
note_groups(struct request *request, const struct pp_sign_in_result *result)
{
	static const char *const why[] = {
		[PP_GROUPS_MALFORMED] = "not a list in the token",
		[PP_GROUPS_LISTED] =
			"deny_groups names one that is dropped here",
		[PP_GROUPS_MISSING] = "not in the token",
		[PP_GROUPS_OVERAGE] = "too many for the token",
		[PP_GROUPS_CUT] = "too many in the token",
	};
	int64_t claim = request->identity.groups_claim;
	enum pp_kind kind = note_dropped_groups(request, &result->map.dropped);

	if (kind != PP_OK || result->groups_known)
		return kind;
	return request_add_note(request, "groups unknown",
		claim >= 0 && claim < (int64_t) PP_COUNT(why) ? why[claim]
							      : NULL,
		&request->err);
}

enum pp_kind
authorize_note_user_rules(struct request *request)
{
	pp_cleanup(pp_strv) struct pp_strv files = {0};
	enum pp_kind kind = pp_user_rules_find(
		"", request->start.user, &files, &request->err);

	for (size_t i = 0; i < files.count && kind == PP_OK; i++)
		kind = request_add_note(request, "the name is in",
			files.items[i], &request->err);
	return kind;
}

static bool
changes_nothing(const struct request *request)
{
	return request->start.stage == PP_STAGE_DRY_RUN ||
	       request->start.stage == PP_STAGE_KEYS;
}

/*
 * Publishes the sign-in. If it could not be stored or published (for example,
 * disk full), the login still succeeds if the published index already grants no
 * more than this sign-in does. cause is why it was not stored, if it was not.
 */
static enum pp_kind
publish_sign_in(struct request *request, const struct pp_sign_in_result *result,
	struct pp_err *cause)
{
	bool dry = changes_nothing(request);
	const struct pp_strv *groups =
		result->groups_known ? &result->map.groups : NULL;
	enum pp_reason reason;

	if (dry && cause->kind == PP_OK)
		return PP_OK;
	if (result->stored &&
		pp_publish_accounts(request->accounts, cause) == PP_OK)
		return PP_OK;
	if (pp_publish_index_allows_unstored(
		    request->accounts, &result->account, groups))
		return request_add_note(request,
			result->stored ? "not published" : "not stored",
			cause->message, &request->err);
	reason = cause->reason == PP_REASON_SYSTEM ? PP_REASON_STATE_UNWRITABLE
						   : cause->reason;
	return pp_fail_as(&request->err, reason, cause);
}

/* Publishes the sign-in, and marks when the groups have become others. A mark
 * that another process could not end is ended too. */
static enum pp_kind
publish_marked(struct request *request, const struct pp_sign_in_result *result,
	struct pp_err *cause)
{
	uid_t uid = result->account.uid;
	bool changes = result->stored && result->groups_differ;
	enum pp_kind kind = PP_OK;

	if (changes)
		kind = pp_groups_mark_begin(uid, &request->err);
	if (kind == PP_OK)
		kind = publish_sign_in(request, result, cause);
	if (kind == PP_OK && result->stored &&
		(changes || pp_groups_mark_is_open(uid)))
		kind = pp_groups_mark_end(uid, request->clock, &request->err);
	return kind;
}

/* Signs in, publishes, and makes the account that of the request. */
static enum pp_kind
record(struct request *request, const struct pp_sign_in *sign_in)
{
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	struct pp_err cause = {0};
	enum pp_kind kind = pp_accounts_sign_in(
		request->accounts, sign_in, &result, &cause);

	if (kind != PP_OK)
		return pp_propagate(&request->err, &cause);
	if (!result.outdated)
		kind = note_groups(request, &result);
	if (kind == PP_OK && result.is_first)
		kind = authorize_note_user_rules(request);
	if (kind == PP_OK && !result.outdated)
		kind = publish_marked(request, &result, &cause);
	if (kind != PP_OK)
		return kind;
	request->groups_differ |= result.groups_differ;
	pp_account_free(&request->account);
	request->account = result.account;
	memset(&result.account, 0, sizeof(result.account));
	return PP_OK;
}

bool
authorize_knows_groups(const struct request *request)
{
	switch (request->identity.groups_claim) {
	case PP_GROUPS_LISTED:
		return true;
	case PP_GROUPS_MISSING:
		return request->conf->missing_claim == PP_MISSING_CLAIM_NONE &&
		       !request->identity_carried;
	default:
		return false;
	}
}

static struct pp_sign_in
sign_in_of(const struct request *request, enum pp_purpose purpose,
	const struct pp_application *application)
{
	const struct pp_identity *identity = &request->identity;

	return (struct pp_sign_in){.purpose = purpose,
		.name = request->start.user,
		.iss = identity->iss,
		.sub = identity->sub,
		.connector = identity->connector,
		.username = identity->username,
		.client_id = identity->client_id,
		.is_service_account = identity->type != PP_IDENTITY_USER,
		.application = application,
		.at_hash =
			purpose == PP_FOR_SIGN_IN && identity->at_hash &&
			request->conf->provider.profile == PP_PROFILE_GENERIC,
		.groups_known = authorize_knows_groups(request),
		.claims = &identity->groups};
}

static enum pp_kind
authorize_person(struct request *request, enum pp_purpose purpose,
	int64_t signed_in_at, int64_t groups_expire_at)
{
	const struct pp_application application = request_application(request);
	struct pp_sign_in sign_in = sign_in_of(request, purpose, &application);
	char gecos[GECOS_MAX + 1];
	enum pp_kind kind = request_open_accounts(
		request, changes_nothing(request) ? PP_ACCOUNTS_DRY_RUN
						  : PP_ACCOUNTS_WRITE);

	make_gecos(request->identity.name, gecos);
	sign_in.gecos = gecos;
	sign_in.now = signed_in_at;
	sign_in.groups_expire_at = groups_expire_at;
	sign_in.wall = pp_clock_wall(request->clock);
	return kind == PP_OK ? record(request, &sign_in) : kind;
}

static int64_t
expiry_of_now(const struct request *request)
{
	return pp_clock_wall(request->clock) + request->conf->groups_ttl;
}

enum pp_kind
authorize_identity(struct request *request)
{
	return authorize_person(request, PP_FOR_SIGN_IN,
		pp_clock_wall(request->clock), expiry_of_now(request));
}

enum pp_kind
authorize_refreshed(struct request *request)
{
	return authorize_person(request, PP_FOR_REFRESH,
		request->account.last_sign_in, expiry_of_now(request));
}

enum pp_kind
authorize_no_longer(struct request *request)
{
	enum pp_kind kind = request_open_accounts(request, PP_ACCOUNTS_WRITE);

	if (kind == PP_OK)
		kind = pp_accounts_expire_groups(request->accounts,
			&request->account, pp_clock_wall(request->clock),
			&request->err);
	return kind == PP_OK
		       ? pp_publish_accounts(request->accounts, &request->err)
		       : kind;
}

enum pp_kind
authorize_carried(struct request *request)
{
	int64_t issued = request->identity.iat;
	int64_t expiry = issued + request->conf->groups_ttl;

	request->identity_carried = true;
	if (expiry > expiry_of_now(request))
		expiry = expiry_of_now(request);
	return authorize_person(request, PP_FOR_CARRIED, issued, expiry);
}

static enum pp_kind
authorize_service(struct request *request, enum pp_purpose purpose,
	const struct pp_sign_in *sign_in)
{
	const struct pp_application application = request_application(request);
	pp_cleanup(pp_admission) struct pp_admission admission = {
		.purpose = purpose,
		.name = request->start.user,
		.sign_in = sign_in,
		.application = &application};
	enum pp_kind kind = request_open_accounts(request, PP_ACCOUNTS_READ);

	if (kind == PP_OK)
		kind = pp_admission_check(
			request->accounts, &admission, &request->err);
	pp_account_free(&request->account);
	request->account = admission.account;
	memset(&admission.account, 0, sizeof(admission.account));
	return kind;
}

enum pp_kind
authorize_prompt(struct request *request)
{
	return authorize_service(request, PP_FOR_PROMPT, NULL);
}

enum pp_kind
authorize_proof(struct request *request)
{
	const struct pp_sign_in sign_in =
		sign_in_of(request, PP_FOR_PROOF, NULL);

	return authorize_service(request, PP_FOR_PROOF, &sign_in);
}
