/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
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
	bool had_uid;  /* its jobs are the account's own */
	bool had_name; /* so is lingering under the names */
};

/*
 * Checks that nothing of another user becomes the new person's, when an account
 * is made or bound or gets another name. That is a home directory, crontab or
 * mailbox of a uid that is neither of->uid nor root's; lingering under one of
 * the names, unless had_name; a job of at of of->uid, unless had_uid. Returns
 * PP_OK, or fails with PP_REASON_LEFTOVERS, naming the file, or
 * PP_REASON_SYSTEM.
 */
enum pp_kind pp_leftovers_check(
	const struct pp_leftovers_of *of, struct pp_err *err) PP_NODISCARD;

/*
 * Finds the first of home directory, crontab, mail, lingering, job of at and,
 * on this machine, process. *ret_text names it, or is NULL if there is none.
 * Returns PP_OK, or fails with PP_REASON_SYSTEM if a directory cannot be read.
 */
enum pp_kind pp_leftovers_find(const struct pp_leftovers_of *of,
	char **ret_text, struct pp_err *err) PP_NODISCARD;
