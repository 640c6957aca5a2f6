/* SPDX-License-Identifier: MIT */
#include "roster_look.h"

#include <stdio.h>
#include <string.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/sign_in.h>

enum pp_kind
pp_roster_look_former(struct pp_roster *roster, struct pp_roster_entry *entry,
	char **ret_home, struct pp_err *err)
{
	struct pp_accounts *accounts = roster->accounts;
	int64_t id;
	bool found = false;
	enum pp_kind kind;

	if (entry->former.count == 0)
		return PP_OK;
	kind = pp_db_query_number(
		accounts, PP_SQL_ACCOUNT_ID, entry->name, &found, &id, err);
	if (kind != PP_OK || found)
		return kind;
	if (entry->uid == -1)
		entry->uid = pp_uid_of_name(roster->key, entry->former.items[0],
			&accounts->conf->uid_range);
	if (entry->home != NULL)
		return PP_OK;
	kind = pp_row_home(accounts, entry->former.items[0], ret_home, err);
	entry->home = *ret_home;
	return kind;
}

bool
pp_roster_look_is_new(const char *change)
{
	return change != NULL && (strcmp(change, PP_ROSTER_ADDED) == 0 ||
					 strcmp(change, PP_ROSTER_BOUND) == 0);
}

void
pp_roster_look_refused(
	struct pp_roster_result *result, const struct pp_err *cause)
{
	result->reason = cause->reason;
	snprintf(result->message, sizeof(result->message), "%.*s",
		(int) sizeof(result->message) - 1, cause->message);
}

/* Fills in who an entry that is not there yet is about. */
static enum pp_kind
fill_new(struct pp_roster *roster, const struct pp_roster_entry *entry,
	struct pp_new_owner *ret_owner, char **ret_home, struct pp_err *err)
{
	struct pp_roster_entry full = *entry;
	enum pp_kind kind = pp_roster_look_former(roster, &full, ret_home, err);

	ret_owner->home = full.home;
	ret_owner->uid = full.uid != -1
				 ? (uint32_t) full.uid
				 : pp_uid_of_name(roster->key, entry->name,
					   &roster->accounts->conf->uid_range);
	return kind;
}

/* Fills in who an entry of a known account is about. Returns false if it gives
 * the account nothing of a former user's. */
static bool
fill_known(const struct pp_roster_entry *entry,
	const struct pp_account *account, struct pp_new_owner *ret_owner)
{
	bool binds = !account->bound && entry->subject != NULL;
	bool moves =
		entry->home != NULL && strcmp(entry->home, account->home) != 0;

	ret_owner->home = moves ? entry->home : account->home;
	ret_owner->uid = account->uid;
	ret_owner->had_uid = !binds;
	ret_owner->had_name = !binds;
	return binds || moves;
}

enum pp_kind
pp_roster_look_entry(struct pp_roster *roster,
	const struct pp_roster_entry *entry,
	struct pp_roster_result *ret_looked, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	pp_cleanup(pp_text) char *home = NULL;
	struct pp_new_owner owner = {.name = entry->name};
	struct pp_err cause = {0};
	bool looks = true;
	enum pp_kind kind;

	*ret_looked = (struct pp_roster_result){0};
	if (!pp_name_is_user(entry->name))
		return PP_OK; /* is refused as it is taken over */
	kind = pp_accounts_find(
		roster->accounts, entry->name, &account, &cause);
	if (kind == PP_OK)
		looks = fill_known(entry, &account, &owner);
	else if (cause.reason == PP_REASON_NO_ACCOUNT)
		kind = fill_new(roster, entry, &owner, &home, err);
	else
		return pp_propagate(err, &cause);
	if (kind != PP_OK || !looks)
		return kind;
	kind = pp_sign_in_check_leftovers(roster->accounts, &owner, &cause);
	if (kind != PP_OK && kind != PP_DENIED)
		return pp_propagate(err, &cause);
	if (kind != PP_OK)
		pp_roster_look_refused(ret_looked, &cause);
	return PP_OK;
}
