/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "playpen_oidc/landlock.h"
#include "playpen_oidc/sandbox.h"
#include "tests/tap.h"

/*
 * TCP ports and other processes, from inside the worker's sandbox: each attempt
 * has its twin outside, by the same process before it entered. Needs root
 * (run-private).
 */

#define USER "nobody"
#define NO_CACHE "/run/none"
#define VERSION_PORTS 4
#define VERSION_SCOPES 6
#define DNS 53
#define DNS_ADDRESS 0x7f000b35 /* 127.0.11.53, where no name server is */

/* An attempt: 1 when it succeeded. */
typedef int attempt(void);

static unsigned int allowed_port;
static unsigned int other_port;

static long
version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION);
}

static struct sockaddr_in
loopback(unsigned int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons((uint16_t) port),
		.sin_addr.s_addr =
			htonl(port == DNS ? DNS_ADDRESS : INADDR_LOOPBACK)};
}

static int
connects(int protocol, unsigned int port)
{
	const struct sockaddr_in address = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, protocol);

	return fd >= 0 &&
	       connect(fd, (const void *) &address, sizeof(address)) == 0;
}

static int
connects_to_the_provider(void)
{
	return connects(0, allowed_port);
}

static int
connects_to_dns(void)
{
	return connects(0, DNS);
}

static int
connects_elsewhere(void)
{
	return connects(0, other_port);
}

