/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include <playpen/sshcert/pktoken.h>

#define SEGMENTS 5U

static bool
is_base64url(const struct pp_sshcert_bytes *bytes)
{
	for (size_t i = 0; i < bytes->len; i++) {
		unsigned char byte = bytes->data[i];

		if (!(byte >= 'A' && byte <= 'Z') &&
			!(byte >= 'a' && byte <= 'z') &&
			!(byte >= '0' && byte <= '9') && byte != '-' &&
			byte != '_')
			return false;
	}
	return bytes->len > 0;
}

/* Returns false unless a segment ends at a colon, or the last one at the end.
 */
static bool
take_segment(struct pp_sshcert_bytes *rest, bool last,
	struct pp_sshcert_bytes *ret_segment)
{
	const unsigned char *colon =
		rest->len > 0 ? memchr(rest->data, ':', rest->len) : NULL;
	size_t len = colon != NULL ? (size_t) (colon - rest->data) : rest->len;

	if ((colon == NULL) != last)
		return false;
	*ret_segment = (struct pp_sshcert_bytes){rest->data, len};
	if (!last)
		len++;
	*rest = (struct pp_sshcert_bytes){rest->data + len, rest->len - len};
	return is_base64url(ret_segment);
}

enum pp_kind
pp_pktoken_split(const struct pp_sshcert_bytes *token,
	struct pp_pktoken *ret_parts, struct pp_err *err)
{
	struct pp_sshcert_bytes rest = *token;
	struct pp_pktoken parts = {0};
	struct pp_sshcert_bytes *const segments[SEGMENTS] = {&parts.payload,
		&parts.header, &parts.signature, &parts.key_header,
		&parts.key_signature};

	for (size_t i = 0; i < SEGMENTS; i++)
		if (!take_segment(&rest, i + 1 == SEGMENTS, segments[i]))
			return pp_fail(err, PP_REASON_CERT_MALFORMED,
				"segment %zu of the PK token", i + 1);
	*ret_parts = parts;
	return PP_OK;
}
