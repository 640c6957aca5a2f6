/* SPDX-License-Identifier: MIT */
#include <playpen/base/network.h>

#include "tests/tap.h"

static bool
contains(const char *network, const char *address)
{
	struct pp_network parsed;
	struct in6_addr one;

	return check(pp_network_parse(network, &parsed)) &&
	       check(pp_network_parse_address(address, &one)) &&
	       pp_network_contains(&parsed, &one);
}

static bool
is_own(const char *address)
{
	struct in6_addr one;

	return check(pp_network_parse_address(address, &one)) &&
	       pp_network_is_own(&one);
}

static void
a_network_has_the_addresses_of_its_first_bits(void)
{
	check(contains("192.0.2.1", "192.0.2.1"));
	check(!contains("192.0.2.1", "192.0.2.2"));
	check(contains("192.0.2.0/24", "192.0.2.255"));
	check(!contains("192.0.2.0/24", "192.0.3.0"));
	check(contains("192.0.2.128/25", "192.0.2.129"));
	check(!contains("192.0.2.128/25", "192.0.2.127"));
	check(contains("0.0.0.0/0", "203.0.113.9"));
	check(!contains("0.0.0.0/0", "2001:db8::1"));
	check(contains("2001:db8::/33", "2001:db8:7fff::1"));
	check(!contains("2001:db8::/33", "2001:db8:8000::1"));
	check(contains("::/0", "192.0.2.1"));
	check(contains("192.0.2.1", "::ffff:192.0.2.1"));
	check(contains("fe80::1", "fe80::1%eth0"));
}

static void
other_texts_are_no_networks(void)
{
	static const char *const bad[] = {"", "/8", "192.0.2.1/",
		"192.0.2.1/33", "192.0.2.1/-1", "192.0.2.1/8/8", "192.0.2",
		"host.example", "2001:db8::/129", "fe80::1%eth0", "192.0.2.1 ",
		"2001:db8:1:2:3:4:5:6:7:8:9:10:11:12:13:14:15"};
	struct pp_network parsed;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!check(!pp_network_parse(bad[i], &parsed)))
			printf("# %s\n", bad[i]);
}

static void
a_name_is_no_address(void)
{
	struct in6_addr one;

	check(!pp_network_parse_address("UNKNOWN", &one));
	check(!pp_network_parse_address("192.0.2.1.example", &one));
	check(pp_network_parse_address("192.0.2.1", &one));
}

static void
every_loopback_address_is_the_node_s_own(void)
{
	check(is_own("127.0.0.1"));
	check(is_own("127.255.0.9"));
	check(is_own("::1"));
	check(is_own("::ffff:127.0.0.2"));
	check(!is_own("192.0.2.1"));
	check(!is_own("2001:db8::1"));
}

int
main(void)
{
	run(a_network_has_the_addresses_of_its_first_bits);
	run(other_texts_are_no_networks);
	run(a_name_is_no_address);
	run(every_loopback_address_is_the_node_s_own);
	return tap_end();
}
