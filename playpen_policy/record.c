/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <string.h>

#include <playpen/publish/publish.h>

#define GECOS_MAX 128U
#define NAMES_MAX 385U /* bytes of dropped group names in the log line */

/*
 * Notes for the log line which claim groups were dropped, as many names as
 * NAMES_MAX has room for.
 */
static enum pp_kind
note_dropped_groups(struct request *request, const struct pp_strv *dropped)
{
	pp_cleanup(pp_secret) struct pp_secret names = {.max = NAMES_MAX};
	struct pp_err full;

	if (dropped->count == 0)
		return PP_OK;
	for (size_t i = 0; i < dropped->count; i++) {
		char printable[80] = " ";

		pp_str_printable(printable + 1, sizeof(printable) - 1,
			dropped->items[i], strlen(dropped->items[i]));
		if (pp_secret_append_text(&names, printable, &full) != PP_OK)
			break;
	}
	return request_add_note(request, "dropped groups",
		pp_secret_text(&names) + strlen(" "), &request->err);
}

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

/*
 * Checks that the account has the uid that the application looked up before it
 * called PAM, as sshd does. An application that knows no uid yet, such as
 * login(1), looks the user up afterwards: this is allowed at a first sign-in.
 */
static enum pp_kind
check_pinned_uid(struct request *request)
{
	int64_t uid = request->account.uid;

	if (request->start.uid < 0 && !request->account.signed_in)
		return PP_OK;
	if (request->start.uid == uid && request->start.gid == uid)
		return PP_OK;
	return pp_fail(&request->err, PP_REASON_UID_CHANGED,
		"the application has %lld:%lld, on record is %lld",
		(long long) request->start.uid, (long long) request->start.gid,
		(long long) uid);
}

/*
 * Publishes the sign-in. If it could not be stored or published (for example,
 * disk full), the login still succeeds if the published index already grants no
 * more than this sign-in does. cause is why it was not stored, if it was not.
 */
static enum pp_kind
publish_sign_in(struct request *request, struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, bool stored, struct pp_err *cause)
{
	enum pp_reason reason;

	if (stored && pp_publish_accounts(accounts, cause) == PP_OK)
		return PP_OK;
	if (pp_publish_index_allows_unstored(
		    accounts, sign_in, &request->account))
		return request_add_note(request,
			stored ? "not published" : "not stored", cause->message,
			&request->err);
	reason = cause->reason == PP_REASON_SYSTEM ? PP_REASON_STATE_UNWRITABLE
						   : cause->reason;
	return pp_fail(&request->err, reason, "%s", cause->message);
}

/* Fills request->account as a login that is not a dry run would. */
static enum pp_kind
fill_as_if_stored(struct request *request, const struct pp_sign_in *sign_in)
{
	struct pp_account *account = &request->account;

	pp_strv_free(&account->groups);
	account->bound = true;
	account->groups_known = sign_in->groups_known;
	account->groups_expire_at = sign_in->groups_expire_at;
	return sign_in->groups_known ? pp_strv_append_list(&account->groups,
					       sign_in->groups, &request->err)
				     : PP_OK;
}

/* Checks the sign-in, also against the application's uid, before anything is
 * stored. Then stores and publishes it. */
static enum pp_kind
store_sign_in(struct request *request, struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in)
{
	bool stored = false;
	struct pp_err cause = {0};
	enum pp_kind kind = pp_accounts_check_sign_in(
		accounts, sign_in, &request->account, &request->err);

	if (kind == PP_OK)
		kind = check_pinned_uid(request);
	if (kind != PP_OK)
		return kind;
	if (request->start.stage == PP_STAGE_DRY_RUN)
		return fill_as_if_stored(request, sign_in);
	pp_account_free(&request->account);
	kind = pp_accounts_sign_in(
		accounts, sign_in, &request->account, &stored, &cause);
	if (kind != PP_OK) {
		request->err = cause;
		return kind;
	}
	return publish_sign_in(request, accounts, sign_in, stored, &cause);
}

enum pp_kind
record_identity(struct request *request, struct pp_accounts *accounts,
	int64_t signed_in_at)
{
	const struct pp_identity *identity = &request->identity;
	pp_cleanup(pp_group_map) struct pp_group_map map = {0};
	char gecos[GECOS_MAX + 1];
	const struct pp_sign_in sign_in = {.name = request->start.user,
		.iss = identity->iss,
		.sub = identity->sub,
		.connector = identity->connector,
		.gecos = gecos,
		.groups_known = identity->groups_known,
		.groups = &map.groups,
		.now = signed_in_at,
		.groups_expire_at = pp_clock_wall(request->clock) +
				    request->conf->groups_ttl};
	enum pp_kind kind = pp_accounts_map_groups(
		accounts, &identity->groups, &map, &request->err);

	make_gecos(identity->name, gecos);
	if (kind == PP_OK)
		kind = note_dropped_groups(request, &map.dropped);
	if (kind == PP_OK && !identity->groups_known)
		kind = request_add_note(request, "groups unknown",
			identity->groups_overage ? "too many for the token"
						 : "not in the token",
			&request->err);
	return kind == PP_OK ? store_sign_in(request, accounts, &sign_in)
			     : kind;
}
