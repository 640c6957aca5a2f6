/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/admission.h>
#include <playpen/accounts/membership.h>
#include <playpen/accounts/node_facts.h>
#include <playpen/accounts/sign_in.h>

/* How often a sign-in is checked again because an import gave the account
 * another uid in between. */
#define ATTEMPTS_MAX 3

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

/* Stores when the provider was asked. An answer that does not say which groups
 * is one, too, and counts as long as any other. */
static enum pp_kind
store_times(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	bool groups_known, struct pp_err *err)
{
	return pp_db_exec(accounts, PP_SQL_ACCOUNT_TIMES, err, "tiibti",
		sign_in->name, sign_in->now, sign_in->groups_expire_at,
		groups_known, sign_in->gecos,
		sign_in->groups_expire_at - accounts->conf->groups_ttl);
}

/* One sign-in, from its check to what is stored of it. */
struct signing_in {
	struct pp_accounts *accounts;
	const struct pp_sign_in *sign_in;
	struct pp_admission admission; /* what the account was before */
	struct pp_sign_in_result *result;
	int64_t version; /* of the database, when it was checked */
};

/* Says of what the next publication must write. */
static void
note_change(const struct signing_in *signing_in)
{
	struct pp_accounts *accounts = signing_in->accounts;
	const struct pp_sign_in *sign_in = signing_in->sign_in;
	const struct pp_account *before = &signing_in->admission.account;
	bool times_only =
		before->signed_in &&
		signing_in->admission.action == PP_ADMISSION_UPDATE &&
		before->groups_known == signing_in->result->groups_known &&
		(sign_in->gecos == NULL ||
			strcmp(sign_in->gecos, before->gecos) == 0) &&
		pp_strv_same_set(
			&signing_in->result->map.groups, &before->groups);

	accounts->dirty_scope =
		times_only ? PP_DB_DIRTY_TIMES : PP_DB_DIRTY_ALL;
	if (times_only)
		memcpy(accounts->dirty_account, before->name, PP_NAME_SIZE);
}

enum pp_kind
pp_accounts_issuer_sends_at_hash(
	struct pp_accounts *accounts, bool *ret_sends, struct pp_err *err)
{
	pp_cleanup(pp_text) char *issuer = NULL;
	enum pp_kind kind =
		pp_db_get_meta(accounts, PP_DB_META_AT_HASH, &issuer, err);

	if (kind != PP_OK)
		return kind;
	*ret_sends = issuer != NULL &&
		     strcmp(issuer, accounts->conf->provider.url) == 0;
	return PP_OK;
}

/* Remembers that the issuer sends at_hash. */
static enum pp_kind
remember_at_hash(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	struct pp_err *err)
{
	bool known = false;
	enum pp_kind kind =
		pp_accounts_issuer_sends_at_hash(accounts, &known, err);

	if (kind != PP_OK || known)
		return kind;
	return pp_db_set_meta(accounts, PP_DB_META_AT_HASH, sign_in->iss, err);
}

/* Stores what was checked, inside the transaction. */
static enum pp_kind
apply(const struct signing_in *signing_in, struct pp_err *err)
{
	struct pp_accounts *accounts = signing_in->accounts;
	const struct pp_sign_in *sign_in = signing_in->sign_in;
	const struct pp_account *before = &signing_in->admission.account;
	const struct pp_strv *groups = &signing_in->result->map.groups;
	bool update = signing_in->admission.action == PP_ADMISSION_UPDATE;
	struct pp_account made = {.gecos = (char *) sign_in->gecos};
	const struct pp_uid_key *key = NULL;
	bool regroups = !pp_strv_same_set(groups, &before->groups);
	bool have_key = (regroups || !update) &&
			pp_node_facts_uid_key(accounts, &key, NULL) == PP_OK;
	enum pp_kind kind = PP_OK;

	memcpy(made.name, before->name, sizeof(made.name));
	made.uid = before->uid;
	if (signing_in->admission.action == PP_ADMISSION_CREATE)
		kind = pp_row_insert(accounts, &made, err);
	if (kind == PP_OK && !update)
		kind = pp_sign_in_remember_uid_key(accounts, key, err);
	if (kind == PP_OK && !update)
		kind = pp_sign_in_bind(accounts, sign_in, err);
	if (kind == PP_OK && regroups)
		kind = pp_membership_replace(accounts, sign_in->name, groups,
			have_key ? key : NULL, err);
	if (kind == PP_OK && sign_in->at_hash)
		kind = remember_at_hash(accounts, sign_in, err);
	return kind == PP_OK ? store_times(accounts, sign_in,
				       signing_in->result->groups_known, err)
			     : kind;
}

