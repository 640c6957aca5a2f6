/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <ctype.h>
#include <string.h>

/* A word of the grammar. */
struct token {
	const char *name;
	size_t len;
	bool option;
	bool optional;
	bool value; /* one follows */
	bool repeated;
};

static bool
next_token(const char **at, struct token *token)
{
	const char *text = *at + strspn(*at, " ");

	if (*text == '\0')
		return false;
	token->optional = *text == '[';
	text += token->optional;
	token->option = *text == '-';
	token->name = text;
	token->len = strcspn(text, " ]");
	text += token->len;
	token->value = token->option && text[0] == ' ' &&
		       isupper((unsigned char) text[1]) != 0;
	if (token->value)
		text += 1 + strcspn(text + 1, " ]");
	text += *text == ']';
	token->repeated = strncmp(text, "...", 3) == 0;
	*at = text + (token->repeated ? 3 : 0);
	return true;
}

static bool
find_option(const char *grammar, const char *word, struct token *token)
{
	size_t len = strcspn(word, "=");

	while (next_token(&grammar, token))
		if (token->option && token->len == len &&
			strncmp(token->name, word, len) == 0)
			return true;
	return false;
}

static bool
is_given(const struct ctl_arguments *arguments, const struct token *token)
{
	for (size_t i = 0; i < arguments->option_count; i++)
		if (arguments->options[i].name == token->name)
			return true;
	return false;
}

/* An option, and the word behind it where that is its value. */
static bool
take_option(const char *grammar, char *const **words, struct ctl_arguments *ret)
{
	const char *word = **words;
	const char *value = strchr(word, '=');
	struct token token;

	if (!find_option(grammar, word, &token) ||
		(is_given(ret, &token) && !token.repeated) ||
		ret->option_count == CTL_OPTIONS_MAX ||
		(value != NULL && !token.value))
		return false;
	if (value != NULL)
		value++;
	else if (token.value) {
		value = (*words)[1];
		*words += value != NULL;
	} else
		value = "";
	ret->options[ret->option_count++] =
		(struct ctl_given){token.name, token.len, value};
	return value != NULL;
}

/* Whether all that must be there is, and no operand too many. */
static bool
is_complete(const char *grammar, const struct ctl_arguments *arguments)
{
	size_t operands = 0;
	struct token token;

	while (next_token(&grammar, &token)) {
		operands += !token.option;
		if (token.option && !token.optional &&
			!is_given(arguments, &token))
			return false;
	}
	return operands == arguments->operand_count;
}

bool
ctl_arguments_read(
	const char *grammar, char *const *words, struct ctl_arguments *ret)
{
	struct ctl_arguments arguments = {0};

	for (; *words != NULL; words++) {
		const char *word = *words;

		if (word[0] == '-' && word[1] != '\0') {
			if (!take_option(grammar, &words, &arguments))
				return false;
		} else if (arguments.operand_count == CTL_OPERANDS_MAX)
			return false;
		else
			arguments.operands[arguments.operand_count++] = word;
	}
	if (!is_complete(grammar, &arguments))
		return false;
	*ret = arguments;
	return true;
}
