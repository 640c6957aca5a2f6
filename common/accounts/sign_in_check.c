/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/accounts/sign_in_check.h>
#include <playpen/index/first_login.h>
#include <playpen/index/index.h>
#include <playpen/other_nss/nss_query.h>

#define SHOWN_MAX 80U

enum pp_kind
pp_sign_in_check_name(const struct pp_accounts *accounts, const char *name,
	struct pp_err *err)
{
	char shown[SHOWN_MAX];

	if (!pp_name_is_valid(name))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"%s is no valid local name",
			pp_str_printable(
				shown, sizeof(shown), name, strlen(name)));
	if (pp_name_is_reserved(name) ||
		strcmp(name, accounts->conf->all_users_group) == 0)
		return pp_fail(err, PP_REASON_NAME_RESERVED,
			"%s is reserved for the system", name);
	return PP_OK;
}

enum pp_kind
pp_sign_in_check_new_name(
	struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	bool found = false;
	int64_t id;
	enum pp_kind kind = pp_sign_in_check_name(accounts, name, err);

	if (kind == PP_OK && pp_conf_is_group_name(accounts->conf, name))
		return pp_fail(err, PP_REASON_NAME_OF_GROUP,
			"%s is a group's name by the configuration", name);
	if (kind == PP_OK)
		kind = pp_db_query_number(
			accounts, PP_SQL_GROUP_ID, name, &found, &id, err);
	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_NAME_OF_GROUP,
			"%s is a group here", name);
	return kind;
}

/* What does not fit a line of passwd never reaches the table. */
static enum pp_kind
check_gecos(const struct pp_sign_in *sign_in, struct pp_err *err)
{
	if (sign_in->gecos == NULL || pp_index_text_fits(sign_in->gecos))
		return PP_OK;
	return pp_fail(err, PP_REASON_NAME_INVALID,
		"the gecos of %s does not fit a line of passwd", sign_in->name);
}

/* A person's token never opens a service's account, nor the other way. */
static enum pp_kind
check_account_type(const struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_err *err)
{
	bool service = pp_conf_find_service_account(
			       accounts->conf, sign_in->name) != NULL;

	if (service == sign_in->is_service_account)
		return PP_OK;
	return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
		"%s is %s of [service-account]", sign_in->name,
		service ? "a service" : "no service");
}

enum pp_kind
pp_sign_in_check_uid_key(struct pp_accounts *accounts,
	struct pp_uid_key *ret_key, struct pp_err *err)
{
	pp_cleanup(pp_text) char *stored = NULL;
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	enum pp_kind kind = pp_conf_load_uid_key(
		accounts->conf, accounts->root, ret_key, err);

	if (kind == PP_OK)
		kind = pp_db_get_meta(
			accounts, PP_DB_META_UID_KEY, &stored, err);
	if (kind != PP_OK || stored == NULL)
		return kind;
	pp_uid_key_fingerprint(ret_key, fingerprint);
	if (strcmp(stored, fingerprint) == 0)
		return PP_OK;
	return pp_fail(err, PP_REASON_UID_KEY_CHANGED,
		"the uid key's fingerprint is %s, accounts here were made with %s",
		fingerprint, stored);
}

static enum pp_kind
refuse_other_subject(const struct pp_sign_in *sign_in,
	const struct pp_account *account, struct pp_err *err)
{
	char old[SHOWN_MAX];
	char new[SHOWN_MAX];

	if (strcmp(account->iss, sign_in->iss) != 0)
		return pp_fail(err, PP_REASON_ISSUER_MISMATCH,
			"%s is bound at issuer %s; see playpenctl issuer move",
			account->name,
			pp_str_printable(old, sizeof(old), account->iss,
				strlen(account->iss)));
	pp_str_printable(old, sizeof(old), account->sub, strlen(account->sub));
	pp_str_printable(new, sizeof(new), sign_in->sub, strlen(sign_in->sub));
	return pp_fail(err, PP_REASON_NAME_TAKEN,
		"%s is bound to subject %s, this is subject %s", account->name,
		old, new);
}

/* The same subject under another name was renamed at the provider. */
static enum pp_kind
check_subject_free(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_err *err)
{
	char owner[PP_NAME_SIZE];
	bool found;
	enum pp_kind kind = pp_row_subject_owner(
		accounts, sign_in->iss, sign_in->sub, &found, owner, err);

	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_SUBJECT_BOUND_ELSEWHERE,
			"the subject is bound to %s; see playpenctl user rename %s %s",
			owner, owner, sign_in->name);
	return kind;
}

