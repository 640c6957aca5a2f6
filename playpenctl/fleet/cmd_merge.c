/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <playpen/base/file.h>
#include <playpen/base/grow.h>
#include <playpen/roster/accounts_file.h>
#include <playpen/roster/roster_line.h>

#include "entry_out.h"
#include "fleet.h"

/*
 * `accounts merge`: one file of those of nodes that lived apart. Each person
 * about whom two of them do not agree is named, and nothing is printed then.
 */

#define SHOWN_SIZE 80U

/* A line, and where it came from. */
struct source {
	const char *file;
	struct pp_roster_line line;
	bool merged; /* into an earlier one */
};

struct merge {
	struct ctl *ctl;
	struct pp_accounts_file files[ARGS_OPERANDS_MAX];
	struct source *sources;
	size_t count;
	struct source **order;
	int64_t serial; /* the highest */
};

static void
merge_free(struct merge *merge)
{
	for (size_t i = 0; i < merge->count; i++)
		pp_roster_line_free(&merge->sources[i].line);
	for (size_t i = 0; i < ARGS_OPERANDS_MAX; i++)
		pp_accounts_file_free(&merge->files[i]);
	free(merge->sources);
	free(merge->order);
}

static enum pp_kind
read_file(struct merge *merge, const char *path, struct pp_accounts_file *file,
	struct pp_err *err)
{
	struct pp_accounts_file_line at = {0};
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = args_open_file(path, &fd, err);

	if (kind == PP_OK)
		kind = pp_accounts_file_read(fd, file, err);
	while (kind == PP_OK && pp_accounts_file_next(file, &at)) {
		struct source source = {
			.file = path, .line = {.number = at.number}};

		kind = pp_roster_line_read(at.text, at.len, &source.line, err);
		if (kind != PP_OK)
			return pp_prefix(err, kind, "%s:%lld", path,
				(long long) at.number);
		kind = pp_grow(&merge->sources, merge->count,
			sizeof(*merge->sources), err);
		if (kind == PP_OK)
			merge->sources[merge->count++] = source;
		else
			pp_roster_line_free(&source.line);
	}
	if (kind != PP_OK)
		return pp_prefix(err, kind, "%s", path);
	if (file->serial > merge->serial)
		merge->serial = file->serial;
	return PP_OK;
}

static void
report(struct merge *merge, const char *what, const struct source *a,
	const struct source *b)
{
	const struct pp_roster_entry *left = &a->line.entry;
	const struct pp_roster_entry *right = &b->line.entry;
	const char *left_name = left->name != NULL ? left->name : "a lock";
	const char *right_name = right->name != NULL ? right->name : "a lock";
	char first[SHOWN_SIZE];
	char second[SHOWN_SIZE];

	pp_str_printable(first, sizeof(first), left_name, strlen(left_name));
	pp_str_printable(
		second, sizeof(second), right_name, strlen(right_name));
	ctl_error(merge->ctl, "%s:%lld: %s and %s:%lld: %s: %s", a->file,
		(long long) a->line.number, first, b->file,
		(long long) b->line.number, second, what);
}

/* Orders entries by what the key function gives, "" last. */
typedef const char *key_function(const struct pp_roster_entry *entry);

static const char *
name_of(const struct pp_roster_entry *entry)
{
	return entry->name != NULL ? entry->name : "";
}

static const char *
subject_of(const struct pp_roster_entry *entry)
{
	return entry->subject != NULL ? entry->subject : "";
}

static int
compare_keys(const void *a, const void *b, void *context)
{
	const struct source *left = *(struct source *const *) a;
	const struct source *right = *(struct source *const *) b;
	key_function *key = *(key_function **) context;
	int order = strcmp(key(&left->line.entry), key(&right->line.entry));

	return order != 0 ? order : (left > right) - (left < right);
}

static int
compare_uids(const void *a, const void *b)
{
	int64_t left = (*(struct source *const *) a)->line.entry.uid;
	int64_t right = (*(struct source *const *) b)->line.entry.uid;

	return (left > right) - (left < right);
}

static bool
differ(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) != 0;
}

static const char *
either(const char *a, const char *b)
{
	return a != NULL ? a : b;
}

/* Adds the locks of one entry to those of another: the stricter of both. */
static void
add_locks(struct pp_roster_entry *into, const struct pp_roster_entry *from)
{
	if (into->until == 0 || (from->until != 0 && from->until < into->until))
		into->until = from->until;
	into->locked |= from->locked;
	into->closed |= from->closed;
	into->kill |= from->kill;
	into->reason = either(into->reason, from->reason);
}

/* Takes the entry of one person into the other, unless they differ. */
static enum pp_kind
take(struct merge *merge, struct source *into, struct source *from,
	struct pp_err *err)
{
	struct pp_roster_entry *one = &into->line.entry;
	const struct pp_roster_entry *two = &from->line.entry;
	enum pp_kind kind = PP_OK;

