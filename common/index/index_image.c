/* SPDX-License-Identifier: MIT */
#include "index_image.h"

#include <stdlib.h>

void
pp_index_image_free(struct pp_index_image *image)
{
	free(image->bytes);
	image->bytes = NULL;
	image->size = 0;
}
