/* SPDX-License-Identifier: MIT */
#include "apply_file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/accounts/admin.h>
#include <playpen/index/uid.h>

#include "applied.h"
#include "file_locks.h"
#include "roster_look.h"

#define RENAMED "renamed"

/* Notes what was done for a person. */
static enum pp_kind
note_change(struct applied *applied, const struct pp_roster_line *line,
	const char *change, const char *text, struct pp_err *err)
{
	const struct pp_apply_note note = {.file = applied->name,
		.line = line->number,
		.name = line->entry.name,
		.change = change,
		.text = text,
		.is_new = pp_roster_look_is_new(change) ||
			  strcmp(change, RENAMED) == 0};

	return pp_notes_add(&applied->applying->notes, &note, err);
}

/* Reads an account, if there is one of that name. */
static enum pp_kind
look_up(struct applied *applied, const char *name, bool *ret_found,
	struct pp_account *ret_account, struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = pp_accounts_find(
		applied->applying->accounts, name, ret_account, &cause);

	*ret_found = kind == PP_OK;
	return kind == PP_OK || cause.reason == PP_REASON_NO_ACCOUNT
		       ? PP_OK
		       : pp_propagate(err, &cause);
}

/* Finds the account under a former name that is to get the line's name. An
 * account of another subject is another person's. */
static enum pp_kind
find_renamed(struct applied *applied, const struct pp_roster_entry *entry,
	const char **ret_former, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;
	bool found = false;

	if (entry->former.count > 0) {
		pp_cleanup(pp_account) struct pp_account account = {0};

		kind = look_up(applied, entry->name, &found, &account, err);
	}
	for (size_t i = 0; i < entry->former.count && !found && kind == PP_OK;
		i++) {
		const char *former = entry->former.items[i];
		pp_cleanup(pp_account) struct pp_account account = {0};

		kind = look_up(applied, former, &found, &account, err);
		if (found && (!account.bound || entry->subject == NULL ||
				     strcmp(account.sub, entry->subject) == 0))
			*ret_former = former;
	}
	return kind;
}

/* Renames an account, in a transaction of its own. A dry run does not see what
 * the account would be afterwards, so it leaves out the rest of the line. */
static enum pp_kind
rename_account(struct applied *applied, struct pp_roster_line *line,
	struct pp_err *err)
{
	const char *former = NULL;
	struct pp_err cause = {0};
	enum pp_kind kind = find_renamed(applied, &line->entry, &former, err);

	if (kind != PP_OK || former == NULL)
		return kind;
	kind = pp_admin_rename(
		applied->applying->accounts, former, line->entry.name, &cause);
	if (kind == PP_OK) {
		line->lock_only = applied->applying->dry;
		return note_change(applied, line, RENAMED, former, err);
	}
	if (kind != PP_DENIED)
		return pp_propagate(err, &cause);
	line->lock_only = true;
	return pp_applied_refuse_line(
		applied, line->number, line->entry.name, &cause, err);
}

static enum pp_kind
rename_accounts(struct applied *applied, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < applied->count && kind == PP_OK; i++)
		if (!applied->lines[i].skip)
			kind = rename_account(applied, &applied->lines[i], err);
	return kind;
}

/* Finds out whether a line is about an account: a lock alone makes none, and a
 * closed account stays as it is. */
static enum pp_kind
wants_account(struct applied *applied, const struct pp_roster_line *line,
	bool *ret_wants, struct pp_err *err)
{
	const struct pp_roster_entry *entry = &line->entry;
	pp_cleanup(pp_account) struct pp_account account = {0};
	bool found = false;
	enum pp_kind kind;

	*ret_wants = false;
	if (line->skip || line->lock_only || entry->name == NULL)
		return PP_OK;
	kind = look_up(applied, entry->name, &found, &account, err);
	*ret_wants = found ? !account.closed
			   : (!entry->locked && !entry->closed) ||
				     entry->uid != -1 || entry->subject != NULL;
	return kind;
}

/* Looks for what former users have left, for all lines that make or change an
 * account. */
static enum pp_kind
look_at_lines(struct applied *applied, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (applied->applying->roster == NULL || applied->count == 0)
		return PP_OK;
	applied->looked = calloc(applied->count, sizeof(*applied->looked));
	if (applied->looked == NULL)
		return pp_fail_memory(err);
	for (size_t i = 0; i < applied->count && kind == PP_OK; i++) {
		bool wants = false;

		kind = wants_account(applied, &applied->lines[i], &wants, err);
		if (kind == PP_OK && wants)
			kind = pp_roster_look_entry(applied->applying->roster,
				&applied->lines[i].entry, &applied->looked[i],
				err);
	}
	return kind;
}

