/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "key.h"

#define NOTES_MAX 512U
#define NOTE_KID_MAX ((size_t) 40)

struct pp_jwks {
	struct pp_jwk keys[PP_JWKS_KEYS_MAX];
	size_t count;  /* keys of which something is known */
	size_t usable; /* those that can verify */
	bool leaks;
	char notes[NOTES_MAX];
};

/* Adds "KID: reason" to the notes, as long as there is room. */
static void
note(struct pp_jwks *jwks, const struct pp_jwk *key)
{
	size_t used = strlen(jwks->notes);
	char kid[NOTE_KID_MAX];

	pp_str_printable(kid, sizeof(kid), key->kid != NULL ? key->kid : "",
		key->kid_len);
	if (NOTES_MAX - used > NOTE_KID_MAX * 2)
		snprintf(jwks->notes + used, NOTES_MAX - used, "%s\"%s\": %s",
			used > 0 ? ", " : "", kid, pp_reason_word(key->reason));
}

/* Adds a key. Passes over anything but an object. */
static enum pp_kind
add_key(struct pp_jwks *jwks, const struct pp_json *element, struct pp_err *err)
{
	struct pp_jwk *key = &jwks->keys[jwks->count];
	bool leaks = false;
	enum pp_kind kind;

	if (pp_json_type(element) != PP_JSON_TYPE_OBJECT)
		return PP_OK;
	jwks->count++;
	kind = pp_jwk_read(element, key, &leaks, err);
	if (kind != PP_OK)
		return kind;
	jwks->leaks = jwks->leaks || leaks;
	if (key->reason == PP_REASON_NONE)
		jwks->usable++;
	else
		note(jwks, key);
	return PP_OK;
}

/* Reads the keys of a set (RFC 7517 section 5). */
static enum pp_kind
read_keys(struct pp_jwks *jwks, const struct pp_json *set, struct pp_err *err)
{
	const struct pp_json *keys;

	if (pp_json_get_array(set, "keys", &keys) != PP_JSON_FOUND)
		return pp_fail(err, PP_REASON_JWKS_INVALID,
			"no object with an array \"keys\"");
	if (pp_json_count(keys) == 0)
		return pp_fail(err, PP_REASON_JWKS_EMPTY, "no keys");
	if (pp_json_count(keys) > PP_JWKS_KEYS_MAX)
		return pp_fail(err, PP_REASON_JWKS_TOO_LARGE, "%zu keys",
			pp_json_count(keys));
	for (size_t i = 0; i < pp_json_count(keys); i++) {
		enum pp_kind kind = add_key(jwks, pp_json_at(keys, i), err);

		if (kind != PP_OK)
			return kind;
	}
	return PP_OK;
}

enum pp_kind
pp_jwks_parse(const char *text, size_t len, struct pp_jwks **ret_jwks,
	struct pp_err *err)
{
	pp_cleanup(pp_json) struct pp_json *set = NULL;
	pp_cleanup(pp_jwks) struct pp_jwks *jwks = NULL;
	enum pp_kind kind;

	if (len > PP_JWKS_TEXT_MAX)
		return pp_fail(err, PP_REASON_JWKS_TOO_LARGE, "%zu bytes", len);
	kind = pp_json_parse(text, len, &set, err);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "key set");
	jwks = calloc(1, sizeof(*jwks));
	if (jwks == NULL)
		return pp_fail_memory(err);
	kind = read_keys(jwks, set, err);
	/* No other caller may find what OpenSSL said of bad keys. */
	ERR_clear_error();
	if (kind != PP_OK)
		/* lint: clang-analyzer-unix.Malloc: pp_cleanup frees it at
		 * the end of the scope, which the analyzer does not see. */
		return kind;
	*ret_jwks = pp_steal(&jwks);
	return PP_OK;
}

void
pp_jwks_free(struct pp_jwks **jwks)
{
	if (*jwks == NULL)
		return;
	for (size_t i = 0; i < (*jwks)->count; i++)
		pp_jwk_clear(&(*jwks)->keys[i]);
	free(*jwks);
	*jwks = NULL;
}

