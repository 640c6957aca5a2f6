/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_READING_H
#define PLAYPEN_STATE_READING_H

#include "gather.h"

/*
 * Accounts and members as the table gives them, put into a gathering that has
 * its groups and room for them.
 */

/* Prepares a statement; one that asks for what changed is told since when. */
enum pp_kind pp_reading_prepare(struct pp_state *state,
	enum pp_statement number, int64_t change, sqlite3_stmt **ret_statement,
	struct pp_err *err) PP_NODISCARD;

/* Runs the two statements that see accounts and members, in this order. */
enum pp_kind pp_reading_run(struct pp_state *state,
	const enum pp_statement numbers[2], int64_t change,
	struct pp_gathering *gathering, struct pp_err *err) PP_NODISCARD;

#endif
