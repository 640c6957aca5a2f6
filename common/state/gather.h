/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_GATHER_H
#define PLAYPEN_STATE_GATHER_H

#include <playpen/index.h>

#include "database.h"
#include "resolution.h"

/*
 * The whole state as the content of an index, at one moment: all of it from the
 * table, or what changed from the table and the rest from the index that is in
 * place (origin.h). Everything that the content points at belongs to the
 * gathering.
 */

struct pp_block;

struct pp_gathering {
	struct pp_index_content content;
	struct pp_index_entry *users;
	struct pp_index_group *groups;
	int64_t *user_ids;  /* of the rows, ascending, as users */
	int64_t *group_ids; /* ascending, as groups; 0 for the last one */
	uint32_t *places;   /* the users' group lists, one behind the other */
	size_t user_max;
	size_t place_max;
	size_t place_count;
	struct pp_block *blocks; /* where the texts are */
	struct pp_index *base;   /* the index that it goes on from, or NULL */
	bool missing;            /* groups that the resolution lacks */
	bool same;               /* nothing changed: the index has it all */
};

/*
 * Reads it all, with people_gid as the number of the group of everybody. Groups
 * that are not in the resolution are left out and noted in ret->missing. When
 * ret->same there are no users in the content, for nobody needs them.
 */
enum pp_kind pp_gather(struct pp_state *state,
	const struct pp_resolution *resolution, uint32_t people_gid,
	struct pp_gathering *ret, struct pp_err *err) PP_NODISCARD;

/* A copy of a text that lives as long as the gathering, "" for NULL; NULL when
 * memory ran out. */
const char *pp_gathering_keep(
	struct pp_gathering *gathering, const void *text, size_t len);

/* Adds a group by its place to the user who was added last; there is room. */
void pp_gathering_add_place(struct pp_gathering *gathering,
	struct pp_index_entry *user, size_t place);

void pp_gathering_free(struct pp_gathering *gathering);

#endif
