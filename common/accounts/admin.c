/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/admin.h>
#include <playpen/accounts/membership.h>
#include <playpen/accounts/node_facts.h>
#include <playpen/accounts/sign_in.h>
#include <playpen/leftovers/leftovers.h>
#include <playpen/other_nss/nss_query.h>

/* Checks that no file closes the account: what a file says, a file takes back.
 */
static enum pp_kind
check_not_closed_by_file(
	struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	pp_cleanup(pp_strv) struct pp_strv files = {0};
	enum pp_kind kind = pp_db_query_names(
		accounts, PP_SQL_FILE_CLOSES, name, &files, err);

	if (kind == PP_OK && files.count > 0)
		return pp_fail(err, PP_REASON_ACCOUNT_CLOSED,
			"%s is closed by %s", name, files.items[0]);
	return kind;
}

enum pp_kind
pp_admin_set_uid_key(struct pp_accounts *accounts, const struct pp_uid_key *key,
	struct pp_err *err)
{
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	pp_uid_key_fingerprint(key, fingerprint);
	kind = pp_db_set_meta(accounts, PP_DB_META_UID_KEY, fingerprint, err);
	return pp_db_end(accounts, kind, err);
}

enum pp_kind
pp_admin_close(struct pp_accounts *accounts, const char *name, bool closed,
	bool *ret_changed, struct pp_err *err)
{
	bool found = false;
	int64_t id;
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	if (!closed)
		kind = check_not_closed_by_file(accounts, name, err);
	if (kind == PP_OK)
		kind = pp_db_exec(accounts, PP_SQL_ACCOUNT_CLOSE, err, "tb",
			name, closed);
	*ret_changed = kind == PP_OK && pp_db_changed_rows(accounts) > 0;
	if (kind == PP_OK)
		kind = pp_db_query_number(
			accounts, PP_SQL_ACCOUNT_ID, name, &found, &id, err);
	if (kind == PP_OK && !found)
		kind = pp_fail(err, PP_REASON_NO_ACCOUNT,
			"no account of that name is known");
	return pp_db_end(accounts, kind, err);
}

/* Checks that the name is free for this account, inside the transaction. */
static enum pp_kind
check_new_name(struct pp_accounts *accounts, const char *name,
	const char *new_name, struct pp_err *err)
{
	char owner[PP_NAME_SIZE];
	bool found;
	int64_t id;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_ACCOUNT_ID, new_name, &found, &id, err);

	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_NAME_TAKEN,
			"there is an account %s", new_name);
	if (kind == PP_OK)
		kind = pp_row_former_owner(
			accounts, new_name, &found, owner, err);
	if (kind == PP_OK && found && strcmp(owner, name) != 0)
		return pp_fail(err, PP_REASON_ACCOUNT_CLOSED,
			"%s was the name of %s", new_name, owner);
	return kind;
}

static enum pp_kind
rename_row(struct pp_accounts *accounts, const char *name, const char *new_name,
	struct pp_err *err)
{
	int64_t id = 0;
	bool found;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_ACCOUNT_ID, name, &found, &id, err);

	if (kind == PP_OK && !found)
		return pp_fail(
			err, PP_REASON_NO_ACCOUNT, "no account %s", name);
	if (kind == PP_OK)
		kind = pp_db_exec(
			accounts, PP_SQL_FORMER_DELETE, err, "t", new_name);
	if (kind == PP_OK)
		kind = pp_db_exec(accounts, PP_SQL_ACCOUNT_RENAME, err, "tt",
			name, new_name);
	if (kind == PP_OK)
		kind = pp_db_exec(
			accounts, PP_SQL_FORMER_INSERT, err, "ti", name, id);
	return kind;
}

enum pp_kind
pp_admin_check_new_name(
	struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	pp_cleanup(pp_admission) struct pp_admission admission = {
		.purpose = PP_FOR_NAME, .name = name};

	return pp_admission_check(accounts, &admission, err);
}

/* Checks that no local user and no other NSS source has the name. */
static enum pp_kind
check_name_not_local(
	struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	const struct pp_local_users *users;
	enum pp_kind kind = pp_node_facts_local_users(accounts, &users, err);

	if (kind == PP_OK && pp_local_users_has_name(users, name))
		return pp_fail(err, PP_REASON_NAME_LOCAL,
			"%s is a local user or group", name);
	return kind == PP_OK ? pp_nss_query_check_user(
				       users, name, 0, PP_NSS_QUERY_NAME, err)
			     : kind;
}

enum pp_kind
pp_admin_rename(struct pp_accounts *accounts, const char *name,
	const char *new_name, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct pp_new_owner owner = {.name = new_name};
	enum pp_kind kind = pp_accounts_find(accounts, name, &account, err);

	owner.home = account.home;
	owner.uid = account.uid;
	owner.had_uid = account.signed_in;
	if (kind == PP_OK)
		kind = pp_admin_check_new_name(accounts, new_name, err);
	if (kind == PP_OK && (account.is_service_account ||
				     pp_conf_find_service_account(
					     accounts->conf, new_name) != NULL))
		kind = pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"the names of service accounts are those of [service-account]");
	if (kind == PP_OK)
		kind = check_name_not_local(accounts, new_name, err);
	if (kind == PP_OK)
		kind = pp_sign_in_check_leftovers(accounts, &owner, err);
	if (kind == PP_OK)
		kind = pp_db_begin(accounts, err);
	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	kind = check_new_name(accounts, name, new_name, err);
	if (kind == PP_OK)
		kind = rename_row(accounts, name, new_name, err);
	return pp_db_end(accounts, kind, err);
}

