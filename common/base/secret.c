/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <playpen/base/secret.h>

#define GROW_FROM 256U
#define RANDOM_MAX 64U

static size_t
limit(const struct pp_secret *secret)
{
	return secret->max != 0 ? secret->max : PP_SECRET_MAX_DEFAULT;
}

enum pp_kind
pp_secret_reserve(struct pp_secret *secret, size_t len, struct pp_err *err)
{
	size_t max = limit(secret);
	size_t cap = secret->cap != 0 ? secret->cap : GROW_FROM;
	unsigned char *bigger;

	if (len > max || secret->len > max - len)
		return pp_fail(
			err, PP_REASON_TOO_LONG, "more than %zu bytes", max);
	if (secret->data != NULL && secret->len + len < secret->cap)
		return PP_OK;
	while (cap <= secret->len + len)
		cap *= 2;
	/* Never realloc: it would leave an unwiped copy behind. */
	bigger = calloc(1, cap);
	if (bigger == NULL)
		return pp_fail_memory(err);
	if (secret->data != NULL) {
		memcpy(bigger, secret->data, secret->len);
		explicit_bzero(secret->data, secret->cap);
		free(secret->data);
	}
	secret->data = bigger;
	secret->cap = cap;
	return PP_OK;
}

enum pp_kind
pp_secret_append(struct pp_secret *secret, const void *data, size_t len,
	struct pp_err *err)
{
	enum pp_kind kind = pp_secret_reserve(secret, len, err);

	if (kind != PP_OK)
		return kind;
	if (len > 0)
		memcpy(secret->data + secret->len, data, len);
	secret->len += len;
	secret->data[secret->len] = '\0';
	return PP_OK;
}

enum pp_kind
pp_secret_append_text(
	struct pp_secret *secret, const char *text, struct pp_err *err)
{
	return pp_secret_append(secret, text, strlen(text), err);
}

enum pp_kind
pp_secret_set(struct pp_secret *secret, const void *data, size_t len,
	struct pp_err *err)
{
	pp_secret_clear(secret);
	return pp_secret_append(secret, data, len, err);
}

void
pp_secret_drop(struct pp_secret *secret, size_t len)
{
	size_t rest = secret->len - len;

	if (len == 0)
		return;
	memmove(secret->data, secret->data + len, rest);
	explicit_bzero(secret->data + rest, len);
	secret->len = rest;
}

void
pp_secret_clear(struct pp_secret *secret)
{
	if (secret->data != NULL)
		explicit_bzero(secret->data, secret->cap);
	secret->len = 0;
}

void
pp_secret_free(struct pp_secret *secret)
{
	pp_secret_clear(secret);
	free(secret->data);
	secret->data = NULL;
	secret->cap = 0;
}

const char *
pp_secret_text(const struct pp_secret *secret)
{
	return secret->data != NULL ? (const char *) secret->data : "";
}

bool
pp_secret_has_nul(const struct pp_secret *secret)
{
	return secret->len > 0 &&
	       memchr(secret->data, '\0', secret->len) != NULL;
}

bool
pp_secret_equal(const void *a, size_t a_len, const void *b, size_t b_len)
{
	const volatile unsigned char *left = a;
	const volatile unsigned char *right = b;
	unsigned int difference = 0;

	if (a_len != b_len)
		return false;
	for (size_t i = 0; i < a_len; i++)
		difference |= (unsigned int) (left[i] ^ right[i]);
	return difference == 0;
}

enum pp_kind
pp_secret_append_random_hex(
	struct pp_secret *secret, size_t len, struct pp_err *err)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[RANDOM_MAX];
	char text[2 * RANDOM_MAX];
	enum pp_kind kind;

	if (len > sizeof(bytes))
		return pp_fail(
			err, PP_REASON_TOO_LONG, "%zu random bytes", len);
	if (getrandom(bytes, len, 0) != (ssize_t) len)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "getrandom");
	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	kind = pp_secret_append(secret, text, 2 * len, err);
	explicit_bzero(bytes, sizeof(bytes));
	explicit_bzero(text, sizeof(text));
	return kind;
}
