/* SPDX-License-Identifier: MIT */
#include "key.h"

enum pp_reason
pp_jwk_member_read(const struct pp_json *object, const char *name,
	unsigned char *ret_bytes, size_t max, size_t *ret_len)
{
	struct pp_json_text text;

	if (pp_json_get_string(object, name, &text) != PP_JSON_FOUND)
		return PP_REASON_KEY_MALFORMED;
	/* Before decoding: the caller has room for max bytes. */
	if (text.len > (max * 4 + 2) / 3) {
		*ret_len = max + 1;
		return PP_REASON_NONE;
	}
	if (!pp_base64_url_decode(text.text, text.len, ret_bytes, ret_len))
		return PP_REASON_KEY_MALFORMED;
	return PP_REASON_NONE;
}
