/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include <stdbool.h>

#include <playpen/base/cleanup.h>

/* The table of RFC 3629 section 4: what may follow which first byte. */
struct sequence {
	unsigned char first_low, first_high;
	unsigned char second_low, second_high;
	size_t len;
};

static const struct sequence sequences[] = {
	{0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2},
	{0xe0, 0xe0, 0xa0, 0xbf, 3}, /* below: overlong */
	{0xe1, 0xec, 0x80, 0xbf, 3},
	{0xed, 0xed, 0x80, 0x9f, 3}, /* above: surrogates */
	{0xee, 0xef, 0x80, 0xbf, 3},
	{0xf0, 0xf0, 0x90, 0xbf, 4}, /* below: overlong */
	{0xf1, 0xf3, 0x80, 0xbf, 4},
	{0xf4, 0xf4, 0x80, 0x8f, 4}, /* above: beyond U+10FFFF */
};

static const struct sequence *
find_sequence(unsigned char first)
{
	for (size_t i = 0; i < PP_COUNT(sequences); i++)
		if (first >= sequences[i].first_low &&
			first <= sequences[i].first_high)
			return &sequences[i];
	return NULL;
}

static bool
is_between(unsigned char byte, unsigned char low, unsigned char high)
{
	return byte >= low && byte <= high;
}

size_t
pp_utf8_length(const unsigned char *text, size_t len)
{
	const struct sequence *sequence =
		len > 0 ? find_sequence(text[0]) : NULL;

	if (sequence == NULL || len < sequence->len)
		return 0;
	if (sequence->len > 1 && !is_between(text[1], sequence->second_low,
					 sequence->second_high))
		return 0;
	for (size_t i = 2; i < sequence->len; i++)
		if (!is_between(text[i], 0x80, 0xbf))
			return 0;
	return sequence->len;
}

uint32_t
pp_utf8_character(const unsigned char *text)
{
	static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const struct sequence *sequence = find_sequence(text[0]);
	uint32_t character;

	if (sequence == NULL)
		return 0xfffd;
	character = text[0] & masks[sequence->len];
	for (size_t i = 1; i < sequence->len; i++)
		character = character << 6 | (text[i] & 0x3f);
	return character;
}

size_t
pp_utf8_put(uint32_t character, char *ret_text)
{
	static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t len = character < 0x80      ? 1
		     : character < 0x800   ? 2
		     : character < 0x10000 ? 3
					   : 4;

	for (size_t i = len - 1; i > 0; i--) {
		ret_text[i] = (char) (0x80 | (character & 0x3f));
		character >>= 6;
	}
	ret_text[0] = (char) (marks[len] | character);
	return len;
}
