/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/cleanup.h>
#include <playpen/base/hex.h>
#include <playpen/index/uid.h>

/* The key says nothing about itself but this keyed hash of a fixed text. */
#define FINGERPRINT_TEXT "playpen id key"

/*
 * Hashes a name to a number of the range. The letter in front keeps users and
 * groups apart. A name is cut at the length of the longest valid one; longer
 * names are invalid and never come here.
 */
static uint32_t
number_of(const struct pp_uid_key *key, char letter, const char *name,
	const struct pp_range *range)
{
	char text[1 + PP_NAME_MAX];
	size_t len = strnlen(name, PP_NAME_MAX);
	uint64_t size = (uint64_t) range->high - range->low + 1;

	text[0] = letter;
	memcpy(text + 1, name, len);
	return range->low + (uint32_t) (pp_siphash(key, text, 1 + len) % size);
}

uint32_t
pp_uid_of_name(const struct pp_uid_key *key, const char *name,
	const struct pp_range *range)
{
	return number_of(key, 'u', name, range);
}

uint32_t
pp_gid_of_name(const struct pp_uid_key *key, const char *name,
	const struct pp_range *range)
{
	return number_of(key, 'g', name, range);
}

void
pp_uid_key_free(struct pp_uid_key *key)
{
	explicit_bzero(key, sizeof(*key));
}

bool
pp_uid_key_parse(const char *text, size_t len, struct pp_uid_key *ret_key)
{
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};

	if (len == 2 * PP_UID_KEY_SIZE + 1 && text[len - 1] == '\n')
		len--;
	if (len != (size_t) 2 * PP_UID_KEY_SIZE)
		return false;
	for (size_t i = 0; i < PP_UID_KEY_SIZE; i++) {
		int high = pp_hex_value(text[2 * i]);
		int low = pp_hex_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key.bytes[i] = (unsigned char) (high << 4 | low);
	}
	*ret_key = key;
	return true;
}

void
pp_uid_key_fingerprint(
	const struct pp_uid_key *key, char text[PP_UID_KEY_FINGERPRINT_SIZE])
{
	uint64_t hash =
		pp_siphash(key, FINGERPRINT_TEXT, strlen(FINGERPRINT_TEXT));

	for (unsigned int i = 0; i < PP_UID_KEY_FINGERPRINT_SIZE - 1; i++)
		text[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
	text[PP_UID_KEY_FINGERPRINT_SIZE - 1] = '\0';
}
