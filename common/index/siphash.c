/* SPDX-License-Identifier: MIT */
#include "siphash.h"

#include <playpen/index/uid.h>

uint64_t
pp_siphash(const struct pp_uid_key *key, const void *data, size_t len)
{
	return pp_siphash_cd(pp_siphash_word(key->bytes),
		pp_siphash_word(key->bytes + 8), data, len, 2, 4);
}
