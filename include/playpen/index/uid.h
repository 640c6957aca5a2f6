/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Names and numbers: which names are valid, and which uid or gid belongs to
 * one. Pure functions, libc only, no allocation, safe in any process.
 */

#define PP_NAME_MAX 32U /* bytes of the name of a user or group */
#define PP_NAME_SIZE (PP_NAME_MAX + 1)
#define PP_UID_KEY_SIZE 16U
#define PP_UID_KEY_FINGERPRINT_SIZE 17U
#define PP_UID_FIXED_MIN 1000U /* a roster may fix no uid below */

/* Defaults, as playpen.conf(5) writes them: 0x70000000 to 0x7bffffff, and
 * 0x7c000000 to 0x7ffdffff. */
#define PP_UID_RANGE_LOW 1879048192
#define PP_UID_RANGE_HIGH 2080374783
#define PP_GID_RANGE_LOW 2080374784
#define PP_GID_RANGE_HIGH 2147352575

/* Both ends belong to it. */
struct pp_range {
	uint32_t low;
	uint32_t high;
};

/* The cluster's uid key (playpenctl uid-key). */
struct pp_uid_key {
	unsigned char bytes[PP_UID_KEY_SIZE];
};

/*
 * Returns true if name can be the name of any playpen user or group: a
 * lower-case letter or an underscore, then lower-case letters, digits,
 * underscores and hyphens, at most PP_NAME_MAX bytes. Nothing is ever folded or
 * rewritten to fit.
 */
bool pp_name_is_valid(const char *name);

/*
 * Returns true if name can be the name of a playpen user where allow_dots of
 * playpen.conf(5) is set: as pp_name_is_valid, and dots may stand inside, never
 * first, last or two in a row. What only reads accounts that are there asks
 * this; whether a new one may have dots, the configuration says.
 */
bool pp_name_is_user(const char *name);

/*
 * Returns true if no claim may become this group or user without a map entry,
 * because the name grants power on some system, whether it exists here or not.
 */
bool pp_name_is_reserved(const char *name);

/*
 * Returns true if name begins with the prefix of claim groups. "" is no prefix.
 */
bool pp_name_has_prefix(const char *name, const char *prefix);

/* Returns true if a list of words, with blanks between, has this word of len
 * bytes. */
bool pp_words_contain(const char *list, const char *word, size_t len);

/* Returns the uid of a name: low + SipHash-2-4(key, "u" + name) mod size of the
 * range. */
uint32_t pp_uid_of_name(const struct pp_uid_key *key, const char *name,
	const struct pp_range *range);

/* Returns the gid of a group like pp_uid_of_name, with the letter "g" in front
 * of the name. */
uint32_t pp_gid_of_name(const struct pp_uid_key *key, const char *name,
	const struct pp_range *range);

/* Returns SipHash-2-4 of len bytes (Aumasson and Bernstein). */
uint64_t pp_siphash(const struct pp_uid_key *key, const void *data, size_t len);

/* Wipes the key; what pp_cleanup(pp_uid_key) does wherever the scope is left.
 */
void pp_uid_key_free(struct pp_uid_key *key);

/* Reads 32 hex digits and an optional newline. Returns false for any other
 * text. */
bool pp_uid_key_parse(const char *text, size_t len, struct pp_uid_key *ret_key);

/* Writes the key's fingerprint: 16 hex digits, safe to show. */
void pp_uid_key_fingerprint(
	const struct pp_uid_key *key, char text[PP_UID_KEY_FINGERPRINT_SIZE]);
