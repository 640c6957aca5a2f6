/* SPDX-License-Identifier: MIT */
#include <playpen/base/base64.h>

/* clang-format off */
#define LETTERS_AND_DIGITS \
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, \
	14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, \
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, \
	40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, \
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62
/* clang-format on */

/*
 * An alphabet, and the value of each character in it, plus one; 0 for what is
 * not of the alphabet.
 */
struct alphabet {
	const char *text;
	unsigned char values[256];
};

static const struct alphabet with_plus_and_slash = {
	.text = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789+/",
	.values = {LETTERS_AND_DIGITS, ['+'] = 63, ['/'] = 64},
};
static const struct alphabet for_urls = {
	.text = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789-_",
	.values = {LETTERS_AND_DIGITS, ['-'] = 63, ['_'] = 64},
};

/* Reads the 6 * count bits of count characters into the top of 24. Returns
 * false if a character is not of the alphabet. */
static bool
read_group(const unsigned char values[256], const unsigned char *text,
	size_t count, unsigned int *ret_bits)
{
	unsigned int bits = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned int value = values[text[i]];

		if (value == 0)
			return false;
		bits |= (value - 1) << (18 - 6 * i);
	}
	*ret_bits = bits;
	return true;
}

static void
write_group(unsigned char *bytes, size_t count, unsigned int bits)
{
	for (size_t i = 0; i < count; i++)
		bytes[i] = (unsigned char) (bits >> (16 - 8 * i));
}

/* Reads a whole group like read_group; a token consists of little else. */
static bool
read_four(const unsigned char values[256], const unsigned char *text,
	unsigned int *ret_bits)
{
	unsigned int a = values[text[0]];
	unsigned int b = values[text[1]];
	unsigned int c = values[text[2]];
	unsigned int d = values[text[3]];

	/* Together: each is one too many. */
	*ret_bits = (a << 18) + (b << 12) + (c << 6) + d - 0x41041U;
	return a != 0 && b != 0 && c != 0 && d != 0;
}

/* Decodes what has no padding. */
static inline bool
decode(const unsigned char values[256], const char *text, size_t len,
	void *ret_bytes, size_t *ret_len)
{
	const unsigned char *from = (const unsigned char *) text;
	unsigned char *to = ret_bytes;
	size_t rest = len % 4;
	unsigned int bits = 0;

	for (size_t groups = len / 4; groups > 0; groups--) {
		if (!read_four(values, from, &bits))
			return false;
		to[0] = (unsigned char) (bits >> 16);
		to[1] = (unsigned char) (bits >> 8);
		to[2] = (unsigned char) bits;
		from += 4;
		to += 3;
	}
	*ret_len = (size_t) (to - (unsigned char *) ret_bytes);
	if (rest == 0)
		return true;
	/* The bits that do not fill a byte are zero, RFC 4648 section 3.5. */
	if (rest == 1 || !read_group(values, from, rest, &bits) ||
		(bits & (0xffffffU >> (8 * (rest - 1)))) != 0)
		return false;
	write_group(to, rest - 1, bits);
	*ret_len += rest - 1;
	return true;
}

/* Encodes without padding. */
static size_t
encode(const char *alphabet, const void *bytes, size_t len, char *ret_text)
{
	const unsigned char *from = bytes;
	char *to = ret_text;

	while (len > 0) {
		size_t count = len < 3 ? len : 3;
		unsigned int bits = 0;

		for (size_t i = 0; i < count; i++)
			bits |= (unsigned int) from[i] << (16 - 8 * i);
		for (size_t i = 0; i <= count; i++)
			*to++ = alphabet[bits >> (18 - 6 * i) & 0x3f];
		from += count;
		len -= count;
	}
	*to = '\0';
	return (size_t) (to - ret_text);
}

bool
pp_base64_url_decode(
	const char *text, size_t len, void *ret_bytes, size_t *ret_len)
{
	return decode(for_urls.values, text, len, ret_bytes, ret_len);
}

size_t
pp_base64_url_encode(const void *bytes, size_t len, char *ret_text)
{
	return encode(for_urls.text, bytes, len, ret_text);
}

bool
pp_base64_decode(const char *text, size_t len, void *ret_bytes, size_t *ret_len)
{
	if (len % 4 != 0)
		return false;
	for (int i = 0; i < 2 && len > 0 && text[len - 1] == '='; i++)
		len--;
	return decode(
		with_plus_and_slash.values, text, len, ret_bytes, ret_len);
}

size_t
pp_base64_encode(const void *bytes, size_t len, char *ret_text)
{
	size_t text_len =
		encode(with_plus_and_slash.text, bytes, len, ret_text);

	while (text_len % 4 != 0)
		ret_text[text_len++] = '=';
	ret_text[text_len] = '\0';
	return text_len;
}
