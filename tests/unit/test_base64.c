/* SPDX-License-Identifier: MIT */
#include <playpen/base/base64.h>

#include "tests/tap.h"

static bool
decodes(const char *text, const char *expected, size_t expected_len)
{
	unsigned char bytes[PP_BASE64_DECODED(64)];
	size_t len = 99;

	return pp_base64_url_decode(text, strlen(text), bytes, &len) &&
	       len == expected_len && memcmp(bytes, expected, len) == 0;
}

static bool
refuses(const char *text, size_t text_len)
{
	unsigned char bytes[PP_BASE64_DECODED(64)];
	size_t len;

	return !pp_base64_url_decode(text, text_len, bytes, &len);
}

static void
decodes_what_rfc_4648_has(void)
{
	check(decodes("", "", 0));
	check(decodes("Zg", "f", 1));
	check(decodes("Zm8", "fo", 2));
	check(decodes("Zm9v", "foo", 3));
	check(decodes("Zm9vYg", "foob", 4));
	check(decodes("Zm9vYmE", "fooba", 5));
	check(decodes("Zm9vYmFy", "foobar", 6));
	check(decodes("-_-_", "\xfb\xff\xbf", 3));
}

static void
rejects_padding(void)
{
	check(refuses("Zg==", 4));
	check(refuses("Zg=", 3));
	check(refuses("Zm8=", 4));
	check(refuses("Zm9v=", 5));
	check(refuses("=", 1));
}

static void
rejects_the_other_alphabet(void)
{
	check(refuses("+/+/", 4));
	check(refuses("ab+d", 4));
	check(refuses("ab/", 3));
	check(decodes("ab-d", "\x69\xbf\x9d", 3));
}

static void
rejects_white_space_and_foreign_bytes(void)
{
	check(refuses("Zm 9v", 5));
	check(refuses("Zm9v\n", 5));
	check(refuses(" Zm9v", 5));
	check(refuses("Zm9v\0Zm9", 8));
	check(refuses("Zm9\0", 4));
	check(refuses("Zm9!", 4));
	check(refuses("Zm\xc3\xa9", 4));
	check(refuses("Zm9\xff", 4));
}

static void
rejects_a_length_of_one_more_than_a_multiple_of_four(void)
{
	check(refuses("Z", 1));
	check(refuses("Zm9vY", 5));
}

static void
rejects_unused_bits_that_are_set(void)
{
	check(refuses("Zh", 2));
	check(refuses("Zm9vYn", 6));
	check(refuses("Zm9", 3));
	check(decodes("Zm8", "fo", 2));
}

/* Of the 64 last characters only those with zero bits: one spelling each. */
static void
every_byte_has_one_spelling(void)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	int accepted = 0;

	for (int i = 0; i < 64; i++)
		for (int j = 0; j < 64; j++) {
			char text[3] = {alphabet[i], alphabet[j], '\0'};

			accepted += !refuses(text, 2);
		}
	check_int(accepted, 256);
}

static void
encodes_what_it_decodes(void)
{
	unsigned char bytes[66];
	unsigned char again[PP_BASE64_DECODED(PP_BASE64_ENCODED(66))];
	char text[PP_BASE64_ENCODED(66)];

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		size_t text_len, again_len = 0;

		for (size_t i = 0; i < len; i++)
			bytes[i] = (unsigned char) (i * 37 + len);
		text_len = pp_base64_url_encode(bytes, len, text);
		check_int(text_len, strlen(text));
		check(pp_base64_url_decode(text, text_len, again, &again_len));
		check_int(again_len, len);
		check(memcmp(again, bytes, len) == 0);
	}
}

static bool
decodes_padded(const char *text, const char *expected, size_t expected_len)
{
	unsigned char bytes[PP_BASE64_DECODED(64)];
	size_t len = 99;

	return pp_base64_decode(text, strlen(text), bytes, &len) &&
	       len == expected_len && memcmp(bytes, expected, len) == 0;
}

static bool
refuses_padded(const char *text)
{
	unsigned char bytes[PP_BASE64_DECODED(64)];
	size_t len;

	return !pp_base64_decode(text, strlen(text), bytes, &len);
}

static void
padding_fills_the_last_four_characters(void)
{
	check(decodes_padded("", "", 0));
	check(decodes_padded("Zg==", "f", 1));
	check(decodes_padded("Zm8=", "fo", 2));
	check(decodes_padded("Zm9v", "foo", 3));
	check(decodes_padded("Zm9vYg==", "foob", 4));
	check(decodes_padded("+/+/", "\xfb\xff\xbf", 3));
	check(refuses_padded("Zg"));
	check(refuses_padded("Zg="));
	check(refuses_padded("Zm8"));
	check(refuses_padded("Z==="));
	check(refuses_padded("===="));
	check(refuses_padded("=="));
	check(refuses_padded("Zg==Zg=="));
	check(refuses_padded("Zm8=\n"));
	check(refuses_padded("Zh=="));
	check(refuses_padded("Zm9="));
	check(refuses_padded("-_-_"));
}

static void
padded_text_is_decoded_to_what_was_encoded(void)
{
	unsigned char bytes[66],
		again[PP_BASE64_DECODED(PP_BASE64_ENCODED(66))];
	char text[PP_BASE64_ENCODED(66)];

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		size_t text_len, again_len = 0;

		for (size_t i = 0; i < len; i++)
			bytes[i] = (unsigned char) (i * 37 + len);
		text_len = pp_base64_encode(bytes, len, text);
		check_int(text_len, strlen(text));
		check_int(text_len, (len + 2) / 3 * 4);
		check(pp_base64_decode(text, text_len, again, &again_len));
		check_int(again_len, len);
		check(memcmp(again, bytes, len) == 0);
	}
}

int
main(void)
{
	run(decodes_what_rfc_4648_has);
	run(rejects_padding);
	run(rejects_the_other_alphabet);
	run(rejects_white_space_and_foreign_bytes);
	run(rejects_a_length_of_one_more_than_a_multiple_of_four);
	run(rejects_unused_bits_that_are_set);
	run(every_byte_has_one_spelling);
	run(encodes_what_it_decodes);
	run(padding_fills_the_last_four_characters);
	run(padded_text_is_decoded_to_what_was_encoded);
	return tap_end();
}
