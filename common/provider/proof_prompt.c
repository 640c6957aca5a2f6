/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <playpen/base/str.h>
#include <playpen/provider/proof_prompt.h>

#define WORD "playpen-token"
#define NUMBER_ROOM 4U /* two digits, a colon, a semicolon */
#define CHUNK (PP_PROOF_ANSWER_MAX - NUMBER_ROOM)

static const char hex[] = "0123456789abcdef";

enum pp_kind
pp_proof_prompt_write(const struct pp_proof_prompt *prompt, char **ret_text,
	struct pp_err *err)
{
	return pp_str_format(ret_text, err,
		WORD " audience=%s random=%s part=%u: ", prompt->audience,
		prompt->random, prompt->part);
}

static enum pp_kind
refuse_prompt(struct pp_err *err, const char *why)
{
	return pp_fail(err, PP_REASON_PROOF_PROMPT,
		"this is no prompt for a service's token: %s", why);
}

/* Reads "(USER@HOST) " as sshconnect2.c puts it before the node's text. The
 * first bracket that closes is ssh's own. */
static enum pp_kind
read_host(const char **text, char *host, struct pp_err *err)
{
	const char *end = strstr(*text, ") ");
	const char *at = end;
	size_t len;

	if (**text != '(' || end == NULL)
		return refuse_prompt(err, "no (user@host) of ssh's before it");
	while (at > *text && *at != '@')
		at--;
	len = (size_t) (end - at) - 1;
	if (*at != '@' || end == at || len == 0 || len > PP_PROOF_HOST_MAX ||
		!pp_str_is_graphic(at + 1, len))
		return refuse_prompt(err, "no host before it");
	memcpy(host, at + 1, len);
	host[len] = '\0';
	*text = end + 2;
	return PP_OK;
}

/* Takes the key, then a value of graphic characters up to the next blank.
 * Returns false if they are not there. */
static bool
take_value(const char **text, const char *key, char *value, size_t max)
{
	size_t len;

	if (!pp_str_starts_with(*text, key))
		return false;
	*text += strlen(key);
	len = strcspn(*text, " ");
	if (len == 0 || len > max || !pp_str_is_graphic(*text, len))
		return false;
	memcpy(value, *text, len);
	value[len] = '\0';
	*text += len;
	return true;
}

static bool
take_number(const char **text, const char *end, unsigned int *ret_number)
{
	unsigned int number = 0;
	const char *at = *text;

	while (at < end && *at >= '0' && *at <= '9' && at - *text < 2)
		number = number * 10 + (unsigned int) (*at++ - '0');
	if (at == *text || **text == '0' || number > PP_PROOF_PARTS_MAX ||
		at == end || *at != ':')
		return false;
	*text = at + 1;
	*ret_number = number;
	return true;
}

static enum pp_kind
read_request(const char *text, struct pp_proof_prompt *ret_prompt,
	struct pp_err *err)
{
	struct pp_proof_prompt prompt = {.part = 0};
	static const char part[] = " part=";

	if (!take_value(&text, WORD " audience=", prompt.audience,
		    PP_PROOF_AUDIENCE_MAX) ||
		!take_value(&text, " random=", prompt.random,
			PP_PROOF_RANDOM_LEN) ||
		strspn(prompt.random, hex) != PP_PROOF_RANDOM_LEN ||
		!pp_str_starts_with(text, part))
		return refuse_prompt(err, "it asks for something else");
	text += strlen(part);
	if (!take_number(&text, text + strlen(text), &prompt.part) ||
		strcmp(text, " ") != 0)
		return refuse_prompt(err, "its end is missing");
	*ret_prompt = prompt;
	return PP_OK;
}

enum pp_kind
pp_proof_prompt_read(const char *text, const char *known_host, char *host,
	struct pp_proof_prompt *ret_prompt, struct pp_err *err)
{
	size_t len = known_host != NULL ? strlen(known_host) : 0;
	enum pp_kind kind = PP_OK;

	if (known_host == NULL || *text == '(')
		kind = read_host(&text, host, err);
	if (kind != PP_OK)
		return kind;
	if (known_host != NULL) {
		if (len == 0 || len > PP_PROOF_HOST_MAX ||
			!pp_str_is_graphic(known_host, len))
			return refuse_prompt(err, "no such host");
		memcpy(host, known_host, len + 1);
	}
	return read_request(text, ret_prompt, err);
}

enum pp_kind
pp_proof_prompt_write_answer(const struct pp_secret *token, unsigned int part,
	struct pp_secret *answer, bool *ret_last, struct pp_err *err)
{
	size_t begin = (size_t) (part - 1) * CHUNK;
	size_t left = token->len > begin ? token->len - begin : 0;
	char head[NUMBER_ROOM + 1];
	enum pp_kind kind;

	if (part < 1 || part > PP_PROOF_PARTS_MAX || left == 0 ||
		token->len > PP_PROOF_TOKEN_MAX)
		return pp_fail(err, PP_REASON_PROOF_PARTS,
			"the token has no part %u", part);
	snprintf(head, sizeof(head), "%u:", part);
	pp_secret_clear(answer);
	kind = pp_secret_append_text(answer, head, err);
	if (kind == PP_OK)
		kind = pp_secret_append(answer, token->data + begin,
			left < CHUNK ? left : CHUNK, err);
	*ret_last = left <= CHUNK;
	if (kind == PP_OK && *ret_last)
		kind = pp_secret_append_text(answer, ";", err);
	return kind;
}

/* Returns true for what a compact JWS is made of (RFC 7515 section 7.1). */
static bool
is_token_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((text[i] >= 'A' && text[i] <= 'Z') ||
			    (text[i] >= 'a' && text[i] <= 'z') ||
			    (text[i] >= '0' && text[i] <= '9') ||
			    text[i] == '-' || text[i] == '_' || text[i] == '.'))
			return false;
	return len > 0;
}

enum pp_kind
pp_proof_prompt_take_answer(struct pp_secret *token, unsigned int part,
	const struct pp_secret *answer, bool *ret_last, struct pp_err *err)
{
	const char *text = pp_secret_text(answer);
	const char *end = text + answer->len;
	unsigned int number = 0;
	bool last;

	/* A pasted line may bring its end along. */
	if (end > text && end[-1] == '\n')
		end--;
	if ((size_t) (end - text) > PP_PROOF_ANSWER_MAX)
		return pp_fail(err, PP_REASON_PROOF_PARTS,
			"part %u has %zu bytes", part, answer->len);
	last = end > text && end[-1] == ';';
	end -= last;
	if (!take_number(&text, end, &number) || number != part ||
		!is_token_text(text, (size_t) (end - text)))
		return pp_fail(err, PP_REASON_PROOF_PARTS,
			"the answer to part %u is not that part of a token",
			part);
	if (token->len + (size_t) (end - text) > PP_PROOF_TOKEN_MAX)
		return pp_fail(err, PP_REASON_PROOF_PARTS,
			"the token is longer than %zu bytes",
			PP_PROOF_TOKEN_MAX);
	*ret_last = last;
	return pp_secret_append(token, text, (size_t) (end - text), err);
}
