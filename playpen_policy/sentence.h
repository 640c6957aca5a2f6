/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_SENTENCE_H
#define PLAYPEN_POLICY_SENTENCE_H

#include <playpen/login.h>

/*
 * The sentences: what a person is told when a sign-in fails. One table, one
 * sentence for each reason that can reach a person; it says what happened and
 * what to do next, in plain ASCII, and nothing that would help an attacker.
 * The manual's TROUBLESHOOTING is compared with it by a test.
 */

#define PP_SENTENCE_SIZE 512U

/*
 * Writes the sentence for a failure into text (PP_SENTENCE_SIZE bytes), with
 * the names of user and service filled in.
 */
void pp_sentence_for(
	const struct pp_err *err, const struct pp_start *start, char *text);

/*
 * The template of one reason, or NULL when it has the general one. In it, %u
 * is the user's name and %s the service's.
 */
const char *pp_sentence_template(enum pp_reason reason);

/* What stands for every reason without a sentence of its own. */
const char *pp_sentence_general(void);

#endif
