/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>

/*
 * Finds what an account leaves on a machine that would pass to the next user of
 * its name or uid: home directory, crontab, jobs of at, mail, lingering,
 * processes. *ret_text names them, or is NULL if there are none.
 */
enum pp_kind pp_leftovers_find(struct pp_accounts *accounts,
	const struct pp_account *account, char **ret_text,
	struct pp_err *err) PP_NODISCARD;
