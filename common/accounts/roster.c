/* SPDX-License-Identifier: MIT */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <playpen/accounts/roster.h>
#include <playpen/accounts/sign_in_check.h>
#include <playpen/index/index.h>
#include <playpen/other_nss/local_users.h>

#include "import_groups.h"
#include "membership.h"
#include "sign_in.h"

#define FREE_TRIES 1000U

/* UIDs that must not be assigned: systemd's dynamic users, the user "nobody",
 * and -1 as 16 bits. */
static const struct pp_range reserved_uids[] = {{61184, 65535}};

struct pp_roster {
	struct pp_accounts *accounts;
	struct pp_local_users local_users;
	struct pp_uid_key key;
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
	kind = pp_sign_in_check_uid_key(accounts, &roster->key, err);
	if (kind == PP_OK)
		kind = pp_local_users_read_all(
			accounts->root, &roster->local_users, err);
	if (kind != PP_OK)
		return kind;
	(void) !pp_db_exec(accounts, PP_SQL_BIG_CACHE, NULL, "");
	*ret_roster = pp_steal(&roster);
	return PP_OK;
}

/* The numbers are the nodes themselves. */
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
	pp_local_users_free(&roster->local_users);
	pp_import_groups_free(&roster->import_groups);
	tdestroy(roster->proposed, free_nothing);
	explicit_bzero(&roster->key, sizeof(roster->key));
	free(roster);
	*ptr = NULL;
}

static bool
is_in_range(const struct pp_range *range, int64_t number)
{
	return number >= range->low && number <= range->high;
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
	uint32_t at = pp_uid_of_name(&roster->key, name, range) - range->low;

	for (uint32_t i = 1; i <= FREE_TRIES && i < size; i++) {
		uint32_t number =
			range->low + (uint32_t) (((uint64_t) at + i) % size);

		if (is_number_free(roster, number) &&
			is_first_proposal(roster, number))
			return number;
	}
	return 0;
}

/* A line of passwd must hold the text, and a path must be one. */
static bool
is_good_text(const char *text, bool path)
{
	return text == NULL ||
	       (pp_index_text_fits(text) && (!path || text[0] == '/'));
}

static enum pp_kind
check_entry(const struct pp_roster *roster, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	const struct pp_conf *conf = roster->accounts->conf;
	int64_t uid = entry->uid;
	enum pp_kind kind =
		pp_sign_in_check_name(roster->accounts, entry->name, err);

	if (kind != PP_OK)
		return kind;
	if (pp_conf_find_service_account(conf, entry->name) != NULL)
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"is a service of [service-account]");
	if (!is_good_text(entry->gecos, false) ||
		!is_good_text(entry->home, true) ||
		!is_good_text(entry->shell, true))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"gecos, home or shell does not fit a line of passwd");
	if ((entry->issuer != NULL || entry->connector != NULL) &&
		entry->subject == NULL)
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"issuer and connector mean nothing without subject");
	if (uid != -1 && (uid < PP_UID_FIXED_MIN || uid > INT32_MAX ||
				 is_in_range(&reserved_uids[0], uid) ||
				 is_in_range(&conf->gid_range, uid)))
		return pp_fail(err, PP_REASON_UID_COLLISION,
			"uid %lld is not for people", (long long) uid);
	return PP_OK;
}

static enum pp_kind
check_subject(struct pp_roster *roster, const struct pp_sign_in *binding,
	struct pp_err *err)
{
	char owner[PP_NAME_SIZE];
	bool found;
	enum pp_kind kind = pp_row_subject_owner(roster->accounts, binding->iss,
		binding->sub, &found, owner, err);

	if (kind == PP_OK && found)
		kind = pp_fail(err, PP_REASON_SUBJECT_BOUND_ELSEWHERE,
			"the subject is bound to %s", owner);
	return kind;
}

