/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/admin.h>
#include <playpen/base/grow.h>

/* Ids are given one after the other. No node has as many groups. */
#define GROUP_IDS_MAX ((int64_t) 1 << 24)

static enum pp_kind
take_counts(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct pp_admin_counts *counts = context;
	int64_t *const fields[] = {&counts->accounts, &counts->bound,
		&counts->locked, &counts->closed, &counts->service_accounts,
		&counts->signed_in, &counts->groups, &counts->name_width};

	(void) err;
	for (size_t i = 0; i < PP_COUNT(fields); i++)
		*fields[i] = pp_db_row_number(row, (int) i);
	return PP_OK;
}

enum pp_kind
pp_admin_count(struct pp_accounts *accounts, struct pp_admin_counts *ret_counts,
	struct pp_err *err)
{
	memset(ret_counts, 0, sizeof(*ret_counts));
	return pp_db_each(accounts, PP_SQL_ACCOUNT_COUNTS, err, take_counts,
		ret_counts, "");
}

/*
 * Accounts that were read at one moment. A visitor may write to a pipe that is
 * never read, so no lock is held while it is called: the accounts are read in
 * portions.
 */
#define PORTION 256U

struct portion {
	struct pp_accounts *accounts;
	struct pp_account items[PORTION];
	size_t count;
};

static void
portion_clear(struct portion *portion)
{
	while (portion->count > 0)
		pp_account_free(&portion->items[--portion->count]);
}

static enum pp_kind
take_account(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct portion *portion = context;
	struct pp_account *account = &portion->items[portion->count++];

	memset(account, 0, sizeof(*account));
	return pp_row_read(portion->accounts, row, account, err);
}

/* Reads the accounts that follow a name, with their groups. */
static enum pp_kind
read_portion(struct portion *portion, const char *after, struct pp_err *err)
{
	bool began;
	enum pp_kind kind = pp_db_begin_read(portion->accounts, &began, err);

	if (kind == PP_OK)
		kind = pp_db_each(portion->accounts, PP_SQL_ACCOUNTS_AFTER, err,
			take_account, portion, "tu", after, PORTION);
	for (size_t i = 0; i < portion->count && kind == PP_OK; i++)
		kind = pp_row_read_groups(
			portion->accounts, &portion->items[i], err);
	pp_db_end_read(portion->accounts, began);
	return kind;
}

static enum pp_kind
visit_portion(const struct portion *portion, pp_admin_account_visitor *visit,
	void *context, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < portion->count && kind == PP_OK; i++)
		kind = visit(context, &portion->items[i], err);
	return kind;
}

enum pp_kind
pp_admin_each_account(struct pp_accounts *accounts,
	pp_admin_account_visitor *visit, void *context, struct pp_err *err)
{
	struct portion portion = {.accounts = accounts};
	char after[PP_NAME_SIZE] = "";
	bool more = true;
	enum pp_kind kind = PP_OK;

	while (kind == PP_OK && more) {
		kind = read_portion(&portion, after, err);
		if (kind == PP_OK)
			kind = visit_portion(&portion, visit, context, err);
		more = portion.count == PORTION;
		if (more)
			memcpy(after, portion.items[PORTION - 1].name,
				sizeof(after));
		portion_clear(&portion);
	}
	return kind;
}

/* How many are in each group, by the group's id. */
struct sizes {
	int64_t *of;
	int64_t newest; /* the highest id that there is room for */
};

/* Returns where an id is counted; at 0 stands what is no group's (edited by
 * hand). */
static int64_t *
size_of(const struct sizes *sizes, int64_t id)
{
	return &sizes->of[id > 0 && id <= sizes->newest ? id : 0];
}

static enum pp_kind
count_member(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	(void) err;
	++*size_of(context, pp_db_row_number(row, 0));
	return PP_OK;
}

