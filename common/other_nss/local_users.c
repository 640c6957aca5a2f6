/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/base/file.h>
#include <playpen/base/grow.h>
#include <playpen/index/index.h>
#include <playpen/other_nss/local_users.h>

static enum pp_kind
append(struct pp_local_list *list, const char *name, uint32_t number,
	struct pp_err *err)
{
	char *copy;
	enum pp_kind kind =
		pp_grow(&list->items, list->count, sizeof(*list->items), err);

	if (kind != PP_OK)
		return kind;
	copy = strdup(name);
	if (copy == NULL)
		return pp_fail_memory(err);
	list->items[list->count] =
		(struct pp_local_entry){copy, number, list->count};
	list->count++;
	/* lint: memleak: the list has it from here on. */
	return PP_OK;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct pp_local_entry *left = a;
	const struct pp_local_entry *right = b;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order
			  : (left->line > right->line) -
				    (left->line < right->line);
}

static int
compare_name(const void *name, const void *item)
{
	const struct pp_local_entry *entry = item;

	return strcmp(name, entry->name);
}

static int
compare_numbers(const void *a, const void *b)
{
	const uint32_t *left = a;
	const uint32_t *right = b;

	return (*left > *right) - (*left < *right);
}

static enum pp_kind
read_passwd(const char *root, struct pp_local_list *list, struct pp_err *err)
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
read_group(const char *root, struct pp_local_list *list, struct pp_err *err)
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

/* Returns true if the index has this user: the NSS module enumerates too. */
static bool
has_user(const struct pp_index *index, const struct passwd *entry)
{
	struct pp_index_user user;

	return index != NULL &&
	       pp_index_user_by_name(index, entry->pw_name, &user) ==
		       PP_INDEX_FOUND &&
	       user.uid == entry->pw_uid;
}

/* Returns true if the index has this group, or its user a private one. */
static bool
has_group(const struct pp_index *index, const struct group *entry)
{
	struct pp_index_user user;
	struct pp_index_group group;

	if (index == NULL)
		return false;
	if (pp_index_user_by_name(index, entry->gr_name, &user) ==
			PP_INDEX_FOUND &&
		user.uid == entry->gr_gid)
		return true;
	return pp_index_group_by_name(index, entry->gr_name, &group) ==
		       PP_INDEX_FOUND &&
	       group.gid == entry->gr_gid;
}

static enum pp_kind
enumerate(const struct pp_index *index, struct pp_local_users *local_users,
	struct pp_err *err)
{
	const struct passwd *user;
	const struct group *group;
	enum pp_kind kind = PP_OK;

	setpwent();
	while (kind == PP_OK && (user = getpwent()) != NULL)
		if (!has_user(index, user))
			kind = append(&local_users->users, user->pw_name,
				user->pw_uid, err);
	endpwent();
	setgrent();
	while (kind == PP_OK && (group = getgrent()) != NULL)
		if (!has_group(index, group))
			kind = append(&local_users->groups, group->gr_name,
				group->gr_gid, err);
	endgrent();
	return kind;
}

/* Sorts both lists, and all numbers. */
static enum pp_kind
sort(struct pp_local_users *local_users, struct pp_err *err)
{
	const struct pp_local_list *const lists[] = {
		&local_users->users, &local_users->groups};

	local_users->numbers =
		calloc(lists[0]->count + lists[1]->count + 1, sizeof(uint32_t));
	if (local_users->numbers == NULL)
		return pp_fail_memory(err);
	for (size_t i = 0; i < PP_COUNT(lists); i++) {
		if (lists[i]->count > 0)
			qsort(lists[i]->items, lists[i]->count,
				sizeof(*lists[i]->items), compare_entries);
		for (size_t n = 0; n < lists[i]->count; n++)
			local_users->numbers[local_users->number_count++] =
				lists[i]->items[n].number;
	}
	qsort(local_users->numbers, local_users->number_count, sizeof(uint32_t),
		compare_numbers);
	return PP_OK;
}

static enum pp_kind
read_all(const char *root, bool sources, struct pp_local_users *ret_users,
	struct pp_err *err)
{
	pp_cleanup(pp_local_users) struct pp_local_users local_users = {
		.this_node = root[0] == '\0'};
	struct pp_index *index = NULL;
	enum pp_kind kind = read_passwd(root, &local_users.users, err);

	if (kind == PP_OK)
		kind = read_group(root, &local_users.groups, err);
	if (kind == PP_OK && sources && local_users.this_node) {
		(void) pp_index_open(PP_INDEX_PATH, &index);
		kind = enumerate(index, &local_users, err);
		pp_index_release(&index);
	}
	if (kind == PP_OK)
		kind = sort(&local_users, err);
	if (kind != PP_OK)
		return kind;
	if (local_users.this_node) {
		pp_nss_sources_read(root, &local_users.sources);
		local_users.others =
			pp_nss_sources_has_others(&local_users.sources);
	}
	*ret_users = local_users;
	memset(&local_users, 0, sizeof(local_users));
	return PP_OK;
}

enum pp_kind
pp_local_users_read(
	const char *root, struct pp_local_users *ret_users, struct pp_err *err)
{
	return read_all(root, false, ret_users, err);
}

enum pp_kind
pp_local_users_read_all(
	const char *root, struct pp_local_users *ret_users, struct pp_err *err)
{
	return read_all(root, true, ret_users, err);
}

const struct pp_local_entry *
pp_local_users_find(const struct pp_local_list *list, const char *name)
{
	const struct pp_local_entry *found = NULL;

	if (list->count > 0)
		found = bsearch(name, list->items, list->count,
			sizeof(*list->items), compare_name);
	while (found != NULL && found > list->items &&
		strcmp(found[-1].name, name) == 0)
		found--;
	return found;
}

bool
pp_local_users_is_taken(
	const struct pp_local_list *list, uint32_t number, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].number == number &&
			strcmp(list->items[i].name, name) != 0)
			return true;
	return false;
}

bool
pp_local_users_has_name(
	const struct pp_local_users *local_users, const char *name)
{
	return pp_local_users_find(&local_users->users, name) != NULL ||
	       pp_local_users_find(&local_users->groups, name) != NULL;
}

bool
pp_local_users_has_number(
	const struct pp_local_users *local_users, uint32_t number)
{
	return local_users->number_count > 0 &&
	       bsearch(&number, local_users->numbers, local_users->number_count,
		       sizeof(number), compare_numbers) != NULL;
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
	free(local_users->numbers);
	pp_nss_sources_free(&local_users->sources);
	memset(local_users, 0, sizeof(*local_users));
}
