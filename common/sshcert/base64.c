/* SPDX-License-Identifier: MIT */
#include "base64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz"
			       "0123456789+/";

static int
value_of(char letter)
{
	const char *at = letter != '\0' ? strchr(alphabet, letter) : NULL;

	return at != NULL ? (int) (at - alphabet) : -1;
}

static size_t
padding_of(const char *text, size_t len)
{
	if (len >= 2 && text[len - 1] == '=')
		return text[len - 2] == '=' ? 2 : 1;
	return 0;
}

/* Decodes four characters, of which the last `padding` are '='. Returns the
 * number of bytes, 0 for what is not canonical. */
static size_t
decode_group(const char *text, size_t padding, unsigned char bytes[3])
{
	uint32_t group = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - padding ? value_of(text[i]) : 0;

		if (value < 0)
			return 0;
		group = group << 6 | (uint32_t) value;
	}
	/* RFC 4648 section 3.5: bits that mean nothing are zero. */
	if ((padding == 1 && (group & 0xff) != 0) ||
		(padding == 2 && (group & 0xffff) != 0))
		return 0;
	bytes[0] = (unsigned char) (group >> 16);
	bytes[1] = (unsigned char) (group >> 8);
	bytes[2] = (unsigned char) group;
	return 3 - padding;
}

enum pp_kind
pp_base64_decode(const char *text, size_t len, struct pp_secret *bytes,
	struct pp_err *err)
{
	size_t padding = padding_of(text, len);
	enum pp_kind kind = PP_OK;

	if (len == 0 || len % 4 != 0)
		return pp_fail(err, PP_REASON_CERT_MALFORMED,
			"%zu characters are not base64", len);
	kind = pp_secret_reserve(bytes, len / 4 * 3, err);
	for (size_t i = 0; kind == PP_OK && i < len; i += 4) {
		unsigned char group[3];
		size_t count = decode_group(
			text + i, i + 4 == len ? padding : 0, group);

		if (count == 0)
			return pp_fail(err, PP_REASON_CERT_MALFORMED,
				"the text is not canonical base64");
		kind = pp_secret_append(bytes, group, count, err);
	}
	return kind;
}

enum pp_kind
pp_base64_encode(const unsigned char *bytes, size_t len, struct pp_secret *text,
	struct pp_err *err)
{
	enum pp_kind kind = pp_secret_reserve(text, (len + 2) / 3 * 4, err);

	for (size_t i = 0; kind == PP_OK && i < len; i += 3) {
		size_t left = len - i < 3 ? len - i : 3;
		uint32_t group = (uint32_t) bytes[i] << 16 |
				 (left > 1 ? (uint32_t) bytes[i + 1] << 8 : 0) |
				 (left > 2 ? bytes[i + 2] : 0);
		const char letters[] = {alphabet[group >> 18],
			alphabet[group >> 12 & 63],
			left > 1 ? alphabet[group >> 6 & 63] : '=',
			left > 2 ? alphabet[group & 63] : '='};

		kind = pp_secret_append(text, letters, sizeof(letters), err);
	}
	return kind;
}
