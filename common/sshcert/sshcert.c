/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/base64.h>
#include <playpen/sshcert/sshcert.h>

#include "sshcert_key.h"
#include "sshcert_options.h"
#include "sshwire.h"

#define USER_CERTIFICATE 1U /* PROTOCOL.certkeys: type */
#define NONCE_MAX 128U      /* bytes; OpenSSH has 32 */

/* A certificate while it is read. */
struct reading {
	struct pp_sshcert *cert;
	struct pp_sshcert_bytes wire;    /* what is left */
	struct pp_sshcert_bytes numbers; /* the key, without its name */
};

static enum pp_reason
malformed_unless(bool holds)
{
	return holds ? PP_REASON_NONE : PP_REASON_CERT_MALFORMED;
}

/* Reads the type. The one that sshd was told must be the one that the bytes
 * have. */
static enum pp_reason
read_type(struct reading *reading)
{
	struct pp_sshcert_bytes name;

	return malformed_unless(pp_sshwire_string(&reading->wire, &name) &&
				pp_sshcert_key_type_from_name(&name) ==
					reading->cert->key.type);
}

static enum pp_reason
read_nonce(struct reading *reading)
{
	struct pp_sshcert_bytes nonce;

	return malformed_unless(pp_sshwire_string(&reading->wire, &nonce) &&
				nonce.len > 0 && nonce.len <= NONCE_MAX);
}

static enum pp_reason
read_key(struct reading *reading)
{
	const unsigned char *begin = reading->wire.data;

	if (!pp_sshcert_key_read(&reading->wire, &reading->cert->key))
		return PP_REASON_CERT_MALFORMED;
	reading->numbers = (struct pp_sshcert_bytes){
		begin, (size_t) (reading->wire.data - begin)};
	return PP_REASON_NONE;
}

static enum pp_reason
read_serial(struct reading *reading)
{
	uint64_t serial;

	return malformed_unless(pp_sshwire_u64(&reading->wire, &serial));
}

static enum pp_reason
read_role(struct reading *reading)
{
	uint32_t role = 0;

	return malformed_unless(pp_sshwire_u32(&reading->wire, &role) &&
				role == USER_CERTIFICATE);
}

static enum pp_reason
read_key_id(struct reading *reading)
{
	struct pp_sshcert_bytes key_id;

	return malformed_unless(pp_sshwire_string(&reading->wire, &key_id));
}

/* Reads the one name of a certificate, because a list would let sshd choose. */
static enum pp_reason
read_principals(struct reading *reading)
{
	struct pp_sshcert_bytes *principal = &reading->cert->principal;
	struct pp_sshcert_bytes list;

	return malformed_unless(
		pp_sshwire_string(&reading->wire, &list) &&
		pp_sshwire_string(&list, principal) && list.len == 0 &&
		principal->len > 0 && principal->len <= PP_SSHCERT_NAME_MAX &&
		pp_str_is_graphic(
			(const char *) principal->data, principal->len));
}

static enum pp_reason
read_window(struct reading *reading)
{
	struct pp_sshcert *cert = reading->cert;

	return malformed_unless(
		pp_sshwire_u64(&reading->wire, &cert->valid_after) &&
		pp_sshwire_u64(&reading->wire, &cert->valid_before) &&
		cert->valid_after < cert->valid_before);
}

static enum pp_reason
read_critical(struct reading *reading)
{
	struct pp_sshcert_bytes list;

	if (!pp_sshwire_string(&reading->wire, &list))
		return PP_REASON_CERT_MALFORMED;
	return pp_sshcert_options_critical(list);
}

static enum pp_reason
read_extensions(struct reading *reading)
{
	struct pp_sshcert_bytes list;

	if (!pp_sshwire_string(&reading->wire, &list))
		return PP_REASON_CERT_MALFORMED;
	return pp_sshcert_options_token(
		list, &reading->cert->format, &reading->cert->token);
}

static enum pp_reason
read_reserved(struct reading *reading)
{
	struct pp_sshcert_bytes reserved;

	return malformed_unless(pp_sshwire_string(&reading->wire, &reserved) &&
				reserved.len == 0);
}

/*
 * Checks that the signature key is the certificate's own: the same name, the
 * same numbers, byte for byte. What precedes the signature is what is signed.
 */
static enum pp_reason
read_signature_key(struct reading *reading)
{
	struct pp_sshcert *cert = reading->cert;
	struct pp_sshcert_bytes rest;
	struct pp_sshcert_bytes name;

	if (!pp_sshwire_string(&reading->wire, &cert->key.blob))
		return PP_REASON_CERT_MALFORMED;
	rest = cert->key.blob;
	if (!pp_sshwire_string(&rest, &name))
		return PP_REASON_CERT_MALFORMED;
	if (!pp_sshwire_is(&name, pp_sshcert_key_name(cert->key.type)) ||
		rest.len != reading->numbers.len ||
		memcmp(rest.data, reading->numbers.data, rest.len) != 0)
		return PP_REASON_CERT_NOT_OWN;
	cert->signature.message = (struct pp_sshcert_bytes){cert->blob.data,
		(size_t) (reading->wire.data - cert->blob.data)};
	return PP_REASON_NONE;
}

