/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>

/* A word of the grammar. */
struct grammar_word {
	const char *name;
	size_t len;
	bool option;
	bool optional;
	bool value; /* one follows */
	bool repeated;
};

static bool
next_grammar_word(const char **at, struct grammar_word *grammar_word)
{
	const char *text = *at + strspn(*at, " ");

	if (*text == '\0')
		return false;
	grammar_word->optional = *text == '[';
	text += grammar_word->optional;
	grammar_word->option = *text == '-';
	grammar_word->name = text;
	grammar_word->len = strcspn(text, " ]");
	text += grammar_word->len;
	grammar_word->value = grammar_word->option && text[0] == ' ' &&
			      isupper((unsigned char) text[1]) != 0;
	if (grammar_word->value)
		text += 1 + strcspn(text + 1, " ]");
	text += *text == ']';
	grammar_word->repeated = strncmp(text, "...", 3) == 0;
	*at = text + (grammar_word->repeated ? 3 : 0);
	if (!grammar_word->option)
		grammar_word->repeated = strncmp(text - 3, "...", 3) == 0;
	return true;
}

static bool
find_option(const char *grammar, const char *word,
	struct grammar_word *grammar_word)
{
	size_t len = strcspn(word, "=");

	while (next_grammar_word(&grammar, grammar_word))
		if (grammar_word->option && grammar_word->len == len &&
			strncmp(grammar_word->name, word, len) == 0)
			return true;
	return false;
}

static bool
is_given(const struct args_parsed *arguments,
	const struct grammar_word *grammar_word)
{
	for (size_t i = 0; i < arguments->option_count; i++)
		if (arguments->options[i].name == grammar_word->name)
			return true;
	return false;
}

/* Takes an option, and the word behind it if that is its value. Returns false
 * if the grammar has no such option. */
static bool
take_option(const char *grammar, char *const **words, struct args_parsed *ret)
{
	const char *word = **words;
	const char *value = strchr(word, '=');
	struct grammar_word grammar_word;

	if (!find_option(grammar, word, &grammar_word) ||
		(is_given(ret, &grammar_word) && !grammar_word.repeated) ||
		ret->option_count == ARGS_OPTIONS_MAX ||
		(value != NULL && !grammar_word.value))
		return false;
	if (value != NULL)
		value++;
	else if (grammar_word.value) {
		value = (*words)[1];
		*words += value != NULL;
	} else
		value = "";
	ret->options[ret->option_count++] =
		(struct args_given){grammar_word.name, grammar_word.len, value};
	return value != NULL;
}

/* Returns true if all required words are there, and no operand too many. */
static bool
is_complete(const char *grammar, const struct args_parsed *arguments)
{
	size_t operands = 0;
	bool more = false;
	struct grammar_word grammar_word;

	while (next_grammar_word(&grammar, &grammar_word)) {
		operands += !grammar_word.option;
		more |= !grammar_word.option && grammar_word.repeated;
		if (grammar_word.option && !grammar_word.optional &&
			!is_given(arguments, &grammar_word))
			return false;
	}
	return operands == arguments->operand_count ||
	       (more && operands < arguments->operand_count);
}

bool
args_parse(const char *grammar, char *const *words, struct args_parsed *ret)
{
	struct args_parsed arguments = {0};

	for (; *words != NULL; words++) {
		const char *word = *words;

		if (word[0] == '-' && word[1] != '\0') {
			if (!take_option(grammar, &words, &arguments))
				return false;
		} else if (arguments.operand_count == ARGS_OPERANDS_MAX)
			return false;
		else
			arguments.operands[arguments.operand_count++] = word;
	}
	if (!is_complete(grammar, &arguments))
		return false;
	*ret = arguments;
	return true;
}

enum pp_kind
args_open_file(const char *path, int *ret_fd, struct pp_err *err)
{
	int fd = strcmp(path, "-") == 0 ? fcntl(0, F_DUPFD_CLOEXEC, 3)
					: open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	*ret_fd = fd;
	return PP_OK;
}

const char *
args_operand(const struct args_parsed *args, size_t n)
{
	return args->operands[n];
}

const char *
args_option_at(const struct args_parsed *args, const char *name, size_t n)
{
	for (size_t i = 0; i < args->option_count; i++) {
		const struct args_given *given = &args->options[i];

		if (strlen(name) == given->name_len &&
			strncmp(given->name, name, given->name_len) == 0 &&
			n-- == 0)
			return given->value;
	}
	return NULL;
}

const char *
args_option(const struct args_parsed *args, const char *name)
{
	return args_option_at(args, name, 0);
}

const char *
args_unknown_option(const char *grammar, char *const *words)
{
	struct grammar_word grammar_word;

	for (; *words != NULL; words++) {
		if ((*words)[0] != '-' || (*words)[1] == '\0')
			continue;
		if (!find_option(grammar, *words, &grammar_word))
			return *words;
		if (grammar_word.value && strchr(*words, '=') == NULL &&
			words[1] != NULL)
			words++;
	}
	return NULL;
}

void
args_offer_options(const char *grammar, struct pp_str_nearest *nearest)
{
	struct grammar_word grammar_word;

	while (next_grammar_word(&grammar, &grammar_word))
		if (grammar_word.option)
			pp_str_nearest_offer(
				nearest, grammar_word.name, grammar_word.len);
}
