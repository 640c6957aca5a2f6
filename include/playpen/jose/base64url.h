/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Base64url as JOSE has it (RFC 7515 section 2): no padding. The decoder takes
 * the one canonical spelling only, so that no two texts mean the same bytes: no
 * padding, no other alphabet, no white space, no length of 1 mod 4. The unused
 * bits of the last character are zero (RFC 4648 section 3.5).
 * No state; the caller owns every buffer.
 */

/* Room that decoding len characters, or encoding len bytes, needs. */
#define PP_BASE64URL_DECODED(len) ((len) / 4 * 3 + 3)
#define PP_BASE64URL_ENCODED(len) (((len) + 2) / 3 * 4 + 1)

/*
 * Decodes len characters into ret_bytes, which has PP_BASE64URL_DECODED(len)
 * bytes of room. False when the text is not canonical; what ret_bytes then
 * holds is undefined.
 */
bool pp_base64url_decode(const char *text, size_t len, void *ret_bytes,
	size_t *ret_len) __attribute__((warn_unused_result));

/*
 * Encodes len bytes into ret_text, which has PP_BASE64URL_ENCODED(len) bytes of
 * room; a NUL ends it. Returns its length without the NUL.
 */
size_t pp_base64url_encode(const void *bytes, size_t len, char *ret_text);
