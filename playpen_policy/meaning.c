/* SPDX-License-Identifier: MIT */
#include "meaning.h"

#include <stdlib.h>
#include <string.h>

#define GECOS_MAX 128U
#define NOTES_MAX 400U /* bytes of dropped names in the log line */

static enum pp_kind
check_origin(struct pp_login *login)
{
	const struct pp_identity *identity = &login->identity;
	const struct pp_conf *conf = login->conf;

	if (strcmp(identity->iss, conf->issuer_url) != 0)
		return pp_fail(&login->err, PP_REASON_ISSUER_MISMATCH,
			"issuer of the identity");
	if (identity->kind != PP_IDENTITY_USER || identity->client_id != NULL)
		return pp_fail(&login->err, PP_REASON_KIND_MISMATCH,
			"a service's token where a person signs in");
	if (conf->profile == PP_PROFILE_DEX &&
		(identity->connector == NULL ||
			!pp_strv_contains(
				&conf->connectors, identity->connector)))
		return pp_fail(&login->err, PP_REASON_CONNECTOR_REFUSED,
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
check_name(struct pp_login *login)
{
	const struct pp_conf *conf = login->conf;
	const char *username = login->identity.username;
	char printable[PP_NAME_MAX * 4];

	if (username == NULL)
		return pp_fail(&login->err, PP_REASON_NAME_INVALID,
			"the token has no %s", conf->username_claim);
	if (is_name_of(conf, username, login->start.user))
		return PP_OK;
	pp_str_printable(
		printable, sizeof(printable), username, strlen(username));
	if (wants_domain(conf) && strchr(username, '@') == NULL)
		return pp_fail(&login->err, PP_REASON_NAME_INVALID,
			"%s is without the domain that strip_domain names",
			printable);
	return pp_fail(&login->err, PP_REASON_WRONG_PERSON,
		"%s approved the sign-in of %s", printable, login->start.user);
}

/* Claim groups that came to nothing go into the log line, so many of them. */
static enum pp_kind
note_dropped(struct pp_login *login, const struct pp_strv *dropped)
{
	pp_auto(pp_secret) struct pp_secret notes = {.max = NOTES_MAX};
	struct pp_err full;
	enum pp_kind kind = PP_OK;

	if (dropped->count == 0)
		return PP_OK;
	kind = pp_secret_append_text(&notes, "dropped groups:", &login->err);
	for (size_t i = 0; kind == PP_OK && i < dropped->count; i++) {
		char printable[80] = " ";

		pp_str_printable(printable + 1, sizeof(printable) - 1,
			dropped->items[i], strlen(dropped->items[i]));
		if (pp_secret_append_text(&notes, printable, &full) != PP_OK)
			break;
	}
	login->notes = pp_str_copy(pp_secret_text(&notes), notes.len);
	return login->notes != NULL ? kind : pp_fail_memory(&login->err);
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
 * that knows no uid yet (login(1)) looks the user up after us. */
static enum pp_kind
check_host_answer(struct pp_login *login)
{
	int64_t uid = login->account.uid;

	if (login->start.uid < 0 && !login->account.signed_in)
		return PP_OK;
	if (login->start.uid == uid && login->start.gid == uid)
		return PP_OK;
	return pp_fail(&login->err, PP_REASON_UID_CHANGED,
		"the host has %lld:%lld, on record is %lld",
		(long long) login->start.uid, (long long) login->start.gid,
		(long long) uid);
}

/* Puts more behind what the log line says already. */
static enum pp_kind
add_note(struct pp_login *login, const char *what, const char *why)
{
	pp_auto(pp_text) char *before = pp_take(&login->notes);

	return pp_str_format(&login->notes, &login->err, "%s%s%s: %s",
		before != NULL ? before : "", before != NULL ? "; " : "", what,
		why);
}

/*
 * Makes the sign-in seen, or finds that it need not be: a full disk keeps those
 * out whom the answer takes something from, and those whom nobody knows yet.
 */
static enum pp_kind
publish(struct pp_login *login, struct pp_state *state,
	const struct pp_sign_in *sign_in, bool stored, struct pp_err *cause)
{
	enum pp_reason reason;

	if (stored && pp_state_publish(state, cause) == PP_OK)
		return PP_OK;
	if (pp_state_index_suffices(state, sign_in, &login->account))
		return add_note(login, stored ? "not published" : "not stored",
			cause->message);
	reason = cause->reason == PP_REASON_SYSTEM ? PP_REASON_STATE_UNWRITABLE
						   : cause->reason;
	return pp_fail(&login->err, reason, "%s", cause->message);
}

/* What the account would be if this were a login. */
static enum pp_kind
imagine(struct pp_login *login, const struct pp_sign_in *sign_in)
{
	struct pp_account *account = &login->account;

	pp_strv_free(&account->groups);
	account->bound = true;
	account->groups_known = sign_in->groups_known;
	account->checked_until = sign_in->checked_until;
	return sign_in->groups_known ? pp_strv_append_list(&account->groups,
					       sign_in->groups, &login->err)
				     : PP_OK;
}

/* Judged before anything is stored: the host's answer may end it. */
static enum pp_kind
record(struct pp_login *login, struct pp_state *state,
	const struct pp_sign_in *sign_in)
{
	bool stored = false;
	struct pp_err cause = {0};
	enum pp_kind kind =
		pp_state_judge(state, sign_in, &login->account, &login->err);

	if (kind == PP_OK)
		kind = check_host_answer(login);
	if (kind != PP_OK)
		return kind;
	if (login->start.phase == PP_PHASE_TRIAL)
		return imagine(login, sign_in);
	pp_account_free(&login->account);
	kind = pp_state_sign_in(
		state, sign_in, &login->account, &stored, &cause);
	if (kind != PP_OK) {
		login->err = cause;
		return kind;
	}
	return publish(login, state, sign_in, stored, &cause);
}

static enum pp_kind
store(struct pp_login *login, struct pp_state *state, int64_t signed_in_at)
{
	const struct pp_identity *identity = &login->identity;
	pp_auto(pp_group_map) struct pp_group_map map = {0};
	char gecos[GECOS_MAX + 1];
	const struct pp_sign_in sign_in = {.name = login->start.user,
		.iss = identity->iss,
		.sub = identity->sub,
		.connector = identity->connector,
		.gecos = gecos,
		.groups_known = identity->groups_known,
		.groups = &map.groups,
		.now = signed_in_at,
		.checked_until =
			pp_clock_wall(login->clock) + login->conf->ttl};
	enum pp_kind kind = pp_state_map_groups(
		state, &identity->groups, &map, &login->err);

	make_gecos(identity->name, gecos);
	if (kind == PP_OK)
		kind = note_dropped(login, &map.dropped);
	if (kind == PP_OK && !identity->groups_known)
		kind = add_note(login, "groups unknown",
			identity->groups_overage ? "too many for the token"
						 : "not in the token");
	return kind == PP_OK ? record(login, state, &sign_in) : kind;
}

enum pp_kind
pp_meaning_renew(struct pp_login *login, int64_t signed_in_at)
{
	struct pp_state *state = NULL;
	enum pp_kind kind = check_origin(login);

	if (kind == PP_OK)
		kind = check_name(login);
	if (kind == PP_OK)
		kind = pp_state_open("", login->conf,
			login->start.phase != PP_PHASE_TRIAL, &state,
			&login->err);
	if (kind == PP_OK)
		kind = store(login, state, signed_in_at);
	pp_state_free(&state);
	return kind;
}

enum pp_kind
pp_meaning_apply(struct pp_login *login)
{
	return pp_meaning_renew(login, pp_clock_wall(login->clock));
}
