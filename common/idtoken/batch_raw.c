/* SPDX-License-Identifier: MIT */
#include <playpen/base/hex.h>

#include "batch.h"

/* The lowest layer alone: a signature of a message, in hexadecimal digits. */

static enum pp_kind
fail(struct pp_err *err, const char *what)
{
	return pp_fail(err, PP_REASON_BATCH_LINE, "%s", what);
}

static enum pp_kind
read_hex(const struct pp_json_text *text, struct pp_secret *bytes,
	struct pp_err *err)
{
	enum pp_kind kind;

	if (text->len % 2 != 0)
		return fail(err, "msg or sig is no hex");
	bytes->max = PP_BATCH_LINE_MAX;
	kind = pp_secret_reserve(bytes, text->len / 2, err);
	for (size_t i = 0; kind == PP_OK && i < text->len; i += 2) {
		int high = pp_hex_value(text->text[i]);
		int low = pp_hex_value(text->text[i + 1]);
		unsigned char byte;

		if (high < 0 || low < 0)
			return fail(err, "msg or sig is no hex");
		byte = (unsigned char) (high * 16 + low);
		kind = pp_secret_append(bytes, &byte, 1, err);
	}
	return kind;
}

/* Makes a set of the one JWK. */
static enum pp_kind
find_jwk(struct pp_batch *batch, const struct pp_json_text *jwk,
	const struct pp_jwks **ret_keys, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret set = {
		.max = 2 * PP_JWKS_TEXT_MAX};
	enum pp_kind kind = pp_secret_append_text(&set, "{\"keys\":[", err);

	if (jwk->len > PP_JWKS_TEXT_MAX)
		return pp_fail(
			err, PP_REASON_JWKS_TOO_LARGE, "%zu bytes", jwk->len);
	if (kind == PP_OK)
		kind = pp_secret_append(&set, jwk->text, jwk->len, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&set, "]}", err);
	if (kind != PP_OK)
		return kind;
	return pp_batch_use_keys(
		batch, pp_secret_text(&set), set.len, ret_keys, err);
}

enum pp_kind
pp_batch_check_raw(struct pp_batch *batch, const struct pp_batch_raw *raw,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret message = {0};
	pp_cleanup(pp_secret) struct pp_secret bytes = {0};
	struct pp_signature signature = {
		.alg = pp_alg_from_name(raw->alg.text, raw->alg.len)};
	const struct pp_jwks *keys = NULL;
	const struct pp_jwk *key = NULL;
	enum pp_kind kind = read_hex(&raw->message, &message, err);

	if (kind == PP_OK)
		kind = read_hex(&raw->signature, &bytes, err);
	if (kind != PP_OK)
		return kind;
	if (signature.alg == PP_ALG_NONE)
		return pp_fail(err, PP_REASON_ALG_UNKNOWN,
			"not a supported algorithm");
	kind = find_jwk(batch, &raw->jwk, &keys, err);
	if (kind == PP_OK)
		kind = pp_jwks_find(keys, NULL, 0, signature.alg, &key, err);
	if (kind != PP_OK)
		return kind;
	signature.message = pp_secret_text(&message);
	signature.message_len = message.len;
	signature.bytes = pp_secret_text(&bytes);
	signature.len = bytes.len;
	return pp_signature_verify(key, &signature, err);
}