/* Groups of a roster only where the provider has not spoken. */
static enum pp_kind
set_groups(struct pp_roster *roster, int64_t account,
	const struct pp_strv *claims, struct pp_err *err)
{
	const struct pp_import_groups_context context = {
		roster->accounts, &roster->local_users, &roster->key};
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

/* Checks that name and number are free, and inserts the account. */
static enum pp_kind
insert_account(struct pp_roster *roster, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	struct pp_accounts *accounts = roster->accounts;
	struct pp_account account = {.gecos = (char *) entry->gecos,
		.home = (char *) entry->home,
		.shell = (char *) entry->shell};
	char owner[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind =
		pp_sign_in_check_new_name(accounts, entry->name, err);

	if (kind == PP_OK)
		kind = pp_row_former_owner(
			accounts, entry->name, &found, owner, err);
	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_ACCOUNT_CLOSED,
			"was the name of %s", owner);
	if (kind == PP_OK &&
		pp_local_users_has_name(&roster->local_users, entry->name))
		return pp_fail(
			err, PP_REASON_NAME_LOCAL, "is a local user or group");
	strcpy(account.name, entry->name);
	account.uid = entry->uid != -1
			      ? (uint32_t) entry->uid
			      : pp_uid_of_name(&roster->key, entry->name,
					&accounts->conf->uid_range);
	if (kind == PP_OK && !is_number_free(roster, account.uid))
		return pp_fail(err, PP_REASON_UID_COLLISION,
			"uid or gid %u is taken", account.uid);
	if (kind == PP_OK)
		kind = pp_row_insert(accounts, &account, err);
	if (kind == PP_OK)
		kind = set_groups(roster, pp_db_inserted_id(accounts),
			&entry->groups, err);
	return kind;
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

/* Checks what is there against what the roster says. */
static enum pp_kind
check_known(const struct pp_account *known, const struct pp_roster_entry *entry,
	const struct pp_sign_in *binding, struct pp_err *err)
{
	if (known->closed)
		return pp_fail(err, PP_REASON_ACCOUNT_CLOSED, "is closed here");
	if (known->is_service_account)
		return pp_fail(err, PP_REASON_ACCOUNT_TYPE_MISMATCH,
			"is a service's account here");
	if (entry->uid != -1 && entry->uid != known->uid)
		return pp_fail(err, PP_REASON_UID_COLLISION,
			"has uid %u here already", known->uid);
	if (entry->subject != NULL && known->bound &&
		(strcmp(known->sub, binding->sub) != 0 ||
			strcmp(known->iss, binding->iss) != 0))
		return pp_fail(err, PP_REASON_NAME_TAKEN,
			"is bound to another subject here");
	return PP_OK;
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

static enum pp_kind
add_entry(struct pp_roster *roster, const struct pp_roster_entry *entry,
	struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account known = {0};
	struct pp_accounts *accounts = roster->accounts;
	const struct pp_sign_in binding = {.name = entry->name,
		.iss = entry->issuer != NULL ? entry->issuer
					     : accounts->conf->issuer_url,
		.sub = entry->subject,
		.connector = entry->connector,
		.now = time(NULL)};
	struct pp_err cause = {0};
	bool there;
	enum pp_kind kind = check_entry(roster, entry, err);

	if (kind != PP_OK)
		return kind;
	there = pp_accounts_find(accounts, entry->name, &known, &cause) ==
		PP_OK;
	if (!there && cause.reason != PP_REASON_NO_ACCOUNT)
		return pp_propagate(err, &cause);
	if (there)
		kind = check_known(&known, entry, &binding, err);
	if (kind == PP_OK && entry->subject != NULL && !known.bound)
		kind = check_subject(roster, &binding, err);
	if (kind == PP_OK)
		kind = there ? update_texts(accounts, entry, err)
			     : insert_account(roster, entry, err);
	if (kind == PP_OK && entry->subject != NULL && !known.bound)
		kind = pp_sign_in_bind(accounts, &binding, err);
	if (kind == PP_OK && there && entry->groups_given &&
		!known.groups_known)
		kind = reset_groups(roster, entry, err);
	return kind;
}

/* A refusal of one entry stays with it; anything else ends the piece. */
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
	kind = pp_sign_in_remember_uid_key(accounts, &roster->key, err);
	if (kind == PP_OK)
		kind = add_entries(roster, entries, count, ret_results, err);
	kind = pp_db_end(accounts, kind, err);
	if (kind != PP_OK)
		pp_import_groups_free(
			&roster->import_groups); /* of rows that are not */
	return kind;
}
