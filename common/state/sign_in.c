/* SPDX-License-Identifier: MIT */
#include "sign_in.h"

#include <string.h>

#include "judge.h"
#include "member.h"

/* How often a sign-in is judged anew when the table changed in between. */
#define ATTEMPTS_MAX 3

/* The answer's groups: none that count when the provider did not say. */
static const struct pp_strv *
groups_of(const struct pp_sign_in *sign_in)
{
	static const struct pp_strv none;

	return sign_in->groups_known ? sign_in->groups : &none;
}

static enum pp_kind
set_meta(struct pp_state *state, const char *key, const char *value,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind =
		pp_database_prepare(state, PP_SQL_META_SET, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_database_bind_text(statement, 1, key);
	pp_database_bind_text(statement, 2, value);
	return pp_database_run(state, statement, err);
}

enum pp_kind
pp_sign_in_remember_key(
	struct pp_state *state, const struct pp_id_key *key, struct pp_err *err)
{
	pp_auto(pp_text) char *known = NULL;
	char fingerprint[PP_FINGERPRINT_SIZE];
	int64_t people;
	enum pp_kind kind =
		pp_row_meta(state, PP_META_FINGERPRINT, &known, err);

	pp_id_key_fingerprint(key, fingerprint);
	if (kind == PP_OK && known == NULL)
		kind = set_meta(state, PP_META_FINGERPRINT, fingerprint, err);
	if (kind == PP_OK)
		kind = pp_member_group(
			state, state->conf->people, key, &people, err);
	return kind;
}

enum pp_kind
pp_sign_in_bind(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_err *err)
{
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = pp_database_prepare(
		state, PP_SQL_ACCOUNT_BIND, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_database_bind_text(statement, 1, sign_in->name);
	pp_database_bind_text(statement, 2, sign_in->iss);
	pp_database_bind_text(statement, 3, sign_in->sub);
	pp_database_bind_text(statement, 4, sign_in->connector);
	sqlite3_bind_int64(statement, 5, sign_in->now);
	return pp_database_run(state, statement, err);
}

static enum pp_kind
note_times(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_err *err)
{
	bool known = sign_in->groups_known;
	sqlite3_stmt *statement = NULL;
	enum pp_kind kind = pp_database_prepare(
		state, PP_SQL_ACCOUNT_TIMES, &statement, err);

	if (kind != PP_OK)
		return kind;
	pp_database_bind_text(statement, 1, sign_in->name);
	sqlite3_bind_int64(statement, 2, sign_in->now);
	sqlite3_bind_int64(statement, 3, known ? sign_in->checked_until : 0);
	sqlite3_bind_int(statement, 4, known);
	pp_database_bind_text(statement, 5, sign_in->gecos);
	sqlite3_bind_int64(
		statement, 6, sign_in->checked_until - state->conf->ttl);
	return pp_database_run(state, statement, err);
}

/* Whether nothing but the times differs from what is on record. */
static bool
changes_times_only(
	const struct pp_sign_in *sign_in, const struct pp_account *before)
{
	return before->signed_in &&
	       before->groups_known == sign_in->groups_known &&
	       (sign_in->gecos == NULL ||
		       strcmp(sign_in->gecos, before->gecos) == 0) &&
	       pp_member_same(groups_of(sign_in), &before->groups);
}

/* What a judged sign-in changes; all of it inside the transaction. */
static enum pp_kind
apply(struct pp_state *state, const struct pp_sign_in *sign_in,
	const struct pp_account *before, enum pp_plan plan, struct pp_err *err)
{
	pp_auto(pp_id_key) struct pp_id_key key = {{0}};
	bool have_key = pp_judge_key(state, &key, NULL) == PP_OK;
	enum pp_kind kind = PP_OK;

	if (plan == PP_PLAN_NEW)
		kind = pp_row_insert(state, before, err);
	if (kind == PP_OK && plan != PP_PLAN_KNOWN)
		kind = pp_sign_in_remember_key(state, &key, err);
	if (kind == PP_OK && plan != PP_PLAN_KNOWN)
		kind = pp_sign_in_bind(state, sign_in, err);
	if (kind == PP_OK &&
		!pp_member_same(groups_of(sign_in), &before->groups))
		kind = pp_member_replace(state, sign_in->name,
			groups_of(sign_in), have_key ? &key : NULL, err);
	if (kind == PP_OK)
		kind = note_times(state, sign_in, err);
	return kind;
}

/*
 * One attempt. *ret_again: the table changed since the neighbours were asked,
 * so that they were asked too little; nothing has been stored.
 */
static enum pp_kind
store(struct pp_state *state, const struct pp_sign_in *sign_in,
	enum pp_plan judged, bool *ret_again, struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account before = {0};
	enum pp_plan plan = PP_PLAN_NEW;
	enum pp_kind kind = pp_database_begin(state, err);

	*ret_again = false;
	if (kind != PP_OK)
		return kind;
	kind = pp_judge_table(state, sign_in, &before, &plan, err);
	if (kind == PP_OK && plan != PP_PLAN_KNOWN && plan != judged) {
		*ret_again = true;
		pp_database_roll_back(state);
		return PP_OK;
	}
	if (kind == PP_OK)
		kind = apply(state, sign_in, &before, plan, err);
	kind = pp_database_end(state, kind, err);
	if (kind == PP_OK && plan == PP_PLAN_KNOWN &&
		changes_times_only(sign_in, &before)) {
		state->change = PP_CHANGE_TIME;
		strcpy(state->changed, sign_in->name);
	} else
		state->change = PP_CHANGE_ALL;
	return kind;
}

/* What cannot be stored may be without only if it gives, never if it takes. */
static bool
takes_nothing_away(
	const struct pp_sign_in *sign_in, const struct pp_account *before)
{
	return !before->groups_known ||
	       pp_member_within(&before->groups, groups_of(sign_in));
}

enum pp_kind
pp_state_sign_in(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_account *ret_account, bool *ret_stored, struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	struct pp_err local;
	struct pp_err *cause = err != NULL ? err : &local;
	bool again = true;
	enum pp_plan plan = PP_PLAN_NEW;
	enum pp_kind kind = PP_OK;

	for (int i = 0; again && i < ATTEMPTS_MAX && kind == PP_OK; i++) {
		pp_account_free(&account);
		kind = pp_judge_all(state, sign_in, &account, &plan, cause);
		if (kind == PP_OK)
			kind = store(state, sign_in, plan, &again, cause);
		else
			return kind;
	}
	if (kind == PP_OK && again)
		return pp_fail(cause, PP_REASON_SYSTEM,
			"the account changed while it signed in");
	if (kind != PP_OK && (cause->reason != PP_REASON_STATE_UNWRITABLE ||
				     plan != PP_PLAN_KNOWN ||
				     !takes_nothing_away(sign_in, &account)))
		return kind;
	*ret_stored = kind == PP_OK;
	return pp_state_find(state, sign_in->name, ret_account, err);
}
