/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_OTHER_NSS_OTHER_USERS_H
#define PLAYPEN_OTHER_NSS_OTHER_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <playpen/base/err.h>

/*
 * All users and groups that somebody else has, read once, for questions about a
 * million names. From the files below root; on the machine itself (root is "")
 * also what every source of nsswitch.conf enumerates, our own answers left out.
 */

struct pp_other_users {
	char **names; /* of users and groups, sorted */
	size_t name_count;
	uint32_t *numbers; /* uids and gids, sorted */
	size_t number_count;
};

enum pp_kind pp_other_users_read(const char *root,
	struct pp_other_users *ret_users, struct pp_err *err) PP_NODISCARD;

bool pp_other_users_has_name(
	const struct pp_other_users *other_users, const char *name);
bool pp_other_users_has_number(
	const struct pp_other_users *other_users, uint32_t number);

void pp_other_users_free(struct pp_other_users *other_users);

#endif
