/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_GATHER_H
#define PLAYPEN_STATE_GATHER_H

#include <playpen/index.h>

#include "database.h"
#include "resolution.h"

/*
 * The whole state as the content of an index, at one moment. Everything that
 * the content points at belongs to the gathering.
 */

struct pp_block;

struct pp_gathering {
	struct pp_index_content content;
	struct pp_index_entry *users;
	struct pp_index_group *groups;
	int64_t *user_ids;  /* of the rows, ascending, as users */
	int64_t *group_ids; /* ascending, as groups; 0 for the last one */
	uint32_t *places;   /* the users' group lists, one behind the other */
	size_t place_max;
	struct pp_block *blocks; /* where the texts are */
	bool missing;            /* groups that the resolution lacks */
};

/*
 * Reads it all, with people_gid as the number of the group of everybody. Groups
 * that are not in the resolution are left out and noted in ret->missing.
 */
enum pp_kind pp_gather(struct pp_state *state,
	const struct pp_resolution *resolution, uint32_t people_gid,
	struct pp_gathering *ret, struct pp_err *err) PP_NODISCARD;

void pp_gathering_free(struct pp_gathering *gathering);

#endif
