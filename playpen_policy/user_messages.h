/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_USER_MESSAGES_H
#define PLAYPEN_POLICY_USER_MESSAGES_H

#include <playpen/ipc/pam_messages.h>

/*
 * The sentences: what a person is told when a sign-in fails. One table, one
 * sentence for each reason that can reach a person; it says what happened and
 * what to do next, in plain ASCII, and nothing that would help an attacker.
 * pam_playpen(8)'s TROUBLESHOOTING is compared with it by a test; the two
 * sentences of the module's own are in pam_playpen.c, and in the manual too.
 */

#define USER_MESSAGE_SIZE 512U

/*
 * What a person reads before that: questions, and the words of the screen. The
 * prompt for a token is a grammar, not a sentence: <playpen/proof.h>.
 */
enum prompt_text {
	PROMPT_TEXT_HEADING,
	PROMPT_TEXT_OPEN,
	PROMPT_TEXT_CODE,
	PROMPT_TEXT_APPROVE,
	PROMPT_TEXT_WAIT,
	PROMPT_TEXT_ENTER,
	PROMPT_TEXT_ENTER_AGAIN,
	PROMPT_TEXT_PASTE,
	PROMPT_TEXT_PASTE_AGAIN,
	PROMPT_TEXT_SECRET,
	PROMPT_TEXT_COUNT,
};

/* The text; questions end in a colon and a blank. */
const char *prompt_text_get(enum prompt_text id);

/*
 * Writes the sentence for a failure into text (USER_MESSAGE_SIZE bytes), with
 * the names of user and service filled in.
 */
void user_message_write(
	const struct pp_err *err, const struct pp_start *start, char *text);

/*
 * The template of one reason, or NULL when it has the general one. In it, %u
 * is the user's name and %s the service's.
 */
const char *user_message_template(enum pp_reason reason);

#endif
