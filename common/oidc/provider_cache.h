/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include <playpen/base/secret.h>

/*
 * A cache of what the provider said between sign-ins: its discovery document
 * and its key set, one file for each issuer and client, in a directory of the
 * worker's own. A file whose owner, mode, type, length, form or time is not as
 * written here counts as missing. Callers check the bytes again at each load.
 * No network.
 */

/* Borrowed: where the cache lies, and whose entry of it is meant. */
struct pp_provider_cache {
	const char *dir; /* playpen's own, 0700; NULL: no cache */
	const char *issuer;
	const char *client_id;
	const char *boot; /* id of this boot; "" if it is not known */
};

/* A moment at which an entry is to count. */
struct pp_provider_cache_moment {
	int64_t wall;    /* seconds since 1970 */
	int64_t boot_ms; /* boot clock */
	/* How long an entry counts after it was fetched, in seconds, if the
	 * provider cannot be asked; 0: until it expires. */
	int64_t without_provider;
};

/* An entry; a zeroed struct is an empty one. */
struct pp_provider_cache_entry {
	struct pp_secret document; /* PP_HTTP_BODY_MAX at most, as the next */
	struct pp_secret keys;
	int64_t fetched; /* seconds since 1970 */
	int64_t expires;
	int64_t fetched_ms; /* boot clock */
};

/*
 * Loads the entry into the zeroed *ret_entry. PP_NOT_FOUND when there is none
 * that counts at the moment now; PP_NO_MEMORY.
 */
enum pp_kind pp_provider_cache_load(const struct pp_provider_cache *cache,
	const struct pp_provider_cache_moment *now,
	struct pp_provider_cache_entry *ret_entry,
	struct pp_err *err) PP_NODISCARD;

/*
 * Keeps the entry for others. That it could not be kept costs the next sign-in
 * two requests and nothing else, so nothing is said of it.
 */
void pp_provider_cache_store(const struct pp_provider_cache *cache,
	const struct pp_provider_cache_entry *entry);

/*
 * Claims the right to ask for the keys again out of turn, which the whole node
 * has once in pace_ms; now_ms is of the boot clock. It is claimed before it is
 * used, so that a flood of unknown kids costs the provider nothing. Returns
 * PP_OK, always without a directory, because the caller is alone then. Returns
 * PP_PENDING if another process has it, or if it cannot be recorded.
 */
enum pp_kind pp_provider_cache_claim_renewal(
	const struct pp_provider_cache *cache, int64_t now_ms,
	int64_t pace_ms) PP_NODISCARD;

/* Notes that the provider could not be reached at now_ms (boot clock). */
void pp_provider_cache_note_outage(
	const struct pp_provider_cache *cache, int64_t now_ms);

/* Returns true if it was noted less than pace_ms before now_ms. */
bool pp_provider_cache_had_outage(
	const struct pp_provider_cache *cache, int64_t now_ms, int64_t pace_ms);

void pp_provider_cache_entry_free(struct pp_provider_cache_entry *entry);
