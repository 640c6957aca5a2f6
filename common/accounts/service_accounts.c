/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/admin.h>
#include <playpen/accounts/membership.h>
#include <playpen/accounts/node_facts.h>
#include <playpen/accounts/sign_in.h>

/* Makes the account, unless another process has made it meanwhile. */
static enum pp_kind
create_account(struct pp_accounts *accounts, struct pp_admission *admission,
	const struct pp_uid_key *key, struct pp_err *err)
{
	enum pp_kind kind = pp_admission_check(accounts, admission, err);

	if (kind != PP_OK || admission->found)
		return kind;
	admission->account.is_service_account = true;
	kind = pp_row_insert(accounts, &admission->account, err);
	if (kind == PP_OK)
		kind = pp_sign_in_remember_uid_key(accounts, key, err);
	return kind;
}

/* Stores the account, if it is to be made, and its groups. */
static enum pp_kind
store_service(struct pp_accounts *accounts,
	const struct pp_conf_service_account *service,
	struct pp_admission *admission, const struct pp_uid_key *key,
	struct pp_err *err)
{
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	if (!admission->found)
		kind = create_account(accounts, admission, key, err);
	if (kind == PP_OK)
		kind = pp_membership_replace(
			accounts, service->name, &service->groups, key, err);
	return pp_db_end(accounts, kind, err);
}

/*
 * Makes the account of one section, if it is new and allowed, and its groups.
 */
static enum pp_kind
sync_one(struct pp_accounts *accounts,
	const struct pp_conf_service_account *service,
	const struct pp_uid_key *key, struct pp_err *err)
{
	const struct pp_sign_in sign_in = {
		.purpose = PP_FOR_SECTION, .name = service->name};
	pp_cleanup(pp_admission) struct pp_admission admission = {
		.purpose = PP_FOR_SECTION,
		.name = service->name,
		.sign_in = &sign_in};
	enum pp_kind kind = pp_admission_check(accounts, &admission, err);

	if (kind != PP_OK)
		return kind;
	if (admission.found &&
		pp_strv_same_set(&admission.account.groups, &service->groups))
		return PP_OK;
	if (!admission.found)
		kind = pp_sign_in_check_others(accounts, &admission, err);
	return kind == PP_OK
		       ? store_service(accounts, service, &admission, key, err)
		       : kind;
}

enum pp_kind
pp_admin_sync_service_accounts(struct pp_accounts *accounts,
	struct pp_strv *ret_refused, struct pp_err *err)
{
	const struct pp_conf *conf = accounts->conf;
	const struct pp_uid_key *key = NULL;
	enum pp_kind kind = PP_OK;

	if (conf->service_account_count > 0)
		kind = pp_node_facts_uid_key(accounts, &key, err);
	for (size_t i = 0; i < conf->service_account_count && kind == PP_OK;
		i++) {
		struct pp_err cause = {0};

		kind = sync_one(
			accounts, &conf->service_accounts[i], key, &cause);
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
