/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

#include <playpen/base/secret.h>
#include <playpen/idtoken/idtoken.h>
#include <playpen/ipc/worker_messages.h>
#include <playpen/jose/jws.h>

/*
 * The work of `playpenctl verify`: one token, or a batch of them. Each verdict
 * goes to a callback, and the lines of a batch come from a stream of the
 * caller. Nothing here opens a file, knows frames or logs. A token that is
 * refused is a verdict, not a failure.
 */

/* Claims as printable JSON, in bytes: every byte of a token as \uXXXX. */
#define PP_VERIFY_CLAIMS_MAX ((size_t) 6 * PP_TOKEN_MAX)

#define PP_BATCH_LINE_MAX ((size_t) 16 * 1024 * 1024)

/*
 * Takes one verdict, borrowed for the call. A failure ends the run and is what
 * the run returns.
 */
typedef enum pp_kind (*pp_verdict_fn)(
	void *context, const struct pp_verdict *verdict, struct pp_err *err);

struct pp_verify {
	const struct pp_idtoken_rules *rules; /* for a batch: the defaults */
	/* For a batch: NULL if each line has its own. */
	const struct pp_jwks *keys;
	pp_verdict_fn take_verdict;
	FILE *input; /* for a batch alone */
	/* Returns newer keys, for one token whose kid is unknown, or NULL. Is
	 * NULL if there are no newer keys. */
	const struct pp_jwks *(*renew_keys)(void *context);
	void *context;
};

/*
 * Verifies one token and gives one verdict, with the claims if the token is
 * accepted. Fails with PP_REASON_NO_MEMORY, or with what take_verdict returned.
 */
enum pp_kind pp_verify_single(const struct pp_secret *token,
	const struct pp_verify *verify, struct pp_err *err) PP_NODISCARD;

/*
 * Gives the verdict on what was verified: accepted if *cause has no reason, and
 * then with the claims. Fails with what take_verdict returned, and with *cause
 * if that is a failure of this process.
 */
enum pp_kind pp_verify_report(const struct pp_verify *verify,
	struct pp_err *cause, const struct pp_secret *claims,
	struct pp_err *err) PP_NODISCARD;

/*
 * Reads lines to the end of the input: one JSON object a line, at most
 * PP_BATCH_LINE_MAX bytes, as playpenctl(8) describes them. Gives one verdict a
 * line, in order. A malformed line gets a verdict with PP_REASON_BATCH_LINE and
 * its id, or "line N" if the id cannot be read; the message begins with
 * "line N", and the batch goes on. Blank lines are skipped. Fails with
 * PP_REASON_SYSTEM if the input cannot be read, PP_REASON_NO_MEMORY, or with
 * what take_verdict returned.
 */
enum pp_kind pp_verify_batch(
	const struct pp_verify *verify, struct pp_err *err) PP_NODISCARD;
