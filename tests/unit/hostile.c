/* SPDX-License-Identifier: MIT */
#include "hostile.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 65536U
#define PATIENCE_MS 20000 /* no test takes longer */

/* What the child tells; shared memory. */
struct record {
	int connections;
	int requests;
	size_t sent;
	char request[REQUEST_MAX];
};

static struct record *record;
static pid_t child;
static unsigned int port;

struct connection {
	int fd;
	SSL *tls;
};

static int
get(struct connection *peer, char *buffer, size_t size)
{
	return peer->tls != NULL ? SSL_read(peer->tls, buffer, (int) size)
				 : (int) recv(peer->fd, buffer, size, 0);
}

static bool
put(struct connection *peer, const char *data, size_t len)
{
	while (len > 0) {
		int done =
			peer->tls != NULL
				? SSL_write(peer->tls, data, (int) len)
				: (int) send(peer->fd, data, len, MSG_NOSIGNAL);

		if (done <= 0)
			return false;
		record->sent += (size_t) done;
		data += done;
		len -= (size_t) done;
	}
	return true;
}

/* Whether a whole request is there: the head, and what its length says. */
static bool
is_whole(const char *request)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *length = strcasestr(request, "\r\nContent-Length:");

	if (end == NULL)
		return false;
	return length == NULL || length > end ||
	       strlen(end + 4) >= strtoul(length + 17, NULL, 10);
}

/* What is asked stays readable while the next request is waited for. */
static bool
read_request(struct connection *peer)
{
	char request[REQUEST_MAX] = "";
	size_t len = 0;

	while (len < sizeof(request) - 1) {
		int got = get(peer, request + len, sizeof(request) - 1 - len);

		if (got <= 0)
			return false;
		len += (size_t) got;
		request[len] = '\0';
		if (is_whole(request)) {
			memcpy(record->request, request, len + 1);
			record->requests++;
			return true;
		}
	}
	return false;
}

static bool
say(struct connection *peer, const struct hostile_manner *manner)
{
	const struct timespec pause_for = {
		manner->drip_ms / 1000, manner->drip_ms % 1000 * 1000000L};

	if (manner->drip_ms == 0)
		return put(peer, manner->reply, strlen(manner->reply));
	for (const char *at = manner->reply; *at != '\0'; at++) {
		nanosleep(&pause_for, NULL);
		if (!put(peer, at, 1))
			return false;
	}
	return true;
}

static void
wait_for_the_end(struct connection *peer)
{
	struct pollfd fds = {.fd = peer->fd, .events = POLLRDHUP};

	(void) poll(&fds, 1, PATIENCE_MS);
}

static void
converse(struct connection *peer, const struct hostile_manner *manner)
{
	if (manner->at_once) {
		(void) say(peer, manner);
		return;
	}
	while (read_request(peer)) {
		if (manner->reply == NULL) {
			wait_for_the_end(peer);
			return;
		}
		if (!say(peer, manner) || manner->close)
			return;
		while (manner->repeat != NULL)
			if (!put(peer, manner->repeat, strlen(manner->repeat)))
				return;
	}
}

static void
take(int listener, const struct hostile_manner *manner)
{
	struct connection peer = {.fd = accept(listener, NULL, NULL)};

	if (peer.fd < 0)
		_exit(EXIT_FAILURE);
	if (manner->tls != NULL) {
		peer.tls = SSL_new(manner->tls);
		SSL_set_fd(peer.tls, peer.fd);
	}
	if (peer.tls == NULL || SSL_accept(peer.tls) == 1) {
		record->connections++;
		converse(&peer, manner);
	}
	SSL_free(peer.tls);
	close(peer.fd);
}

static int
listen_somewhere(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *) &address, size) != 0 ||
		listen(fd, 8) != 0 ||
		getsockname(fd, (struct sockaddr *) &address, &size) != 0)
		abort();
	port = ntohs(address.sin_port);
	return fd;
}

void
hostile_begin(const struct hostile_manner *manner)
{
	int listener = listen_somewhere();

	hostile_end();
	if (record == NULL)
		record = mmap(NULL, sizeof(*record), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (record == MAP_FAILED)
		abort();
	*record = (struct record){0};
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		for (;;)
			take(listener, manner);
	}
	close(listener);
}

void
hostile_end(void)
{
	if (child <= 0)
		return;
	kill(child, SIGKILL);
	(void) waitpid(child, NULL, 0);
	child = 0;
}

unsigned int
hostile_port(void)
{
	return port;
}

int
hostile_connections(void)
{
	return record->connections;
}

int
hostile_requests(void)
{
	return record->requests;
}

const char *
hostile_request(void)
{
	return record->request;
}

size_t
hostile_sent(void)
{
	return record->sent;
}
