/* SPDX-License-Identifier: MIT */
#include "user_messages.h"

#include <stdio.h>
#include <string.h>

#define GENERAL                                                                \
	"Sign-in is not possible right now. Tell your administrator; the "     \
	"node's log says why."

/* clang-format off: one reason a line, whatever its length */
static const struct {
	enum pp_reason reason;
	const char *text;
} messages[] = {
	{PP_REASON_WRONG_PERSON,
		"Somebody else approved this sign-in, so it was refused. Sign in again and approve it yourself, as %u."},
	{PP_REASON_ACCOUNT_TYPE_MISMATCH,
		"A service cannot sign in as a person, nor a person as a service. Sign in again and approve it yourself, as %u."},
	{PP_REASON_CONNECTOR_REFUSED,
		"That way of signing in to Playpen is not accepted on this node. Choose another one in the browser."},
	{PP_REASON_NAME_INVALID,
		"Your Playpen user name cannot be used on Linux. Ask your administrator."},
	{PP_REASON_NAME_LOCAL,
		"The name %u belongs to a local account of this node. Ask your administrator."},
	{PP_REASON_NAME_OF_GROUP,
		"The name %u is that of a group, so nobody can sign in with it on this node. Ask your administrator."},
	{PP_REASON_NAME_TAKEN,
		"The name %u belongs to somebody else on this node. Ask your administrator."},
	{PP_REASON_SUBJECT_BOUND_ELSEWHERE,
		"You have another name on this node: your Playpen name has changed. Ask your administrator to rename the account."},
	{PP_REASON_NO_ACCOUNT,
		"Nobody has signed in as %u on this node yet. Sign in once with ssh and a browser first."},
	{PP_REASON_LOCKED,
		"The account %u is locked on this node. Ask your administrator."},
	{PP_REASON_ACCOUNT_CLOSED,
		"The account %u is closed on this node. Ask your administrator."},
	{PP_REASON_NEW_USER_REFUSED,
		"%u has no account on this node, and new users cannot sign in here. Ask your administrator."},
	{PP_REASON_UID_KEY_MISSING,
		"New users cannot sign in on this node yet. Tell your administrator: the uid key is missing."},
	{PP_REASON_UID_KEY_CHANGED,
		"New users cannot sign in on this node. Tell your administrator: the uid key has changed."},
	{PP_REASON_UID_COLLISION,
		"No user number could be given to %u. Tell your administrator."},
	{PP_REASON_UID_CHANGED,
		"This node has another user number for %u than the one on record. Tell your administrator."},
	{PP_REASON_GROUPS_UNKNOWN,
		"Your groups are unknown or too many for the token, so %s stays closed. Sign in again with ssh and a browser, or ask your administrator."},
	{PP_REASON_GROUPS_EXPIRED,
		"Your groups were last checked too long ago. Sign in again with ssh and a browser."},
	{PP_REASON_GROUP_MISSING,
		"You are in none of the groups that %s requires on this node. Ask your administrator."},
	{PP_REASON_SERVICE_REFUSED, "%u may not use %s on this node."},
	{PP_REASON_SERVICE_MISMATCH,
		"The token is another service's than %u's. Use the client id and secret of %u."},
	{PP_REASON_PROOF_REFUSED,
		"%u cannot prove itself to %s: its account has auth = id-token, which only ssh can carry. Ask your administrator."},
	{PP_REASON_PROOF_PARTS,
		"The answer was not the token that was asked for, part by part in order. Use playpenctl askpass."},
	{PP_REASON_NONCE_MISSING,
		"The token was not made for this sign-in. Use playpenctl askpass, which asks for one each time."},
	{PP_REASON_NONCE_MISMATCH,
		"The token was made for another sign-in. Use playpenctl askpass, which asks for one each time."},
	{PP_REASON_NONCE_HOST,
		"The token was made for another node, or under a name that this node does not know as its own. Tell your administrator: names in [node]."},
	{PP_REASON_TOKEN_TOO_OLD,
		"The token is too old: it must be made for this very sign-in. Check the clocks too."},
	{PP_REASON_AUD_MISMATCH,
		"The token is not for this node's client. Ask for one with the audience that the prompt names."},
	{PP_REASON_AUD_UNTRUSTED,
		"The token is for somebody else too, or another client's. Get it with the client id and secret of %u."},
	{PP_REASON_AZP_MISSING,
		"The token does not say which service it was made for. Get it with the client id and secret of %u."},
	{PP_REASON_AZP_MISMATCH,
		"The token was made for another client. Get it with the client id and secret of %u."},
	{PP_REASON_TOO_MANY_PENDING,
		"Too many sign-ins are pending on this node. Try again in a minute."},
	{PP_REASON_DEADLINE,
		"Nobody approved the sign-in in time. Start again when you have a browser at hand."},
	{PP_REASON_CODE_EXPIRED,
		"The code expired before anybody approved it. Start again."},
	{PP_REASON_ACCESS_DENIED,
		"The sign-in was refused in the browser. Start again if that was a mistake."},
	{PP_REASON_CONVERSATION_FAILED,
		"This program cannot show a sign-in. Use an interactive terminal."},
	{PP_REASON_HTTP_UNREACHABLE,
		"Playpen's sign-in service cannot be reached. Try again later, or tell your administrator."},
	{PP_REASON_HTTP_TIMEOUT,
		"Playpen's sign-in service does not answer. Try again later, or tell your administrator."},
	{PP_REASON_HTTP_TLS,
		"The connection to Playpen's sign-in service is not trusted. Tell your administrator."},
	{PP_REASON_HTTP_STATUS,
		"Playpen's sign-in service is out of order. Try again later, or tell your administrator."},
	{PP_REASON_CLIENT_REFUSED,
		"Playpen's sign-in service does not accept the client's id or secret. Tell your administrator."},
	{PP_REASON_GRANT_REFUSED,
		"Playpen's sign-in service does not know this sign-in any more. Start again, or tell your administrator if that does not help."},
	{PP_REASON_UNSUPPORTED_GRANT,
		"Playpen's sign-in service does not offer this way of signing in. Tell your administrator."},
	{PP_REASON_STATE_UNWRITABLE,
		"This node cannot record your sign-in now. Tell your administrator: the disk may be full."},
	{PP_REASON_STATE_UNREADABLE,
		"This node cannot read its accounts. Tell your administrator."},
	{PP_REASON_CONFIG_INVALID,
		"Sign-in is not set up correctly on this node. Tell your administrator."},
	{PP_REASON_CONFIG_UNSAFE,
		"Sign-in is not set up correctly on this node. Tell your administrator."},
	{PP_REASON_CONFIG_MISSING,
		"Sign-in is not set up on this node. Tell your administrator."},
	{PP_REASON_SECRET_UNREADABLE,
		"Sign-in is not set up correctly on this node. Tell your administrator."},
};

