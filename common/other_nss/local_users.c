/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/base/file.h>
#include <playpen/other_nss/local_users.h>

#include "local_match.h"

/* Grows in steps of doubling. */
static enum pp_kind
append(struct pp_local_list *list, const char *name, uint32_t number,
	struct pp_err *err)
{
	size_t count = list->count;
	char *copy = strdup(name);

	if (copy != NULL && (count & (count - 1)) == 0) {
		struct pp_local_entry *items = reallocarray(
			list->items, count > 0 ? 2 * count : 1, sizeof(*items));

		if (items == NULL)
			pp_text_free(&copy);
		else
			list->items = items;
	}
	if (copy == NULL)
		return pp_fail_memory(err);
	list->items[list->count++] =
		(struct pp_local_entry){copy, number, count};
	return PP_OK;
}

static int
compare_names(const void *a, const void *b)
{
	const struct pp_local_entry *left = a;
	const struct pp_local_entry *right = b;

	return strcmp(left->name, right->name);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct pp_local_entry *left = a;
	const struct pp_local_entry *right = b;
	int order = compare_names(a, b);

	return order != 0 ? order
			  : (left->line > right->line) -
				    (left->line < right->line);
}

static void
sort(struct pp_local_list *list)
{
	size_t unique = 0;

	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items),
			compare_entries);
	for (size_t i = 0; i < list->count; i++)
		if (unique > 0 && compare_names(&list->items[unique - 1],
					  &list->items[i]) == 0)
			free(list->items[i].name);
		else
			list->items[unique++] = list->items[i];
	list->count = unique;
}

static enum pp_kind
read_users(const char *root, struct pp_local_list *list, struct pp_err *err)
{
	pp_cleanup(pp_stream) FILE *stream = NULL;
	const struct passwd *entry;
	enum pp_kind kind =
		pp_file_open_in_root(root, "/etc/passwd", &stream, err);

	while (kind == PP_OK && stream != NULL &&
		(entry = fgetpwent(stream)) != NULL)
		kind = append(list, entry->pw_name, entry->pw_uid, err);
	return kind;
}

static enum pp_kind
read_groups(const char *root, struct pp_local_list *list, struct pp_err *err)
{
	pp_cleanup(pp_stream) FILE *stream = NULL;
	const struct group *entry;
	enum pp_kind kind =
		pp_file_open_in_root(root, "/etc/group", &stream, err);

	while (kind == PP_OK && stream != NULL &&
		(entry = fgetgrent(stream)) != NULL)
		kind = append(list, entry->gr_name, entry->gr_gid, err);
	return kind;
}

enum pp_kind
pp_local_users_read(
	const char *root, struct pp_local_users *ret_users, struct pp_err *err)
{
	pp_cleanup(pp_local_users) struct pp_local_users local_users = {
		.this_node = root[0] == '\0'};
	enum pp_kind kind = read_users(root, &local_users.users, err);

	if (kind == PP_OK)
		kind = read_groups(root, &local_users.groups, err);
	if (kind != PP_OK)
		return kind;
	sort(&local_users.users);
	sort(&local_users.groups);
	if (local_users.this_node) {
		pp_nss_sources_read(root, &local_users.sources);
		local_users.others =
			pp_nss_sources_has_others(&local_users.sources);
	}
	*ret_users = local_users;
	memset(&local_users, 0, sizeof(local_users));
	return PP_OK;
}

const struct pp_local_entry *
pp_local_users_find(const struct pp_local_list *list, const char *name)
{
	size_t low = 0;
	size_t count = list->count;

	while (count > 0) {
		const struct pp_local_entry *middle =
			&list->items[low + count / 2];
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
pp_local_users_free(struct pp_local_users *local_users)
{
	for (size_t i = 0; i < local_users->users.count; i++)
		free(local_users->users.items[i].name);
	for (size_t i = 0; i < local_users->groups.count; i++)
		free(local_users->groups.items[i].name);
	free(local_users->users.items);
	free(local_users->groups.items);
	pp_nss_sources_free(&local_users->sources);
	memset(local_users, 0, sizeof(*local_users));
}
