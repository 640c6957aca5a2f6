/* SPDX-License-Identifier: MIT */
#include "form.h"

#include <string.h>

/* Returns true for the characters of RFC 3986 section 2.3, without a locale. */
static bool
is_unreserved(unsigned char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
	       byte == '_' || byte == '~';
}

enum pp_kind
pp_form_encode(struct pp_secret *text, const void *data, size_t len,
	struct pp_err *err)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *bytes = data;
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < len; i++) {
		char escaped[3] = {
			'%', digits[bytes[i] >> 4], digits[bytes[i] & 15]};

		if (is_unreserved(bytes[i]))
			kind = pp_secret_append(text, &bytes[i], 1, err);
		else
			kind = pp_secret_append(text, escaped, 3, err);
	}
	return kind;
}

static void
append(struct pp_form *form, const char *text)
{
	if (form->err.kind == PP_OK)
		pp_ignore(pp_secret_append_text(&form->text, text, &form->err));
}

static void
append_encoded(struct pp_form *form, const void *data, size_t len)
{
	if (form->err.kind == PP_OK)
		pp_ignore(pp_form_encode(&form->text, data, len, &form->err));
}

static void
begin(struct pp_form *form, const char *name)
{
	append(form, form->text.len > 0 ? "&" : "");
	append(form, name);
	append(form, "=");
}

void
pp_form_add(struct pp_form *form, const char *name, const char *value)
{
	begin(form, name);
	append_encoded(form, value, strlen(value));
}

void
pp_form_add_secret(
	struct pp_form *form, const char *name, const struct pp_secret *value)
{
	begin(form, name);
	append_encoded(form, value->data, value->len);
}

void
pp_form_add_words(
	struct pp_form *form, const char *name, const struct pp_strv *words)
{
	begin(form, name);
	for (size_t i = 0; i < words->count; i++) {
		append_encoded(form, " ", i > 0);
		append_encoded(form, words->items[i], strlen(words->items[i]));
	}
}

enum pp_kind
pp_form_check(const struct pp_form *form, struct pp_err *err)
{
	return form->err.kind == PP_OK ? PP_OK : pp_propagate(err, &form->err);
}

void
pp_form_free(struct pp_form *form)
{
	pp_secret_free(&form->text);
}
