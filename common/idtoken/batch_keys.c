/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "batch.h"

enum pp_kind
pp_batch_use_keys(struct pp_batch *batch, const char *text, size_t len,
	const struct pp_jwks **ret_keys, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (batch->keys == NULL || batch->keys_text.len != len ||
		memcmp(batch->keys_text.data, text, len) != 0) {
		pp_jwks_free(&batch->keys);
		kind = pp_jwks_parse(text, len, &batch->keys, err);
		batch->keys_text.max = PP_JWKS_TEXT_MAX;
		pp_secret_clear(&batch->keys_text);
		if (kind == PP_OK)
			kind = pp_secret_set(&batch->keys_text, text, len, err);
	}
	*ret_keys = batch->keys;
	return kind;
}

void
pp_batch_free(struct pp_batch *batch)
{
	pp_secret_free(&batch->keys_text);
	pp_jwks_free(&batch->keys);
}
