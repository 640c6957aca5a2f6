/* SPDX-License-Identifier: MIT */
#pragma once

#include "roster_take.h"

/* What a machine has of a former user, before an entry is taken over. */

/*
 * Fills in what a person keeps who had another name first: the uid and the home
 * directory of that name. For an account that is not there yet. *ret_home,
 * which was NULL, is what the entry's home borrows. Returns PP_OK or a failure
 * of the whole.
 */
enum pp_kind pp_roster_look_former(struct pp_roster *roster,
	struct pp_roster_entry *entry, char **ret_home,
	struct pp_err *err) PP_NODISCARD;

/*
 * Looks for what a former user of the name, the uid or the home directory has
 * left, if the entry would give one of them to its account. *ret_looked has the
 * reason and the message then. Must be called outside of any transaction.
 * Returns PP_OK or a failure of the whole.
 */
enum pp_kind pp_roster_look_entry(struct pp_roster *roster,
	const struct pp_roster_entry *entry,
	struct pp_roster_result *ret_looked, struct pp_err *err) PP_NODISCARD;

/* Words for what was done. */
#define PP_ROSTER_ADDED "added"
#define PP_ROSTER_BOUND "bound"

/* Returns true if the word says that a name was given to a person. */
bool pp_roster_look_is_new(const char *change);

/* Writes why an entry is refused. */
void pp_roster_look_refused(
	struct pp_roster_result *result, const struct pp_err *cause);