	from->merged = true;
	if (one->uid != -1 && two->uid != -1 && one->uid != two->uid)
		report(merge, "two uids", into, from);
	if (differ(one->subject, two->subject) ||
		differ(one->issuer, two->issuer))
		report(merge, "two subjects", into, from);
	if (differ(one->home, two->home) || differ(one->shell, two->shell))
		report(merge, "two homes or shells", into, from);
	one->uid = one->uid != -1 ? one->uid : two->uid;
	one->subject = either(one->subject, two->subject);
	one->issuer = either(one->issuer, two->issuer);
	one->connector = either(one->connector, two->connector);
	one->gecos = either(one->gecos, two->gecos);
	one->home = either(one->home, two->home);
	one->shell = either(one->shell, two->shell);
	add_locks(one, two);
	for (size_t i = 0; i < two->former.count && kind == PP_OK; i++)
		if (!pp_strv_contains(&one->former, two->former.items[i]))
			kind = pp_strv_append(&one->former,
				two->former.items[i],
				strlen(two->former.items[i]), err);
	return kind;
}

/* Puts what is not merged yet into an order. Returns how many there are. */
static size_t
gather(struct merge *merge)
{
	size_t count = 0;

	for (size_t i = 0; i < merge->count; i++)
		if (!merge->sources[i].merged)
			merge->order[count++] = &merge->sources[i];
	return count;
}

static void
sort(struct merge *merge, size_t count, key_function *key)
{
	qsort_r(merge->order, count, sizeof(struct source *), compare_keys,
		&key);
}

/* Makes one entry of all that have the same name. */
static enum pp_kind
merge_names(struct merge *merge, struct pp_err *err)
{
	size_t count = gather(merge);
	struct source *into = NULL;
	enum pp_kind kind = PP_OK;

	sort(merge, count, name_of);
	for (size_t i = 0; i < count && kind == PP_OK; i++) {
		struct source *at = merge->order[i];

		if (into == NULL || at->line.entry.name == NULL ||
			strcmp(name_of(&into->line.entry),
				name_of(&at->line.entry)) != 0)
			into = at;
		else
			kind = take(merge, into, at, err);
	}
	return kind;
}

/* Finds two names of one subject. A lock without a name goes to whom it is
 * about. */
static void
merge_subjects(struct merge *merge)
{
	size_t count = gather(merge);
	struct source *before = NULL;

	sort(merge, count, subject_of);
	for (size_t i = 0; i < count; i++) {
		struct source *at = merge->order[i];
		struct pp_roster_entry *entry = &at->line.entry;
		struct pp_roster_entry *other =
			before != NULL ? &before->line.entry : NULL;

		if (entry->subject == NULL || other == NULL ||
			strcmp(other->subject, entry->subject) != 0 ||
			differ(other->issuer, entry->issuer)) {
			before = entry->subject != NULL ? at : NULL;
		} else if (entry->name == NULL) {
			add_locks(other, entry);
			at->merged = true;
		} else if (other->name == NULL) {
			add_locks(entry, other);
			before->merged = true;
			before = at;
		} else
			report(merge, "one subject", before, at);
	}
}

/* Finds two names of one uid. */
static void
check_uids(struct merge *merge)
{
	size_t count = gather(merge);

	qsort(merge->order, count, sizeof(struct source *), compare_uids);
	for (size_t i = 1; i < count; i++)
		if (merge->order[i]->line.entry.uid != -1 &&
			compare_uids(&merge->order[i - 1], &merge->order[i]) ==
				0)
			report(merge, "one uid", merge->order[i - 1],
				merge->order[i]);
}

static int
compare_to_name(const void *name, const void *source)
{
	return strcmp(
		name, name_of(&(*(struct source *const *) source)->line.entry));
}

/* Finds names that are one person's now and were another's: renamed on some of
 * the nodes only. Prints nothing. */
static size_t
check_former(struct merge *merge)
{
	size_t count = gather(merge);

	sort(merge, count, name_of);
	for (size_t i = 0; i < count; i++) {
		const struct pp_strv *former =
			&merge->order[i]->line.entry.former;

		for (size_t n = 0; n < former->count; n++) {
			struct source **found = bsearch(former->items[n],
				merge->order, count, sizeof(struct source *),
				compare_to_name);

			if (found != NULL)
				report(merge, "a former name of the first",
					merge->order[i], *found);
		}
	}
	return count;
}

static enum pp_kind
print(struct merge *merge, size_t count, int64_t serial, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	enum pp_kind kind = entry_out_first(&object, serial, time(NULL), err);

	for (size_t i = 0; i < count && kind == PP_OK; i++)
		kind = entry_out(&object, &merge->order[i]->line.entry, err);
	return kind == PP_OK ? entry_out_last(&object, (int64_t) count, err)
			     : kind;
}

static enum pp_kind
run(struct merge *merge, int64_t serial, struct pp_err *err)
{
	size_t count;
	enum pp_kind kind;

	merge->order = calloc(merge->count + 1, sizeof(struct source *));
	if (merge->order == NULL)
		return pp_fail_memory(err);
	kind = merge_names(merge, err);
	if (kind != PP_OK)
		return kind;
	merge_subjects(merge);
	check_uids(merge);
	count = check_former(merge);
	if (serial <= merge->serial)
		serial = merge->serial + 1;
	return merge->ctl->status == 0 ? print(merge, count, serial, err)
				       : PP_OK;
}

enum pp_kind
cmd_accounts_merge(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(merge) struct merge merge = {.ctl = ctl};
	int64_t serial;
	enum pp_kind kind = PP_OK;

	if (!fleet_read_serial(ctl, &serial))
		return PP_OK;
	for (size_t i = 0; i < ctl->args.operand_count && kind == PP_OK; i++)
		kind = read_file(&merge, args_operand(&ctl->args, i),
			&merge.files[i], err);
	return kind == PP_OK ? run(&merge, serial, err) : kind;
}
