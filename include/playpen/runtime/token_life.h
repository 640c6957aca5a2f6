/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/err.h>

/*
 * How long ID tokens of the provider live, which no document of a provider says:
 * the last one that a person of this node signed in with is remembered, for
 * playpenctl doctor. Root only.
 */

/* The life that a day certificate needs of its token, in seconds. */
#define PP_TOKEN_LIFE_OF_A_DAY ((int64_t) 12 * 3600)

/* Remembers that an ID token lived for so many seconds, 0 or more. Returns PP_OK
 * or fails with PP_REASON_SYSTEM. */
enum pp_kind pp_token_life_note(
	int64_t seconds, struct pp_err *err) PP_NODISCARD;

/* Reads what was remembered below root since the machine was started. Returns
 * false if that is nothing. */
bool pp_token_life_read(const char *root, int64_t *ret_seconds);
