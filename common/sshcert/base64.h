/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/secret.h>

/*
 * Decodes base64 with padding (RFC 4648 section 4) in its only spelling and
 * appends the bytes to *bytes. Fails with PP_REASON_CERT_MALFORMED,
 * PP_REASON_TOO_LONG and PP_REASON_NO_MEMORY.
 */
enum pp_kind pp_base64_decode(const char *text, size_t len,
	struct pp_secret *bytes, struct pp_err *err) PP_NODISCARD;

/* Appends len bytes as base64 with padding. */
enum pp_kind pp_base64_encode(const unsigned char *bytes, size_t len,
	struct pp_secret *text, struct pp_err *err) PP_NODISCARD;
