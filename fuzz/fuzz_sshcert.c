/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include <openssl/evp.h>

#include <playpen/certificate/certificate.h>

#include "provider.h"
#include "target.h"

/*
 * Certificates as bytes, without their base64. What the parser hands out lies
 * within the certificate; then the certificate is verified, as far as the
 * signatures of the seeds let it come.
 */

const char fuzz_name[] = "sshcert";

static void
must_be_within(
	const struct pp_sshcert *cert, const struct pp_sshcert_bytes *part)
{
	fuzz_must(part->data >= cert->blob.data &&
		  part->len <= cert->blob.len -
				       (size_t) (part->data - cert->blob.data));
}

static void
must_be_whole(const struct pp_sshcert *cert)
{
	must_be_within(cert, &cert->key.blob);
	must_be_within(cert, &cert->principal);
	must_be_within(cert, &cert->token);
	must_be_within(cert, &cert->signature.message);
	must_be_within(cert, &cert->signature.bytes);
	fuzz_must(cert->token.len > 0 && cert->principal.len > 0);
	fuzz_must(cert->valid_after < cert->valid_before);
}

static void
verify(const struct pp_sshcert *cert)
{
	const struct pp_idtoken_rules token = fuzz_rules(PP_PROFILE_DEX);
	const struct pp_certificate_rules rules = {
		.token = &token, .openpubkey = true};
	pp_cleanup(
		pp_certificate_result) struct pp_certificate_result result = {
		0};

	if (pp_certificate_verify(
		    fuzz_keys(), cert, &rules, NULL, &result, NULL) != PP_OK)
		return;
	fuzz_must(result.identity.username != NULL);
	fuzz_must(result.end <= result.identity.exp);
}

static void
parse(const char *type, const unsigned char *text, size_t len)
{
	pp_cleanup(pp_sshcert) struct pp_sshcert cert = {0};

	if (pp_sshcert_parse(type, (const char *) text, len, &cert, NULL) !=
		PP_OK)
		return;
	must_be_whole(&cert);
	verify(&cert);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const types[] = {"ssh-ed25519-cert-v01@openssh.com",
		"ecdsa-sha2-nistp256-cert-v01@openssh.com",
		"ssh-rsa-cert-v01@openssh.com"};
	unsigned char *text = malloc(len / 3 * 4 + 5);

	fuzz_must(text != NULL);
	len = (size_t) EVP_EncodeBlock(text, data, (int) len);
	for (size_t i = 0; i < PP_COUNT(types); i++)
		parse(types[i], text, len);
	free(text);
	return 0;
}
