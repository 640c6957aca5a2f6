/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_REASON_H
#define PLAYPEN_REASON_H

/*
 * Reason codes: the stable list of why something was refused or failed. Each is
 * one kebab-case word in logs, in frames, in `playpenctl verify` and in
 * playpen-reasons(7). One table (common/base/reason.c) gives each reason its
 * word, its kind and its meaning; a test compares it with the manual. Codes are
 * never renamed or reused.
 */

/* What a caller can do about a failure. */
enum pp_kind {
	PP_OK = 0,
	PP_NO_MEMORY,
	PP_BAD_CONFIG,   /* an administrator must mend a file */
	PP_SYSTEM,       /* this machine: disk, permissions, processes */
	PP_UNREACHABLE,  /* the provider did not answer, may work later */
	PP_BAD_PROTOCOL, /* the provider or a peer broke the protocol */
	PP_NOT_TRUSTED,  /* a signature or claim was refused */
	PP_DENIED,       /* policy, or the provider, says no */
	PP_NOT_FOUND,
	PP_PENDING,   /* not yet: ask again */
	PP_CANCELLED, /* the person gave up or went away */
};

enum pp_reason {
	PP_REASON_NONE = 0,

	/* The machine. */
	PP_REASON_NO_MEMORY,
	PP_REASON_SYSTEM,
	PP_REASON_FILE_UNSAFE,
	PP_REASON_FILE_TOO_LARGE,
	PP_REASON_NOT_FOUND,
	PP_REASON_TOO_LONG,

	/* Between our processes. */
	PP_REASON_FRAME_INVALID,
	PP_REASON_FRAME_VERSION,
	PP_REASON_PEER_GONE,
	PP_REASON_HELPER_FAILED,
	PP_REASON_PENDING,

	/* Configuration. */
	PP_REASON_CONFIG_INVALID,
	PP_REASON_CONFIG_UNSAFE,
	PP_REASON_CONFIG_MISSING,
	PP_REASON_SECRET_UNREADABLE,
	PP_REASON_ID_KEY_MISSING,
	PP_REASON_ID_KEY_CHANGED,

	/* State and index. */
	PP_REASON_STATE_UNREADABLE,
	PP_REASON_STATE_UNWRITABLE,
	PP_REASON_INDEX_INVALID,

	/* Identity and policy. */
	PP_REASON_WRONG_PERSON,
	PP_REASON_NAME_INVALID,
	PP_REASON_NAME_RESERVED,
	PP_REASON_NAME_LOCAL,
	PP_REASON_NAME_TAKEN,
	PP_REASON_SUBJECT_RENAMED,
	PP_REASON_NOT_BOUND,
	PP_REASON_LOCKED,
	PP_REASON_TOMBSTONE,
	PP_REASON_FIRST_LOGIN_OFF,
	PP_REASON_UID_COLLISION,
	PP_REASON_UID_CHANGED,
	PP_REASON_GROUPS_UNKNOWN,
	PP_REASON_GROUPS_OLD,
	PP_REASON_GROUP_MISSING,
	PP_REASON_KIND_MISMATCH,
	PP_REASON_ISSUER_MISMATCH,
	PP_REASON_STILL_IN_USE,

	/* A login's course. */
	PP_REASON_NO_SLOT,
	PP_REASON_DEADLINE,
	PP_REASON_CANCELLED,
	PP_REASON_NO_CONVERSATION,
	PP_REASON_NOT_ROOT,
	PP_REASON_NOT_SUPPORTED,

	/* HTTP and TLS (common/http). */
	PP_REASON_HTTP_UNREACHABLE,
	PP_REASON_HTTP_TIMEOUT,
	PP_REASON_HTTP_TLS,
	PP_REASON_HTTP_STATUS,
	PP_REASON_HTTP_TOO_LARGE,
	PP_REASON_HTTP_REDIRECT,
	PP_REASON_HTTP_ENCODING,
	PP_REASON_HTTP_URL,

	/* Discovery, keys and grants (common/oidc). */
	PP_REASON_DISCOVERY_INVALID,
	PP_REASON_DISCOVERY_ISSUER,
	PP_REASON_ENDPOINT_REFUSED,
	PP_REASON_GRANT_NOT_OFFERED,
	PP_REASON_RESPONSE_INVALID,
	PP_REASON_CODE_EXPIRED,
	PP_REASON_ACCESS_DENIED,
	PP_REASON_CLIENT_REFUSED,
	PP_REASON_GRANT_REFUSED,
	PP_REASON_NO_ID_TOKEN,

	/* JSON (common/json). */
	PP_REASON_JSON_INVALID,

	/* Tokens, keys and claims (common/jose, common/oidc/claims). */
	PP_REASON_TOKEN_TOO_LONG,
	PP_REASON_TOKEN_MALFORMED,

	PP_REASON_COUNT
};

/* The kebab-case word of a reason ("wrong-person"); never NULL. */
const char *pp_reason_word(enum pp_reason reason);

/* What a caller can do about it. PP_SYSTEM for a value out of range. */
enum pp_kind pp_reason_kind(enum pp_reason reason);

/* One sentence for the manual; never NULL. */
const char *pp_reason_meaning(enum pp_reason reason);

/* The reason whose word is exactly this, or PP_REASON_NONE. */
enum pp_reason pp_reason_from_word(const char *word);

#endif
