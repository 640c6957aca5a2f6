/* SPDX-License-Identifier: MIT */
#include "roster_take.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/membership.h>
#include <playpen/accounts/sign_in.h>
#include <playpen/index/index.h>

#include "roster_look.h"

/* Returns true if a line of passwd can hold the text, and if a path is one. */
static bool
is_good_text(const char *text, bool path)
{
	return text == NULL ||
	       (pp_index_text_fits(text) && (!path || text[0] == '/'));
}

/* Returns true if the home directory lies below the directory that the
 * configuration's homes are in, and says so without detours. */
static bool
is_below_homes(const struct pp_conf *conf, const char *home)
{
	size_t len = strcspn(conf->home, "%");

	while (len > 0 && conf->home[len - 1] != '/')
		len--;
	return len > 1 && strncmp(home, conf->home, len) == 0 &&
	       home[len] != '\0' && strstr(home, "//") == NULL &&
	       strstr(home, "/./") == NULL && strstr(home, "/../") == NULL &&
	       home[strlen(home) - 1] != '.';
}

/* Returns true if the directory is there and belongs to the uid. */
static bool
belongs_to(const struct pp_roster *roster, const char *home, int64_t uid)
{
	char path[PATH_MAX];
	struct stat info;

	if (uid < 0 || strlen(home) >= PATH_MAX / 2)
		return false;
	pp_db_path_in_root(roster->accounts, home, path);
	return lstat(path, &info) == 0 && S_ISDIR(info.st_mode) &&
	       info.st_uid == (uint32_t) uid;
}

/* Checks the line for itself, before the table of checks. */
static enum pp_kind
check_entry(const struct pp_roster *roster, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	if (!is_good_text(entry->gecos, false) ||
		!is_good_text(entry->home, true) ||
		!is_good_text(entry->shell, true))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"gecos, home or shell does not fit a line of passwd");
	if (entry->home != NULL &&
		!is_below_homes(roster->accounts->conf, entry->home) &&
		!belongs_to(roster, entry->home, entry->uid))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"home is not below that of %s, and is no directory of the uid that the line gives",
			roster->accounts->conf->home);
	if ((entry->issuer != NULL || entry->connector != NULL) &&
		entry->subject == NULL)
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"issuer and connector mean nothing without subject");
	return PP_OK;
}

/* Sets the groups of a roster only where the provider has not spoken. */
static enum pp_kind
set_groups(struct pp_roster *roster, int64_t account,
	const struct pp_strv *claims, struct pp_err *err)
{
	const struct pp_import_groups_context context = {
		roster->accounts, &roster->local_users, roster->key};
	size_t given = 0;
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < claims->count && kind == PP_OK; i++) {
		int64_t group = 0;

		if (given == PP_ACCOUNT_GROUPS_MAX)
			break;
		kind = pp_import_groups_find(&roster->import_groups, &context,
			claims->items[i], &group, err);
		if (kind != PP_OK || group == 0)
			continue;
		kind = pp_membership_add(roster->accounts, account, group, err);
		given++;
	}
	return kind;
}

/* Inserts the account, whose name and uid were checked. */
static enum pp_kind
insert_account(struct pp_roster *roster, const struct pp_roster_entry *entry,
	uint32_t uid, struct pp_err *err)
{
	struct pp_account account = {.uid = uid,
		.gecos = (char *) entry->gecos,
		.home = (char *) entry->home,
		.shell = (char *) entry->shell};
	enum pp_kind kind;

	snprintf(account.name, sizeof(account.name), "%s", entry->name);
	kind = pp_row_insert(roster->accounts, &account, err);
	return kind == PP_OK
		       ? set_groups(roster, pp_db_inserted_id(roster->accounts),
				 &entry->groups, err)
		       : kind;
}

/* Returns the text if the entry says another one than the account has. */
static const char *
changed(const char *said, const char *known)
{
	return said != NULL && strcmp(said, known) != 0 ? said : NULL;
}

/* Brings the texts up to date. The provider says the gecos once the person has
 * signed in. */
static enum pp_kind
update_texts(struct pp_accounts *accounts, const struct pp_roster_entry *entry,
	const struct pp_account *known, const char **change, struct pp_err *err)
{
	const char *gecos =
		known->signed_in ? NULL : changed(entry->gecos, known->gecos);
	const char *home = changed(entry->home, known->home);
	const char *shell = changed(entry->shell, known->shell);

	if (gecos == NULL && home == NULL && shell == NULL)
		return PP_OK;
	*change = "changed";
	return pp_db_exec(accounts, PP_SQL_ACCOUNT_TEXTS, err, "tttt",
		entry->name, gecos, home, shell);
}

