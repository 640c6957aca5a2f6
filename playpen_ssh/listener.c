/* SPDX-License-Identifier: MIT */
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <playpen/base/clock.h>
#include <playpen/base/hex.h>

#define CONNECTIONS_MAX 8U
#define REQUEST_MAX ((size_t) 16 * 1024)
#define CODE_MAX 4096U
#define CONNECTION_MS 10000 /* to send a request */

/* A connection whose request has not come yet. Browsers open one or two that
 * they never use. */
struct connection {
	int fd; /* -1: none */
	int64_t deadline_ms;
	struct pp_secret request;
};

/* A wait for one code. */
struct waiting {
	const struct pp_secret *state;
	struct connection connections[CONNECTIONS_MAX];
	struct pp_secret *code;
	bool is_done;
	struct pp_err *err;
	enum pp_kind kind;
};

static const char page[] =
	"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<title>%s</title><style>body{font:1.2em/1.5 sans-serif;max-width:32em;"
	"margin:4em auto;padding:0 1em}</style></head>\n"
	"<body><h1>%s</h1><p>%s</p></body></html>\n";

/* The page must not send the code on, and needs nothing from elsewhere. */
static const char head[] =
	"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n"
	"Content-Length: %zu\r\nCache-Control: no-store\r\n"
	"Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n"
	"Content-Security-Policy: default-src 'none'; style-src "
	"'unsafe-inline'\r\nConnection: close\r\n\r\n";

static int
open_port(int64_t port)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t) port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	pp_cleanup(pp_fd) int fd =
		socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 ||
		bind(fd, (const struct sockaddr *) &address, sizeof(address)) !=
			0 ||
		listen(fd, CONNECTIONS_MAX) != 0)
		return -1;
	return pp_fd_steal(&fd);
}

enum pp_kind
listener_open(const struct settings *settings, struct listener *ret_listener,
	struct pp_err *err)
{
	struct sockaddr_in address = {0};
	socklen_t len = sizeof(address);
	struct listener listener = {.fd = -1};

	if (settings->port_count == 0)
		listener.fd = open_port(0);
	for (size_t i = 0; listener.fd < 0 && i < settings->port_count; i++)
		listener.fd = open_port(settings->ports[i]);
	if (listener.fd < 0 ||
		getsockname(listener.fd, (struct sockaddr *) &address, &len) !=
			0) {
		listener_free(&listener);
		return pp_fail_errno(err, PP_REASON_SYSTEM,
			"no port of 127.0.0.1 can be used");
	}
	listener.port = ntohs(address.sin_port);
	*ret_listener = listener;
	return PP_OK;
}

void
listener_free(struct listener *listener)
{
	pp_fd_free(&listener->fd);
	listener->fd = -1;
}

static void
drop(struct connection *connection)
{
	pp_fd_free(&connection->fd);
	connection->fd = -1;
	pp_secret_free(&connection->request);
}

static void
send_page(int fd, const char *status, const char *title, const char *text)
{
	char body[1024], answer[2048];
	int body_len = snprintf(body, sizeof(body), page, title, title, text);
	int len = snprintf(
		answer, sizeof(answer), head, status, (size_t) body_len);

	len += snprintf(
		answer + len, sizeof(answer) - (size_t) len, "%s", body);
	/* The socket's buffer has room for it. A browser that is gone changes
	 * nothing. */
	(void) !send(fd, answer, (size_t) len, MSG_NOSIGNAL);
	(void) shutdown(fd, SHUT_WR);
}