static int
connects_elsewhere_by_ipv6(void)
{
	const struct sockaddr_in6 address = {.sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t) other_port),
		.sin6_addr.s6_addr = {
			[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	return fd >= 0 &&
	       connect(fd, (const void *) &address, sizeof(address)) == 0;
}

/* Landlock does not know MPTCP, which falls back to plain TCP. */
static int
connects_elsewhere_by_mptcp(void)
{
	return connects(IPPROTO_MPTCP, other_port);
}

static int
connects_elsewhere_by_fast_open(void)
{
	const struct sockaddr_in address = loopback(other_port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return sendto(fd, "x", 1, MSG_FASTOPEN, (const void *) &address,
		       sizeof(address)) == 1;
}

static int
connects_elsewhere_by_a_message_of_fast_open(void)
{
	struct sockaddr_in address = loopback(other_port);
	struct iovec part = {(char[]){'x'}, 1};
	const struct msghdr message = {.msg_name = &address,
		.msg_namelen = sizeof(address),
		.msg_iov = &part,
		.msg_iovlen = 1};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return sendmsg(fd, &message, MSG_FASTOPEN) == 1;
}

static int
connects_elsewhere_by_messages_of_fast_open(void)
{
	struct sockaddr_in address = loopback(other_port);
	struct iovec part = {(char[]){'x'}, 1};
	struct mmsghdr message = {.msg_hdr = {.msg_name = &address,
					  .msg_namelen = sizeof(address),
					  .msg_iov = &part,
					  .msg_iovlen = 1}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return sendmmsg(fd, &message, 1, MSG_FASTOPEN) == 1;
}

static int
takes_a_port(void)
{
	const struct sockaddr_in any = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd >= 0 && bind(fd, (const void *) &any, sizeof(any)) == 0;
}

/* The resolver asks by UDP, which Landlock does not know. */
static int
sends_a_datagram(void)
{
	const struct sockaddr_in address = loopback(DNS);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return fd >= 0 &&
	       sendto(fd, "x", 1, MSG_NOSIGNAL, (const void *) &address,
		       sizeof(address)) == 1;
}

static const struct sockaddr_un abstract = {
	.sun_family = AF_UNIX, .sun_path = "\0playpen-test"};

/* A service of the node, as D-Bus and X11 have them, that has no file. */
static int
reaches_an_abstract_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd >= 0 &&
	       connect(fd, (const void *) &abstract, sizeof(abstract)) == 0;
}

static int
signals_its_parent(void)
{
	return kill(getppid(), 0) == 0;
}

/* Enters a sandbox, in the child. */
typedef bool entering(void);

static bool
enters_nothing(void)
{
	return true;
}

static bool
enters_the_sandbox(void)
{
	const unsigned int ports[] = {DNS, allowed_port};
	struct pp_err err = {0};

	if (sandbox_drop_privileges(USER, &err) == PP_OK &&
		sandbox_enter(NO_CACHE, &err) == PP_OK &&
		sandbox_limit_ports(ports, PP_COUNT(ports), &err) == PP_OK)
		return true;
	printf("# %s\n", err.message);
	return false;
}

static bool
enters_the_sandbox_without_ports(void)
{
	return sandbox_drop_privileges(USER, NULL) == PP_OK &&
	       sandbox_enter(NO_CACHE, NULL) == PP_OK &&
	       sandbox_limit_ports(NULL, 0, NULL) == PP_OK;
}

/* Landlock alone: seccomp and the uid refuse signals too. */
static bool
enters_landlock(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       landlock_limit_files(NO_CACHE, NULL) == PP_OK;
}

/* Tries it in a child: 0 refused, 1 done, else the child's own trouble. */
static int
try(attempt *body, entering *enter)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(enter() ? body() : 98);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static bool
lacks(long needed, const char *what)
{
	if (version() >= needed)
		return false;
	tap_skip(what);
	return true;
}

static void
refused_inside_alone(attempt *body, entering *enter, const char *name)
{
	int outside = try(body, enters_nothing);
	int inside = try(body, enter);

	if (!check_int(outside, 1) || !check_int(inside, 0))
		printf("# %s\n", name);
}

static void
the_ports_that_it_needs_are_there(void)
{
	check_int(try(connects_to_the_provider, enters_the_sandbox), 1);
	check_int(try(connects_to_dns, enters_the_sandbox), 1);
	check_int(try(sends_a_datagram, enters_the_sandbox), 1);
}

static void
no_other_port_is(void)
{
	if (lacks(VERSION_PORTS, "this kernel's Landlock has no ports"))
		return;
	refused_inside_alone(connects_elsewhere, enters_the_sandbox, "IPv4");
	refused_inside_alone(
		connects_elsewhere_by_ipv6, enters_the_sandbox, "IPv6");
	refused_inside_alone(takes_a_port, enters_the_sandbox, "bind");
}

static void
no_port_is_there_for_who_fetches_nothing(void)
{
	if (lacks(VERSION_PORTS, "this kernel's Landlock has no ports"))
		return;
	refused_inside_alone(connects_to_the_provider,
		enters_the_sandbox_without_ports, "provider");
	refused_inside_alone(
		connects_to_dns, enters_the_sandbox_without_ports, "DNS");
}

/* seccomp refuses what Landlock does not see. */
static void
no_other_protocol_goes_round_it(void)
{
	if (try(connects_elsewhere_by_mptcp, enters_nothing) == 1)
		check_int(try(connects_elsewhere_by_mptcp, enters_the_sandbox),
			0);
	else
		printf("# this kernel has no MPTCP\n");
	refused_inside_alone(
		connects_elsewhere_by_fast_open, enters_the_sandbox, "sendto");
	refused_inside_alone(connects_elsewhere_by_a_message_of_fast_open,
		enters_the_sandbox, "sendmsg");
	refused_inside_alone(connects_elsewhere_by_messages_of_fast_open,
		enters_the_sandbox, "sendmmsg");
}

static void
an_abstract_socket_is_out_of_reach(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (lacks(VERSION_SCOPES, "this kernel's Landlock has no scopes"))
		return;
	check_int(bind(fd, (const void *) &abstract, sizeof(abstract)), 0);
	check_int(listen(fd, 4), 0);
	refused_inside_alone(
		reaches_an_abstract_socket, enters_the_sandbox, "sandbox");
	refused_inside_alone(
		reaches_an_abstract_socket, enters_landlock, "Landlock");
	close(fd);
}

static void
a_process_outside_is_sent_no_signal(void)
{
	if (lacks(VERSION_SCOPES, "this kernel's Landlock has no scopes"))
		return;
	refused_inside_alone(signals_its_parent, enters_landlock, "kill");
}

/* Listens at a port, 0 for any. Returns the port, 0 if it cannot. */
static unsigned int
listen_at(unsigned int port)
{
	struct sockaddr_in address = loopback(port);
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const void *) &address, size) != 0 ||
		listen(fd, 64) != 0 ||
		getsockname(fd, (void *) &address, &size) != 0)
		return 0;
	return ntohs(address.sin_port);
}

int
main(void)
{
	if (getuid() != 0 || setgid(0) != 0) {
		printf("1..0 # SKIP needs root and a /run of its own\n");
		return EXIT_SUCCESS;
	}
	allowed_port = listen_at(0);
	other_port = listen_at(0);
	if (allowed_port == 0 || other_port == 0 || listen_at(DNS) != DNS) {
		printf("1..0 # SKIP no ports to listen at\n");
		return EXIT_SUCCESS;
	}
	run(the_ports_that_it_needs_are_there);
	run(no_other_port_is);
	run(no_port_is_there_for_who_fetches_nothing);
	run(no_other_protocol_goes_round_it);
	run(an_abstract_socket_is_out_of_reach);
	run(a_process_outside_is_sent_no_signal);
	return tap_end();
}
