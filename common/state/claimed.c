/* SPDX-License-Identifier: MIT */
#include "claimed.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "member.h"

struct claim {
	int64_t group;
	char text[];
};

static int
compare(const void *a, const void *b)
{
	const struct claim *left = a;
	const struct claim *right = b;

	return strcmp(left->text, right->text);
}

static struct claim *
copy(const char *text)
{
	size_t size = strlen(text) + 1;
	struct claim *claim = malloc(sizeof(*claim) + size);

	if (claim != NULL) {
		claim->group = 0;
		memcpy(claim->text, text, size);
	}
	return claim;
}

/* A claim never becomes a group of the machine's, unless the map says so. */
static enum pp_kind
find(const struct pp_claimed_by *by, const char *claim, int64_t *ret_group,
	struct pp_err *err)
{
	char name[PP_NAME_SIZE];
	bool explicit_entry;

	*ret_group = 0;
	if (!pp_conf_map_group(by->state->conf, claim, name, &explicit_entry))
		return PP_OK;
	if (!explicit_entry && pp_census_has_name(by->census, name))
		return PP_OK;
	return pp_member_group(by->state, name, by->key, ret_group, err);
}

enum pp_kind
pp_claimed_group(struct pp_claimed *claimed, const struct pp_claimed_by *by,
	const char *claim, int64_t *ret_group, struct pp_err *err)
{
	struct claim *wanted = copy(claim);
	struct claim *const *found;
	enum pp_kind kind = PP_OK;

	if (wanted == NULL)
		return pp_fail_memory(err);
	found = tsearch(wanted, &claimed->claims, compare);
	if (found == NULL) {
		free(wanted);
		return pp_fail_memory(err);
	}
	if (*found != wanted) {
		free(wanted);
		*ret_group = (*found)->group;
		return PP_OK;
	}
	kind = find(by, claim, &wanted->group, err);
	*ret_group = wanted->group;
	return kind;
}

void
pp_claimed_free(struct pp_claimed *claimed)
{
	tdestroy(claimed->claims, free);
	claimed->claims = NULL;
}
