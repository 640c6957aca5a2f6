/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/idtoken/verify.h>

/*
 * One line of a batch. What a line brings is checked against the defaults; the
 * keys of the last line are kept, because the next line mostly has the same.
 */

struct pp_batch {
	const struct pp_verify *verify;
	struct pp_secret keys_text;
	struct pp_jwks *keys; /* of keys_text */
};

/*
 * Checks a line. *ret_id becomes its id, printable and owned by the caller, as
 * soon as it is known. Returns PP_OK if the token is accepted, or fails with
 * the reason for refusing it: PP_REASON_BATCH_LINE when the text is not a line
 * of a batch at all.
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
