/* SPDX-License-Identifier: MIT */
#include <endian.h>
#include <string.h>

#include <playpen/identity.h>

/*
 * SipHash-2-4 as its authors describe it ("SipHash: a fast short-input PRF",
 * Aumasson and Bernstein, 2012): two rounds a word, four at the end.
 */

struct sip {
	uint64_t v0, v1, v2, v3;
};

static uint64_t
rotate(uint64_t word, unsigned int bits)
{
	return word << bits | word >> (64 - bits);
}

static void
round_once(struct sip *sip)
{
	sip->v0 += sip->v1;
	sip->v2 += sip->v3;
	sip->v1 = rotate(sip->v1, 13) ^ sip->v0;
	sip->v3 = rotate(sip->v3, 16) ^ sip->v2;
	sip->v0 = rotate(sip->v0, 32);
	sip->v2 += sip->v1;
	sip->v0 += sip->v3;
	sip->v1 = rotate(sip->v1, 17) ^ sip->v2;
	sip->v3 = rotate(sip->v3, 21) ^ sip->v0;
	sip->v2 = rotate(sip->v2, 32);
}

static void
absorb(struct sip *sip, uint64_t word)
{
	sip->v3 ^= word;
	round_once(sip);
	round_once(sip);
	sip->v0 ^= word;
}

static uint64_t
read_word(const unsigned char *bytes, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, bytes, len);
	return le64toh(word);
}

uint64_t
pp_siphash(const struct pp_id_key *key, const void *data, size_t len)
{
	const unsigned char *at = data;
	uint64_t k0 = read_word(key->bytes, 8);
	uint64_t k1 = read_word(key->bytes + 8, 8);
	struct sip sip = {k0 ^ 0x736f6d6570736575U, k1 ^ 0x646f72616e646f6dU,
		k0 ^ 0x6c7967656e657261U, k1 ^ 0x7465646279746573U};
	size_t left = len;

	for (; left >= 8; left -= 8, at += 8)
		absorb(&sip, read_word(at, 8));
	absorb(&sip, read_word(at, left) | (uint64_t) len << 56);
	sip.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		round_once(&sip);
	return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}
