/* SPDX-License-Identifier: MIT */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

/*
 * Addresses and networks as text. An IPv4 address is treated as the IPv6
 * address that maps it, so that there is one form.
 */

/* A network: the first `bits` of the address, 0 to 128. */
struct pp_network {
	struct in6_addr address;
	int bits;
};

/* Reads a numeric address; an IPv6 one may name its interface ("%eth0").
 * Returns false for a name and for any other text. */
bool pp_network_parse_address(const char *text, struct in6_addr *ret);

/* Reads "ADDRESS" or "ADDRESS/BITS". Returns false for any other text. */
bool pp_network_parse(const char *text, struct pp_network *ret);

bool pp_network_contains(
	const struct pp_network *network, const struct in6_addr *address);

/* Returns true for 127.0.0.0/8, ::1 and the addresses of this node's
 * interfaces. */
bool pp_network_is_own(const struct in6_addr *address);
