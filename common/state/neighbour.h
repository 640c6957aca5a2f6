/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_NEIGHBOUR_H
#define PLAYPEN_STATE_NEIGHBOUR_H

#include <playpen/state.h>

#include "locals.h"

/*
 * Users and groups that are not ours: those of the passwd and group files
 * below root and, on the machine itself (root is ""), those of every other
 * source in nsswitch.conf. A foreign source may wait for a network, so nothing
 * here is called while a lock or a transaction is held.
 *
 * Our own module is not asked, wherever nsswitch.conf has it.
 */

/* Whom to ask. */
enum pp_neighbour_depth {
	PP_NEIGHBOUR_FILES, /* the files alone */
	PP_NEIGHBOUR_NAMES, /* every source, for the name */
	PP_NEIGHBOUR_EVERY, /* every source, for name and number */
};

/*
 * Whether a person may have this name and number (uid and gid alike). Fails
 * with PP_REASON_NAME_LOCAL, PP_REASON_UID_COLLISION, or PP_REASON_SYSTEM when
 * a source could not answer. For somebody who is bound already the files are
 * enough, so that a directory server which is down hinders nobody.
 */
enum pp_kind pp_neighbour_check_user(const char *root, const char *name,
	uint32_t uid, enum pp_neighbour_depth depth,
	struct pp_err *err) PP_NODISCARD;

/* What another source says of a group. */
enum pp_neighbour_group {
	PP_NEIGHBOUR_NONE,  /* no other source has it */
	PP_NEIGHBOUR_GROUP, /* a group, *ret_gid is its number */
	PP_NEIGHBOUR_USER,  /* the name of a user of theirs or ours */
};

/*
 * By the files in locals, and by the sources of nsswitch.conf where it names
 * any other: asking each of them for a thousand groups takes long.
 */
enum pp_kind pp_neighbour_find_group(const struct pp_locals *locals,
	const char *name, enum pp_neighbour_group *ret_what, uint32_t *ret_gid,
	struct pp_err *err) PP_NODISCARD;

/* Whether another source uses the gid for a group of another name. */
enum pp_kind pp_neighbour_gid_taken(const char *root, const char *name,
	uint32_t gid, bool *ret_taken, struct pp_err *err) PP_NODISCARD;

#endif
