/* SPDX-License-Identifier: MIT */
#include "import_groups.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/accounts/membership.h>

struct claim {
	int64_t group;
	char text[];
};

static int
compare_claims(const void *a, const void *b)
{
	const struct claim *left = a;
	const struct claim *right = b;

	return strcmp(left->text, right->text);
}

static struct claim *
new_claim(const char *text)
{
	size_t size = strlen(text) + 1;
	struct claim *claim = malloc(sizeof(*claim) + size);

	if (claim != NULL) {
		claim->group = 0;
		memcpy(claim->text, text, size);
	}
	return claim;
}

/* Finds a group. A claim never becomes a group of the machine, unless the map
 * says so. */
static enum pp_kind
find_group(const struct pp_import_groups_context *context, const char *claim,
	int64_t *ret_group, struct pp_err *err)
{
	char name[PP_NAME_SIZE];
	bool explicit_entry;

	*ret_group = 0;
	if (!pp_conf_map_group(
		    context->accounts->conf, claim, name, &explicit_entry))
		return PP_OK;
	if (!explicit_entry &&
		pp_local_users_has_name(context->local_users, name))
		return PP_OK;
	return pp_membership_make_group(
		context->accounts, name, context->key, ret_group, err);
}

enum pp_kind
pp_import_groups_find(struct pp_import_groups *cache,
	const struct pp_import_groups_context *context, const char *claim,
	int64_t *ret_group, struct pp_err *err)
{
	struct claim *wanted = new_claim(claim);
	struct claim *const *found;
	enum pp_kind kind = PP_OK;

	if (wanted == NULL)
		return pp_fail_memory(err);
	found = tsearch(wanted, &cache->claims, compare_claims);
	if (found == NULL) {
		free(wanted);
		return pp_fail_memory(err);
	}
	if (*found != wanted) {
		free(wanted);
		*ret_group = (*found)->group;
		return PP_OK;
	}
	kind = find_group(context, claim, &wanted->group, err);
	/* lint: -Wanalyzer-malloc-leak: the tree has it from tsearch(3) on. */
	*ret_group = wanted->group;
	return kind;
}

void
pp_import_groups_free(struct pp_import_groups *cache)
{
	tdestroy(cache->claims, free);
	cache->claims = NULL;
}
