/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IDTOKEN_BATCH_H
#define PLAYPEN_IDTOKEN_BATCH_H

#include <playpen/idtoken/verify.h>

/*
 * One line of a batch. What a line brings is judged against the defaults; the
 * keys of the last line are kept, because the next mostly has the same.
 */

struct pp_batch {
	const struct pp_verify *verify;
	struct pp_secret keys_text;
	struct pp_jwks *keys; /* of keys_text */
};

/*
 * Judges a line. *ret_id becomes its id, printable and the caller's, as soon as
 * it is known. Fails with why it is refused: PP_REASON_BATCH_LINE when it is
 * not a line at all.
 */
enum pp_kind pp_batch_check_line(struct pp_batch *batch,
	const struct pp_json_text *line, char **ret_id,
	struct pp_err *err) PP_NODISCARD;

/* A line of mode raw: jwk is JSON, message and signature are hexadecimal. */
struct pp_batch_raw {
	struct pp_json_text alg, jwk, message, signature;
};

enum pp_kind pp_batch_check_raw(struct pp_batch *batch,
	const struct pp_batch_raw *raw, struct pp_err *err) PP_NODISCARD;

/* Parses a set, unless it is the one that the line before had. Borrowed. */
enum pp_kind pp_batch_use_keys(struct pp_batch *batch, const char *text,
	size_t len, const struct pp_jwks **ret_keys,
	struct pp_err *err) PP_NODISCARD;

void pp_batch_free(struct pp_batch *batch);

#endif
