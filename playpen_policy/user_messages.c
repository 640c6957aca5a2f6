/* SPDX-License-Identifier: MIT */
#include "user_messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The messages of one reason; a missing one is NULL. */
static const struct {
	const char *user;
	const char *service;
} messages[PP_REASON_COUNT] = {
#define REASON(constant, word, kind, texts) [constant] = {texts},
#define USER_MESSAGE(text) .user = text,
#define SERVICE_MESSAGE(text) .service = text,
#include <playpen/base/reasons.def>
};

/* The messages of reasons without one of their own, by kind. */
static const char *const kind_messages[PP_KIND_COUNT] = {
#define KIND_MESSAGE(kind, title, text) [kind] = text,
#include <playpen/base/reasons.def>
};

#define GENERAL_MESSAGE(title, text) static const char general_message[] = text;
#include <playpen/base/reasons.def>

static const char *const prompt_texts[PROMPT_TEXT_COUNT] = {
	[PROMPT_TEXT_HEADING] = "Sign in to Playpen as",
	[PROMPT_TEXT_OPEN] = "Open",
	[PROMPT_TEXT_CODE] = "Code",
	[PROMPT_TEXT_APPROVE] = "Approve only if you started this sign-in.",
	[PROMPT_TEXT_WAIT] = "Waiting for your approval ...",
	[PROMPT_TEXT_ENTER] = "Press Enter when done: ",
	[PROMPT_TEXT_ENTER_AGAIN] = "Not approved yet. Press Enter when done: ",
	[PROMPT_TEXT_PASTE] = "Paste the code from the browser: ",
	[PROMPT_TEXT_PASTE_AGAIN] =
		"That was no valid code. Paste the code again: ",
	[PROMPT_TEXT_SECRET] = "Client secret: ",
};

const char *
prompt_text_get(enum prompt_text id)
{
	return prompt_texts[id];
}

const char *
user_message_template(enum pp_reason reason, bool is_service_account)
{
	if (is_service_account && messages[reason].service != NULL)
		return messages[reason].service;
	return messages[reason].user;
}

/* The messages of too-many-pending, by the limit that is reached; %n is the
 * number of logins. */
static const char *const slot_messages[] = {
	[PP_LOGIN_SLOT_FULL_OWN] =
		"%n sign-ins as %u are waiting already. Finish one of them, or try again in a minute.",
	[PP_LOGIN_SLOT_FULL_SOURCE] =
		"%n sign-ins from the same place are waiting already. Try again in a minute.",
	[PP_LOGIN_SLOT_FULL_NAME] =
		"%n sign-ins as %u, by other users, are waiting already. Try again in a minute.",
};

static const char *
slot_message(const struct request *request)
{
	if (request->err.reason != PP_REASON_TOO_MANY_PENDING ||
		request->slot_full >= PP_COUNT(slot_messages))
		return NULL;
	return slot_messages[request->slot_full];
}

/* Returns the template for a failure: that of its reason, of its kind, or the
 * general one. */
static const char *
choose_template(const struct pp_err *err, bool is_service_account)
{
	const char *text =
		user_message_template(err->reason, is_service_account);

	if (text == NULL)
		text = kind_messages[err->kind];
	return text != NULL ? text : general_message;
}

static bool
is_service_account(const struct request *request)
{
	return request->conf != NULL &&
	       pp_conf_find_service_account(
		       request->conf, request->start.user) != NULL;
}

void
user_message_write(const struct request *request, char *text)
{
	const struct pp_start *start = &request->start;
	const char *from = slot_message(request);
	char number[32];
	size_t used = 0;

	if (from == NULL)
		from = choose_template(
			&request->err, is_service_account(request));
	snprintf(number, sizeof(number), "%" PRId64, request->pending);

	while (*from != '\0' && used + 1 < USER_MESSAGE_SIZE) {
		const char *name;

		if (from[0] != '%') {
			text[used++] = *from++;
			continue;
		}
		name = from[1] == 'u'   ? start->user
		       : from[1] == 'n' ? number
					: start->pam_service;
		pp_str_printable(text + used, USER_MESSAGE_SIZE - used, name,
			strlen(name));
		used += strlen(text + used);
		from += 2;
	}
	text[used] = '\0';
}