static enum pp_reason
read_signature(struct reading *reading)
{
	struct pp_sshcert *cert = reading->cert;
	struct pp_sshcert_bytes signature;

	return malformed_unless(pp_sshwire_string(&reading->wire, &signature) &&
				pp_sshcert_key_signature(signature,
					cert->key.type, &cert->signature));
}

/* Reads the fields in the order of PROTOCOL.certkeys. */
static enum pp_kind
read_fields(struct reading *reading, struct pp_err *err)
{
	static const struct {
		const char *name;
		enum pp_reason (*read)(struct reading *);
	} fields[] = {
		{"type", read_type},
		{"nonce", read_nonce},
		{"public key", read_key},
		{"serial", read_serial},
		{"role", read_role},
		{"key id", read_key_id},
		{"principals", read_principals},
		{"validity", read_window},
		{"critical options", read_critical},
		{"extensions", read_extensions},
		{"reserved", read_reserved},
		{"signature key", read_signature_key},
		{"signature", read_signature},
	};

	for (size_t i = 0; i < PP_COUNT(fields); i++) {
		enum pp_reason reason = fields[i].read(reading);

		if (reason != PP_REASON_NONE)
			return pp_fail(err, reason,
				"the field \"%s\" of the certificate",
				fields[i].name);
	}
	if (reading->wire.len != 0)
		return pp_fail(err, PP_REASON_CERT_MALFORMED,
			"%zu bytes follow the certificate", reading->wire.len);
	return PP_OK;
}

static enum pp_kind
decode(const char *text, size_t len, struct pp_secret *blob, struct pp_err *err)
{
	enum pp_kind kind =
		pp_secret_reserve(blob, PP_BASE64_DECODED(len), err);

	if (kind != PP_OK)
		return kind;
	if (!pp_base64_decode(text, len, blob->data, &blob->len))
		return pp_fail(err, PP_REASON_CERT_MALFORMED,
			"the text is not canonical base64");
	return PP_OK;
}

static enum pp_kind
parse(const struct pp_sshcert_bytes *type, const char *text, size_t text_len,
	struct pp_sshcert *cert, struct pp_err *err)
{
	struct reading reading = {.cert = cert};
	enum pp_kind kind;

	cert->key.type = pp_sshcert_key_type_from_name(type);
	if (cert->key.type == 0)
		return pp_fail(err, PP_REASON_CERT_MALFORMED,
			"the type is not that of an Ed25519, ECDSA P-256 or "
			"RSA certificate");
	if (text_len > PP_SSHCERT_TEXT_MAX)
		return pp_fail(err, PP_REASON_CERT_MALFORMED,
			"%zu characters are more than %u", text_len,
			PP_SSHCERT_TEXT_MAX);
	kind = decode(text, text_len, &cert->blob, err);
	if (kind != PP_OK)
		return kind;
	reading.wire =
		(struct pp_sshcert_bytes){cert->blob.data, cert->blob.len};
	return read_fields(&reading, err);
}

enum pp_kind
pp_sshcert_parse(const char *type, const char *text, size_t text_len,
	struct pp_sshcert *ret_cert, struct pp_err *err)
{
	const struct pp_sshcert_bytes name = {
		(const unsigned char *) type, strlen(type)};
	pp_cleanup(pp_sshcert) struct pp_sshcert cert = {0};
	enum pp_kind kind = parse(&name, text, text_len, &cert, err);

	if (kind != PP_OK)
		return kind;
	*ret_cert = cert;
	cert = (struct pp_sshcert){0};
	return PP_OK;
}

enum pp_kind
pp_sshcert_parse_line(const struct pp_secret *line, struct pp_sshcert *ret_cert,
	struct pp_err *err)
{
	const char *text = pp_secret_text(line);
	struct pp_sshcert_bytes type = {
		(const unsigned char *) text, strcspn(text, " \n")};
	pp_cleanup(pp_sshcert) struct pp_sshcert cert = {0};
	enum pp_kind kind;

	if (pp_secret_has_nul(line) || text[type.len] != ' ')
		return pp_fail(err, PP_REASON_CERT_MALFORMED,
			"the line has no type and base64");
	text += type.len + 1;
	if (text[strcspn(text, "\n")] == '\n' &&
		text[strcspn(text, "\n") + 1] != '\0')
		return pp_fail(err, PP_REASON_CERT_MALFORMED,
			"there is more than one line");
	kind = parse(&type, text, strcspn(text, " \n"), &cert, err);
	if (kind != PP_OK)
		return kind;
	*ret_cert = cert;
	cert = (struct pp_sshcert){0};
	return PP_OK;
}

enum pp_kind
pp_sshcert_put_key(const struct pp_sshcert *cert, struct pp_secret *text,
	struct pp_err *err)
{
	const struct pp_sshcert_bytes *key = &cert->key.blob;
	pp_cleanup(pp_secret) struct pp_secret encoded = {0};
	enum pp_kind kind =
		pp_secret_reserve(&encoded, PP_BASE64_ENCODED(key->len), err);

	if (kind != PP_OK)
		return kind;
	encoded.len =
		pp_base64_encode(key->data, key->len, (char *) encoded.data);
	return pp_secret_append(text, encoded.data, encoded.len, err);
}

void
pp_sshcert_free(struct pp_sshcert *cert)
{
	pp_secret_free(&cert->blob);
	*cert = (struct pp_sshcert){0};
}
