/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_OTHER_NSS_LOCAL_MATCH_H
#define PLAYPEN_OTHER_NSS_LOCAL_MATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <playpen/base/err.h>

/*
 * The local users and groups as their files have them, regardless of
 * nsswitch.conf and its sources.
 */

/* What a question matched: entries of one name, and of one number. */
struct pp_local_match {
	bool name;         /* there is an entry of this name */
	uint32_t number;   /* its uid or gid */
	bool number_taken; /* there is an entry of this number by another name
			    */
};

/* Asks root's /etc/passwd; a missing file has no entries. */
enum pp_kind pp_local_match_user(const char *root, const char *name,
	uint32_t uid, struct pp_local_match *ret_match,
	struct pp_err *err) PP_NODISCARD;

/* Asks root's /etc/group. */
enum pp_kind pp_local_match_group(const char *root, const char *name,
	uint32_t gid, struct pp_local_match *ret_match,
	struct pp_err *err) PP_NODISCARD;

#endif