/* Finds what the account leaves under all names that it had: these are set free
 * with it. */
static enum pp_kind
find_leftovers(struct pp_accounts *accounts, const struct pp_account *account,
	char **ret_text, struct pp_err *err)
{
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	const struct pp_leftovers_of of = {.root = accounts->root,
		.names = &names,
		.home = account->home,
		.uid = account->uid};
	enum pp_kind kind = pp_strv_append(
		&names, account->name, strlen(account->name), err);

	if (kind == PP_OK)
		kind = pp_db_query_names(accounts, PP_SQL_FORMER_NAMES,
			account->name, &names, err);
	return kind == PP_OK ? pp_leftovers_find(&of, ret_text, err) : kind;
}

enum pp_kind
pp_admin_delete(
	struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	pp_cleanup(pp_text) char *leftovers = NULL;
	enum pp_kind kind = pp_accounts_find(accounts, name, &account, err);

	if (kind == PP_OK)
		kind = find_leftovers(accounts, &account, &leftovers, err);
	if (kind == PP_OK && leftovers != NULL)
		kind = pp_fail(err, PP_REASON_ACCOUNT_IN_USE,
			"%s still has %s, which would pass to the next account with that name or uid %u",
			name, leftovers, account.uid);
	if (kind == PP_OK)
		kind = pp_db_begin(accounts, err);
	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	kind = pp_db_exec(accounts, PP_SQL_LOCK_DELETE_NAMES, err, "t", name);
	if (kind == PP_OK)
		kind = pp_db_exec(
			accounts, PP_SQL_ACCOUNT_DELETE, err, "t", name);
	return pp_db_end(accounts, kind, err);
}

enum pp_kind
pp_admin_bind(struct pp_accounts *accounts, const struct pp_sign_in *binding,
	struct pp_err *err)
{
	struct pp_sign_in full = *binding;
	pp_cleanup(pp_admission) struct pp_admission admission = {
		.purpose = PP_FOR_BINDING,
		.name = binding->name,
		.sign_in = &full};
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct pp_new_owner owner = {.name = account.name};
	const struct pp_uid_key *key = NULL;
	enum pp_kind kind =
		pp_accounts_find(accounts, binding->name, &account, err);

	owner.home = account.home;
	owner.uid = account.uid;
	if (kind == PP_OK && !account.bound)
		kind = pp_sign_in_check_leftovers(accounts, &owner, err);
	if (kind == PP_OK)
		kind = pp_db_begin(accounts, err);
	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	if (full.iss == NULL)
		full.iss = accounts->conf->provider.url;
	kind = pp_admission_check(accounts, &admission, err);
	if (kind == PP_OK)
		kind = pp_node_facts_uid_key(accounts, &key, err);
	if (kind == PP_OK)
		kind = pp_sign_in_remember_uid_key(accounts, key, err);
	if (kind == PP_OK)
		kind = pp_sign_in_bind(accounts, &full, err);
	return pp_db_end(accounts, kind, err);
}

enum pp_kind
pp_admin_unbind(
	struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	static const struct pp_strv none;
	pp_cleanup(pp_admission) struct pp_admission admission = {
		.purpose = PP_FOR_UNBINDING, .name = name};
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	kind = pp_admission_check(accounts, &admission, err);
	if (kind == PP_OK)
		kind = pp_membership_replace(accounts, name, &none, NULL, err);
	if (kind == PP_OK)
		kind = pp_db_exec(
			accounts, PP_SQL_ACCOUNT_UNBIND, err, "t", name);
	return pp_db_end(accounts, kind, err);
}

/* Refuses a subject that is bound at both issuers, because it would have two
 * names at one. */
static enum pp_kind
check_issuer_conflict(
	struct pp_accounts *accounts, const char *from, struct pp_err *err)
{
	char name[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind = pp_db_query_name(accounts, PP_SQL_ISSUER_CLASH,
		&found, name, err, "tt", from, accounts->conf->provider.url);

	if (kind == PP_OK && found)
		kind = pp_fail(err, PP_REASON_NAME_TAKEN,
			"the subject of %s has an account at the configured issuer already",
			name);
	return kind;
}

enum pp_kind
pp_admin_move_issuer(struct pp_accounts *accounts, const char *from,
	int64_t *ret_moved, struct pp_err *err)
{
	int64_t moved = 0;
	enum pp_kind kind;

	if (strcmp(from, accounts->conf->provider.url) == 0) {
		*ret_moved = 0;
		return PP_OK;
	}
	kind = pp_db_begin(accounts, err);
	if (kind != PP_OK)
		return kind;
	kind = check_issuer_conflict(accounts, from, err);
	if (kind == PP_OK)
		kind = pp_db_exec(accounts, PP_SQL_ISSUER_MOVE, err, "tt", from,
			accounts->conf->provider.url);
	if (kind == PP_OK)
		moved = pp_db_changed_rows(accounts);
	kind = pp_db_end(accounts, kind, err);
	if (kind == PP_OK)
		*ret_moved = moved;
	return kind;
}
