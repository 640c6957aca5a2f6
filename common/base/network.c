/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/network.h>
#include <playpen/base/str.h>

#define MAPPED_BITS 96 /* in front of an IPv4 address, ::ffff:0:0/96 */

static void
map_ipv4(const struct in_addr *from, struct in6_addr *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->s6_addr[10] = ret->s6_addr[11] = 0xff;
	memcpy(&ret->s6_addr[12], from, sizeof(*from));
}

bool
pp_network_parse_address(const char *text, struct in6_addr *ret)
{
	char copy[INET6_ADDRSTRLEN];
	struct in_addr ipv4;
	size_t len = strcspn(text, "%");

	if (inet_pton(AF_INET, text, &ipv4) == 1) {
		map_ipv4(&ipv4, ret);
		return true;
	}
	if (len >= sizeof(copy))
		return false;
	snprintf(copy, sizeof(copy), "%.*s", (int) len, text);
	return inet_pton(AF_INET6, copy, ret) == 1;
}

bool
pp_network_parse(const char *text, struct pp_network *ret)
{
	char address[INET6_ADDRSTRLEN];
	struct in_addr ipv4;
	size_t len = strcspn(text, "/");
	int64_t bits = 0;
	int first = 0;

	if (len >= sizeof(address) || strchr(text, '%') != NULL)
		return false;
	snprintf(address, sizeof(address), "%.*s", (int) len, text);
	if (!pp_network_parse_address(address, &ret->address))
		return false;
	if (inet_pton(AF_INET, address, &ipv4) == 1)
		first = MAPPED_BITS;
	bits = 128 - first;
	if (text[len] == '/' && !pp_str_to_i64(text + len + 1, 0, bits, &bits))
		return false;
	ret->bits = first + (int) bits;
	return true;
}

bool
pp_network_contains(
	const struct pp_network *network, const struct in6_addr *address)
{
	size_t whole = (size_t) network->bits / 8;
	int rest = network->bits % 8;
	unsigned int differ;

	if (memcmp(&network->address, address, whole) != 0)
		return false;
	if (rest == 0)
		return true;
	differ = network->address.s6_addr[whole] ^ address->s6_addr[whole];
	return differ >> (8 - rest) == 0;
}

static bool
is_loopback(const struct in6_addr *address)
{
	return IN6_IS_ADDR_LOOPBACK(address) ||
	       (IN6_IS_ADDR_V4MAPPED(address) && address->s6_addr[12] == 127);
}

static bool
is_address_of(const struct sockaddr *from, const struct in6_addr *address)
{
	struct in6_addr own;

	if (from == NULL)
		return false;
	if (from->sa_family == AF_INET)
		map_ipv4(&((const struct sockaddr_in *) (const void *) from)
				  ->sin_addr,
			&own);
	else if (from->sa_family == AF_INET6)
		own = ((const struct sockaddr_in6 *) (const void *) from)
			      ->sin6_addr;
	else
		return false;
	return memcmp(&own, address, sizeof(own)) == 0;
}

bool
pp_network_is_own(const struct in6_addr *address)
{
	struct ifaddrs *all = NULL;
	bool own = is_loopback(address);

	if (own || getifaddrs(&all) != 0)
		return own;
	for (const struct ifaddrs *one = all; one != NULL && !own;
		one = one->ifa_next)
		own = is_address_of(one->ifa_addr, address);
	freeifaddrs(all);
	return own;
}
