/* SPDX-License-Identifier: MIT */
#include "user_messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GROUPS_SIZE 100U
#define VALUE_SIZE 256U
#define CERTIFICATE_WORD "cert-" /* begins the reasons of certificates */

/* The messages of one reason; a missing one is NULL. */
static const struct {
	const char *user;
	const char *service;
} messages[PP_REASON_COUNT] = {
#define REASON(constant, word, kind, texts) [constant] = {texts},
#define USER_MESSAGE(text) .user = (text),
#define SERVICE_MESSAGE(text) .service = (text),
#include <playpen/base/reasons.def>
};

/* The messages of reasons without one of their own, by kind. */
static const char *const kind_messages[PP_KIND_COUNT] = {
#define KIND_MESSAGE(kind, title, text) [kind] = (text),
#include <playpen/base/reasons.def>
};

#define GENERAL_MESSAGE(title, text) static const char general_message[] = text;
#include <playpen/base/reasons.def>

#define NEUTRAL_MESSAGE(title, text) static const char neutral_message[] = text;
#include <playpen/base/reasons.def>

static const char *const prompt_texts[PROMPT_TEXT_COUNT] = {
	[PROMPT_TEXT_HEADING] = "Sign in to",
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

/* The messages of too-many-pending, by the limit that is reached. */
static const char *const slot_messages[] = {
#define SLOT_MESSAGE(limit, text) [limit] = (text),
#include <playpen/base/reasons.def>
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

/* Writes the groups that the PAM service requires, as many as there is room
 * for. */
static void
write_groups(const struct request *request, char text[GROUPS_SIZE])
{
	static const struct pp_strv none;
	const struct pp_strv *groups =
		request->service != NULL ? &request->service->require_groups
					 : &none;
	size_t used = 0;

	snprintf(text, GROUPS_SIZE, "some are denied");
	for (size_t i = 0; i < groups->count; i++) {
		size_t left = GROUPS_SIZE - used - sizeof(", ...");

		if (strlen(groups->items[i]) + sizeof(", ") > left) {
			snprintf(text + used, GROUPS_SIZE - used, ", ...");
			return;
		}
		used += (size_t) snprintf(text + used, left, "%s%s",
			i > 0 ? ", " : "", groups->items[i]);
	}
}

/* Returns the name that people know the sign-in by. */
static const char *
display_name(const struct request *request)
{
	return request->conf != NULL && request->conf->display_name != NULL
		       ? request->conf->display_name
		       : PP_CONF_DISPLAY_NAME;
}

/* Writes an age in whole hours or minutes. */
static void
write_age(int64_t seconds, char value[VALUE_SIZE])
{
	int64_t count = seconds % 3600 == 0 ? seconds / 3600 : seconds / 60;

	snprintf(value, VALUE_SIZE, "%" PRId64 " %s%s", count,
		seconds % 3600 == 0 ? "hour" : "minute", count == 1 ? "" : "s");
}

/* Returns what the provider calls the person, or the name of the account if it
 * has said nothing. */
static const char *
claimed_name(const struct request *request)
{
	return request->identity.username != NULL ? request->identity.username
						  : request->start.user;
}

/* Writes what stands for a letter of a template into value. */
static void
write_value(const struct request *request, char letter, char value[VALUE_SIZE])
{
	const struct pp_start *start = &request->start;
	const char *name = letter == 'u'   ? start->user
			   : letter == 'd' ? display_name(request)
			   : letter == 'r' ? request->ref
			   : letter == 'c' ? claimed_name(request)
					   : start->pam_service;
	char groups[GROUPS_SIZE];

	if (letter == 'n') {
		snprintf(value, VALUE_SIZE, "%" PRId64, request->pending);
		return;
	}
	if (letter == 'a') {
		write_age(request->conf != NULL
				  ? request->conf->ssh_token_max_age
				  : 0,
			value);
		return;
	}
	if (letter == 'g') {
		write_groups(request, groups);
		name = groups;
	}
	pp_str_printable(value, VALUE_SIZE, name, strlen(name));
}

/* Writes a template with its letters filled in. */
static void
fill_in(const struct request *request, const char *from, char *text)
{
	size_t used = 0;

	while (*from != '\0' && used + 1 < USER_MESSAGE_SIZE) {
		char value[VALUE_SIZE];

		if (from[0] != '%') {
			text[used++] = *from++;
			continue;
		}
		write_value(request, from[1], value);
		snprintf(text + used, USER_MESSAGE_SIZE - used, "%s", value);
		used += strlen(text + used);
		from += 2;
	}
	text[used] = '\0';
}

void
user_message_write(const struct request *request, char *text)
{
	const char *from = request->reason_hidden ? neutral_message
						  : slot_message(request);

	if (from == NULL)
		from = choose_template(
			&request->err, is_service_account(request));
	fill_in(request, from, text);
}

/* Returns what is said of a certificate, or NULL. */
static const char *
certificate_template(enum pp_reason reason)
{
	const char *word = pp_reason_word(reason);

	if (strncmp(word, CERTIFICATE_WORD, strlen(CERTIFICATE_WORD)) == 0 ||
		reason == PP_REASON_CLOCK_UNSET)
		return messages[reason].user;
	if (reason == PP_REASON_TOO_MANY_PENDING ||
		reason == PP_REASON_DEADLINE)
		return "This node was too busy to check your day certificate. Connect again for that.";
	if (pp_reason_kind(reason) == PP_UNTRUSTED)
		return "Your day certificate is not trusted on this node. Tell your administrator.";
	return NULL;
}

bool
user_message_of_certificate(
	const struct request *request, enum pp_reason reason, char *text)
{
	const char *from = certificate_template(reason);

	if (from == NULL)
		return false;
	fill_in(request, from, text);
	return true;
}
