/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include <playpen/ipc/worker_messages.h>

/*
 * A service's proof by token, as it goes over a prompt: the one place that
 * knows the grammar which pam_playpen(8) documents. The node asks
 *
 *	playpen-token audience=CLIENT random=HEX32 part=NUMBER:
 *
 * and hears NUMBER:CHARACTERS, the last part with a semicolon behind it. Parts,
 * because OpenSSH hands an answer over that is longer than 1,022 bytes as an
 * empty one. Pure; nothing here asks or verifies anything.
 */

#define PP_PROOF_ANSWER_MAX 1000U /* bytes of one answer, all of it */
#define PP_PROOF_TOKEN_MAX PP_MESSAGE_TOKEN_MAX
#define PP_PROOF_PARTS_MAX 70U
#define PP_PROOF_RANDOM_BYTES 16U
#define PP_PROOF_RANDOM_LEN 32U
#define PP_PROOF_AUDIENCE_MAX 255U
#define PP_PROOF_HOST_MAX 255U

/* What a prompt says. */
struct pp_proof_prompt {
	char audience[PP_PROOF_AUDIENCE_MAX + 1];
	char random[PP_PROOF_RANDOM_LEN + 1];
	unsigned int part; /* from 1 */
};

/* Sets *ret_text to the text of the prompt, which the caller frees. Fails with
 * PP_REASON_NO_MEMORY. */
enum pp_kind pp_proof_prompt_write(const struct pp_proof_prompt *prompt,
	char **ret_text, struct pp_err *err) PP_NODISCARD;

/*
 * Reads what ssh hands to its askpass program: "(USER@HOST) ", which ssh itself
 * has written, and the node's prompt. host has PP_PROOF_HOST_MAX + 1 bytes and
 * is never taken from the node's text. The caller must make sure that the ssh
 * is OpenSSH 8.5 or later, because an older one hands over the node's text
 * alone. A caller who knows the host by itself gives known_host (else NULL):
 * that becomes host then, whatever stands before the prompt, or nothing. Fails
 * with PP_REASON_PROOF_PROMPT.
 */
enum pp_kind pp_proof_prompt_read(const char *text, const char *known_host,
	char *host, struct pp_proof_prompt *ret_prompt,
	struct pp_err *err) PP_NODISCARD;

/* Writes the answer to prompt number part. Fails with PP_REASON_PROOF_PARTS
 * when the token has no such part. */
enum pp_kind pp_proof_prompt_write_answer(const struct pp_secret *token,
	unsigned int part, struct pp_secret *answer, bool *ret_last,
	struct pp_err *err) PP_NODISCARD;

/*
 * Takes the answer to prompt number part: appends its characters to token.
 * Fails with PP_REASON_PROOF_PARTS for another part, white space or anything
 * else that a token has not, and for a token above its limit.
 */
enum pp_kind pp_proof_prompt_take_answer(struct pp_secret *token,
	unsigned int part, const struct pp_secret *answer, bool *ret_last,
	struct pp_err *err) PP_NODISCARD;
