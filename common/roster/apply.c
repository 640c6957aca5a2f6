/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/db.h>
#include <playpen/index/uid.h>

#include "apply_file.h"

#define SUFFIX ".jsonl"
#define NAME_LETTERS                                                           \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
#define NAME_MAX_LEN 64U

/* How often the files are read again because one came meanwhile. */
#define ROUNDS_MAX 10

static void
applying_free(struct applying *applying)
{
	pp_roster_free(&applying->roster);
	pp_notes_free(&applying->notes);
}

/* Returns 1 for a file that is to be applied. What is hidden or has another
 * suffix is a temporary file of whatever brings them. */
static int
is_accounts_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > strlen(SUFFIX) &&
	       len <= NAME_MAX_LEN &&
	       strspn(entry->d_name, NAME_LETTERS) == len &&
	       strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX) == 0;
}

/* Checks that root alone can put a file into the directory. *ret_there is
 * false if there is none. */
static enum pp_kind
check_directory(const struct pp_accounts *accounts, const char *path,
	bool *ret_there, struct pp_err *err)
{
	struct stat info;

	*ret_there = lstat(path, &info) == 0;
	if (!*ret_there && errno != ENOENT)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	if (*ret_there &&
		(!S_ISDIR(info.st_mode) ||
			info.st_uid != pp_conf_owner(accounts->root) ||
			(info.st_mode & 022) != 0))
		return pp_fail(err, PP_REASON_FILE_UNSAFE,
			"%s must be a directory of root that others cannot write to",
			path);
	return PP_OK;
}

static enum pp_kind
copy_names(struct dirent **entries, int count, struct pp_strv *names,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (count > (int) PP_APPLY_FILES_MAX)
		return pp_fail(err, PP_REASON_TOO_LONG,
			"%s has more than %u files", PP_APPLY_DIR,
			PP_APPLY_FILES_MAX);
	for (int i = 0; i < count && kind == PP_OK; i++)
		kind = pp_strv_append(names, entries[i]->d_name,
			strlen(entries[i]->d_name), err);
	return kind;
}

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Lists the files in order of name. */
static enum pp_kind
list_files(const struct pp_accounts *accounts, struct pp_strv *names,
	struct pp_err *err)
{
	char path[PATH_MAX];
	struct dirent **entries = NULL;
	bool there = false;
	enum pp_kind kind;
	int count;

	pp_db_path_in_root(accounts, PP_APPLY_DIR, path);
	kind = check_directory(accounts, path, &there, err);
	if (kind != PP_OK || !there)
		return kind;
	count = scandir(path, &entries, is_accounts_file, compare_names);
	if (count < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	kind = copy_names(entries, count, names, err);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return kind;
}

struct gone_search {
	struct applying *applying;
	const struct pp_strv *names; /* of the files that are there */
};

/* Notes that a file is gone, unless it was without people. */
static enum pp_kind
note_if_gone(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const struct gone_search *search = context;
	const char *name = pp_db_row_text(row, 0);
	struct pp_err cause;

	if (pp_strv_contains(search->names, name) ||
		pp_db_row_number(row, 3) == 0)
		return PP_OK;
	pp_fail(&cause, PP_REASON_FILE_GONE,
		"the file is gone, what it said still holds; to take that back, bring a file without people first");
	return pp_apply_file_note_failure(
		search->applying, name, 0, NULL, &cause, err);
}

/* Notes a lock whose time has come: a row of PP_SQL_LOCKS_DUE. */
static enum pp_kind
note_due(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	struct applying *applying = context;
	const char *said_by = pp_db_row_text(row, 2);
	const char *slash = strrchr(said_by, '/');
	const struct pp_apply_note note = {
		.file = slash != NULL ? slash + 1 : said_by,
		.name = pp_db_row_text(row, 0),
		.issuer = pp_db_row_text(row, 4),
		.subject = pp_db_row_text(row, 1),
		.change = "locked",
		.text = pp_db_row_text(row, 3),
		.keeps_out = true};

	return pp_notes_add(&applying->notes, &note, err);
}

/* Makes the locks hold whose time has come, so that the index shows them. */
static enum pp_kind
begin_due_locks(struct applying *applying, struct pp_err *err)
{
	struct pp_accounts *accounts = applying->accounts;
	size_t before = applying->notes.count;
	enum pp_kind kind = pp_db_each(accounts, PP_SQL_LOCKS_DUE, err,
		note_due, applying, "i", applying->now);

	if (kind != PP_OK || applying->notes.count == before)
		return kind;
	kind = pp_db_begin(accounts, err);
	if (kind != PP_OK)
		return kind;
	accounts->dirty_scope = PP_DB_DIRTY_ALL;
	kind = pp_db_exec(
		accounts, PP_SQL_LOCKS_BEGIN, err, "i", applying->now);
	kind = pp_db_end(accounts, kind, err);
	if (kind != PP_OK)
		pp_notes_cut(&applying->notes, before);
	return kind;
}

/* Hashes which files there are and when they changed: another hash, another
 * file. */
static uint64_t
hash_files(const struct pp_accounts *accounts, const struct pp_strv *names)
{
	static const struct pp_uid_key no_key;
	uint64_t hash = names->count;

	for (size_t i = 0; i < names->count; i++) {
		char file[PATH_MAX];
		char path[PATH_MAX];
		struct stat info;
		uint64_t facts[6] = {hash};

		snprintf(file, sizeof(file), "%s/%s", PP_APPLY_DIR,
			names->items[i]);
		pp_db_path_in_root(accounts, file, path);
		if (lstat(path, &info) == 0) {
			facts[1] = info.st_ino;
			facts[2] = (uint64_t) info.st_size;
			facts[3] = (uint64_t) info.st_ctim.tv_sec;
			facts[4] = (uint64_t) info.st_ctim.tv_nsec;
		}
		facts[5] = pp_siphash(
			&no_key, names->items[i], strlen(names->items[i]));
		hash = pp_siphash(&no_key, facts, sizeof(facts));
	}
	return hash;
}

/* One application of all files. */
struct round {
	struct applying *applying;
	pp_apply_visitor *visit;
	void *context;
	struct pp_apply_totals *totals;
};

static enum pp_kind
apply_each(const struct round *round, const struct pp_strv *names,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < names->count && kind == PP_OK; i++) {
		kind = pp_apply_file(round->applying, names->items[i], err);
		pp_notes_visit(&round->applying->notes, round->visit,
			round->context, round->totals);
	}
	return kind;
}

