/* SPDX-License-Identifier: MIT */
#include "authorize.h"

#include <stdlib.h>
#include <string.h>

#include <playpen/publish/publish.h>

#define GECOS_MAX 128U
#define NOTES_MAX 400U /* bytes of dropped names in the log line */

static enum pp_kind
check_issuer_and_connector(struct request *request)
{
	const struct pp_identity *identity = &request->identity;
	const struct pp_conf *conf = request->conf;

	if (strcmp(identity->iss, conf->issuer_url) != 0)
		return pp_fail(&request->err, PP_REASON_ISSUER_MISMATCH,
			"issuer of the identity");
	if (identity->type != PP_IDENTITY_USER || identity->client_id != NULL)
		return pp_fail(&request->err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"a service's token where a person signs in");
	if (conf->profile == PP_PROFILE_DEX &&
		(identity->connector == NULL ||
			!pp_strv_contains(
				&conf->connectors, identity->connector)))
		return pp_fail(&request->err, PP_REASON_CONNECTOR_REFUSED,
			"connectors does not list the identity's");
	return PP_OK;
}

static bool
wants_domain(const struct pp_conf *conf)
{
	return conf->strip_domain != NULL && conf->strip_domain[0] != '\0';
}

/*
 * Exactly one configured domain is cut, and must be there: who is alice without
 * it, or at another one, is not the alice of that domain. Nothing is folded or
 * rewritten.
 */
static bool
is_name_of(const struct pp_conf *conf, const char *username, const char *name)
{
	size_t len = strlen(name);

	if (!wants_domain(conf))
		return strcmp(username, name) == 0;
	return strncmp(username, name, len) == 0 && username[len] == '@' &&
	       strcmp(username + len + 1, conf->strip_domain) == 0;
}

static enum pp_kind
check_name(struct request *request)
{
	const struct pp_conf *conf = request->conf;
	const char *username = request->identity.username;
	char printable[PP_NAME_MAX * 4];

	if (username == NULL)
		return pp_fail(&request->err, PP_REASON_NAME_INVALID,
			"the token has no %s", conf->username_claim);
	if (is_name_of(conf, username, request->start.user))
		return PP_OK;
	pp_str_printable(
		printable, sizeof(printable), username, strlen(username));
	if (wants_domain(conf) && strchr(username, '@') == NULL)
		return pp_fail(&request->err, PP_REASON_NAME_INVALID,
			"%s is without the domain that strip_domain names",
			printable);
	return pp_fail(&request->err, PP_REASON_WRONG_PERSON,
		"%s approved the sign-in of %s", printable,
		request->start.user);
}

/* Claim groups that came to nothing go into the log line, so many of them. */
static enum pp_kind
note_dropped_groups(struct request *request, const struct pp_strv *dropped)
{
	pp_cleanup(pp_secret) struct pp_secret notes = {.max = NOTES_MAX};
	struct pp_err full;
	enum pp_kind kind = PP_OK;

	if (dropped->count == 0)
		return PP_OK;
	kind = pp_secret_append_text(&notes, "dropped groups:", &request->err);
	for (size_t i = 0; kind == PP_OK && i < dropped->count; i++) {
		char printable[80] = " ";

		pp_str_printable(printable + 1, sizeof(printable) - 1,
			dropped->items[i], strlen(dropped->items[i]));
		if (pp_secret_append_text(&notes, printable, &full) != PP_OK)
			break;
	}
	request->notes = pp_str_copy(pp_secret_text(&notes), notes.len);
	return request->notes != NULL ? kind : pp_fail_memory(&request->err);
}

/* The gecos field: printable, without what would break a passwd line. */
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

/* sshd pinned its uid before we were asked: it must be this account's. A host
 * that knows no uid yet (request(1)) looks the user up after us. */
static enum pp_kind
check_pinned_uid(struct request *request)
{
	int64_t uid = request->account.uid;

	if (request->start.uid < 0 && !request->account.signed_in)
		return PP_OK;
	if (request->start.uid == uid && request->start.gid == uid)
		return PP_OK;
	return pp_fail(&request->err, PP_REASON_UID_CHANGED,
		"the host has %lld:%lld, on record is %lld",
		(long long) request->start.uid, (long long) request->start.gid,
		(long long) uid);
}

/* Puts more behind what the log line says already. */
static enum pp_kind
add_note(struct request *request, const char *what, const char *why)
{
	pp_cleanup(pp_text) char *before = pp_steal(&request->notes);

	return pp_str_format(&request->notes, &request->err, "%s%s%s: %s",
		before != NULL ? before : "", before != NULL ? "; " : "", what,
		why);
}

/*
 * Makes the sign-in seen, or finds that it need not be: a full disk keeps those
 * out whom the answer takes something from, and those whom nobody knows yet.
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
		return add_note(request,
			stored ? "not published" : "not stored",
			cause->message);
	reason = cause->reason == PP_REASON_SYSTEM ? PP_REASON_STATE_UNWRITABLE
						   : cause->reason;
	return pp_fail(&request->err, reason, "%s", cause->message);
}

/* What the account would be if this were a request. */
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

/* Judged before anything is stored: the host's answer may end it. */
static enum pp_kind
record(struct request *request, struct pp_accounts *accounts,
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

static enum pp_kind
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
		kind = add_note(request, "groups unknown",
			identity->groups_overage ? "too many for the token"
						 : "not in the token");
	return kind == PP_OK ? record(request, accounts, &sign_in) : kind;
}

enum pp_kind
authorize_refreshed(struct request *request, int64_t signed_in_at)
{
	struct pp_accounts *accounts = NULL;
	enum pp_kind kind = check_issuer_and_connector(request);

	if (kind == PP_OK)
		kind = check_name(request);
	if (kind == PP_OK)
		kind = pp_accounts_open("", request->conf,
			request->start.stage != PP_STAGE_DRY_RUN, &accounts,
			&request->err);
	if (kind == PP_OK)
		kind = record_identity(request, accounts, signed_in_at);
	pp_accounts_free(&accounts);
	return kind;
}

enum pp_kind
authorize_identity(struct request *request)
{
	return authorize_refreshed(request, pp_clock_wall(request->clock));
}
