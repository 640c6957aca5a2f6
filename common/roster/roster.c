/* SPDX-License-Identifier: MIT */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/membership.h>
#include <playpen/accounts/node_facts.h>
#include <playpen/accounts/sign_in.h>
#include <playpen/index/index.h>
#include <playpen/other_nss/local_users.h>
#include <playpen/roster/roster.h>

#include "import_groups.h"

#define FREE_TRIES 1000U

struct pp_roster {
	struct pp_accounts *accounts;
	struct pp_local_users local_users;
	const struct pp_uid_key *key; /* borrowed from accounts */
	struct pp_import_groups import_groups;
	void *proposed; /* numbers, of <search.h>: each is proposed once */
};

enum pp_kind
pp_roster_open(struct pp_accounts *accounts, struct pp_roster **ret_roster,
	struct pp_err *err)
{
	pp_cleanup(pp_roster) struct pp_roster *roster =
		calloc(1, sizeof(*roster));
	enum pp_kind kind;

	if (roster == NULL)
		return pp_fail_memory(err);
	roster->accounts = accounts;
	kind = pp_node_facts_uid_key(accounts, &roster->key, err);
	if (kind == PP_OK)
		kind = pp_local_users_read_all(
			accounts->root, &roster->local_users, err);
	if (kind != PP_OK)
		return kind;
	(void) !pp_db_exec(accounts, PP_SQL_BIG_CACHE, NULL, "");
	*ret_roster = pp_steal(&roster);
	return PP_OK;
}

/* Frees nothing, because the numbers are the nodes themselves. */
static void
free_nothing(void *number)
{
	(void) number;
}

static int
compare_numbers(const void *a, const void *b)
{
	return ((uintptr_t) a > (uintptr_t) b) -
	       ((uintptr_t) a < (uintptr_t) b);
}

void
pp_roster_free(struct pp_roster **ptr)
{
	struct pp_roster *roster = *ptr;

	if (roster == NULL)
		return;
	pp_node_facts_forget(roster->accounts);
	pp_local_users_free(&roster->local_users);
	pp_import_groups_free(&roster->import_groups);
	tdestroy(roster->proposed, free_nothing);
	free(roster);
	*ptr = NULL;
}

static bool
is_number_free(struct pp_roster *roster, uint32_t number)
{
	char owner[PP_NAME_SIZE];
	bool found = true;

	return !pp_local_users_has_number(&roster->local_users, number) &&
	       pp_row_number_owner(roster->accounts, number, &found, owner,
		       NULL) == PP_OK &&
	       !found;
}

/* Returns true if the number was not proposed before in this import. */
static bool
is_first_proposal(struct pp_roster *roster, uint32_t number)
{
	const void *node = (const void *) (uintptr_t) number;

	return tfind(node, &roster->proposed, compare_numbers) == NULL &&
	       tsearch(node, &roster->proposed, compare_numbers) != NULL;
}

/* Returns the next free number above what the key gives, 0 if none is near. */
static uint32_t
propose_uid(struct pp_roster *roster, const char *name)
{
	const struct pp_range *range = &roster->accounts->conf->uid_range;
	uint32_t size = range->high - range->low + 1;
	uint32_t at = pp_uid_of_name(roster->key, name, range) - range->low;

	for (uint32_t i = 1; i <= FREE_TRIES && i < size; i++) {
		uint32_t number =
			range->low + (uint32_t) (((uint64_t) at + i) % size);

		if (is_number_free(roster, number) &&
			is_first_proposal(roster, number))
			return number;
	}
	return 0;
}

/* Returns true if a line of passwd can hold the text, and if a path is one. */
static bool
is_good_text(const char *text, bool path)
{
	return text == NULL ||
	       (pp_index_text_fits(text) && (!path || text[0] == '/'));
}

