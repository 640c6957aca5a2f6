/* SPDX-License-Identifier: MIT */
#include "floor.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data.h"

enum { NAMES, UIDS, GROUPS, TABLES };

struct slot {
	uint32_t tag;
	uint32_t offset; /* in units of eight bytes, 0 for none */
};

struct head {
	uint64_t at[TABLES];
	uint64_t mask[TABLES];
};

/* Then the gids, then the texts. */
struct user {
	uint32_t uid;
	uint32_t size;
	uint16_t gecos, home, shell, password;
	uint32_t gids[DATA_EACH];
};

/* Then where each member's name begins, then the texts. */
struct group {
	uint32_t gid;
	uint32_t count;
	uint32_t size;
	uint32_t unused;
};

static const unsigned char *base;

static uint32_t
hash_text(const char *text, size_t len)
{
	uint64_t hash = 0x9e3779b97f4a7c15U ^ len, word = 0;

	for (; len >= 8; len -= 8, text += 8) {
		memcpy(&word, text, 8);
		hash = (hash ^ word) * 0xff51afd7ed558ccdU;
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, text, len);
	hash = (hash ^ word) * 0xc4ceb9fe1a85ec53U;
	return (uint32_t) (hash ^ hash >> 32);
}

static uint32_t
hash_number(uint32_t number)
{
	number ^= number >> 16;
	number *= 0x7feb352dU;
	number ^= number >> 15;
	return number * 0x846ca68bU;
}
