/* SPDX-License-Identifier: MIT */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/node_facts.h>
#include <playpen/accounts/sign_in.h>

#include "roster_look.h"

#define FREE_TRIES 1000U

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

/* Adds entries. A refusal of one entry stays with it; anything else ends the
 * piece. */
static enum pp_kind
add_entries(struct pp_roster *roster, const struct pp_roster_entry *entries,
	size_t count, struct pp_roster_result *results, struct pp_err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct pp_err cause = {0};
		const char *change;
		enum pp_kind kind = pp_roster_take(
			roster, &entries[i], &results[i], &change, &cause);

		results[i] = (struct pp_roster_result){
			.is_new = pp_roster_look_is_new(change)};
		if (kind == PP_OK)
			continue;
		if (kind != PP_DENIED)
			return pp_propagate(err, &cause);
		pp_roster_look_refused(&results[i], &cause);
		if (cause.reason == PP_REASON_UID_COLLISION)
			results[i].free_uid =
				propose_uid(roster, entries[i].name);
	}
	return PP_OK;
}

enum pp_kind
pp_roster_take_begin(struct pp_roster *roster, struct pp_err *err)
{
	struct pp_accounts *accounts = roster->accounts;
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	kind = pp_sign_in_remember_uid_key(accounts, roster->key, err);
	return kind == PP_OK ? kind : pp_roster_take_end(roster, kind, err);
}

enum pp_kind
pp_roster_take_end(
	struct pp_roster *roster, enum pp_kind kind, struct pp_err *err)
{
	kind = pp_db_end(roster->accounts, kind, err);
	if (kind != PP_OK)
		pp_import_groups_free(
			&roster->import_groups); /* of rows that are not */
	return kind;
}

enum pp_kind
pp_roster_add(struct pp_roster *roster, const struct pp_roster_entry *entries,
	size_t count, struct pp_roster_result *ret_results, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < count && kind == PP_OK; i++)
		kind = pp_roster_look_entry(
			roster, &entries[i], &ret_results[i], err);
	if (kind == PP_OK)
		kind = pp_roster_take_begin(roster, err);
	if (kind != PP_OK)
		return kind;
	kind = add_entries(roster, entries, count, ret_results, err);
	return pp_roster_take_end(roster, kind, err);
}
