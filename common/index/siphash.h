/* SPDX-License-Identifier: MIT */
#pragma once

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * SipHash-c-d as its authors describe it ("SipHash: a fast short-input PRF",
 * Aumasson and Bernstein, 2012): c rounds a word, d at the end. 2-4 is for what
 * must stay secret or last, 1-3 for tables whose key cannot be guessed before
 * he chooses what goes in. Inline: a look-up lives by it.
 */

struct pp_siphash_state {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t
pp_siphash_rotate(uint64_t word, unsigned int bits)
{
	return word << bits | word >> (64 - bits);
}

static inline void
pp_siphash_round(struct pp_siphash_state *sip)
{
	sip->v0 += sip->v1;
	sip->v2 += sip->v3;
	sip->v1 = pp_siphash_rotate(sip->v1, 13) ^ sip->v0;
	sip->v3 = pp_siphash_rotate(sip->v3, 16) ^ sip->v2;
	sip->v0 = pp_siphash_rotate(sip->v0, 32);
	sip->v2 += sip->v1;
	sip->v0 += sip->v3;
	sip->v1 = pp_siphash_rotate(sip->v1, 17) ^ sip->v2;
	sip->v3 = pp_siphash_rotate(sip->v3, 21) ^ sip->v0;
	sip->v2 = pp_siphash_rotate(sip->v2, 32);
}

static inline void
pp_siphash_absorb(struct pp_siphash_state *sip, uint64_t word, int rounds)
{
	sip->v3 ^= word;
	for (int i = 0; i < rounds; i++)
		pp_siphash_round(sip);
	sip->v0 ^= word;
}

static inline uint64_t
pp_siphash_word(const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return le64toh(word);
}

/* Returns fewer than eight bytes, without a byte too many and without a loop,
 * from two halves that overlap. */
static inline uint64_t
pp_siphash_tail(const unsigned char *bytes, size_t len)
{
	uint32_t low, high;

	if (len == 0)
		return 0;
	if (len < 4)
		return bytes[0] | (uint64_t) bytes[len / 2] << len / 2 * 8 |
		       (uint64_t) bytes[len - 1] << (len - 1) * 8;
	memcpy(&low, bytes, sizeof(low));
	memcpy(&high, bytes + len - sizeof(high), sizeof(high));
	return le32toh(low) | (uint64_t) le32toh(high) << (len - 4) * 8;
}

/* Returns SipHash-c-d of len bytes; c and d are constants wherever this is
 * called. */
static inline uint64_t
pp_siphash_cd(
	uint64_t k0, uint64_t k1, const void *data, size_t len, int c, int d)
{
	const unsigned char *at = data;
	struct pp_siphash_state sip = {k0 ^ 0x736f6d6570736575U,
		k1 ^ 0x646f72616e646f6dU, k0 ^ 0x6c7967656e657261U,
		k1 ^ 0x7465646279746573U};
	size_t left = len;

	for (; left >= 8; left -= 8, at += 8)
		pp_siphash_absorb(&sip, pp_siphash_word(at), c);
	pp_siphash_absorb(
		&sip, pp_siphash_tail(at, left) | (uint64_t) len << 56, c);
	sip.v2 ^= 0xff;
	for (int i = 0; i < d; i++)
		pp_siphash_round(&sip);
	return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}
