/* SPDX-License-Identifier: MIT */
#include "sign_in.h"

#include <string.h>

#include <playpen/accounts/sign_in_check.h>

#include "membership.h"

/* How often a sign-in is checked again when the table changed in between. */
#define ATTEMPTS_MAX 3

/* The answer's groups: none that count when the provider did not say. */
static const struct pp_strv *
groups_of(const struct pp_sign_in *sign_in)
{
	static const struct pp_strv none;

	return sign_in->groups_known ? sign_in->groups : &none;
}

enum pp_kind
pp_sign_in_remember_uid_key(struct pp_accounts *accounts,
	const struct pp_uid_key *key, struct pp_err *err)
{
	pp_cleanup(pp_text) char *known = NULL;
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	int64_t people;
	enum pp_kind kind =
		pp_db_get_meta(accounts, PP_DB_META_UID_KEY, &known, err);

	pp_uid_key_fingerprint(key, fingerprint);
	if (kind == PP_OK && known == NULL)
		kind = pp_db_set_meta(
			accounts, PP_DB_META_UID_KEY, fingerprint, err);
	if (kind == PP_OK)
		kind = pp_membership_make_group(accounts,
			accounts->conf->all_users_group, key, &people, err);
	return kind;
}

enum pp_kind
pp_sign_in_bind(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	struct pp_err *err)
{
	return pp_db_exec(accounts, PP_SQL_ACCOUNT_BIND, err, "tttti",
		sign_in->name, sign_in->iss, sign_in->sub, sign_in->connector,
		sign_in->now);
}

static enum pp_kind
store_times(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	struct pp_err *err)
{
	bool known = sign_in->groups_known;

	return pp_db_exec(accounts, PP_SQL_ACCOUNT_TIMES, err, "tiibti",
		sign_in->name, sign_in->now,
		known ? sign_in->groups_expire_at : (int64_t) 0, known,
		sign_in->gecos,
		sign_in->groups_expire_at - accounts->conf->groups_ttl);
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
	       pp_strv_same_set(groups_of(sign_in), &before->groups);
}

/* Stores a sign-in that was checked. Must be called inside the transaction. */
static enum pp_kind
apply(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	const struct pp_account *before, enum pp_sign_in_action action,
	struct pp_err *err)
{
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};
	bool have_key = pp_sign_in_check_uid_key(accounts, &key, NULL) == PP_OK;
	enum pp_kind kind = PP_OK;

	if (action == PP_SIGN_IN_CREATE)
		kind = pp_row_insert(accounts, before, err);
	if (kind == PP_OK && action != PP_SIGN_IN_UPDATE)
		kind = pp_sign_in_remember_uid_key(accounts, &key, err);
	if (kind == PP_OK && action != PP_SIGN_IN_UPDATE)
		kind = pp_sign_in_bind(accounts, sign_in, err);
	if (kind == PP_OK &&
		!pp_strv_same_set(groups_of(sign_in), &before->groups))
		kind = pp_membership_replace(accounts, sign_in->name,
			groups_of(sign_in), have_key ? &key : NULL, err);
	if (kind == PP_OK)
		kind = store_times(accounts, sign_in, err);
	return kind;
}

/*
 * Tries once to store the sign-in. Sets *ret_again, and stores nothing, if the
 * table has changed since the other NSS sources were asked, because they were
 * not asked about everything then.
 */
static enum pp_kind
store_once(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	enum pp_sign_in_action checked, bool *ret_again, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account before = {0};
	enum pp_sign_in_action action = PP_SIGN_IN_CREATE;
	enum pp_kind kind = pp_db_begin(accounts, err);

	*ret_again = false;
	if (kind != PP_OK)
		return kind;
	kind = pp_sign_in_check_table(accounts, sign_in, &before, &action, err);
	if (kind == PP_OK && action != PP_SIGN_IN_UPDATE && action != checked) {
		*ret_again = true;
		pp_db_rollback(accounts);
		return PP_OK;
	}
	if (kind == PP_OK)
		kind = apply(accounts, sign_in, &before, action, err);
	kind = pp_db_end(accounts, kind, err);
	if (kind == PP_OK && action == PP_SIGN_IN_UPDATE &&
		changes_times_only(sign_in, &before)) {
		accounts->dirty_scope = PP_DB_DIRTY_TIMES;
		strcpy(accounts->dirty_account, sign_in->name);
	} else
		accounts->dirty_scope = PP_DB_DIRTY_ALL;
	return kind;
}

/* What cannot be stored may be without only if it gives, never if it takes. */
static bool
takes_nothing_away(
	const struct pp_sign_in *sign_in, const struct pp_account *before)
{
	return !before->groups_known ||
	       pp_strv_is_subset(&before->groups, groups_of(sign_in));
}

enum pp_kind
pp_accounts_sign_in(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	bool *ret_stored, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct pp_err local;
	struct pp_err *cause = err != NULL ? err : &local;
	bool again = true;
	enum pp_sign_in_action action = PP_SIGN_IN_CREATE;
	enum pp_kind kind = PP_OK;

	for (int i = 0; again && i < ATTEMPTS_MAX && kind == PP_OK; i++) {
		pp_account_free(&account);
		kind = pp_sign_in_check_all(
			accounts, sign_in, &account, &action, cause);
		if (kind == PP_OK)
			kind = store_once(
				accounts, sign_in, action, &again, cause);
		else
			return kind;
	}
	if (kind == PP_OK && again)
		return pp_fail(cause, PP_REASON_SYSTEM,
			"the account changed while it signed in");
	if (kind != PP_OK && (cause->reason != PP_REASON_STATE_UNWRITABLE ||
				     action != PP_SIGN_IN_UPDATE ||
				     !takes_nothing_away(sign_in, &account)))
		return kind;
	*ret_stored = kind == PP_OK;
	return pp_accounts_find(accounts, sign_in->name, ret_account, err);
}