/* Replaces the groups of an account that was there before. */
static enum pp_kind
reset_groups(struct pp_roster *roster, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	int64_t id = 0;
	bool found;
	enum pp_kind kind = pp_db_query_number(roster->accounts,
		PP_SQL_ACCOUNT_ID, entry->name, &found, &id, err);

	if (kind == PP_OK)
		kind = pp_membership_clear(roster->accounts, id, err);
	if (kind == PP_OK)
		kind = set_groups(roster, id, &entry->groups, err);
	return kind;
}

/* Checks that a former name is no other account's, by name or by history.
 * *ret_known is true if it is on record as this one's. */
static enum pp_kind
check_former(struct pp_accounts *accounts, const char *name, const char *former,
	bool *ret_known, struct pp_err *err)
{
	char owner[PP_NAME_SIZE];
	int64_t id;
	bool found = false;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_ACCOUNT_ID, former, &found, &id, err);

	*ret_known = false;
	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_NAME_TAKEN,
			"%s has an account of its own here", former);
	if (kind == PP_OK)
		kind = pp_row_former_owner(
			accounts, former, &found, owner, err);
	if (kind == PP_OK && found && strcmp(owner, name) != 0)
		return pp_fail(err, PP_REASON_NAME_TAKEN,
			"%s was the name of %s", former, owner);
	*ret_known = kind == PP_OK && found;
	return kind;
}

/* Checks all former names. *ret_new is true if one is not on record. */
static enum pp_kind
check_all_former(struct pp_accounts *accounts,
	const struct pp_roster_entry *entry, bool *ret_new, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < entry->former.count && kind == PP_OK; i++) {
		bool known = false;

		kind = check_former(accounts, entry->name,
			entry->former.items[i], &known, err);
		*ret_new |= !known;
	}
	return kind;
}

/* Records the names that the person had, so that no other person gets one. */
static enum pp_kind
store_former(struct pp_accounts *accounts, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	int64_t id = 0;
	bool found = false;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_ACCOUNT_ID, entry->name, &found, &id, err);

	for (size_t i = 0; i < entry->former.count && kind == PP_OK; i++)
		kind = pp_db_exec(accounts, PP_SQL_FORMER_INSERT, err, "ti",
			entry->former.items[i], id);
	return kind;
}

/* Stores an entry that was checked. */
static enum pp_kind
store_entry(struct pp_roster *roster, const struct pp_roster_entry *entry,
	const struct pp_admission *admission, const char **change,
	struct pp_err *err)
{
	bool new_former = false;
	struct pp_accounts *accounts = roster->accounts;
	const struct pp_account *known = &admission->account;
	enum pp_kind kind = check_all_former(accounts, entry, &new_former, err);

	if (kind == PP_OK && admission->found)
		kind = update_texts(accounts, entry, known, change, err);
	else if (kind == PP_OK)
		kind = insert_account(roster, entry, known->uid, err);
	if (!admission->found)
		*change = PP_ROSTER_ADDED;
	if (kind == PP_OK && entry->subject != NULL && !known->bound) {
		*change = *change == NULL ? PP_ROSTER_BOUND : *change;
		kind = pp_sign_in_bind(accounts, admission->sign_in, err);
	}
	if (kind == PP_OK && admission->found && entry->groups_given &&
		!known->groups_known)
		kind = reset_groups(roster, entry, err);
	if (kind != PP_OK || !new_former)
		return kind;
	*change = *change == NULL ? "changed" : *change;
	return store_former(accounts, entry, err);
}

enum pp_kind
pp_roster_take(struct pp_roster *roster, const struct pp_roster_entry *entry,
	const struct pp_roster_result *looked, const char **ret_change,
	struct pp_err *err)
{
	pp_cleanup(pp_text) char *home = NULL;
	struct pp_roster_entry full = *entry;
	const struct pp_sign_in binding = {.purpose = PP_FOR_IMPORT,
		.name = entry->name,
		.iss = entry->issuer != NULL
			       ? entry->issuer
			       : roster->accounts->conf->provider.url,
		.sub = entry->subject,
		.connector = entry->connector,
		.uid = &full.uid,
		.now = time(NULL)};
	struct pp_sign_in by_key = binding;
	pp_cleanup(pp_admission) struct pp_admission admission = {
		.purpose = PP_FOR_IMPORT,
		.name = entry->name,
		.sign_in = &by_key,
		.local_users = &roster->local_users};
	enum pp_kind kind = check_entry(roster, entry, err);

	*ret_change = NULL;
	if (kind == PP_OK)
		kind = pp_roster_look_former(roster, &full, &home, err);
	if (full.uid == -1)
		by_key.uid = NULL;
	if (kind == PP_OK)
		kind = pp_admission_check(roster->accounts, &admission, err);
	if (kind == PP_OK && looked->reason != PP_REASON_NONE)
		kind = pp_fail(err, looked->reason, "%s", looked->message);
	return kind == PP_OK
		       ? store_entry(roster, &full, &admission, ret_change, err)
		       : kind;
}
