/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include <playpen/base/err.h>

/*
 * SHA-256 and SHA3-256 for what is no signature: PKCE challenges, nonces and
 * names of files. No state, no locks, never logs.
 */

#define PP_SHA256_LEN 32U

/* Hashes len bytes. Fails with PP_REASON_SYSTEM when libcrypto does. */
enum pp_kind pp_digest_sha256(const void *data, size_t len,
	unsigned char ret_hash[PP_SHA256_LEN], struct pp_err *err) PP_NODISCARD;

/* Hashes len bytes with SHA3-256, which OpenPubkey has. Fails with
 * PP_REASON_SYSTEM when libcrypto does. */
enum pp_kind pp_digest_sha3_256(const void *data, size_t len,
	unsigned char ret_hash[PP_SHA256_LEN], struct pp_err *err) PP_NODISCARD;
