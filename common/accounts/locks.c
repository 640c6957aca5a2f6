/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <playpen/accounts/locks.h>
#include <playpen/accounts/node_facts.h>

#define SHOWN_MAX 80U

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

static enum pp_kind
find_account(struct pp_accounts *accounts, const char *name, bool *ret_found,
	struct pp_err *err)
{
	int64_t id;

	return pp_db_query_number(
		accounts, PP_SQL_ACCOUNT_ID, name, ret_found, &id, err);
}

/* Checks that a lock of the name would keep a playpen user out. If the local
 * users cannot be read, the lock is made. */
static enum pp_kind
check_name(struct pp_accounts *accounts, const char *name, struct pp_err *err)
{
	char shown[SHOWN_MAX];
	const struct pp_local_users *users;
	bool found = false;
	enum pp_kind kind;

	if (!pp_name_is_user(name))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"%s is no valid local name",
			pp_str_printable(
				shown, sizeof(shown), name, strlen(name)));
	kind = find_account(accounts, name, &found, err);
	if (kind != PP_OK || found ||
		pp_node_facts_local_users(accounts, &users, NULL) != PP_OK ||
		pp_local_users_find(&users->users, name) == NULL)
		return kind;
	return pp_fail(err, PP_REASON_NAME_LOCAL,
		"%s is a local user, whom playpen does not keep out", name);
}

/* Runs a statement that takes the key of a lock, inside the transaction. */
static enum pp_kind
remove_row(struct pp_accounts *accounts, const struct pp_lock *lock,
	struct pp_err *err)
{
	return pp_db_exec(accounts, PP_SQL_LOCK_DELETE, err, "tttt",
		or_empty(lock->name), or_empty(lock->iss), or_empty(lock->sub),
		or_empty(lock->said_by));
}

/* Begins a transaction whose changes are to be published. */
static enum pp_kind
begin(struct pp_accounts *accounts, struct pp_err *err)
{
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind == PP_OK)
		accounts->dirty_scope = PP_DB_DIRTY_ALL;
	return kind;
}

enum pp_kind
pp_locks_add(struct pp_accounts *accounts, const struct pp_lock *lock,
	bool *ret_changed, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (lock->name != NULL)
		kind = check_name(accounts, lock->name, err);
	if (kind == PP_OK)
		kind = begin(accounts, err);
	if (kind != PP_OK)
		return kind;
	kind = pp_db_exec(accounts, PP_SQL_LOCK_INSERT, err, "tttti",
		or_empty(lock->name), or_empty(lock->iss), or_empty(lock->sub),
		or_empty(lock->said_by), lock->said_at);
	*ret_changed = kind == PP_OK && pp_db_changed_rows(accounts) > 0;
	return pp_db_end(accounts, kind, err);
}

enum pp_kind
pp_locks_remove(struct pp_accounts *accounts, const struct pp_lock *lock,
	bool *ret_changed, struct pp_err *err)
{
	enum pp_kind kind = begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	kind = remove_row(accounts, lock, err);
	*ret_changed = kind == PP_OK && pp_db_changed_rows(accounts) > 0;
	return pp_db_end(accounts, kind, err);
}

/* Fails if a row tells of a lock that is left. */
static enum pp_kind
refuse_lock(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const char *said_by = pp_db_row_text(row, 3);
	char shown[SHOWN_MAX];

	(void) context;
	pp_str_printable(shown, sizeof(shown), said_by, strlen(said_by));
	return pp_fail(err, PP_REASON_LOCKED, "locked by %s",
		said_by[0] != '\0' ? shown : "an administrator");
}

enum pp_kind
pp_locks_check(struct pp_accounts *accounts, const char *name, const char *iss,
	const char *sub, int64_t now, struct pp_err *err)
{
	return pp_db_each(accounts, PP_SQL_LOCK_FIND, err, refuse_lock, NULL,
		"ttti", name, iss, sub, now);
}

/* Removes what commands have said of a name, and of its account. */
static enum pp_kind
release_name(struct pp_accounts *accounts, const char *name, bool *ret_changed,
	struct pp_err *err)
{
	bool found = false;
	enum pp_kind kind = find_account(accounts, name, &found, err);