/*
 * Checks again if another process has changed the database since the check.
 * Sets *ret_again if the account is to be made or bound now with another uid,
 * because the other NSS sources were not asked about that.
 */
static enum pp_kind
check_still_true(
	struct signing_in *signing_in, bool *ret_again, struct pp_err *err)
{
	struct pp_admission *admission = &signing_in->admission;
	uint32_t uid = admission->account.uid;
	bool asked = admission->action != PP_ADMISSION_UPDATE;
	int64_t version = 0;
	enum pp_kind kind =
		pp_db_data_version(signing_in->accounts, &version, err);

	if (kind != PP_OK || version == signing_in->version)
		return kind;
	kind = pp_admission_check(signing_in->accounts, admission, err);
	*ret_again = kind == PP_OK &&
		     admission->action != PP_ADMISSION_UPDATE &&
		     !(asked && admission->account.uid == uid);
	return kind;
}

/* Stores the sign-in, and reads the account as it is then. */
static enum pp_kind
store(struct signing_in *signing_in, bool *ret_again, struct pp_err *err)
{
	struct pp_accounts *accounts = signing_in->accounts;
	enum pp_kind kind = pp_db_begin(accounts, err);

	*ret_again = false;
	if (kind != PP_OK)
		return kind;
	kind = check_still_true(signing_in, ret_again, err);
	if (kind == PP_OK && *ret_again) {
		pp_db_rollback(accounts);
		return PP_OK;
	}
	if (kind == PP_OK)
		kind = apply(signing_in, err);
	if (kind == PP_OK)
		kind = pp_accounts_find(accounts, signing_in->sign_in->name,
			&signing_in->result->account, err);
	kind = pp_db_end(accounts, kind, err);
	if (kind != PP_OK) {
		pp_account_free(&signing_in->result->account);
		return kind;
	}
	signing_in->result->stored = !accounts->dry;
	note_change(signing_in);
	return PP_OK;
}

/* Checks the sign-in, and what the machine has of the name. */
static enum pp_kind
check_sign_in(struct signing_in *signing_in, struct pp_err *err)
{
	struct pp_accounts *accounts = signing_in->accounts;
	struct pp_admission *admission = &signing_in->admission;
	bool began = false;
	enum pp_kind kind = pp_db_begin_read(accounts, &began, err);

	if (kind == PP_OK)
		kind = pp_db_data_version(accounts, &signing_in->version, err);
	if (kind == PP_OK)
		kind = pp_admission_check(accounts, admission, err);
	pp_db_end_read(accounts, began);
	return kind == PP_OK
		       ? pp_sign_in_check_machine(accounts, admission, err)
		       : kind;
}

static bool
brings_denied(const struct signing_in *signing_in)
{
	const struct pp_conf *conf = signing_in->accounts->conf;
	const struct pp_strv *before = &signing_in->admission.account.groups;
	const struct pp_strv *now = &signing_in->result->map.groups;

	for (size_t i = 0; i < now->count; i++)
		if (pp_conf_denies_group(conf, now->items[i]) &&
			!pp_strv_contains(before, now->items[i]))
			return true;
	return false;
}

