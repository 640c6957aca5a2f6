/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_OIDC_ANSWER_H
#define PLAYPEN_OIDC_ANSWER_H

#include <playpen/json.h>

#include "grant.h"

/*
 * Reading what a token endpoint answered. No network and no clock, so that a
 * fuzzer and a table of answers can drive it.
 */

/* Reads an answer of the token endpoint into the zeroed *ret_answer. */
void pp_answer_read(
	const struct pp_http_response *response, struct pp_answer *ret_answer);

/* What a failed request means to somebody who may ask again. */
void pp_answer_fail(const struct pp_err *err, struct pp_answer *ret_answer);

/*
 * The refusal of an OAuth error object (RFC 6749 section 5.2), when there is
 * one; PP_OK and err untouched when the object has no member "error". The
 * message has nothing of the provider's text but a registered error's word and
 * the number of one of Entra's: it may have repeated the request.
 */
enum pp_kind pp_answer_error(const struct pp_json *object,
	enum pp_turn *ret_turn, struct pp_err *err) PP_NODISCARD;

/*
 * A member that must be a text of 1 to max printable ASCII characters without
 * blanks; its copy is the caller's. Fails with PP_REASON_RESPONSE_INVALID.
 */
enum pp_kind pp_answer_text(const struct pp_json *object, const char *name,
	size_t max, struct pp_secret *ret_text,
	struct pp_err *err) PP_NODISCARD;

#endif
