/* SPDX-License-Identifier: MIT */
#include "certificates.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define HOUR 3600L
#define KEPT_MAX 64U

static struct certificate kept[KEPT_MAX];
static SSL_CTX *servers[KEPT_MAX];
static size_t kept_count;
static size_t server_count;

static void
forget(void)
{
	for (size_t i = 0; i < kept_count; i++) {
		X509_free(kept[i].x509);
		EVP_PKEY_free(kept[i].key);
	}
	for (size_t i = 0; i < server_count; i++)
		SSL_CTX_free(servers[i]);
}

static void
need(bool done)
{
	if (done)
		return;
	printf("Bail out! a certificate cannot be made\n");
	exit(EXIT_FAILURE);
}

static void
extend(X509 *x509, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	need(extension != NULL && X509_add_ext(x509, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static const char * or (const char *wish, const char *standard)
{
	return wish != NULL ? wish : standard;
}

static void
fill(X509 *x509, const struct certificate_wish *wish, EVP_PKEY *key)
{
	const char *common = or (wish->common, "test");
	long from = wish->from != 0 ? wish->from : -HOUR;
	long until = wish->until != 0 ? wish->until : HOUR;

	need(X509_set_version(x509, X509_VERSION_3) == 1);
	need(ASN1_INTEGER_set(
		     X509_get_serialNumber(x509), (long) kept_count + 1) == 1);
	need(X509_gmtime_adj(X509_getm_notBefore(x509), from) != NULL);
	need(X509_gmtime_adj(X509_getm_notAfter(x509), until) != NULL);
	need(X509_set_pubkey(x509, key) == 1);
	need(X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN",
		     MBSTRING_ASC, (const unsigned char *) common, -1, -1,
		     0) == 1);
}

struct certificate *
certificate_make(const struct certificate_wish *wish)
{
	struct certificate *made = &kept[kept_count];
	const struct certificate *issuer =
		wish->issuer != NULL ? wish->issuer : made;

	need(kept_count < KEPT_MAX);
	if (kept_count == 0)
		atexit(forget);
	made->key = wish->rsa_bits > 0
			    ? EVP_RSA_gen((unsigned int) wish->rsa_bits)
			    : EVP_EC_gen("P-256");
	made->x509 = X509_new();
	need(made->key != NULL && made->x509 != NULL);
	kept_count++;
	fill(made->x509, wish, made->key);
	need(X509_set_issuer_name(
		     made->x509, X509_get_subject_name(issuer->x509)) == 1);
	extend(made->x509, issuer->x509, NID_basic_constraints,
		or (wish->authority, "CA:FALSE"));
	extend(made->x509, issuer->x509, NID_ext_key_usage,
		or (wish->usage, "serverAuth"));
	if (!wish->no_names)
		extend(made->x509, issuer->x509, NID_subject_alt_name,
			or (wish->names, "DNS:dex.example"));
	need(X509_sign(made->x509, issuer->key,
		     wish->digest != NULL ? wish->digest : EVP_sha256()) > 0);
	return made;
}

void
certificate_write(const struct certificate *certificate, const char *path)
{
	FILE *file = fopen(path, "we");

	need(file != NULL);
	need(PEM_write_X509(file, certificate->x509) == 1);
	need(fclose(file) == 0);
}

SSL_CTX *
certificate_server(const struct certificate *certificate,
	const struct certificate *between)
{
	SSL_CTX *server = SSL_CTX_new(TLS_server_method());

	need(server != NULL && server_count < KEPT_MAX);
	servers[server_count++] = server;
	/* It may be as bad as a test wants it: the client must refuse. */
	SSL_CTX_set_security_level(server, 0);
	need(SSL_CTX_use_certificate(server, certificate->x509) == 1);
	need(SSL_CTX_use_PrivateKey(server, certificate->key) == 1);
	if (between != NULL)
		need(SSL_CTX_add1_chain_cert(server, between->x509) == 1);
	return server;
}
