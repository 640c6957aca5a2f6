/* SPDX-License-Identifier: MIT */
#include <playpen/accounts/membership.h>

/* Finds the gid for a name; 0 if there is no key or the number is taken. */
static enum pp_kind
choose_gid(struct pp_accounts *accounts, const char *name,
	const struct pp_uid_key *key, uint32_t *ret_gid, struct pp_err *err)
{
	char owner[PP_NAME_SIZE];
	bool found;
	uint32_t gid;
	enum pp_kind kind;

	*ret_gid = 0;
	if (key == NULL)
		return PP_OK;
	gid = pp_gid_of_name(key, name, &accounts->conf->gid_range);
	kind = pp_row_number_owner(accounts, gid, &found, owner, err);
	if (kind == PP_OK && !found)
		*ret_gid = gid;
	return kind;
}

/* Inserts the group, or gives one a number. gid 0 is no number. */
static enum pp_kind
store_group(struct pp_accounts *accounts, enum pp_sql number, const char *name,
	uint32_t gid, struct pp_err *err)
{
	return gid != 0 ? pp_db_exec(accounts, number, err, "tu", name, gid)
			: pp_db_exec(accounts, number, err, "tt", name,
				  (char *) NULL);
}

/* Gives a group without a number one, when there is any for it. */
static enum pp_kind
number_group(struct pp_accounts *accounts, const char *name,
	const struct pp_uid_key *key, struct pp_err *err)
{
	bool numbered;
	int64_t known;
	uint32_t gid = 0;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_GROUP_GID, name, &numbered, &known, err);

	if (kind == PP_OK && !numbered)
		kind = choose_gid(accounts, name, key, &gid, err);
	return kind == PP_OK && gid != 0
		       ? store_group(
				 accounts, PP_SQL_GROUP_SET_GID, name, gid, err)
		       : kind;
}

/* Inserts a group unless an account has the name: one may have been stored
 * since the claims were mapped. */
static enum pp_kind
make_group(struct pp_accounts *accounts, const char *name,
	const struct pp_uid_key *key, int64_t *ret_id, struct pp_err *err)
{
	bool account;
	int64_t id;
	uint32_t gid = 0;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_ACCOUNT_ID, name, &account, &id, err);

	*ret_id = 0;
	if (kind != PP_OK || account)
		return kind;
	kind = choose_gid(accounts, name, key, &gid, err);
	if (kind == PP_OK)
		kind = store_group(
			accounts, PP_SQL_GROUP_INSERT, name, gid, err);
	if (kind == PP_OK)
		*ret_id = pp_db_inserted_id(accounts);
	return kind;
}

enum pp_kind
pp_membership_make_group(struct pp_accounts *accounts, const char *name,
	const struct pp_uid_key *key, int64_t *ret_id, struct pp_err *err)
{
	bool exists;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_GROUP_ID, name, &exists, ret_id, err);

	if (kind != PP_OK)
		return kind;
	return exists ? number_group(accounts, name, key, err)
		      : make_group(accounts, name, key, ret_id, err);
}

enum pp_kind
pp_membership_add(struct pp_accounts *accounts, int64_t account, int64_t group,
	struct pp_err *err)
{
	return pp_db_exec(
		accounts, PP_SQL_MEMBER_INSERT, err, "ii", account, group);
}

/* Triggers raise the revision when accounts change. For memberships it is done
 * here, because there are ten times as many. */
enum pp_kind
pp_membership_clear(
	struct pp_accounts *accounts, int64_t account, struct pp_err *err)
{
	enum pp_kind kind = pp_db_exec(accounts, PP_SQL_REVISION_NEXT, err, "");

	if (kind == PP_OK)
		kind = pp_db_exec(
			accounts, PP_SQL_MEMBERS_CLEAR, err, "i", account);
	return kind;
}

enum pp_kind
pp_membership_replace(struct pp_accounts *accounts, const char *account,
	const struct pp_strv *groups, const struct pp_uid_key *key,
	struct pp_err *err)
{
	int64_t id = 0;
	int64_t group = 0;
	bool found;
	enum pp_kind kind = pp_db_query_number(
		accounts, PP_SQL_ACCOUNT_ID, account, &found, &id, err);

	if (kind == PP_OK && !found)
		return pp_fail(
			err, PP_REASON_NO_ACCOUNT, "no account %s", account);
	if (kind == PP_OK)
		kind = pp_membership_clear(accounts, id, err);
	for (size_t i = 0; i < groups->count && kind == PP_OK; i++) {
		kind = pp_membership_make_group(
			accounts, groups->items[i], key, &group, err);
		if (kind == PP_OK && group != 0)
			kind = pp_membership_add(accounts, id, group, err);
	}
	return kind;
}
