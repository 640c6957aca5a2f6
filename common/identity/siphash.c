/* SPDX-License-Identifier: MIT */
#include <playpen/identity.h>

#include "sip.h"

uint64_t
pp_siphash(const struct pp_id_key *key, const void *data, size_t len)
{
	return pp_sip_hash(pp_sip_word(key->bytes), pp_sip_word(key->bytes + 8),
		data, len, 2, 4);
}
