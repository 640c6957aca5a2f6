/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/accounts/admin.h>
#include <playpen/accounts/sign_in_check.h>
#include <playpen/other_nss/nss_query.h>

#include "membership.h"
#include "sign_in.h"

/* A service that is about to sign in: what is checked. */
static struct pp_sign_in
sign_in_of_service(const struct pp_conf_service_account *service)
{
	/* Never a subject: those of Dex are base64url. */
	return (struct pp_sign_in){.name = service->name,
		.iss = " ",
		.sub = " ",
		.is_service_account = true};
}

static enum pp_kind
create_account(struct pp_accounts *accounts, const struct pp_sign_in *sign_in,
	const struct pp_uid_key *key, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	enum pp_sign_in_action action;
	enum pp_kind kind = pp_sign_in_check_table(
		accounts, sign_in, &account, &action, err);

	if (kind != PP_OK || action != PP_SIGN_IN_CREATE)
		return kind;
	kind = pp_row_insert(accounts, &account, err);
	if (kind == PP_OK)
		kind = pp_sign_in_remember_uid_key(accounts, key, err);
	return kind;
}

static enum pp_kind
store_service(struct pp_accounts *accounts,
	const struct pp_conf_service_account *service, bool make,
	const struct pp_uid_key *key, struct pp_err *err)
{
	const struct pp_sign_in sign_in = sign_in_of_service(service);
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	if (make)
		kind = create_account(accounts, &sign_in, key, err);
	if (kind == PP_OK)
		kind = pp_membership_replace(
			accounts, service->name, &service->groups, key, err);
	return pp_db_end(accounts, kind, err);
}

/* One section: the account, if it is new and may be, and its groups. */
static enum pp_kind
sync_one(struct pp_accounts *accounts,
	const struct pp_conf_service_account *service,
	const struct pp_uid_key *key, struct pp_err *err)
{
	const struct pp_sign_in sign_in = sign_in_of_service(service);
	pp_cleanup(pp_account) struct pp_account known = {0};
	pp_cleanup(pp_account) struct pp_account made = {0};
	struct pp_err cause = {0};
	enum pp_kind kind =
		pp_accounts_find(accounts, service->name, &known, &cause);

	if (kind == PP_OK && !known.is_service_account)
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"%s is a person's account", service->name);
	if (kind == PP_OK && pp_strv_same_set(&known.groups, &service->groups))
		return PP_OK;
	if (kind == PP_OK)
		return store_service(accounts, service, false, key, err);
	if (cause.reason != PP_REASON_NO_ACCOUNT)
		return pp_propagate(err, &cause);
	kind = pp_accounts_check_sign_in(accounts, &sign_in, &made, err);
	return kind == PP_OK ? store_service(accounts, service, true, key, err)
			     : kind;
}

enum pp_kind
pp_admin_sync_service_accounts(struct pp_accounts *accounts,
	struct pp_strv *ret_refused, struct pp_err *err)
{
	const struct pp_conf *conf = accounts->conf;
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};
	enum pp_kind kind = PP_OK;

	if (conf->service_account_count > 0)
		kind = pp_sign_in_check_uid_key(accounts, &key, err);
	for (size_t i = 0; i < conf->service_account_count && kind == PP_OK;
		i++) {
		struct pp_err cause = {0};

		kind = sync_one(
			accounts, &conf->service_accounts[i], &key, &cause);
		if (kind == PP_DENIED)
			kind = pp_strv_append(ret_refused, cause.message,
				strlen(cause.message), err);
		else if (kind != PP_OK)
			kind = pp_propagate(err, &cause);
	}
	return kind;
}

enum pp_kind
pp_admin_service_accounts_are_current(
	struct pp_accounts *accounts, bool *ret_current, struct pp_err *err)
{
	const struct pp_conf *conf = accounts->conf;

	*ret_current = true;
	for (size_t i = 0; i < conf->service_account_count; i++) {
		const struct pp_conf_service_account *service =
			&conf->service_accounts[i];
		pp_cleanup(pp_account) struct pp_account known = {0};
		struct pp_err cause = {0};
		enum pp_kind kind = pp_accounts_find(
			accounts, service->name, &known, &cause);

		if (kind != PP_OK && cause.reason != PP_REASON_NO_ACCOUNT)
			return pp_propagate(err, &cause);
		*ret_current &=
			kind == PP_OK && known.is_service_account &&
			pp_strv_same_set(&known.groups, &service->groups);
	}
	return PP_OK;
}
