/* SPDX-License-Identifier: MIT */
#include "census.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/index.h>

/* Grows in steps of doubling; false when memory ran out. */
static bool
append(struct pp_census *census, const char *name, uint32_t number)
{
	size_t count = census->name_count;
	char *copy = strdup(name);

	if (copy == NULL)
		return false;
	if ((count & (count - 1)) == 0) {
		size_t size = count > 0 ? 2 * count : 1;
		char **names = reallocarray(
			census->names, size, sizeof(*census->names));
		uint32_t *numbers = NULL;

		if (names != NULL) {
			census->names = names;
			numbers = reallocarray(census->numbers, size,
				sizeof(*census->numbers));
		}
		if (numbers == NULL) {
			free(copy);
			return false;
		}
		census->numbers = numbers;
	}
	census->names[census->name_count++] = copy;
	census->numbers[census->number_count++] = number;
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
read_files(const char *root, struct pp_census *census)
{
	pp_auto(pp_stream) FILE *passwd = NULL;
	pp_auto(pp_stream) FILE *group = NULL;
	const struct passwd *user;
	const struct group *entry;
	bool good = open_file(root, "/etc/passwd", &passwd) &&
		    open_file(root, "/etc/group", &group);

	while (good && passwd != NULL && (user = fgetpwent(passwd)) != NULL)
		good = append(census, user->pw_name, user->pw_uid);
	while (good && group != NULL && (entry = fgetgrent(group)) != NULL)
		good = append(census, entry->gr_name, entry->gr_gid);
	return good;
}

/* Our own module enumerates too: what the index has by this number is ours. */
static bool
is_ours(const struct pp_index *index, const char *name, uint32_t number)
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
read_sources(const struct pp_index *index, struct pp_census *census)
{
	const struct passwd *user;
	const struct group *entry;
	bool good = true;

	setpwent();
	while (good && (user = getpwent()) != NULL)
		good = is_ours(index, user->pw_name, user->pw_uid) ||
		       append(census, user->pw_name, user->pw_uid);
	endpwent();
	setgrent();
	while (good && (entry = getgrent()) != NULL)
		good = is_ours(index, entry->gr_name, entry->gr_gid) ||
		       append(census, entry->gr_name, entry->gr_gid);
	endgrent();
	return good;
}

enum pp_kind
pp_census_take(
	const char *root, struct pp_census *ret_census, struct pp_err *err)
{
	pp_auto(pp_census) struct pp_census census = {0};
	struct pp_index *index = NULL;

	if (!read_files(root, &census))
		return pp_fail_errno(err, PP_REASON_SYSTEM,
			"local users and groups cannot be read");
	if (root[0] == '\0') {
		bool good;

		(void) pp_index_map(PP_INDEX_PATH, &index);
		good = read_sources(index, &census);
		pp_index_release(&index);
		if (!good)
			return pp_fail_memory(err);
	}
	if (census.name_count > 0) {
		qsort(census.names, census.name_count, sizeof(*census.names),
			compare_names);
		qsort(census.numbers, census.number_count,
			sizeof(*census.numbers), compare_numbers);
	}
	*ret_census = census;
	memset(&census, 0, sizeof(census));
	return PP_OK;
}

bool
pp_census_has_name(const struct pp_census *census, const char *name)
{
	return census->name_count > 0 &&
	       bsearch(&name, census->names, census->name_count,
		       sizeof(*census->names), compare_names) != NULL;
}

bool
pp_census_has_number(const struct pp_census *census, uint32_t number)
{
	return census->number_count > 0 &&
	       bsearch(&number, census->numbers, census->number_count,
		       sizeof(*census->numbers), compare_numbers) != NULL;
}

void
pp_census_free(struct pp_census *census)
{
	for (size_t i = 0; i < census->name_count; i++)
		free(census->names[i]);
	free(census->names);
	free(census->numbers);
	memset(census, 0, sizeof(*census));
}
