/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* The bytes of an index in memory, as they will stand in its file. */
struct pp_index_image {
	unsigned char *bytes;
	size_t size;
};

/* Frees the bytes and empties the image. */
void pp_index_image_free(struct pp_index_image *image);
