/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_CENSUS_H
#define PLAYPEN_STATE_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <playpen/err.h>

/*
 * All users and groups that somebody else has, read once, for questions about a
 * million names. From the files below root; on the machine itself (root is "")
 * also what every source of nsswitch.conf enumerates, our own answers left out.
 */

struct pp_census {
	char **names; /* of users and groups, sorted */
	size_t name_count;
	uint32_t *numbers; /* uids and gids, sorted */
	size_t number_count;
};

enum pp_kind pp_census_take(const char *root, struct pp_census *ret_census,
	struct pp_err *err) PP_NODISCARD;

bool pp_census_has_name(const struct pp_census *census, const char *name);
bool pp_census_has_number(const struct pp_census *census, uint32_t number);

void pp_census_free(struct pp_census *census);

#endif