/*
 * Returns true for a sign-in that only gives. It may succeed even if it cannot
 * be stored; what another one takes would come back with the next look at the
 * database.
 */
static bool
takes_nothing_away(const struct signing_in *signing_in)
{
	const struct pp_account *before = &signing_in->admission.account;
	const struct pp_sign_in_result *result = signing_in->result;

	if (signing_in->admission.action != PP_ADMISSION_UPDATE ||
		brings_denied(signing_in))
		return false;
	return !before->groups_known ||
	       (result->groups_known &&
		       pp_strv_is_subset(&before->groups, &result->map.groups));
}

/* Maps the claims, if the token says which groups. */
static enum pp_kind
map_claims(struct signing_in *signing_in, struct pp_err *err)
{
	struct pp_sign_in_result *result = signing_in->result;
	enum pp_kind kind = PP_OK;

	if (!signing_in->sign_in->groups_known)
		return PP_OK;
	kind = pp_accounts_map_groups(signing_in->accounts,
		signing_in->sign_in->claims, &result->map, err);
	result->groups_known = kind == PP_OK && !result->map.denied_dropped;
	return kind;
}

/* Returns true if the provider has been asked about the person since the token
 * of a certificate was made: an older word brings no group back. */
static bool
is_outdated(const struct signing_in *signing_in)
{
	return signing_in->sign_in->purpose == PP_FOR_CARRIED &&
	       signing_in->admission.action == PP_ADMISSION_UPDATE &&
	       signing_in->sign_in->now <=
		       signing_in->admission.account.checked_at;
}

/* Makes the account what it was before. */
static void
keep_account(struct signing_in *signing_in)
{
	struct pp_account *before = &signing_in->admission.account;

	signing_in->result->account = *before;
	memset(before, 0, sizeof(*before));
}

static enum pp_kind
sign_in_checked(struct signing_in *signing_in, struct pp_err *err)
{
	struct pp_sign_in_result *result = signing_in->result;
	bool again = true;
	enum pp_kind kind = PP_OK;

	for (int i = 0; again && i < ATTEMPTS_MAX && kind == PP_OK; i++) {
		kind = check_sign_in(signing_in, err);
		if (kind != PP_OK)
			return kind;
		if (is_outdated(signing_in)) {
			result->outdated = true;
			keep_account(signing_in);
			return PP_OK;
		}
		if (i == 0)
			kind = map_claims(signing_in, err);
		if (kind == PP_OK)
			kind = store(signing_in, &again, err);
	}
	if (kind == PP_OK && again)
		return pp_fail(err, PP_REASON_SYSTEM,
			"the account changed while it signed in");
	result->is_first = !signing_in->admission.account.signed_in;
	result->groups_differ =
		pp_sign_in_groups_differ(&signing_in->admission.account,
			signing_in->sign_in->wall, &result->map.groups);
	if (kind == PP_OK || err->reason != PP_REASON_STATE_UNWRITABLE ||
		!takes_nothing_away(signing_in))
		return kind;
	keep_account(signing_in);
	return PP_OK;
}

enum pp_kind
pp_accounts_sign_in(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_sign_in_result *ret_result,
	struct pp_err *err)
{
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	struct signing_in signing_in = {.accounts = accounts,
		.sign_in = sign_in,
		.admission = {.purpose = sign_in->purpose,
			.name = sign_in->name,
			.sign_in = sign_in,
			.application = sign_in->application},
		.result = &result};
	struct pp_err local = {0};
	enum pp_kind kind =
		sign_in_checked(&signing_in, err != NULL ? err : &local);

	pp_admission_free(&signing_in.admission);
	if (kind != PP_OK)
		return kind;
	*ret_result = result;
	memset(&result, 0, sizeof(result));
	return PP_OK;
}

void
pp_sign_in_result_free(struct pp_sign_in_result *result)
{
	pp_account_free(&result->account);
	pp_group_map_free(&result->map);
}