static enum pp_kind
check_account(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	const struct pp_account *account, enum pp_sign_in_action *ret_action,
	struct pp_err *err)
{
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};
	enum pp_kind kind;

	if (account->closed)
		return pp_fail(err, PP_REASON_ACCOUNT_CLOSED, "%s is closed",
			account->name);
	if (account->locked)
		return pp_fail(
			err, PP_REASON_LOCKED, "%s is locked", account->name);
	if (account->is_service_account != sign_in->is_service_account)
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"%s is on record as a %s", account->name,
			account->is_service_account ? "service" : "person");
	*ret_action = account->bound ? PP_SIGN_IN_UPDATE : PP_SIGN_IN_BIND;
	if (account->bound && (strcmp(account->iss, sign_in->iss) != 0 ||
				      strcmp(account->sub, sign_in->sub) != 0))
		return refuse_other_subject(sign_in, account, err);
	if (account->bound)
		return PP_OK;
	kind = check_subject_free(accounts, sign_in, err);
	return kind == PP_OK ? pp_sign_in_check_uid_key(accounts, &key, err)
			     : kind;
}

/* Checks that a name without an account may get one. */
static enum pp_kind
check_name_free(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	struct pp_err *err)
{
	const char *pattern = accounts->conf->allow_new_users;
	char owner[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind =
		pp_sign_in_check_new_name(accounts, sign_in->name, err);

	if (kind == PP_OK)
		kind = pp_row_former_owner(
			accounts, sign_in->name, &found, owner, err);
	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_ACCOUNT_CLOSED,
			"%s was the name of %s", sign_in->name, owner);
	if (kind == PP_OK)
		kind = check_subject_free(accounts, sign_in, err);
	if (kind != PP_OK || sign_in->is_service_account)
		return kind;
	if (!pp_first_login_allows(pattern, sign_in->name))
		return pp_fail(err, PP_REASON_NEW_USER_REFUSED,
			"allow_new_users = %s does not take %s", pattern,
			sign_in->name);
	return PP_OK;
}

static enum pp_kind
check_uid_free(struct pp_accounts *accounts, const char *name, uint32_t uid,
	struct pp_err *err)
{
	char owner[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind =
		pp_row_number_owner(accounts, uid, &found, owner, err);

	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_UID_COLLISION,
			"%s would get %u, which %s has", name, uid, owner);
	return kind;
}

/* Fills in what a first login makes. */
static enum pp_kind
fill_account(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	struct pp_account *account, struct pp_err *err)
{
	const struct pp_conf *conf = accounts->conf;
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};
	enum pp_kind kind = pp_sign_in_check_uid_key(accounts, &key, err);

	if (kind != PP_OK)
		return kind;
	strcpy(account->name, sign_in->name);
	account->uid = pp_uid_of_name(&key, sign_in->name, &conf->uid_range);
	account->is_service_account = sign_in->is_service_account;
	kind = check_uid_free(accounts, account->name, account->uid, err);
	if (kind != PP_OK)
		return kind;
	account->gecos = strdup(sign_in->gecos != NULL ? sign_in->gecos : "");
	account->shell = strdup(conf->shell);
	if (account->gecos == NULL || account->shell == NULL)
		return pp_fail_memory(err);
	return pp_row_home(accounts, account->name, &account->home, err);
}

enum pp_kind
pp_sign_in_check_table(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	enum pp_sign_in_action *ret_action, struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = pp_sign_in_check_name(accounts, sign_in->name, err);

	if (kind == PP_OK)
		kind = check_gecos(sign_in, err);
	if (kind == PP_OK)
		kind = check_account_type(accounts, sign_in, err);
	if (kind != PP_OK)
		return kind;
	kind = pp_accounts_find(accounts, sign_in->name, ret_account, &cause);
	if (kind == PP_OK)
		return check_account(
			accounts, sign_in, ret_account, ret_action, err);
	if (cause.reason != PP_REASON_NO_ACCOUNT)
		return pp_propagate(err, &cause);
	*ret_action = PP_SIGN_IN_CREATE;
	kind = check_name_free(accounts, sign_in, err);
	if (kind == PP_OK)
		kind = fill_account(accounts, sign_in, ret_account, err);
	return kind;
}

/* Of one moment: who is bound meanwhile is not half seen. */
static enum pp_kind
check_table_once(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	struct pp_account *ret_account, enum pp_sign_in_action *ret_action,
	struct pp_err *err)
{
	bool began = false;
	enum pp_kind kind = pp_db_begin_read(accounts, &began, err);

	if (kind == PP_OK)
		kind = pp_sign_in_check_table(
			accounts, sign_in, ret_account, ret_action, err);
	pp_db_end_read(accounts, began);
	return kind;
}

enum pp_kind
pp_sign_in_check_all(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	enum pp_sign_in_action *ret_action, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	enum pp_sign_in_action action;
	enum pp_kind kind =
		check_table_once(accounts, sign_in, &account, &action, err);

	if (kind == PP_OK)
		kind = pp_nss_query_check_user(accounts->root, account.name,
			account.uid,
			action == PP_SIGN_IN_UPDATE ? PP_NSS_QUERY_FILES
						    : PP_NSS_QUERY_ALL,
			err);
	if (kind != PP_OK)
		return kind;
	*ret_action = action;
	*ret_account = account;
	memset(&account, 0, sizeof(account));
	return PP_OK;
}

enum pp_kind
pp_accounts_check_sign_in(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	struct pp_err *err)
{
	enum pp_sign_in_action action;

	return pp_sign_in_check_all(
		accounts, sign_in, ret_account, &action, err);
}
