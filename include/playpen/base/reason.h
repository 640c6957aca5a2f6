/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reasons: why something was refused or failed. Each is one kebab-case word in
 * logs, in frames, in the output of playpenctl and in playpen-reasons(7). The
 * table is <playpen/base/reasons.def>. This header gives the words and the
 * kinds only: the texts are not linked into the PAM and NSS modules. Constant
 * data, any thread.
 */

/* What a caller can do about a failure. */
enum pp_kind {
	PP_OK = 0,
	PP_NO_MEMORY,
	PP_BAD_CONFIG,     /* an administrator must fix a file */
	PP_LOCAL_ERROR,    /* this machine: disk, permissions, processes */
	PP_UNREACHABLE,    /* the provider did not answer, may work later */
	PP_PROTOCOL_ERROR, /* the provider or a peer broke the protocol */
	PP_UNTRUSTED,      /* a signature or claim was refused */
	PP_DENIED,         /* policy, or the provider, says no */
	PP_NOT_FOUND,
	PP_PENDING,   /* not yet: ask again */
	PP_CANCELLED, /* the person gave up or went away */
	PP_KIND_COUNT
};

enum pp_reason {
	PP_REASON_NONE = 0,
#define REASON(constant, word, kind, texts) constant,
#include <playpen/base/reasons.def>
	PP_REASON_COUNT
};

/*
 * Returns the word of a reason ("wrong-person"); "system" for a value out of
 * range.
 */
const char *pp_reason_word(enum pp_reason reason);

/*
 * Returns what a caller can do about a reason: PP_OK for PP_REASON_NONE,
 * PP_LOCAL_ERROR for a value out of range.
 */
enum pp_kind pp_reason_kind(enum pp_reason reason);

/*
 * Returns the reason with exactly this word, or PP_REASON_NONE if there is
 * none.
 */
enum pp_reason pp_reason_from_word(const char *word);
