/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

/*
 * An HTTP server on a loopback port of its own that misbehaves as it is told,
 * in a child process. One a program at a time.
 */

struct hostile_manner {
	const char *reply;  /* what it says to each request; NULL: nothing */
	const char *repeat; /* said after that until nobody listens */
	int drip_ms;        /* pause before each byte of reply */
	bool close;         /* closes behind the reply; else waits for more */
	bool at_once;       /* says it before it was asked, and closes */
	SSL_CTX *tls;       /* NULL: plain */
};

/* Ends the one before and starts another. Pointers must live until then. */
void hostile_begin(const struct hostile_manner *manner);
void hostile_end(void);

unsigned int hostile_port(void);

/* Connections that were taken (with TLS: shaken hands) and requests read. */
int hostile_connections(void);
int hostile_requests(void);

/* The last request, head and body; static. */
const char *hostile_request(void);

/* Bytes that were sent, of all replies. */
size_t hostile_sent(void);
