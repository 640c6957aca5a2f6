/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_TRACES_H
#define PLAYPEN_STATE_TRACES_H

#include "database.h"

/*
 * What an account leaves on a machine that would pass to the next who gets its
 * name or uid: home directory, crontab, jobs of at, mail, lingering, processes.
 * *ret_text, NULL when there is nothing, names them.
 */
enum pp_kind pp_traces_find(struct pp_state *state,
	const struct pp_account *account, char **ret_text,
	struct pp_err *err) PP_NODISCARD;

#endif
