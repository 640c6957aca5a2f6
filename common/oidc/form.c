/* SPDX-License-Identifier: MIT */
#include "form.h"

#include <string.h>

/* RFC 3986 section 2.3. No locale. */
static bool
is_unreserved(unsigned char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
	       byte == '_' || byte == '~';
}

enum pp_kind
pp_form_encode(struct pp_secret *form, const void *data, size_t len,
	struct pp_err *err)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *bytes = data;
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < len; i++) {
		char escaped[3] = {
			'%', digits[bytes[i] >> 4], digits[bytes[i] & 15]};

		if (is_unreserved(bytes[i]))
			kind = pp_secret_append(form, &bytes[i], 1, err);
		else
			kind = pp_secret_append(form, escaped, 3, err);
	}
	return kind;
}

static enum pp_kind
begin(struct pp_secret *form, const char *name, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (form->len > 0)
		kind = pp_secret_append(form, "&", 1, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(form, name, err);
	if (kind == PP_OK)
		kind = pp_secret_append(form, "=", 1, err);
	return kind;
}

static enum pp_kind
add(struct pp_secret *form, const char *name, const void *value, size_t len,
	struct pp_err *err)
{
	enum pp_kind kind = begin(form, name, err);

	return kind == PP_OK ? pp_form_encode(form, value, len, err) : kind;
}

enum pp_kind
pp_form_add(struct pp_secret *form, const char *name, const char *value,
	struct pp_err *err)
{
	return add(form, name, value, strlen(value), err);
}

enum pp_kind
pp_form_add_secret(struct pp_secret *form, const char *name,
	const struct pp_secret *value, struct pp_err *err)
{
	return add(form, name, value->data, value->len, err);
}

enum pp_kind
pp_form_add_words(struct pp_secret *form, const char *name,
	const struct pp_strv *words, struct pp_err *err)
{
	enum pp_kind kind = begin(form, name, err);

	for (size_t i = 0; kind == PP_OK && i < words->count; i++) {
		if (i > 0)
			kind = pp_form_encode(form, " ", 1, err);
		if (kind == PP_OK)
			kind = pp_form_encode(form, words->items[i],
				strlen(words->items[i]), err);
	}
	return kind;
}
