/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/jose/base64url.h>
#include <playpen/json/json.h>

/* Room for a member of at most max bytes. */
#define PP_JWK_MEMBER_ROOM(max) PP_BASE64URL_DECODED(((max) *4 + 2) / 3)

/*
 * A member that is base64url of at most max bytes (RFC 7518 section 6).
 * ret_bytes has PP_JWK_MEMBER_ROOM(max) bytes; *ret_len becomes max + 1 when
 * the member is longer. PP_REASON_KEY_MALFORMED otherwise.
 */
enum pp_reason pp_jwk_member_read(const struct pp_json *object,
	const char *name, unsigned char *ret_bytes, size_t max,
	size_t *ret_len);
