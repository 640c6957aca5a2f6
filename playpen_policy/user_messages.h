/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * User messages: what a person is told when a sign-in fails, and the words of
 * the display. The messages are those of <playpen/base/reasons.def>; the list
 * in pam_playpen(8) is printed from it too. Constant data, any thread.
 */

#define USER_MESSAGE_SIZE 512U

/*
 * The prompts, and the words of the display. The prompt for a token has a
 * grammar of its own: <playpen/provider/proof_prompt.h>.
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

/* Returns a prompt or word; a prompt that waits for input ends in ": ". */
const char *prompt_text_get(enum prompt_text id);

/*
 * Writes the user message for the failure in request->err into text
 * (USER_MESSAGE_SIZE bytes), with the names of account and PAM service filled
 * in and made printable. An account that the configuration names as a service
 * account gets the message for service accounts.
 */
void user_message_write(const struct request *request, char *text);

/*
 * Writes what a person may be told before a sign-in of a certificate that was
 * refused for this reason (USER_MESSAGE_SIZE bytes). Returns false for a reason
 * that is not about the certificate: a locked account, for example, is nothing
 * that a copy of a certificate may find out.
 */
bool user_message_of_certificate(
	const struct request *request, enum pp_reason reason, char *text);

/*
 * Returns the message that the table has for a reason, or NULL if the message
 * of its kind is shown. In it, %u is the name of the account and %s the PAM
 * service. Static.
 */
const char *user_message_template(
	enum pp_reason reason, bool is_service_account);
