/* SPDX-License-Identifier: MIT */
#include "file_locks.h"

#include <stdlib.h>
#include <string.h>

#include <playpen/base/grow.h>
#include <playpen/roster/utc_time.h>

/* What is to be done about "kill". */
enum kills {
	KILLS_NOTHING,
	KILLS_DUE,
	KILLS_DONE,
};

/* A row of the table locks. The key is name, iss and sub. */
struct lock {
	const char *name;
	const char *iss;
	const char *sub;
	const char *reason;
	bool owned;    /* the texts are the lock's */
	int64_t until; /* locked from then on; 0: at once */
	bool begun;    /* it holds, whatever the clock says */
	bool closes;
	enum kills kills;
	int64_t line;
};

struct locks {
	struct lock *items;
	size_t count;
};

static void
locks_free(struct locks *locks)
{
	for (size_t i = 0; i < locks->count; i++) {
		struct lock *lock = &locks->items[i];

		if (!lock->owned)
			continue;
		free((char *) lock->name);
		free((char *) lock->iss);
		free((char *) lock->sub);
		free((char *) lock->reason);
	}
	free(locks->items);
}

static enum pp_kind
append(struct locks *locks, const struct lock *lock, struct pp_err *err)
{
	enum pp_kind kind = pp_grow(
		&locks->items, locks->count, sizeof(*locks->items), err);

	if (kind == PP_OK)
		locks->items[locks->count++] = *lock;
	return kind;
}

/* Appends what one line says: a lock of the name, and one of the subject, so
 * that a new name at the provider does not evade it. A line that is skipped
 * locks as well. */
static enum pp_kind
append_line(struct locks *locks, const struct file_locks *of,
	const struct pp_roster_line *line, struct pp_err *err)
{
	const struct pp_roster_entry *entry = &line->entry;
	struct lock lock = {.name = entry->name,
		.iss = "",
		.sub = "",
		.reason = entry->reason != NULL ? entry->reason : "",
		.until = entry->locked || entry->closed ? 0 : entry->until,
		.closes = entry->closed,
		.kills = entry->kill ? KILLS_DUE : KILLS_NOTHING,
		.line = line->number};
	enum pp_kind kind = PP_OK;

	if (!pp_roster_line_locks(entry))
		return PP_OK;
	lock.begun = lock.until <= of->now;
	if (entry->name != NULL)
		kind = append(locks, &lock, err);
	if (kind != PP_OK || entry->subject == NULL)
		return kind;
	lock.name = "";
	lock.iss = entry->issuer != NULL ? entry->issuer : of->issuer;
	lock.sub = entry->subject;
	return append(locks, &lock, err);
}

static int
compare(const void *a, const void *b)
{
	const struct lock *left = a;
	const struct lock *right = b;
	int order = strcmp(left->name, right->name);

	if (order == 0)
		order = strcmp(left->iss, right->iss);
	return order != 0 ? order : strcmp(left->sub, right->sub);
}

/* Takes a lock into another of the same key: the stricter of both. */
static void
add_lock(struct lock *into, const struct lock *from)
{
	if (from->line < into->line) {
		into->line = from->line;
		into->reason = from->reason;
	}
	if (from->until < into->until)
		into->until = from->until;
	into->begun |= from->begun;
	into->closes |= from->closes;
	if (from->kills == KILLS_DUE)
		into->kills = KILLS_DUE;
}

/* Sorts the locks of lines, which may repeat each other. */
static void
sort_lines(struct locks *locks)
{
	size_t used = 0;

	if (locks->count > 0)
		qsort(locks->items, locks->count, sizeof(*locks->items),
			compare);
	for (size_t i = 0; i < locks->count; i++)
		if (used > 0 &&
			compare(&locks->items[used - 1], &locks->items[i]) == 0)
			add_lock(&locks->items[used - 1], &locks->items[i]);
		else
			locks->items[used++] = locks->items[i];
	locks->count = used;
}

/* Appends a row of PP_SQL_FILE_LOCKS, with texts of its own. */
static enum pp_kind
take_row(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct locks *locks = context;
	struct lock *lock;
	enum pp_kind kind = append(locks, &(struct lock){.owned = true}, err);

	if (kind != PP_OK)
		return kind;
	lock = &locks->items[locks->count - 1];
	*lock = (struct lock){.name = pp_db_row_copy(row, 0),
		.iss = pp_db_row_copy(row, 1),
		.sub = pp_db_row_copy(row, 2),
		.reason = pp_db_row_copy(row, 3),
		.owned = true,
		.until = pp_db_row_number(row, 4),
		.begun = pp_db_row_number(row, 5) != 0,
		.closes = pp_db_row_number(row, 6) != 0,
		.kills = (enum kills) pp_db_row_number(row, 7)};
	if (lock->name == NULL || lock->iss == NULL || lock->sub == NULL ||
		lock->reason == NULL)
		return pp_fail_memory(err);
	return PP_OK;
}

