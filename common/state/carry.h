/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_CARRY_H
#define PLAYPEN_STATE_CARRY_H

#include "gather.h"

/*
 * Carries those who did not change from the index that is in place over into
 * the content of the next one. An index has numbers of groups where a content
 * has places: they are turned back.
 */

struct pp_number {
	uint32_t gid;
	uint32_t place;
};

/* A zeroed struct carries nothing. */
struct pp_carry {
	struct pp_index *index; /* NULL when all is to be read; a gathering's */
	size_t places;          /* memberships in it */
	uint32_t *uids;         /* whose accounts changed, ascending */
	size_t uid_count;
	struct pp_number *numbers; /* sorted by gid */
	size_t number_count;
};

/* Finds the index to go on from, and who changed. ret->index is the caller's to
 * release, when this fails as well. */
enum pp_kind pp_carry_begin(struct pp_state *state,
	const struct pp_index_content *content, struct pp_carry *ret,
	struct pp_err *err) PP_NODISCARD;

/* Adds everybody who did not change to the gathering, which has room. */
enum pp_kind pp_carry_over(const struct pp_carry *carry,
	struct pp_gathering *gathering, struct pp_err *err) PP_NODISCARD;

void pp_carry_free(struct pp_carry *carry);

#endif
