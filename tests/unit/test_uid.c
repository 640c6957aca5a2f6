/* SPDX-License-Identifier: MIT */
#include <playpen/index/uid.h>

#include "tests/tap.h"

/* Names that the property test draws, enough to see a bias. */
#define MANY 10000000U
#define BUCKETS 64U

static const struct pp_range users = {PP_UID_RANGE_LOW, PP_UID_RANGE_HIGH};
static const struct pp_range groups = {PP_GID_RANGE_LOW, PP_GID_RANGE_HIGH};

static struct pp_uid_key
counting_key(void)
{
	struct pp_uid_key key;

	for (unsigned char i = 0; i < PP_UID_KEY_SIZE; i++)
		key.bytes[i] = i;
	return key;
}

/* From the reference implementation: key 00..0f, input 00, 01, 02, ... */
static void
siphash_gives_its_published_values(void)
{
	static const uint64_t published[] = {0x726fdb47dd0e0e31U,
		0x74f839c593dc67fdU, 0x0d6c8009d9a94f5aU, 0x85676696d7fb7e2dU,
		0xcf2794e0277187b7U, 0x18765564cd99a68dU, 0xcbc9466e58fee3ceU,
		0xab0200f58b01d137U, 0x93f5f5799a932462U, 0x9e0082df0ba9e4b0U,
		0x7a5dbbc594ddb9f3U, 0xf4b32f46226bada7U, 0x751e8fbc860ee5fbU,
		0x14ea5627c0843d90U, 0xf723ca908e7af2eeU, 0xa129ca6149be45e5U};
	struct pp_uid_key key = counting_key();
	unsigned char input[16];

	for (unsigned char i = 0; i < sizeof(input); i++)
		input[i] = i;
	for (size_t len = 0; len < sizeof(input); len++)
		check_int(pp_siphash(&key, input, len), published[len]);
}

/* docs/reference/uids.md shows these to whoever computes uids elsewhere. */
static void
gives_the_documented_ids(void)
{
	struct pp_uid_key key = counting_key();

	check_int(pp_uid_of_name(&key, "alice", &users), 1940475565U);
	check_int(pp_uid_of_name(&key, "bob", &users), 1968477834U);
	check_int(pp_gid_of_name(&key, "dev", &groups), 2138286387U);
	check_int(pp_gid_of_name(&key, "playpen-users", &groups), 2129001105U);
}

static void
two_nodes_with_one_key_agree(void)
{
	struct pp_uid_key here, there, other;

	check(pp_uid_key_parse(
		"000102030405060708090a0b0c0d0e0f\n", 33, &here));
	check(pp_uid_key_parse("000102030405060708090A0B0C0D0E0F", 32, &there));
	check(pp_uid_key_parse("000102030405060708090a0b0c0d0e10", 32, &other));
	check_int(pp_uid_of_name(&here, "alice", &users),
		pp_uid_of_name(&there, "alice", &users));
	check_cmp(pp_uid_of_name(&here, "alice", &users), !=,
		pp_uid_of_name(&other, "alice", &users));
}

static void
a_user_and_a_group_of_one_name_differ(void)
{
	struct pp_uid_key key = counting_key();

	check_cmp(pp_uid_of_name(&key, "dev", &users), !=,
		pp_gid_of_name(&key, "dev", &users));
}

static void
a_range_of_one_is_that_one(void)
{
	struct pp_uid_key key = counting_key();
	struct pp_range one = {70000, 70000};
	struct pp_range all = {0, UINT32_MAX};

	check_int(pp_uid_of_name(&key, "alice", &one), 70000);
	check_cmp(pp_uid_of_name(&key, "alice", &all), !=, 0);
}

/* A name of eight letters for each number, different for different ones. */
static void
make_name(char name[9], uint32_t number)
{
	for (int i = 0; i < 7; i++, number /= 26)
		name[i] = (char) ('a' + number % 26);
	name[7] = 'x';
	name[8] = '\0';
}

/*
 * Ten million names: each inside its range, spread evenly. A bucket of 156,250
 * expected strays by more than ten standard deviations (395 each) never.
 */
