/* SPDX-License-Identifier: MIT */
#include "sshwire.h"

#include <string.h>

static bool
read_number(struct pp_sshcert_bytes *wire, size_t size, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (wire->len < size)
		return false;
	for (size_t i = 0; i < size; i++)
		number = number << 8 | wire->data[i];
	wire->data += size;
	wire->len -= size;
	*ret_number = number;
	return true;
}

bool
pp_sshwire_u32(struct pp_sshcert_bytes *wire, uint32_t *ret_number)
{
	uint64_t number = 0;

	if (!read_number(wire, 4, &number))
		return false;
	*ret_number = (uint32_t) number;
	return true;
}

bool
pp_sshwire_u64(struct pp_sshcert_bytes *wire, uint64_t *ret_number)
{
	return read_number(wire, 8, ret_number);
}

bool
pp_sshwire_string(
	struct pp_sshcert_bytes *wire, struct pp_sshcert_bytes *ret_string)
{
	struct pp_sshcert_bytes at = *wire;
	uint32_t len = 0;

	if (!pp_sshwire_u32(&at, &len) || len > at.len)
		return false;
	*ret_string = (struct pp_sshcert_bytes){at.data, len};
	*wire = (struct pp_sshcert_bytes){at.data + len, at.len - len};
	return true;
}

bool
pp_sshwire_mpint(struct pp_sshcert_bytes *wire, size_t max,
	struct pp_sshcert_bytes *ret_bytes)
{
	struct pp_sshcert_bytes at = *wire;
	struct pp_sshcert_bytes bytes;

	if (!pp_sshwire_string(&at, &bytes) || bytes.len == 0)
		return false;
	/* RFC 4251: a set first bit is a negative number, and a zero byte
	 * stands only where it prevents that. */
	if ((bytes.data[0] & 0x80) != 0)
		return false;
	if (bytes.data[0] == 0) {
		if (bytes.len < 2 || (bytes.data[1] & 0x80) == 0)
			return false;
		bytes.data++;
		bytes.len--;
	}
	if (bytes.len > max)
		return false;
	*ret_bytes = bytes;
	*wire = at;
	return true;
}

bool
pp_sshwire_is(const struct pp_sshcert_bytes *bytes, const char *text)
{
	return bytes->len == strlen(text) &&
	       memcmp(bytes->data, text, bytes->len) == 0;
}
