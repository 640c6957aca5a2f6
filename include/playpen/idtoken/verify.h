/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IDTOKEN_VERIFY_H
#define PLAYPEN_IDTOKEN_VERIFY_H

#include <playpen/idtoken/idtoken.h>
#include <playpen/ipc/worker_messages.h>

/*
 * What `playpenctl verify` asks for: one token, or a batch of them, read from a
 * descriptor; each verdict goes to a callback. Nothing here opens a file, knows
 * frames or logs; a token that is refused is a verdict, not a failure.
 */

#define PP_BATCH_LINE_MAX ((size_t) 16 * 1024 * 1024)

/*
 * Takes one verdict, borrowed for the call. A failure ends the run and is what
 * the run returns.
 */
typedef enum pp_kind (*pp_verdict_fn)(
	void *context, const struct pp_verdict *verdict, struct pp_err *err);

struct pp_verify {
	const struct pp_idtoken_rules *rules; /* for a batch: the defaults */
	const struct pp_jwks *keys; /* for a batch: NULL if lines bring theirs
				     */
	pp_verdict_fn take_verdict;
	/* Newer keys, for one token whose kid is unknown, or NULL; itself NULL
	 * when there are none to get. */
	const struct pp_jwks *(*renew_keys)(void *context);
	void *context;
};

/*
 * Reads one token from fd to its end (one newline behind it is cut off) and
 * gives one verdict, with the claims when it is accepted. Fails with what
 * reading failed with, or what take_verdict returned.
 */
enum pp_kind pp_verify_single(int fd, const struct pp_verify *verify,
	struct pp_err *err) PP_NODISCARD;

/*
 * Reads lines from fd to its end: one JSON object a line, at most
 * PP_BATCH_LINE_MAX bytes, as playpenctl(8) describes them. One verdict a
 * line, in order; a line that is malformed gets a verdict with its id, or
 * "line N" where that cannot be read, and PP_REASON_BATCH_LINE, its message
 * begins with "line N", and does not stop the batch. Blank lines are passed
 * over.
 */
enum pp_kind pp_verify_batch(int fd, const struct pp_verify *verify,
	struct pp_err *err) PP_NODISCARD;

/*
 * Reads the key set of `--jwks` from fd to its end. Fails as pp_jwks_parse
 * does, or with PP_REASON_FILE_TOO_LARGE or _SYSTEM.
 */
enum pp_kind pp_verify_read_keys(
	int fd, struct pp_jwks **ret_keys, struct pp_err *err) PP_NODISCARD;

#endif
