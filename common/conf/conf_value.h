/* SPDX-License-Identifier: MIT */
#pragma once

#include "settings.h"

/*
 * One value between its text and its place in a struct, by a row of the key
 * table. base is the struct that the key's offset counts from.
 */

/*
 * Parses text into the key's place; a list grows. Fails with
 * PP_REASON_CONFIG_INVALID and a message that begins with the key's name.
 */
enum pp_kind pp_conf_value_set(const struct pp_conf_setting *key, void *base,
	const char *text, struct pp_err *err) PP_NODISCARD;

/* Copies the value from one struct to another, where it replaces nothing. */
enum pp_kind pp_conf_value_copy(const struct pp_conf_setting *key,
	const void *from, void *base, struct pp_err *err) PP_NODISCARD;

/* Frees what the place holds; it is zero afterwards. */
void pp_conf_value_free(const struct pp_conf_setting *key, void *base);
