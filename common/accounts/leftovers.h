/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/db.h>

/*
 * What an account leaves on a machine that would pass to the next who gets its
 * name or uid: home directory, crontab, jobs of at, mail, lingering, processes.
 * *ret_text, NULL when there is nothing, names them.
 */
enum pp_kind pp_leftovers_find(struct pp_accounts *accounts,
	const struct pp_account *account, char **ret_text,
	struct pp_err *err) PP_NODISCARD;