static void
ten_million_names_stay_inside_and_spread(void)
{
	struct pp_uid_key key = counting_key();
	uint32_t size = (users.high - users.low + 1) / BUCKETS;
	uint32_t counts[BUCKETS] = {0};
	uint32_t outside = 0;

	for (uint32_t i = 0; i < MANY; i++) {
		char name[9];
		uint32_t uid;

		make_name(name, i);
		uid = pp_uid_of_name(&key, name, &users);
		outside += uid < users.low || uid > users.high;
		counts[(uid - users.low) / size % BUCKETS]++;
	}
	check_int(outside, 0);
	for (size_t i = 0; i < BUCKETS; i++) {
		check_cmp(counts[i], >, MANY / BUCKETS - 3950);
		check_cmp(counts[i], <, MANY / BUCKETS + 3950);
	}
}

static int
compare(const void *a, const void *b)
{
	const uint32_t *left = a;
	const uint32_t *right = b;

	return (*left > *right) - (*left < *right);
}

/*
 * docs/reference/uids.md says 2,483 pairs for a million names in the default
 * range. Five standard deviations (50 each) either way.
 */
static void
a_million_names_collide_as_often_as_the_table_says(void)
{
	static uint32_t uids[1000000];
	const size_t count = sizeof(uids) / sizeof(uids[0]);
	struct pp_uid_key key = counting_key();
	uint32_t pairs = 0;

	for (uint32_t i = 0; i < count; i++) {
		char name[9];

		make_name(name, i);
		uids[i] = pp_uid_of_name(&key, name, &users);
	}
	qsort(uids, count, sizeof(uids[0]), compare);
	for (size_t i = 1; i < count; i++)
		pairs += uids[i] == uids[i - 1];
	check_cmp(pairs, >, 2483 - 250);
	check_cmp(pairs, <, 2483 + 250);
}

static void
rejects_what_is_no_key(void)
{
	static const char *const texts[] = {"", "00",
		"000102030405060708090a0b0c0d0e0",
		"000102030405060708090a0b0c0d0e0g",
		" 00102030405060708090a0b0c0d0e0f",
		"000102030405060708090a0b0c0d0e0f\n\n",
		"000102030405060708090a0b0c0d0e0f0",
		"000102030405060708090a0b0c0d0e0f "};
	struct pp_uid_key key = counting_key();

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check(!pp_uid_key_parse(texts[i], strlen(texts[i]), &key));
	check(!pp_uid_key_parse(
		"000102030405060708090a0b0c0d0e\0\0", 32, &key));
	check_int(key.bytes[15], 15);
}

static void
a_fingerprint_tells_keys_apart(void)
{
	struct pp_uid_key key = counting_key();
	char first[PP_UID_KEY_FINGERPRINT_SIZE],
		second[PP_UID_KEY_FINGERPRINT_SIZE];

	pp_uid_key_fingerprint(&key, first);
	key.bytes[0] ^= 1;
	pp_uid_key_fingerprint(&key, second);
	check_text(first, "f6025b78a35fcef3");
	check_int(strlen(second), 16);
	check(strcmp(first, second) != 0);
}

static void
a_freed_key_is_wiped(void)
{
	static const struct pp_uid_key none;
	struct pp_uid_key key = counting_key();

	check(memcmp(&key, &none, sizeof(key)) != 0);
	pp_uid_key_free(&key);
	check(memcmp(&key, &none, sizeof(key)) == 0);
}

int
main(void)
{
	run(siphash_gives_its_published_values);
	run(gives_the_documented_ids);
	run(two_nodes_with_one_key_agree);
	run(a_user_and_a_group_of_one_name_differ);
	run(a_range_of_one_is_that_one);
	run(ten_million_names_stay_inside_and_spread);
	run(a_million_names_collide_as_often_as_the_table_says);
	run(rejects_what_is_no_key);
	run(a_fingerprint_tells_keys_apart);
	run(a_freed_key_is_wiped);
	return tap_end();
}
