/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/index/index.h>
#include <playpen/other_nss/other_users.h>

/* Grows in steps of doubling; false when memory ran out. */
static bool
append(struct pp_other_users *other_users, const char *name, uint32_t number)
{
	size_t count = other_users->name_count;
	char *copy = strdup(name);

	if (copy == NULL)
		return false;
	if ((count & (count - 1)) == 0) {
		size_t size = count > 0 ? 2 * count : 1;
		char **names = reallocarray(
			other_users->names, size, sizeof(*other_users->names));
		uint32_t *numbers = NULL;

		if (names != NULL) {
			other_users->names = names;
			numbers = reallocarray(other_users->numbers, size,
				sizeof(*other_users->numbers));
		}
		if (numbers == NULL) {
			free(copy);
			return false;
		}
		other_users->numbers = numbers;
	}
	other_users->names[other_users->name_count++] = copy;
	other_users->numbers[other_users->number_count++] = number;
	return true;
}

static int
compare_names(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

static int
compare_numbers(const void *a, const void *b)
{
	const uint32_t *left = a;
	const uint32_t *right = b;

	return (*left > *right) - (*left < *right);
}

static bool
open_file(const char *root, const char *file, FILE **ret_stream)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", root, file);
	*ret_stream = fopen(path, "re");
	return *ret_stream != NULL || errno == ENOENT;
}

static bool
read_files(const char *root, struct pp_other_users *other_users)
{
	pp_cleanup(pp_stream) FILE *passwd = NULL;
	pp_cleanup(pp_stream) FILE *group = NULL;
	const struct passwd *user;
	const struct group *entry;
	bool good = open_file(root, "/etc/passwd", &passwd) &&
		    open_file(root, "/etc/group", &group);

	while (good && passwd != NULL && (user = fgetpwent(passwd)) != NULL)
		good = append(other_users, user->pw_name, user->pw_uid);
	while (good && group != NULL && (entry = fgetgrent(group)) != NULL)
		good = append(other_users, entry->gr_name, entry->gr_gid);
	return good;
}

/* Returns true if the index has the name with this number: nss_playpen
 * enumerates too, so the entry is a playpen user. */
static bool
is_in_index(const struct pp_index *index, const char *name, uint32_t number)
{
	struct pp_index_user user;
	struct pp_index_group group;

	if (index == NULL)
		return false;
	if (pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND &&
		user.uid == number)
		return true;
	return pp_index_group_by_name(index, name, &group) == PP_INDEX_FOUND &&
	       group.gid == number;
}

static bool
read_nss(const struct pp_index *index, struct pp_other_users *other_users)
{
	const struct passwd *user;
	const struct group *entry;
	bool good = true;

	setpwent();
	while (good && (user = getpwent()) != NULL)
		good = is_in_index(index, user->pw_name, user->pw_uid) ||
		       append(other_users, user->pw_name, user->pw_uid);
	endpwent();
	setgrent();
	while (good && (entry = getgrent()) != NULL)
		good = is_in_index(index, entry->gr_name, entry->gr_gid) ||
		       append(other_users, entry->gr_name, entry->gr_gid);
	endgrent();
	return good;
}

enum pp_kind
pp_other_users_read(
	const char *root, struct pp_other_users *ret_users, struct pp_err *err)
{
	pp_cleanup(pp_other_users) struct pp_other_users other_users = {0};
	struct pp_index *index = NULL;

	if (!read_files(root, &other_users))
		return pp_fail_errno(err, PP_REASON_SYSTEM,
			"local users and groups cannot be read");
	if (root[0] == '\0') {
		bool good;

		(void) pp_index_open(PP_INDEX_PATH, &index);
		good = read_nss(index, &other_users);
		pp_index_release(&index);
		if (!good)
			return pp_fail_memory(err);
	}
	if (other_users.name_count > 0) {
		qsort(other_users.names, other_users.name_count,
			sizeof(*other_users.names), compare_names);
		qsort(other_users.numbers, other_users.number_count,
			sizeof(*other_users.numbers), compare_numbers);
	}
	*ret_users = other_users;
	memset(&other_users, 0, sizeof(other_users));
	return PP_OK;
}

bool
pp_other_users_has_name(
	const struct pp_other_users *other_users, const char *name)
{
	return other_users->name_count > 0 &&
	       bsearch(&name, other_users->names, other_users->name_count,
		       sizeof(*other_users->names), compare_names) != NULL;
}

bool
pp_other_users_has_number(
	const struct pp_other_users *other_users, uint32_t number)
{
	return other_users->number_count > 0 &&
	       bsearch(&number, other_users->numbers, other_users->number_count,
		       sizeof(*other_users->numbers), compare_numbers) != NULL;
}

void
pp_other_users_free(struct pp_other_users *other_users)
{
	for (size_t i = 0; i < other_users->name_count; i++)
		free(other_users->names[i]);
	free(other_users->names);
	free(other_users->numbers);
	memset(other_users, 0, sizeof(*other_users));
}