/* Appends what len characters of a query mean (RFC 6749 appendix B). */
static bool
decode(const char *text, size_t len, struct pp_secret *value)
{
	for (size_t i = 0; i < len; i++) {
		char byte = text[i];

		if (byte == '+')
			byte = ' ';
		if (byte == '%') {
			int high = i + 2 < len ? pp_hex_value(text[i + 1]) : -1;
			int low = i + 2 < len ? pp_hex_value(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			byte = (char) (high * 16 + low);
			i += 2;
		}
		if (byte <= ' ' || byte > '~' ||
			pp_secret_append(value, &byte, 1, NULL) != PP_OK)
			return false;
	}
	return true;
}

/* Finds the one parameter of that name. Returns false if it is missing, twice
 * there or malformed. */
static bool
find_parameter(const char *query, size_t len, const char *name,
	struct pp_secret *value)
{
	const char *end = query + len;
	size_t name_len = strlen(name);
	bool found = false;

	while (query < end) {
		const char *next = memchr(query, '&', (size_t) (end - query));
		size_t part = (size_t) ((next != NULL ? next : end) - query);

		if (part > name_len && query[name_len] == '=' &&
			memcmp(query, name, name_len) == 0) {
			if (found || !decode(query + name_len + 1,
					     part - name_len - 1, value))
				return false;
			found = true;
		}
		query += part + 1;
	}
	return found;
}

static void
finish(struct waiting *waiting, enum pp_kind kind)
{
	waiting->is_done = true;
	waiting->kind = kind;
}

/* Takes the code, or the refusal, of a browser that the provider has sent here:
 * the state is right. */
static void
take_answer(struct waiting *waiting, int fd, const char *query, size_t len)
{
	waiting->code->max = CODE_MAX;
	if (find_parameter(query, len, "code", waiting->code) &&
		waiting->code->len > 0) {
		send_page(fd, "200 OK", "Sign-in received",
			"You can close this window and go back to the terminal.");
		finish(waiting, PP_OK);
		return;
	}
	pp_secret_clear(waiting->code);
	send_page(fd, "200 OK", "Not signed in",
		"The sign-in was refused. You can close this window; the terminal says more.");
	finish(waiting,
		pp_fail(waiting->err, PP_REASON_ACCESS_DENIED,
			"the provider sent the browser back without a code"));
}

/*
 * Answers a request, of which "GET /?QUERY HTTP/1.1" is the whole first line.
 */
static void
serve(struct waiting *waiting, const struct connection *connection)
{
	const char *text = pp_secret_text(&connection->request);
	const char *query = text + strlen("GET /?");
	pp_cleanup(pp_secret) struct pp_secret state = {.max = CODE_MAX};
	size_t len;

	if (!pp_str_starts_with(text, "GET /?")) {
		send_page(connection->fd, "404 Not Found", "Nothing here",
			"This address waits for a sign-in.");
		return;
	}
	len = strcspn(query, " \r\n");
	if (!find_parameter(query, len, "state", &state) ||
		!pp_secret_equal(state.data, state.len, waiting->state->data,
			waiting->state->len)) {
		send_page(connection->fd, "400 Bad Request", "Not this sign-in",
			"This address waits for another sign-in. Start again in the terminal.");
		return;
	}
	take_answer(waiting, connection->fd, query, len);
}

/* Reads what has come. The request is whole at the empty line behind its
 * header. */
static void
receive(struct waiting *waiting, struct connection *connection)
{
	char bytes[2048];
	ssize_t got = recv(connection->fd, bytes, sizeof(bytes), 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	connection->request.max = REQUEST_MAX;
	if (got <= 0 || pp_secret_append(&connection->request, bytes,
				(size_t) got, NULL) != PP_OK) {
		drop(connection);
		return;
	}
	explicit_bzero(bytes, sizeof(bytes));
	if (strstr(pp_secret_text(&connection->request), "\r\n\r\n") == NULL)
		return;
	serve(waiting, connection);
	drop(connection);
}

static void
accept_connection(struct waiting *waiting, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct connection *oldest = &waiting->connections[0];

	if (fd < 0)
		return;
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct connection *at = &waiting->connections[i];

		if (oldest->fd >= 0 &&
			(at->fd < 0 || at->deadline_ms < oldest->deadline_ms))
			oldest = at;
	}
	drop(oldest);
	oldest->fd = fd;
	oldest->deadline_ms =
		pp_clock_boot_ms(&pp_clock_system) + CONNECTION_MS;
}

/* Waits a second at most, so that silent connections are closed in time. */
static void
wait_once(struct waiting *waiting, const struct listener *listener,
	int64_t deadline_ms, int peer)
{
	struct pollfd fds[CONNECTIONS_MAX + 2];
	int64_t now;

	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		fds[i] = (struct pollfd){
			.fd = waiting->connections[i].fd, .events = POLLIN};
	fds[CONNECTIONS_MAX] =
		(struct pollfd){.fd = listener->fd, .events = POLLIN};
	fds[CONNECTIONS_MAX + 1] =
		(struct pollfd){.fd = peer, .events = POLLIN};
	(void) poll(fds, PP_COUNT(fds),
		pp_clock_until(&pp_clock_system, deadline_ms, 1000));
	if (fds[CONNECTIONS_MAX + 1].revents != 0) {
		finish(waiting, pp_fail(waiting->err, PP_REASON_PEER_GONE,
					"playpen-oidc has ended the sign-in"));
		return;
	}
	for (size_t i = 0; i < CONNECTIONS_MAX && !waiting->is_done; i++)
		if (fds[i].fd >= 0 && fds[i].revents != 0)
			receive(waiting, &waiting->connections[i]);
	now = pp_clock_boot_ms(&pp_clock_system);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (waiting->connections[i].fd >= 0 &&
			waiting->connections[i].deadline_ms <= now)
			drop(&waiting->connections[i]);
	if (fds[CONNECTIONS_MAX].revents != 0)
		accept_connection(waiting, listener->fd);
}

enum pp_kind
listener_wait(const struct listener *listener, const struct pp_secret *state,
	int64_t deadline_ms, int peer, struct pp_secret *ret_code,
	struct pp_err *err)
{
	struct waiting waiting = {.state = state, .code = ret_code, .err = err};

	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		waiting.connections[i].fd = -1;
	while (!waiting.is_done &&
		pp_clock_until(&pp_clock_system, deadline_ms, 1) > 0)
		wait_once(&waiting, listener, deadline_ms, peer);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		drop(&waiting.connections[i]);
	if (!waiting.is_done)
		return pp_fail(err, PP_REASON_DEADLINE,
			"no browser came back in time");
	return waiting.kind;
}
