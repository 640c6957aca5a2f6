/* SPDX-License-Identifier: MIT */
#include <playpen/accounts/admin.h>
#include <playpen/accounts/db.h>
#include <playpen/accounts/locks.h>
#include <playpen/roster/export.h>

struct walk {
	struct pp_accounts *accounts;
	pp_export_visitor *visit;
	void *context;
};

static enum pp_kind
export_account(
	void *context, const struct pp_account *account, struct pp_err *err)
{
	const struct walk *walk = context;
	struct pp_roster_entry entry = {.name = account->name,
		.uid = account->uid,
		.issuer = account->iss,
		.subject = account->sub,
		.connector = account->connector,
		.gecos = account->gecos[0] != '\0' ? account->gecos : NULL,
		.home = account->home,
		.shell = account->shell,
		.locked = account->locked,
		.closed = account->closed,
		.until = account->locked ? 0 : account->locked_from};
	enum pp_kind kind;

	if (account->is_service_account)
		return PP_OK;
	kind = pp_db_query_names(walk->accounts, PP_SQL_FORMER_NAMES,
		account->name, &entry.former, err);
	if (kind == PP_OK)
		kind = walk->visit(walk->context, &entry, err);
	pp_strv_free(&entry.former);
	return kind;
}

static enum pp_kind
export_lock(void *context, const struct pp_lock *lock, struct pp_err *err)
{
	const struct walk *walk = context;
	const struct pp_roster_entry entry = {.name = lock->name,
		.uid = -1,
		.issuer = lock->iss,
		.subject = lock->sub,
		.locked = lock->until == 0,
		.until = lock->until};

	return lock->has_account ? PP_OK
				 : walk->visit(walk->context, &entry, err);
}

enum pp_kind
pp_export_entries(struct pp_accounts *accounts, pp_export_visitor *visit,
	void *context, struct pp_err *err)
{
	struct walk walk = {accounts, visit, context};
	enum pp_kind kind =
		pp_admin_each_account(accounts, export_account, &walk, err);

	return kind == PP_OK ? pp_locks_each(accounts, export_lock, &walk, err)
			     : kind;
}
