/* SPDX-License-Identifier: MIT */
#include "connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

/* sshd's socket is one of its first descriptors (4 on 9.2, 8 on 10.0). */
#define LAST_FD 64

/* Converts an IPv4 address to IPv4-mapped IPv6 (RFC 4291 2.5.5.2), so that all
 * addresses have one form. */
static void
map_ipv4(const struct in_addr *from, struct in6_addr *to)
{
	memset(to, 0, sizeof(*to));
	to->s6_addr[10] = 0xff;
	to->s6_addr[11] = 0xff;
	memcpy(&to->s6_addr[12], from, sizeof(*from));
}

static bool
parse_address(const char *text, struct in6_addr *ret)
{
	char address[INET6_ADDRSTRLEN];
	size_t len = strcspn(text, "%"); /* a zone may follow */
	struct in_addr ipv4;

	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	if (inet_pton(AF_INET, address, &ipv4) == 1) {
		map_ipv4(&ipv4, ret);
		return true;
	}
	return inet_pton(AF_INET6, address, ret) == 1;
}

static bool
peer_of(int fd, struct in6_addr *ret)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
		struct sockaddr_storage space;
	} peer = {.space = {.ss_family = AF_UNSPEC}};
	socklen_t size = sizeof(peer);

	if (getpeername(fd, &peer.any, &size) != 0)
		return false;
	if (peer.any.sa_family == AF_INET) {
		map_ipv4(&peer.ipv4.sin_addr, ret);
		return true;
	}
	if (peer.any.sa_family != AF_INET6)
		return false;
	*ret = peer.ipv6.sin6_addr;
	return true;
}

int
connection_find(const char *rhost)
{
	struct in6_addr wanted;
	struct in6_addr peer;

	if (rhost == NULL || !parse_address(rhost, &wanted))
		return -1;
	for (int fd = 0; fd < LAST_FD; fd++)
		if (peer_of(fd, &peer) &&
			memcmp(&peer, &wanted, sizeof(peer)) == 0)
			return fd;
	return -1;
}

bool
connection_is_interrupted(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGINT) == 1 ||
		       sigismember(&pending, SIGQUIT) == 1);
}
