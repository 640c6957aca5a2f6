/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_SENTENCE_H
#define PLAYPEN_POLICY_SENTENCE_H

#include <playpen/hook.h>

/*
 * The sentences: what a person is told when a sign-in fails. One table, one
 * sentence for each reason that can reach a person; it says what happened and
 * what to do next, in plain ASCII, and nothing that would help an attacker.
 * pam_playpen(8)'s TROUBLESHOOTING is compared with it by a test; the two
 * sentences of the module's own are in pam_playpen.c, and in the manual too.
 */

#define PP_SENTENCE_SIZE 512U

/*
 * What a person reads before that: questions, and the words of the screen. The
 * prompt for a token is a grammar, not a sentence: <playpen/proof.h>.
 */
enum pp_wording {
	PP_WORDING_HEADING,
	PP_WORDING_OPEN,
	PP_WORDING_CODE,
	PP_WORDING_APPROVE,
	PP_WORDING_WAITING,
	PP_WORDING_ENTER,
	PP_WORDING_AGAIN,
	PP_WORDING_PASTE,
	PP_WORDING_PASTE_AGAIN,
	PP_WORDING_SECRET,
	PP_WORDING_COUNT,
};

/* The text; questions end in a colon and a blank. */
const char *pp_wording_text(enum pp_wording wording);

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

#endif
