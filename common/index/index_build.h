/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/index/index.h>

#include "index_image.h"

/*
 * A whole index in memory, as it will stand in its file. The same content and
 * seed always give the same bytes, so that "did anything change?" is one
 * comparison. Allocates; one thread.
 */

/* Frees by pp_index_image_free. Fails with INDEX_INVALID as pp_index_write
 * says. */
enum pp_kind pp_index_build_image(const struct pp_index_content *content,
	const uint64_t seed[2], struct pp_index_image *ret_image,
	struct pp_err *err) PP_NODISCARD;
