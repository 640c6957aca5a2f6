/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include <playpen/base/str.h>

/*
 * What a user leaves on a machine that would pass to the next user of its name
 * or uid. Reads directories; no lock and no database.
 */

/* Whose leftovers are searched for. All borrowed. */
struct pp_leftovers_of {
	const char *root;            /* "" is this machine */
	const struct pp_strv *names; /* of now, and of before */
	const char *home;
	uint32_t uid;
};

/*
 * Finds the first of home directory, crontab, mail, lingering, job of at and,
 * on this machine, process. *ret_text names it, or is NULL if there is none.
 * Returns PP_OK, or fails with PP_REASON_SYSTEM if a directory cannot be read.
 */
enum pp_kind pp_leftovers_find(const struct pp_leftovers_of *of,
	char **ret_text, struct pp_err *err) PP_NODISCARD;
