/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Base64 (RFC 4648): with padding as OpenSSH writes it (section 4), and
 * base64url without padding as JOSE has it (RFC 7515 section 2). A decoder
 * takes the one canonical spelling only, so that no two texts mean the same
 * bytes: no other alphabet, no white space, no length that nothing encodes to.
 * The unused bits of the last character are zero (section 3.5). No state; the
 * caller owns every buffer.
 */

/* Room that decoding len characters, or encoding len bytes, needs. */
#define PP_BASE64_DECODED(len) ((len) / 4 * 3 + 3)
#define PP_BASE64_ENCODED(len) (((len) + 2) / 3 * 4 + 1)

/*
 * Decodes len characters of base64url into ret_bytes, which has
 * PP_BASE64_DECODED(len) bytes of room. Returns false when the text is not
 * canonical; what ret_bytes then holds is undefined.
 */
bool pp_base64_url_decode(const char *text, size_t len, void *ret_bytes,
	size_t *ret_len) __attribute__((warn_unused_result));

/*
 * Encodes len bytes as base64url into ret_text, which has
 * PP_BASE64_ENCODED(len) bytes of room; a NUL ends it. Returns its length
 * without the NUL.
 */
size_t pp_base64_url_encode(const void *bytes, size_t len, char *ret_text);

/* Decodes base64 with padding, otherwise like pp_base64_url_decode(). */
bool pp_base64_decode(const char *text, size_t len, void *ret_bytes,
	size_t *ret_len) __attribute__((warn_unused_result));

/* Encodes as base64 with padding, otherwise like pp_base64_url_encode(). */
size_t pp_base64_encode(const void *bytes, size_t len, char *ret_text);