static enum pp_kind
note_change(const struct file_locks *of, struct notes *notes,
	const struct lock *lock, const char *change, struct pp_err *err)
{
	char text[PP_UTC_TIME_SIZE + sizeof("from ")] = "";
	char time[PP_UTC_TIME_SIZE];
	bool later = change == NULL && !lock->begun;
	const struct pp_apply_note note = {.file = of->file,
		.line = lock->line,
		.name = lock->name,
		.issuer = lock->iss,
		.subject = lock->sub,
		.change = change != NULL ? change
			  : lock->closes ? "closed"
			  : later        ? "lock-set"
					 : "locked",
		.text = later ? text : lock->reason,
		.keeps_out = change == NULL && !later};

	if (later)
		snprintf(text, sizeof(text), "from %s",
			pp_utc_time_print(time, lock->until));
	return pp_notes_add(notes, &note, err);
}

static enum pp_kind
delete_row(struct pp_accounts *accounts, const struct file_locks *of,
	const struct lock *lock, struct pp_err *err)
{
	return pp_db_exec(accounts, PP_SQL_LOCK_DELETE, err, "tttt", lock->name,
		lock->iss, lock->sub, of->said_by);
}

static enum pp_kind
insert_row(struct pp_accounts *accounts, const struct file_locks *of,
	const struct lock *lock, struct pp_err *err)
{
	return pp_db_exec(accounts, PP_SQL_FILE_LOCK_INSERT, err, "ttttitibbi",
		lock->name, lock->iss, lock->sub, of->said_by, of->now,
		lock->reason, lock->until, lock->begun, lock->closes,
		(int64_t) lock->kills);
}

/* Returns the earlier of two times, of which 0 is the earliest. */
static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Replaces a lock by what the file says now. What has begun stays begun,
 * unless the file says another time; what was killed stays killed. */
static enum pp_kind
change_row(struct pp_accounts *accounts, const struct file_locks *of,
	const struct lock *old, struct lock *new, struct notes *notes,
	struct pp_err *err)
{
	enum pp_kind kind;

	if (of->keeps_all) {
		new->until = earlier(old->until, new->until);
		new->begun |= old->begun;
		new->closes |= old->closes;
	}
	if (new->until == old->until)
		new->begun |= old->begun;
	if (new->kills == KILLS_DUE && old->kills == KILLS_DONE)
		new->kills = KILLS_DONE;
	if (new->until == old->until &&new->begun == old->begun &&new->closes ==
			old->closes &&new->kills == old->kills &&
		strcmp(new->reason, old->reason) == 0)
		return PP_OK;
	kind = delete_row(accounts, of, old, err);
	if (kind == PP_OK)
		kind = insert_row(accounts, of, new, err);
	return kind == PP_OK ? note_change(of, notes, new, NULL, err) : kind;
}

static enum pp_kind
end_lock(struct pp_accounts *accounts, const struct file_locks *of,
	const struct lock *lock, struct notes *notes, struct pp_err *err)
{
	enum pp_kind kind = delete_row(accounts, of, lock, err);

	return kind == PP_OK
		       ? note_change(of, notes, lock,
				 lock->closes ? "reopened" : "unlocked", err)
		       : kind;
}

static enum pp_kind
begin_lock(struct pp_accounts *accounts, const struct file_locks *of,
	const struct lock *lock, struct notes *notes, struct pp_err *err)
{
	enum pp_kind kind = insert_row(accounts, of, lock, err);

	return kind == PP_OK ? note_change(of, notes, lock, NULL, err) : kind;
}

/* Walks through both lists, which are in the same order. */
static enum pp_kind
merge(struct pp_accounts *accounts, const struct file_locks *of,
	const struct locks *old, struct locks *new, struct notes *notes,
	struct pp_err *err)
{
	size_t o = 0;
	size_t n = 0;
	enum pp_kind kind = PP_OK;

	while (kind == PP_OK && (o < old->count || n < new->count)) {
		int order = o == old->count ? 1
			    : n == new->count
				    ? -1
				    : compare(&old->items[o], &new->items[n]);

		if (order == 0)
			kind = change_row(accounts, of, &old->items[o],
				&new->items[n], notes, err);
		else if (order > 0)
			kind = begin_lock(
				accounts, of, &new->items[n], notes, err);
		else if (!of->keeps_all)
			kind = end_lock(
				accounts, of, &old->items[o], notes, err);
		o += order <= 0;
		n += order >= 0;
	}
	return kind;
}

enum pp_kind
pp_file_locks_store(struct pp_accounts *accounts, const struct file_locks *of,
	const struct pp_roster_line *lines, size_t count, struct notes *notes,
	struct pp_err *err)
{
	pp_cleanup(locks) struct locks old = {0};
	pp_cleanup(locks) struct locks new = {0};
	enum pp_kind kind = pp_db_each(accounts, PP_SQL_FILE_LOCKS, err,
		take_row, &old, "t", of->said_by);

	for (size_t i = 0; i < count && kind == PP_OK; i++)
		kind = append_line(&new, of, &lines[i], err);
	if (kind != PP_OK)
		return kind;
	sort_lines(&new);
	return merge(accounts, of, &old, &new, notes, err);
}
