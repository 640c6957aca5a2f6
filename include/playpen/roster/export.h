/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/roster/roster.h>

/* The accounts and locks of a node as entries of an accounts file. */

/* Is called for each entry, which is borrowed for the call. Anything but PP_OK
 * ends the walk and is handed on. No lock of the database is held meanwhile. */
typedef enum pp_kind pp_export_visitor(
	void *context, const struct pp_roster_entry *entry, struct pp_err *err);

/*
 * Visits all accounts of people in order of name, with uid, subject, texts,
 * former names and locks, then the locks that are about no account. Groups are
 * left out: the provider says them. Returns PP_OK or what ended the walk.
 */
enum pp_kind pp_export_entries(struct pp_accounts *accounts,
	pp_export_visitor *visit, void *context,
	struct pp_err *err) PP_NODISCARD;
