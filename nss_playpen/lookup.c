/* SPDX-License-Identifier: MIT */
#include "lookup.h"

#include <errno.h>

void
lookup_begin(struct lookup *lookup, char *buffer, size_t size)
{
	lookup->saved_errno = errno;
	lookup->code = 0;
	lookup->out = (struct nss_buffer){buffer, size, &lookup->code};
	lookup->index = NULL;
	lookup->status = pp_index_current(&lookup->index);
}

enum nss_status
lookup_end(struct lookup *lookup, enum nss_status result, int *errnop)
{
	pp_index_release(&lookup->index);
	errno = lookup->saved_errno;
	if (result != NSS_STATUS_SUCCESS)
		*errnop = lookup->code;
	return result;
}

enum pp_index_status
lookup_user(const struct lookup *lookup, const struct nss_key *key,
	struct pp_index_user *ret)
{
	if (lookup->status != PP_INDEX_FOUND)
		return lookup->status;
	return key->name != NULL
		       ? pp_index_user_by_name(lookup->index, key->name, ret)
		       : pp_index_user_by_uid(lookup->index, key->id, ret);
}

enum pp_index_status
lookup_group(const struct lookup *lookup, const struct nss_key *key,
	struct pp_index_group *ret)
{
	if (lookup->status != PP_INDEX_FOUND)
		return lookup->status;
	return key->name != NULL
		       ? pp_index_group_by_name(lookup->index, key->name, ret)
		       : pp_index_group_by_gid(lookup->index, key->id, ret);
}
