/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include <playpen/sshcert/sshcert.h>

/*
 * The data types of RFC 4251 section 5, read from bytes that are borrowed. A
 * read either moves behind what it read, or returns false and moves nowhere.
 */

bool pp_sshwire_u32(struct pp_sshcert_bytes *wire, uint32_t *ret_number);
bool pp_sshwire_u64(struct pp_sshcert_bytes *wire, uint64_t *ret_number);

/* Reads a string of any length that is left. */
bool pp_sshwire_string(
	struct pp_sshcert_bytes *wire, struct pp_sshcert_bytes *ret_string);

/*
 * Reads a positive mpint in its only spelling, of at most max bytes; *ret_bytes
 * is without the zero that keeps it positive.
 */
bool pp_sshwire_mpint(struct pp_sshcert_bytes *wire, size_t max,
	struct pp_sshcert_bytes *ret_bytes);

/* Returns true if the bytes are those of text. */
bool pp_sshwire_is(const struct pp_sshcert_bytes *bytes, const char *text);
