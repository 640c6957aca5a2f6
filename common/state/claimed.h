/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_CLAIMED_H
#define PLAYPEN_STATE_CLAIMED_H

#include <playpen/identity.h>

#include "census.h"
#include "database.h"

/*
 * What the claims of a roster mean here, remembered: a million people share a
 * thousand groups, and what a claim gives is the same for each of them. Holds
 * numbers of rows, so it is emptied when a transaction is rolled back.
 */

struct pp_claimed {
	void *claims; /* of <search.h> */
};

/* What a claim's meaning depends on; borrowed. */
struct pp_claimed_by {
	struct pp_state *state;
	const struct pp_census *census;
	const struct pp_id_key *key;
};

/*
 * The number of the row of the group that a claim gives, which is made when
 * there is none; 0 for one that gives none here. Inside a transaction of the
 * caller's.
 */
enum pp_kind pp_claimed_group(struct pp_claimed *claimed,
	const struct pp_claimed_by *by, const char *claim, int64_t *ret_group,
	struct pp_err *err) PP_NODISCARD;

void pp_claimed_free(struct pp_claimed *claimed);

#endif
