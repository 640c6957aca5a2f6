/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_USER_MESSAGES_H
#define PLAYPEN_POLICY_USER_MESSAGES_H

#include <playpen/ipc/pam_messages.h>

/*
 * User messages: what a user is told when a sign-in fails. One table, one
 * message for each reason that can reach a user. A message says what happened
 * and what to do next, in plain ASCII, and nothing that would help an attacker.
 * A test compares TROUBLESHOOTING in pam_playpen(8) with the table. The two
 * messages of the module itself are in pam_playpen.c, and in the manual too.
 */

#define USER_MESSAGE_SIZE 512U

/*
 * Texts of the prompts and of the display. The prompt for a token has a format
 * of its own: <playpen/provider/proof_prompt.h>.
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

/* Returns the text of id. Prompts for an answer end in a colon and a blank. */
const char *prompt_text_get(enum prompt_text id);

/*
 * Writes the message for a failure into text (USER_MESSAGE_SIZE bytes), with
 * the names of the user and of the PAM service filled in.
 */
void user_message_write(
	const struct pp_err *err, const struct pp_start *start, char *text);

/*
 * Returns the template of a reason, or NULL if the reason has no message of its
 * own. In a template, %u is the name of the user and %s of the PAM service.
 */
const char *user_message_template(enum pp_reason reason);

#endif
