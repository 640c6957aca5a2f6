/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/cleanup.h>
#include <playpen/base/reason.h>

/*
 * Failures. One struct on the caller's stack, never allocated, carries what
 * went wrong from where it was found to the edge that logs it. Its kind says
 * what a caller can do, its reason is the stable word of the log and of
 * `playpenctl verify`, its message is for the administrator's log.
 *
 * A message holds nothing secret and no untrusted byte that was not made
 * printable (pp_str_printable). What the provider said of it stands apart
 * (pp_err_say). Nothing here allocates, logs or locks.
 *
 *	if (len > PP_TOKEN_MAX)
 *		return pp_fail(err, PP_REASON_TOKEN_TOO_LONG,
 *			"%zu bytes", len);
 */

#define PP_ERR_MESSAGE_MAX 400
#define PP_ERR_SAID_SIZE 204 /* 200 bytes and "..." */

struct pp_err {
	enum pp_kind kind;
	enum pp_reason reason;
	char message[PP_ERR_MESSAGE_MAX];
	char said[PP_ERR_SAID_SIZE]; /* the provider's own words, or "" */
};

/*
 * Records a failure and returns its kind, so that a refusal is one return
 * statement. err may be NULL. reason is never PP_REASON_NONE.
 */
enum pp_kind pp_fail(struct pp_err *err, enum pp_reason reason,
	const char *format, ...) PP_PRINTF(3, 4);

/* Hands on a failure that was kept apart: *err becomes *cause, whose kind comes
 * back. err may be NULL. */
enum pp_kind pp_propagate(struct pp_err *err, const struct pp_err *cause);

/* Records a failure for another reason than that of *cause, with its message
 * and the provider's words. err may be NULL. */
enum pp_kind pp_fail_as(
	struct pp_err *err, enum pp_reason reason, const struct pp_err *cause);

/* Records a failure like pp_fail, with the text of errno behind the message.
 * Reads errno first. */
enum pp_kind pp_fail_errno(struct pp_err *err, enum pp_reason reason,
	const char *format, ...) PP_PRINTF(3, 4);

/*
 * Puts context in front of the message ("token endpoint: ...") and returns the
 * kind that err already has: the first cause wins. err may be NULL, then the
 * given kind comes back.
 */
enum pp_kind pp_prefix(struct pp_err *err, enum pp_kind kind,
	const char *format, ...) PP_PRINTF(3, 4);

/*
 * Adds the words of the provider to a failure, len bytes that may be hostile or
 * hold what a log must not have. Kept are 200 bytes of printable ASCII without
 * quotes and backslashes, cut between two words; "..." stands for 20 and more
 * characters of base64url in a row, which may be a token. err may be NULL.
 */
void pp_err_say(struct pp_err *err, const char *text, size_t len);

/* Ignores a failure that changes nothing. A comment at the call says why. */
static inline void
pp_ignore(enum pp_kind kind)
{
	(void) kind;
}

/* Records that memory ran out. Returns PP_NO_MEMORY. */
enum pp_kind pp_fail_memory(struct pp_err *err);