	if (kind == PP_OK)
		kind = pp_db_exec(accounts, PP_SQL_LOCK_DELETE_ACCOUNT, err,
			"tt", name, "");
	if (kind != PP_OK)
		return kind;
	*ret_changed = pp_db_changed_rows(accounts) > 0;
	kind = pp_db_each(accounts,
		found ? PP_SQL_LOCK_OF_ACCOUNT : PP_SQL_LOCK_FIND, err,
		refuse_lock, NULL, found ? "t" : "ttti", name, NULL, NULL,
		(int64_t) 0);
	if (kind == PP_OK && !found && !*ret_changed)
		return pp_fail(err, PP_REASON_NO_ACCOUNT,
			"no account and no lock has that name");
	return kind;
}

static enum pp_kind
release_subject(struct pp_accounts *accounts, const struct pp_lock *lock,
	bool *ret_changed, struct pp_err *err)
{
	enum pp_kind kind = remove_row(accounts, lock, err);

	if (kind != PP_OK)
		return kind;
	*ret_changed = pp_db_changed_rows(accounts) > 0;
	return pp_locks_check(accounts, NULL, lock->iss, lock->sub, 0, err);
}

enum pp_kind
pp_locks_release(struct pp_accounts *accounts, const struct pp_lock *lock,
	bool *ret_changed, struct pp_err *err)
{
	enum pp_kind kind = begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	*ret_changed = false;
	kind = lock->name != NULL
		       ? release_name(accounts, lock->name, ret_changed, err)
		       : release_subject(accounts, lock, ret_changed, err);
	*ret_changed = *ret_changed && kind == PP_OK;
	return pp_db_end(accounts, kind, err);
}

/* A lock as it was read, with texts of its own. */
struct read_lock {
	bool found;
	char *texts[4]; /* in the order of the statement */
	struct pp_lock lock;
};

static void
read_lock_free(struct read_lock *read)
{
	for (size_t i = 0; i < PP_COUNT(read->texts); i++)
		free(read->texts[i]);
	memset(read, 0, sizeof(*read));
}

static const char *
or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static enum pp_kind
take_lock(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct read_lock *read = context;

	for (size_t i = 0; i < PP_COUNT(read->texts); i++) {
		read->texts[i] = strdup(or_empty(pp_db_row_text(row, (int) i)));
		if (read->texts[i] == NULL)
			return pp_fail_memory(err);
	}
	read->lock = (struct pp_lock){.name = or_null(read->texts[0]),
		.iss = or_null(read->texts[1]),
		.sub = or_null(read->texts[2]),
		.said_by = or_null(read->texts[3]),
		.said_at = pp_db_row_number(row, 4),
		.has_account = pp_db_row_number(row, 5) != 0,
		.until = pp_db_row_number(row, 6)};
	read->found = true;
	return PP_OK;
}

/* Reads the lock that follows another one. No lock of the database is held
 * between two of them: a visitor may write to a pipe that is never read. */
static enum pp_kind
read_next(struct pp_accounts *accounts, const struct read_lock *after,
	struct read_lock *ret_next, struct pp_err *err)
{
	return pp_db_each(accounts, PP_SQL_LOCKS_AFTER, err, take_lock,
		ret_next, "tttt", or_empty(after->texts[0]),
		or_empty(after->texts[1]), or_empty(after->texts[2]),
		or_empty(after->texts[3]));
}

enum pp_kind
pp_locks_each(struct pp_accounts *accounts, pp_locks_visitor *visit,
	void *context, struct pp_err *err)
{
	struct read_lock at = {0};
	struct read_lock next = {0};
	enum pp_kind kind = read_next(accounts, &at, &next, err);

	while (kind == PP_OK && next.found) {
		read_lock_free(&at);
		at = next;
		memset(&next, 0, sizeof(next));
		kind = visit(context, &at.lock, err);
		if (kind == PP_OK)
			kind = read_next(accounts, &at, &next, err);
	}
	read_lock_free(&at);
	read_lock_free(&next);
	return kind;
}