/* Applies the files that are there. Whom one lets go another may lock, so no
 * lock ends before those of all files are stored. */
static enum pp_kind
apply_files(const struct round *round, const struct pp_strv *names,
	struct pp_err *err)
{
	struct applying *applying = round->applying;
	enum pp_kind kind = PP_OK;

	round->totals->files = (int64_t) names->count;
	applying->locks_first = names->count > 1 && !applying->dry;
	if (applying->locks_first)
		kind = apply_each(round, names, err);
	applying->locks_first = false;
	return kind == PP_OK ? apply_each(round, names, err) : kind;
}

/* Applies the files, and those that came meanwhile: what watches the directory
 * may not tell of them a second time. */
static enum pp_kind
apply_until_still(
	const struct round *round, struct pp_strv *names, struct pp_err *err)
{
	const struct pp_accounts *accounts = round->applying->accounts;
	enum pp_kind kind = list_files(accounts, names, err);
	bool again = true;

	for (int i = 0; i < ROUNDS_MAX && again && kind == PP_OK; i++) {
		uint64_t before = hash_files(accounts, names);

		round->totals->failures = 0;
		kind = apply_files(round, names, err);
		pp_strv_free(names);
		if (kind == PP_OK)
			kind = list_files(accounts, names, err);
		again = !round->applying->dry &&
			before != hash_files(accounts, names);
	}
	return kind;
}

/* Does what concerns all files together. */
static enum pp_kind
finish(const struct round *round, const struct pp_strv *names,
	struct pp_err *err)
{
	struct applying *applying = round->applying;
	struct gone_search search = {applying, names};
	enum pp_kind kind = pp_db_each(applying->accounts,
		PP_SQL_ACCOUNTS_FILES, err, note_if_gone, &search, "");

	if (kind == PP_OK)
		kind = begin_due_locks(applying, err);
	pp_notes_visit(
		&applying->notes, round->visit, round->context, round->totals);
	return kind;
}

enum pp_kind
pp_apply_files(struct pp_accounts *accounts, int64_t now,
	pp_apply_visitor *visit, void *context,
	struct pp_apply_totals *ret_totals, struct pp_err *err)
{
	pp_cleanup(applying) struct applying applying = {
		.accounts = accounts, .now = now, .dry = accounts->dry};
	const struct round round = {&applying, visit, context, ret_totals};
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	enum pp_kind kind;

	*ret_totals = (struct pp_apply_totals){0};
	kind = apply_until_still(&round, &names, err);
	return kind == PP_OK ? finish(&round, &names, err) : kind;
}

enum pp_kind
pp_apply_find_accounts(struct pp_accounts *accounts,
	const struct pp_apply_note *note, struct pp_strv *names,
	struct pp_err *err)
{
	char owner[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind;

	if (note->name[0] != '\0')
		return pp_db_query_names(accounts, PP_SQL_ACCOUNTS_NAMED,
			note->name, names, err);
	kind = pp_row_subject_owner(
		accounts, note->issuer, note->subject, &found, owner, err);
	return kind == PP_OK && found
		       ? pp_strv_append(names, owner, strlen(owner), err)
		       : kind;
}

enum pp_kind
pp_apply_find_kills(
	struct pp_accounts *accounts, struct pp_strv *names, struct pp_err *err)
{
	return pp_db_query_names(accounts, PP_SQL_LOCK_KILLS, NULL, names, err);
}

enum pp_kind
pp_apply_kills_done(struct pp_accounts *accounts, const struct pp_strv *names,
	struct pp_err *err)
{
	enum pp_kind kind;

	if (names->count == 0)
		return PP_OK;
	kind = pp_db_begin(accounts, err);
	if (kind != PP_OK)
		return kind;
	for (size_t i = 0; i < names->count && kind == PP_OK; i++)
		kind = pp_db_exec(accounts, PP_SQL_LOCK_KILLS_DONE, err, "t",
			names->items[i]);
	return pp_db_end(accounts, kind, err);
}

bool
pp_apply_file_is_late(
	const struct pp_apply_file *file, int64_t max_age, int64_t now)
{
	return file->confirmed != 0 && now - file->confirmed > max_age;
}

struct file_walk {
	pp_apply_file_visitor *visit;
	void *context;
};

static enum pp_kind
visit_file(void *context, const struct pp_db_row *row, struct pp_err *err)
{
	const struct file_walk *walk = context;
	const struct pp_apply_file file = {.name = pp_db_row_text(row, 0),
		.serial = pp_db_row_number(row, 1),
		.confirmed = pp_db_row_number(row, 2),
		.count = pp_db_row_number(row, 3),
		.clean = pp_db_row_number(row, 5) != 0};

	return walk->visit(walk->context, &file, err);
}

enum pp_kind
pp_apply_each_file(struct pp_accounts *accounts, pp_apply_file_visitor *visit,
	void *context, struct pp_err *err)
{
	struct file_walk walk = {visit, context};

	return pp_db_each(
		accounts, PP_SQL_ACCOUNTS_FILES, err, visit_file, &walk, "");
}