size_t
pp_jwks_count(const struct pp_jwks *jwks)
{
	return jwks->usable;
}

bool
pp_jwks_leaks(const struct pp_jwks *jwks)
{
	return jwks->leaks;
}

const char *
pp_jwks_notes(const struct pp_jwks *jwks)
{
	return jwks->notes;
}

static bool
has_kid(const struct pp_jwk *key, const char *kid, size_t len)
{
	/* Bytes and length: no folding, no trimming (RFC 7515 4.1.4). */
	return key->kid != NULL && key->kid_len == len &&
	       memcmp(key->kid, kid, len) == 0;
}

/* Returns true if the set has a usable key of this kid, or one without any. */
static bool
has_key(const struct pp_jwks *jwks, const struct pp_jwk *wanted)
{
	for (size_t i = 0; i < jwks->count; i++) {
		const struct pp_jwk *key = &jwks->keys[i];

		if (key->reason == PP_REASON_NONE &&
			(key->kid == NULL || wanted->kid == NULL ||
				has_kid(key, wanted->kid, wanted->kid_len)))
			return true;
	}
	return false;
}

bool
pp_jwks_share_key(const struct pp_jwks *one, const struct pp_jwks *other)
{
	for (size_t i = 0; i < one->count; i++)
		if (one->keys[i].reason == PP_REASON_NONE &&
			has_key(other, &one->keys[i]))
			return true;
	return false;
}

static bool
fits(const struct pp_jwk *key, enum pp_alg alg)
{
	return key->reason == PP_REASON_NONE &&
	       key->type == pp_alg_traits(alg)->type &&
	       (key->alg == PP_ALG_NONE || key->alg == alg);
}

/* Returns, of two keys that the token named, rather one of the right type. */
static const struct pp_jwk *
better_match(
	const struct pp_jwk *nearest, const struct pp_jwk *key, enum pp_alg alg)
{
	if (nearest == NULL || key->type == pp_alg_traits(alg)->type)
		return key;
	return nearest;
}

/* Says why no key fits; nearest is one that the token named. */
static enum pp_kind
fail_to_find(const struct pp_jwk *nearest, const char *kid, size_t kid_len,
	struct pp_err *err)
{
	char text[80];

	if (kid == NULL)
		return pp_fail(err, PP_REASON_KEY_NONE, "no key fits");
	pp_str_printable(text, sizeof(text), kid, kid_len);
	if (nearest == NULL)
		return pp_fail(err, PP_REASON_KID_UNKNOWN, "kid \"%s\"", text);
	return pp_fail(err,
		nearest->reason != PP_REASON_NONE ? nearest->reason
						  : PP_REASON_KEY_MISMATCH,
		"kid \"%s\"", text);
}

enum pp_kind
pp_jwks_find(const struct pp_jwks *jwks, const char *kid, size_t kid_len,
	enum pp_alg alg, const struct pp_jwk **ret_key, struct pp_err *err)
{
	const struct pp_jwk *found = NULL;
	const struct pp_jwk *nearest = NULL;

	for (size_t i = 0; i < jwks->count; i++) {
		const struct pp_jwk *key = &jwks->keys[i];

		if (kid != NULL && !has_kid(key, kid, kid_len))
			continue;
		if (!fits(key, alg)) {
			nearest = better_match(nearest, key, alg);
			continue;
		}
		/* OIDC Core section 10.1; RFC 7517 section 4.5 for equal kids.
		 */
		if (found != NULL)
			return pp_fail(err,
				kid != NULL ? PP_REASON_KID_AMBIGUOUS
					    : PP_REASON_KID_MISSING,
				"several keys for %s", pp_alg_name(alg));
		found = key;
	}
	if (found == NULL)
		return fail_to_find(nearest, kid, kid_len, err);
	*ret_key = found;
	return PP_OK;
}
