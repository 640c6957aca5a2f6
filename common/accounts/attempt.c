/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/node_facts.h>
#include <playpen/accounts/sign_in.h>
#include <playpen/leftovers/leftovers.h>
#include <playpen/other_nss/nss_query.h>

enum pp_kind
pp_sign_in_check_leftovers(struct pp_accounts *accounts,
	const struct pp_new_owner *owner, struct pp_err *err)
{
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	pp_cleanup(pp_text) char *template = NULL;
	struct pp_leftovers_of of = {.root = accounts->root,
		.names = &names,
		.home = owner->home,
		.uid = owner->uid,
		.had_uid = owner->had_uid,
		.had_name = owner->had_name};
	enum pp_kind kind =
		pp_strv_append(&names, owner->name, strlen(owner->name), err);

	if (kind == PP_OK && owner->home == NULL)
		kind = pp_row_home(accounts, owner->name, &template, err);
	if (owner->home == NULL)
		of.home = template;
	return kind == PP_OK ? pp_leftovers_check(&of, err) : kind;
}

/* Checks the leftovers for an account that gets its name and its uid. */
static enum pp_kind
check_new_owner(struct pp_accounts *accounts, const struct pp_account *account,
	struct pp_err *err)
{
	const struct pp_new_owner owner = {.name = account->name,
		.home = account->home,
		.uid = account->uid};

	return pp_sign_in_check_leftovers(accounts, &owner, err);
}

enum pp_kind
pp_accounts_check_unused(struct pp_accounts *accounts,
	const struct pp_account *account, struct pp_err *err)
{
	const struct pp_new_owner owner = {.name = account->name,
		.home = account->home,
		.uid = account->uid,
		.had_uid = true,
		.had_name = true};

	return pp_sign_in_check_leftovers(accounts, &owner, err);
}

enum pp_kind
pp_sign_in_check_others(struct pp_accounts *accounts,
	const struct pp_admission *admission, struct pp_err *err)
{
	const struct pp_local_users *users;
	enum pp_kind kind = pp_node_facts_local_users(accounts, &users, err);

	if (kind == PP_OK)
		kind = pp_nss_query_check_user(users, admission->account.name,
			admission->account.uid, PP_NSS_QUERY_ALL, err);
	return kind == PP_OK
		       ? check_new_owner(accounts, &admission->account, err)
		       : kind;
}

enum pp_kind
pp_sign_in_check_machine(struct pp_accounts *accounts,
	const struct pp_admission *admission, struct pp_err *err)
{
	if (admission->action != PP_ADMISSION_UPDATE)
		return pp_sign_in_check_others(accounts, admission, err);
	if (admission->account.signed_in)
		return PP_OK;
	return check_new_owner(accounts, &admission->account, err);
}

enum pp_kind
pp_accounts_check_attempt(struct pp_accounts *accounts, const char *name,
	const struct pp_application *application, int64_t now,
	struct pp_account *ret_account, struct pp_err *err)
{
	const struct pp_sign_in sign_in = {.purpose = PP_FOR_ATTEMPT,
		.name = name,
		.iss = accounts->conf->provider.url,
		.application = application,
		.now = now};
	pp_cleanup(pp_admission) struct pp_admission admission = {
		.purpose = PP_FOR_ATTEMPT,
		.name = name,
		.sign_in = &sign_in,
		.application = application};
	enum pp_kind kind = pp_admission_check(accounts, &admission, err);

	if (kind == PP_OK)
		kind = pp_sign_in_check_machine(accounts, &admission, err);
	if (admission.found) {
		*ret_account = admission.account;
		memset(&admission.account, 0, sizeof(admission.account));
	}
	return kind;
}