/* Counts each membership: SQL's own GROUP BY would sort ten million of them. */
static enum pp_kind
make_sizes(
	struct pp_accounts *accounts, struct sizes *sizes, struct pp_err *err)
{
	bool found;
	enum pp_kind kind = pp_db_query_number(accounts, PP_SQL_GROUP_MAX_ID,
		NULL, &found, &sizes->newest, err);

	if (kind != PP_OK)
		return kind;
	if (sizes->newest < 0 || sizes->newest > GROUP_IDS_MAX)
		return pp_fail(err, PP_REASON_STATE_UNREADABLE,
			"state.db: the largest id of a group is not plausible");
	sizes->of = calloc((size_t) sizes->newest + 1, sizeof(*sizes->of));
	if (sizes->of == NULL)
		return pp_fail_memory(err);
	return pp_db_each(
		accounts, PP_SQL_MEMBER_GROUPS, err, count_member, sizes, "");
}

/* A group as it was read, with a name of its own. */
struct listed_group {
	char *name;
	int64_t gid;
	int64_t members;
};

struct group_list {
	struct sizes sizes;
	struct listed_group *items;
	size_t count;
};

static void
group_list_free(struct group_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].name);
	free(list->items);
	free(list->sizes.of);
}

static enum pp_kind
take_group(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct group_list *list = context;
	struct listed_group *group;
	enum pp_kind kind =
		pp_grow(&list->items, list->count, sizeof(*list->items), err);

	if (kind != PP_OK)
		return kind;
	group = &list->items[list->count];
	group->name = pp_db_row_copy(row, 1);
	if (group->name == NULL)
		return pp_fail_memory(err);
	group->gid = pp_db_row_number(row, 2);
	group->members = *size_of(&list->sizes, pp_db_row_number(row, 0));
	list->count++;
	return PP_OK;
}

static enum pp_kind
read_groups(struct pp_accounts *accounts, struct group_list *list,
	struct pp_err *err)
{
	bool began;
	enum pp_kind kind = pp_db_begin_read(accounts, &began, err);

	if (kind == PP_OK)
		kind = make_sizes(accounts, &list->sizes, err);
	if (kind == PP_OK)
		kind = pp_db_each(
			accounts, PP_SQL_GROUPS, err, take_group, list, "");
	pp_db_end_read(accounts, began);
	return kind;
}

enum pp_kind
pp_admin_each_group(struct pp_accounts *accounts, pp_admin_group_visitor *visit,
	void *context, struct pp_err *err)
{
	pp_cleanup(group_list) struct group_list list = {0};
	enum pp_kind kind = read_groups(accounts, &list, err);

	for (size_t i = 0; i < list.count && kind == PP_OK; i++) {
		const struct pp_admin_group group = {.name = list.items[i].name,
			.gid = list.items[i].gid,
			.members = list.items[i].members};

		kind = visit(context, &group, err);
	}
	return kind;
}

enum pp_kind
pp_admin_each_member(struct pp_accounts *accounts, const char *group,
	pp_admin_name_visitor *visit, void *context, struct pp_err *err)
{
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	int64_t id;
	bool found = false;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_GROUP_ID, group, &found, &id, err);

	if (kind == PP_OK && !found)
		return pp_fail(
			err, PP_REASON_NOT_FOUND, "there is no such group");
	if (kind == PP_OK)
		kind = pp_db_query_names(
			accounts, PP_SQL_GROUP_MEMBERS, group, &names, err);
	for (size_t i = 0; i < names.count && kind == PP_OK; i++)
		kind = visit(context, names.items[i], err);
	return kind;
}

enum pp_kind
pp_admin_uid_key_fingerprint(
	struct pp_accounts *accounts, char *ret_text, struct pp_err *err)
{
	pp_cleanup(pp_text) char *known = NULL;
	enum pp_kind kind =
		pp_db_get_meta(accounts, PP_DB_META_UID_KEY, &known, err);

	if (kind == PP_OK)
		snprintf(ret_text, PP_UID_KEY_FINGERPRINT_SIZE, "%s",
			known != NULL ? known : "");
	return kind;
}