/* Checks the line for itself, before the table of checks. */
static enum pp_kind
check_entry(const struct pp_roster_entry *entry, struct pp_err *err)
{
	if (!is_good_text(entry->gecos, false) ||
		!is_good_text(entry->home, true) ||
		!is_good_text(entry->shell, true))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"gecos, home or shell does not fit a line of passwd");
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

	strcpy(account.name, entry->name);
	kind = pp_row_insert(roster->accounts, &account, err);
	return kind == PP_OK
		       ? set_groups(roster, pp_db_inserted_id(roster->accounts),
				 &entry->groups, err)
		       : kind;
}

static enum pp_kind
update_texts(struct pp_accounts *accounts, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	if (entry->gecos == NULL && entry->home == NULL && entry->shell == NULL)
		return PP_OK;
	return pp_db_exec(accounts, PP_SQL_ACCOUNT_TEXTS, err, "tttt",
		entry->name, entry->gecos, entry->home, entry->shell);
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

/* Stores an entry that was checked. */
static enum pp_kind
store_entry(struct pp_roster *roster, const struct pp_roster_entry *entry,
	const struct pp_admission *admission, struct pp_err *err)
{
	struct pp_accounts *accounts = roster->accounts;
	const struct pp_account *known = &admission->account;
	enum pp_kind kind =
		admission->found
			? update_texts(accounts, entry, err)
			: insert_account(roster, entry, known->uid, err);

	if (kind == PP_OK && entry->subject != NULL && !known->bound)
		kind = pp_sign_in_bind(accounts, admission->sign_in, err);
	if (kind == PP_OK && admission->found && entry->groups_given &&
		!known->groups_known)
		kind = reset_groups(roster, entry, err);
	return kind;
}

static enum pp_kind
add_entry(struct pp_roster *roster, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	const struct pp_sign_in binding = {.purpose = PP_FOR_IMPORT,
		.name = entry->name,
		.iss = entry->issuer != NULL
			       ? entry->issuer
			       : roster->accounts->conf->provider.url,
		.sub = entry->subject,
		.connector = entry->connector,
		.uid = entry->uid != -1 ? &entry->uid : NULL,
		.now = time(NULL)};
	pp_cleanup(pp_admission) struct pp_admission admission = {
		.purpose = PP_FOR_IMPORT,
		.name = entry->name,
		.sign_in = &binding,
		.local_users = &roster->local_users};
	enum pp_kind kind = check_entry(entry, err);

	if (kind == PP_OK)
		kind = pp_admission_check(roster->accounts, &admission, err);
	return kind == PP_OK ? store_entry(roster, entry, &admission, err)
			     : kind;
}

/* Adds entries. A refusal of one entry stays with it; anything else ends the
 * piece. */
static enum pp_kind
add_entries(struct pp_roster *roster, const struct pp_roster_entry *entries,
	size_t count, struct pp_roster_result *results, struct pp_err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct pp_err cause = {0};
		enum pp_kind kind = add_entry(roster, &entries[i], &cause);

		results[i] = (struct pp_roster_result){.reason = cause.reason};
		if (kind == PP_OK)
			continue;
		if (kind != PP_DENIED)
			return pp_propagate(err, &cause);
		snprintf(results[i].message, sizeof(results[i].message), "%.*s",
			(int) sizeof(results[i].message) - 1, cause.message);
		if (cause.reason == PP_REASON_UID_COLLISION)
			results[i].free_uid =
				propose_uid(roster, entries[i].name);
	}
	return PP_OK;
}

enum pp_kind
pp_roster_add(struct pp_roster *roster, const struct pp_roster_entry *entries,
	size_t count, struct pp_roster_result *ret_results, struct pp_err *err)
{
	struct pp_accounts *accounts = roster->accounts;
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	kind = pp_sign_in_remember_uid_key(accounts, roster->key, err);
	if (kind == PP_OK)
		kind = add_entries(roster, entries, count, ret_results, err);
	kind = pp_db_end(accounts, kind, err);
	if (kind != PP_OK)
		pp_import_groups_free(
			&roster->import_groups); /* of rows that are not */
	return kind;
}
