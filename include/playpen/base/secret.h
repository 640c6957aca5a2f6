/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <playpen/base/err.h>

/*
 * Bytes that must not outlive their use: tokens, codes, verifiers, passwords,
 * client secrets, HTTP bodies, frames. A growable buffer with a hard maximum,
 * which wipes what it leaves behind when it grows and when it is freed. The
 * bytes are followed by one NUL that does not count, so that a library which
 * wants a C string can be given one; the struct itself cannot be passed to %s.
 *
 * A zeroed struct is an empty secret with the maximum PP_SECRET_MAX_DEFAULT.
 * No locks; a secret belongs to one thread at a time.
 */

#define PP_SECRET_MAX_DEFAULT ((size_t) 64 * 1024)

struct pp_secret {
	unsigned char *data; /* NULL while nothing was ever put in */
	size_t len;          /* bytes in use */
	size_t cap;          /* bytes allocated, the NUL included */
	size_t max;          /* limit of len in bytes; 0 is the default */
};

/*
 * Appends len bytes. Fails with PP_REASON_TOO_LONG beyond the maximum and with
 * PP_REASON_NO_MEMORY; the content is then unchanged.
 */
enum pp_kind pp_secret_append(struct pp_secret *secret, const void *data,
	size_t len, struct pp_err *err) PP_NODISCARD;

/* Appends a C string without its NUL, like pp_secret_append. */
enum pp_kind pp_secret_append_text(struct pp_secret *secret, const char *text,
	struct pp_err *err) PP_NODISCARD;

/* Replaces the content by len bytes; wipes what was there. */
enum pp_kind pp_secret_set(struct pp_secret *secret, const void *data,
	size_t len, struct pp_err *err) PP_NODISCARD;

/* Makes room for len more bytes, so that the next appends cannot fail. */
enum pp_kind pp_secret_reserve(
	struct pp_secret *secret, size_t len, struct pp_err *err) PP_NODISCARD;

/* Drops the first len bytes (len <= secret->len); the rest moves down. */
void pp_secret_drop(struct pp_secret *secret, size_t len);

/* Wipes the content and keeps the memory. */
void pp_secret_clear(struct pp_secret *secret);

/* Wipes and frees; the struct is an empty secret again, its maximum kept. */
void pp_secret_free(struct pp_secret *secret);

/* Returns the content as a C string, "" if it is empty. Borrowed until the next
 * change. */
const char *pp_secret_text(const struct pp_secret *secret);

/* Returns true if there is a NUL among the bytes, at which pp_secret_text would
 * end. */
bool pp_secret_has_nul(const struct pp_secret *secret);

/*
 * Compares in time that depends on the lengths only; different lengths are
 * never equal.
 */
bool pp_secret_equal(const void *a, size_t a_len, const void *b, size_t b_len);

/*
 * Puts len random bytes from the kernel, as 2 * len lower-case hex digits,
 * behind the content. len is at most 64.
 */
enum pp_kind pp_secret_append_random_hex(
	struct pp_secret *secret, size_t len, struct pp_err *err) PP_NODISCARD;
