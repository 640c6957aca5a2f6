/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IDENTITY_IMAGE_H
#define PLAYPEN_IDENTITY_IMAGE_H

#include <playpen/index.h>

#include "record.h"

/*
 * A whole index in memory, as it will stand in its file. The same content and
 * seed always give the same bytes, so that "did anything change?" is one
 * comparison. Allocates; one thread.
 */

struct pp_image {
	unsigned char *bytes;
	size_t size;
};

/* Frees by pp_image_free. Fails with INDEX_INVALID as pp_index_write says. */
enum pp_kind pp_image_build(const struct pp_index_content *content,
	const uint64_t seed[2], struct pp_image *ret_image,
	struct pp_err *err) PP_NODISCARD;

void pp_image_free(struct pp_image *image);

/*
 * Checks each row by itself, and the numbers of rows; what comes twice is found
 * while the tables are filled.
 */
enum pp_kind pp_image_check(const struct pp_index_content *content,
	struct pp_err *err) PP_NODISCARD;

#endif
