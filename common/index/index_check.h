/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/index/index.h>

/*
 * Checks each row by itself, and the numbers of rows; what comes twice is found
 * while the tables are filled.
 */
enum pp_kind pp_index_check(const struct pp_index_content *content,
	struct pp_err *err) PP_NODISCARD;
