/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/roster/roster.h>

#include "playpenctl/cli/json_out.h"

/* Prints an accounts file on standard output. */

/* Prints the first line. */
enum pp_kind entry_out_first(struct json_out *object, int64_t serial,
	int64_t confirmed, struct pp_err *err) PP_NODISCARD;

/* Prints the line of one entry. */
enum pp_kind entry_out(struct json_out *object,
	const struct pp_roster_entry *entry, struct pp_err *err) PP_NODISCARD;

/* Prints the last line. */
enum pp_kind entry_out_last(struct json_out *object, int64_t count,
	struct pp_err *err) PP_NODISCARD;