static enum pp_kind
take_line(struct applied *applied, const struct pp_roster_line *line,
	const struct pp_roster_result *looked, struct pp_err *err)
{
	struct applying *applying = applied->applying;
	const char *change = NULL;
	struct pp_err cause = {0};
	bool wants = false;
	enum pp_kind kind = wants_account(applied, line, &wants, err);

	if (kind != PP_OK || !wants)
		return kind;
	if (applying->roster == NULL)
		return pp_applied_refuse_line(applied, line->number,
			line->entry.name, &applying->roster_err, err);
	kind = pp_roster_take(
		applying->roster, &line->entry, looked, &change, &cause);
	if (kind == PP_DENIED)
		return pp_applied_refuse_line(
			applied, line->number, line->entry.name, &cause, err);
	if (kind != PP_OK)
		return pp_propagate(err, &cause);
	return change != NULL ? note_change(applied, line, change, "", err)
			      : PP_OK;
}

/* Makes the file's locks what its lines say, and with keeps_all what was said
 * before, too. */
static enum pp_kind
store_locks(struct applied *applied, bool keeps_all, struct pp_err *err)
{
	struct applying *applying = applied->applying;
	const struct file_locks of = {.file = applied->name,
		.said_by = applied->said_by,
		.issuer = applying->accounts->conf->provider.url,
		.now = applying->now,
		.keeps_all = keeps_all};

	return pp_file_locks_store(applying->accounts, &of, applied->lines,
		applied->count, &applying->notes, err);
}

/* Remembers the file. It is clean if nothing is left to do for the same bytes.
 */
static enum pp_kind
store_file(struct applied *applied, bool clean, struct pp_err *err)
{
	return pp_db_exec(applied->applying->accounts, PP_SQL_ACCOUNTS_FILE_SET,
		err, "tiiiib", applied->name, applied->file.serial,
		applied->file.confirmed, applied->file.count, applied->digest,
		clean);
}

/*
 * Stores all of the file. Locks come first, so that a lock holds whatever
 * becomes of its line. The end of locks comes last, when it is known that no
 * line was refused; an account that opens then has its turn next time.
 */
static enum pp_kind
store_all(struct applied *applied, struct pp_err *err)
{
	struct notes *notes = &applied->applying->notes;
	enum pp_kind kind = store_locks(applied, true, err);
	size_t before;

	if (applied->applying->locks_first)
		return kind;
	for (size_t i = 0; i < applied->count && kind == PP_OK; i++)
		kind = take_line(applied, &applied->lines[i],
			applied->looked != NULL ? &applied->looked[i] : NULL,
			err);
	before = notes->count;
	if (kind == PP_OK && !applied->broken)
		kind = store_locks(applied, false, err);
	return kind == PP_OK
		       ? store_file(applied,
				 !applied->broken && notes->count == before,
				 err)
		       : kind;
}

/* Opens what accounts are taken over with, once for all files. */
static void
open_roster(struct applying *applying)
{
	if (applying->roster == NULL &&
		applying->roster_err.reason == PP_REASON_NONE)
		pp_ignore(pp_roster_open(applying->accounts, &applying->roster,
			&applying->roster_err));
}

static enum pp_kind
take_known(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	(void) err;
	*(struct known_file *) context = (struct known_file){.found = true,
		.serial = pp_db_row_number(row, 1),
		.confirmed = pp_db_row_number(row, 2),
		.digest = pp_db_row_number(row, 4),
		.clean = pp_db_row_number(row, 5) != 0};
	return PP_OK;
}

/* Reads what is remembered of the file, and notes a failure if that is newer.
 * Asked again in each transaction: another process may have applied a newer
 * file meanwhile, whose locks this one must not end. */
static enum pp_kind
look_up_file(
	struct applied *applied, struct known_file *known, struct pp_err *err)
{
	struct applying *applying = applied->applying;
	struct pp_err cause;
	enum pp_kind kind =
		pp_db_each(applying->accounts, PP_SQL_ACCOUNTS_FILE_GET, err,
			take_known, known, "t", applied->name);

