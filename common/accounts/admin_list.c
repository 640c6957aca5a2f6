/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <playpen/accounts/admin.h>
#include <playpen/accounts/sign_in_check.h>

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

/* A visitor, and what its rows are read with. */
struct account_walk {
	struct pp_accounts *accounts;
	pp_admin_account_visitor *visit;
	void *context;
};

static enum pp_kind
visit_account(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const struct account_walk *walk = context;
	pp_cleanup(pp_account) struct pp_account account = {0};
	enum pp_kind kind = pp_row_read(walk->accounts, row, &account, err);

	if (kind == PP_OK)
		kind = pp_row_read_groups(walk->accounts, &account, err);
	return kind == PP_OK ? walk->visit(walk->context, &account, err) : kind;
}

enum pp_kind
pp_admin_each_account(struct pp_accounts *accounts,
	pp_admin_account_visitor *visit, void *context, struct pp_err *err)
{
	struct account_walk walk = {accounts, visit, context};

	return pp_db_each(
		accounts, PP_SQL_ACCOUNTS, err, visit_account, &walk, "");
}

/* How many are in each group, by the group's id. */
struct sizes {
	int64_t *of;
	int64_t newest; /* the highest id that there is room for */
};

/* Where an id is counted; at 0 what is no group's (edited by hand). */
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

struct group_walk {
	struct sizes sizes;
	pp_admin_group_visitor *visit;
	void *context;
};

static enum pp_kind
visit_group(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const struct group_walk *walk = context;
	const struct pp_admin_group group = {.name = pp_db_row_text(row, 1),
		.gid = pp_db_row_number(row, 2),
		.members = *size_of(&walk->sizes, pp_db_row_number(row, 0))};

	return walk->visit(walk->context, &group, err);
}

enum pp_kind
pp_admin_each_group(struct pp_accounts *accounts, pp_admin_group_visitor *visit,
	void *context, struct pp_err *err)
{
	struct group_walk walk = {.visit = visit, .context = context};
	bool began;
	enum pp_kind kind = pp_db_begin_read(accounts, &began, err);

	if (kind == PP_OK)
		kind = make_sizes(accounts, &walk.sizes, err);
	if (kind == PP_OK)
		kind = pp_db_each(
			accounts, PP_SQL_GROUPS, err, visit_group, &walk, "");
	pp_db_end_read(accounts, began);
	free(walk.sizes.of);
	return kind;
}

struct name_walk {
	pp_admin_name_visitor *visit;
	void *context;
};

static enum pp_kind
visit_name(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const struct name_walk *walk = context;

	return walk->visit(walk->context, pp_db_row_text(row, 0), err);
}

enum pp_kind
pp_admin_each_member(struct pp_accounts *accounts, const char *group,
	pp_admin_name_visitor *visit, void *context, struct pp_err *err)
{
	struct name_walk walk = {visit, context};
	int64_t id;
	bool found = false;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_GROUP_ID, group, &found, &id, err);

	if (kind == PP_OK && !found)
		return pp_fail(
			err, PP_REASON_NOT_FOUND, "there is no such group");
	if (kind != PP_OK)
		return kind;
	return pp_db_each(accounts, PP_SQL_GROUP_MEMBERS, err, visit_name,
		&walk, "t", group);
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
