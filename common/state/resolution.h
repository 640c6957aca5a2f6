/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_RESOLUTION_H
#define PLAYPEN_STATE_RESOLUTION_H

#include "database.h"
#include "locals.h"

/*
 * What each group name of the table means on this machine now: one of ours, a
 * local group that a map entry names, or nothing, because somebody else has the
 * name. Asked of the neighbours before any lock is taken, and looked up in here
 * afterwards.
 */

enum pp_meaning {
	PP_MEANING_OURS,  /* with the number that the table has */
	PP_MEANING_LOCAL, /* with the number that its own source has */
	PP_MEANING_NONE,  /* not to be published */
};

struct pp_resolved {
	char name[PP_NAME_SIZE];
	enum pp_meaning meaning;
	uint32_t gid; /* of a local group */
};

struct pp_resolution {
	struct pp_resolved *items; /* sorted by name */
	size_t count;
};

/* Adds every group of the table that is not in it yet. */
enum pp_kind pp_resolution_update(struct pp_state *state,
	struct pp_resolution *resolution, struct pp_err *err) PP_NODISCARD;

/* What it knows of a name, or NULL. */
const struct pp_resolved *pp_resolution_find(
	const struct pp_resolution *resolution, const char *name);

/* Asks for one group. Without locals (NULL) the files could not be read. */
void pp_resolution_ask(const struct pp_state *state,
	const struct pp_locals *locals, const char *name,
	struct pp_resolved *ret);

void pp_resolution_free(struct pp_resolution *resolution);

#endif
