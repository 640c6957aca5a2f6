/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include <openssl/ssl.h>

/*
 * Certificates of a test's own, made when they are wanted: one authority, and
 * what it (or somebody else) signs. All live until the program ends.
 */

struct certificate {
	X509 *x509;
	EVP_PKEY *key;
};

/* What to make; zero is a good server's certificate. */
struct certificate_wish {
	const struct certificate *issuer; /* NULL: signs itself */
	const char *names;     /* subjectAltName; NULL: DNS:dex.example */
	const char *usage;     /* extendedKeyUsage; NULL: serverAuth */
	const char *authority; /* basicConstraints; NULL: CA:FALSE */
	const char *common;    /* common name; NULL: test */
	const EVP_MD *digest;  /* NULL: SHA-256 */
	int rsa_bits;          /* 0: a key on P-256 */
	long from;             /* seconds from now; 0: an hour ago */
	long until;            /* 0: in an hour */
	bool no_names;         /* no subjectAltName at all */
};

struct certificate *certificate_make(const struct certificate_wish *wish);

/* Writes it as PEM; exits where it cannot. */
void certificate_write(const struct certificate *certificate, const char *path);

/* A server's side with this certificate, and another to send along or NULL. */
SSL_CTX *certificate_server(const struct certificate *certificate,
	const struct certificate *between);
