/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/accounts/node_facts.h>

enum pp_kind
pp_node_facts_local_users(struct pp_accounts *accounts,
	const struct pp_local_users **ret_users, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (!accounts->have_local_users)
		kind = pp_local_users_read(
			accounts->root, &accounts->local_users, err);
	accounts->have_local_users = kind == PP_OK;
	*ret_users = &accounts->local_users;
	return kind;
}

/* Checks the key against the fingerprint that is stored, if one is. */
static enum pp_kind
check_fingerprint(struct pp_accounts *accounts, struct pp_err *err)
{
	pp_cleanup(pp_text) char *stored = NULL;
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	enum pp_kind kind =
		pp_db_get_meta(accounts, PP_DB_META_UID_KEY, &stored, err);

	if (kind != PP_OK || stored == NULL)
		return kind;
	pp_uid_key_fingerprint(&accounts->uid_key, fingerprint);
	if (strcmp(stored, fingerprint) == 0)
		return PP_OK;
	return pp_fail(err, PP_REASON_UID_KEY_CHANGED,
		"the uid key's fingerprint is %s, accounts here were made with %s",
		fingerprint, stored);
}

enum pp_kind
pp_node_facts_uid_key(struct pp_accounts *accounts,
	const struct pp_uid_key **ret_key, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (!accounts->have_uid_key)
		kind = pp_conf_load_uid_key(accounts->conf, accounts->root,
			&accounts->uid_key, err);
	accounts->have_uid_key = kind == PP_OK;
	*ret_key = &accounts->uid_key;
	return kind == PP_OK ? check_fingerprint(accounts, err) : kind;
}

void
pp_node_facts_forget(struct pp_accounts *accounts)
{
	pp_local_users_free(&accounts->local_users);
	pp_uid_key_free(&accounts->uid_key);
	accounts->have_local_users = false;
	accounts->have_uid_key = false;
}