/* For reasons that have no message, because it would help attackers only. */
static const struct {
	enum pp_kind kind;
	const char *text;
} by_kind[] = {
	{PP_UNTRUSTED,
		"The answer of Playpen's sign-in service was not trusted. Tell your administrator."},
	{PP_PROTOCOL_ERROR,
		"Playpen's sign-in service gave an answer that makes no sense. Tell your administrator."},
};
/* clang-format on */

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
user_message_template(enum pp_reason reason)
{
	for (size_t i = 0; i < PP_COUNT(messages); i++)
		if (messages[i].reason == reason)
			return messages[i].text;
	return NULL;
}

/* Returns one template for all refused tokens, whichever check refused them. */
static const char *
choose_template(const struct pp_err *err)
{
	const char *text = user_message_template(err->reason);

	if (text != NULL)
		return text;
	for (size_t i = 0; i < PP_COUNT(by_kind); i++)
		if (by_kind[i].kind == err->kind)
			return by_kind[i].text;
	return GENERAL;
}

void
user_message_write(
	const struct pp_err *err, const struct pp_start *start, char *text)
{
	const char *from = choose_template(err);
	size_t used = 0;

	while (*from != '\0' && used + 1 < USER_MESSAGE_SIZE) {
		const char *name;

		if (from[0] != '%') {
			text[used++] = *from++;
			continue;
		}
		name = from[1] == 'u' ? start->user : start->pam_service;
		pp_str_printable(text + used, USER_MESSAGE_SIZE - used, name,
			strlen(name));
		used += strlen(text + used);
		from += 2;
	}
	text[used] = '\0';
}
