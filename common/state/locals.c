/* SPDX-License-Identifier: MIT */
#include "locals.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

/* Grows in steps of doubling. */
static enum pp_kind
append(struct pp_local_list *list, const char *name, uint32_t number,
	struct pp_err *err)
{
	size_t count = list->count;
	char *copy = strdup(name);

	if (copy != NULL && (count & (count - 1)) == 0) {
		struct pp_local *items = reallocarray(
			list->items, count > 0 ? 2 * count : 1, sizeof(*items));

		if (items == NULL)
			pp_text_free(&copy);
		else
			list->items = items;
	}
	if (copy == NULL)
		return pp_fail_memory(err);
	list->items[list->count++] = (struct pp_local){copy, number, count};
	return PP_OK;
}

static int
compare_names(const void *a, const void *b)
{
	const struct pp_local *left = a;
	const struct pp_local *right = b;

	return strcmp(left->name, right->name);
}

static int
compare(const void *a, const void *b)
{
	const struct pp_local *left = a;
	const struct pp_local *right = b;
	int order = compare_names(a, b);

	return order != 0 ? order
			  : (left->line > right->line) -
				    (left->line < right->line);
}

static void
sort(struct pp_local_list *list)
{
	size_t kept = 0;

	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items), compare);
	for (size_t i = 0; i < list->count; i++)
		if (kept > 0 && compare_names(&list->items[kept - 1],
					&list->items[i]) == 0)
			free(list->items[i].name);
		else
			list->items[kept++] = list->items[i];
	list->count = kept;
}

static enum pp_kind
read_users(const char *root, struct pp_local_list *list, struct pp_err *err)
{
	pp_auto(pp_stream) FILE *stream = NULL;
	const struct passwd *entry;
	enum pp_kind kind = pp_files_open(root, "/etc/passwd", &stream, err);

	while (kind == PP_OK && stream != NULL &&
		(entry = fgetpwent(stream)) != NULL)
		kind = append(list, entry->pw_name, entry->pw_uid, err);
	return kind;
}

static enum pp_kind
read_groups(const char *root, struct pp_local_list *list, struct pp_err *err)
{
	pp_auto(pp_stream) FILE *stream = NULL;
	const struct group *entry;
	enum pp_kind kind = pp_files_open(root, "/etc/group", &stream, err);

	while (kind == PP_OK && stream != NULL &&
		(entry = fgetgrent(stream)) != NULL)
		kind = append(list, entry->gr_name, entry->gr_gid, err);
	return kind;
}

enum pp_kind
pp_locals_read(
	const char *root, struct pp_locals *ret_locals, struct pp_err *err)
{
	pp_auto(pp_locals) struct pp_locals locals = {.here = root[0] == '\0'};
	enum pp_kind kind = read_users(root, &locals.users, err);

	if (kind == PP_OK)
		kind = read_groups(root, &locals.groups, err);
	if (kind != PP_OK)
		return kind;
	sort(&locals.users);
	sort(&locals.groups);
	if (locals.here) {
		pp_sources_read(root, &locals.sources);
		locals.others = pp_sources_has_others(&locals.sources);
	}
	*ret_locals = locals;
	memset(&locals, 0, sizeof(locals));
	return PP_OK;
}

const struct pp_local *
pp_locals_find(const struct pp_local_list *list, const char *name)
{
	size_t low = 0;
	size_t count = list->count;

	while (count > 0) {
		const struct pp_local *middle = &list->items[low + count / 2];
		int order = strcmp(middle->name, name);

		if (order == 0)
			return middle;
		if (order < 0) {
			low += count / 2 + 1;
			count -= count / 2 + 1;
		} else
			count /= 2;
	}
	return NULL;
}

void
pp_locals_free(struct pp_locals *locals)
{
	for (size_t i = 0; i < locals->users.count; i++)
		free(locals->users.items[i].name);
	for (size_t i = 0; i < locals->groups.count; i++)
		free(locals->groups.items[i].name);
	free(locals->users.items);
	free(locals->groups.items);
	pp_sources_free(&locals->sources);
	memset(locals, 0, sizeof(*locals));
}