	known->newer = known->found && known->serial > applied->file.serial;
	if (kind != PP_OK || !known->newer)
		return kind;
	pp_fail(&cause, PP_REASON_FILE_OLDER,
		"serial %lld is lower than %lld, which was applied before",
		(long long) applied->file.serial, (long long) known->serial);
	return pp_apply_file_note_failure(
		applying, applied->name, 0, NULL, &cause, err);
}

static enum pp_kind
store_in_one(struct applied *applied, struct pp_err *err)
{
	struct applying *applying = applied->applying;
	struct pp_accounts *accounts = applying->accounts;
	size_t before = applying->notes.count;
	struct known_file known = {0};
	enum pp_kind kind;

	open_roster(applying);
	kind = applying->locks_first ? PP_OK : look_at_lines(applied, err);
	if (kind != PP_OK)
		return kind;
	kind = applying->roster != NULL
		       ? pp_roster_take_begin(applying->roster, err)
		       : pp_db_begin(accounts, err);
	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	kind = look_up_file(applied, &known, err);
	if (kind == PP_OK && !known.newer)
		kind = store_all(applied, err);
	kind = applying->roster != NULL
		       ? pp_roster_take_end(applying->roster, kind, err)
		       : pp_db_end(accounts, kind, err);
	if (kind != PP_OK)
		pp_notes_cut(&applying->notes, before);
	return kind;
}

/* Hashes what the outcome depends on: the lines, and how the configuration
 * fills in what they do not say. No key, because nothing is kept apart by it.
 */
static int64_t
make_digest(const struct applied *applied)
{
	static const struct pp_uid_key no_key;
	const struct pp_conf *conf = applied->applying->accounts->conf;
	const char *const texts[] = {
		conf->provider.url, conf->home, conf->shell};
	uint64_t hash =
		pp_siphash(&no_key, applied->file.body, applied->file.body_len);

	for (size_t i = 0; i < PP_COUNT(texts); i++) {
		struct pp_uid_key chain = {0};

		memcpy(chain.bytes, &hash, sizeof(hash));
		hash = pp_siphash(&chain, texts[i], strlen(texts[i]));
	}
	return (int64_t) hash;
}

/* Remembers a new first line of a file with the same other lines. */
static enum pp_kind
store_first_line(struct applied *applied, struct pp_err *err)
{
	struct pp_accounts *accounts = applied->applying->accounts;
	struct known_file known = {0};
	enum pp_kind kind = pp_db_begin(accounts, err);

	if (kind != PP_OK)
		return kind;
	kind = look_up_file(applied, &known, err);
	if (kind == PP_OK && !known.newer)
		kind = store_file(applied, true, err);
	return pp_db_end(accounts, kind, err);
}

static enum pp_kind
apply_lines(struct applied *applied, struct pp_err *err)
{
	enum pp_kind kind = pp_applied_read_lines(applied, err);

	if (kind == PP_OK && !applied->applying->locks_first)
		kind = rename_accounts(applied, err);
	return kind == PP_OK ? store_in_one(applied, err) : kind;
}

/* Applies a file that is whole, unless it is older than the one before. */
static enum pp_kind
apply_whole(struct applied *applied, struct pp_err *err)
{
	struct known_file known = {0};
	enum pp_kind kind = look_up_file(applied, &known, err);

	if (kind != PP_OK || known.newer)
		return kind;
	applied->digest = make_digest(applied);
	if (!known.clean || known.digest != applied->digest)
		return apply_lines(applied, err);
	return known.serial == applied->file.serial &&
			       known.confirmed == applied->file.confirmed
		       ? PP_OK
		       : store_first_line(applied, err);
}

enum pp_kind
pp_apply_file(struct applying *applying, const char *name, struct pp_err *err)
{
	pp_cleanup(pp_applied) struct applied applied = {
		.applying = applying, .name = name};
	const char *root = applying->accounts->root;
	char path[PATH_MAX];
	struct pp_err cause = {0};
	enum pp_kind kind;

	snprintf(applied.said_by, sizeof(applied.said_by), "%s/%s",
		PP_APPLY_DIR, name);
	pp_db_path_in_root(applying->accounts, applied.said_by, path);
	kind = pp_accounts_file_load(
		path, pp_conf_owner(root), &applied.file, &cause);
	if (kind == PP_NO_MEMORY)
		return pp_propagate(err, &cause);
	if (kind != PP_OK)
		return pp_apply_file_note_failure(
			applying, name, 0, NULL, &cause, err);
	return apply_whole(&applied, err);
}
