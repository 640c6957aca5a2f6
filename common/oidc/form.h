/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/secret.h>
#include <playpen/base/str.h>

/*
 * application/x-www-form-urlencoded as RFC 6749 appendix B wants it, for
 * bodies and queries. A form keeps its first failure, so that only its user has
 * to check it, once. A zeroed struct is an empty form.
 */
struct pp_form {
	struct pp_secret text;
	struct pp_err err; /* kind PP_OK, or the first failure */
};

/* Appends "name=value", with an '&' before it unless the form is empty. */
void pp_form_add(struct pp_form *form, const char *name, const char *value);

/* Appends name=value like pp_form_add, with a secret as the value. */
void pp_form_add_secret(
	struct pp_form *form, const char *name, const struct pp_secret *value);

/* Appends name=value like pp_form_add; the value is the words of the list with
 * one blank between them. */
void pp_form_add_words(
	struct pp_form *form, const char *name, const struct pp_strv *words);

/* Returns PP_OK, or fails with the first failure of the form:
 * PP_REASON_TOO_LONG or PP_REASON_NO_MEMORY. */
enum pp_kind pp_form_check(
	const struct pp_form *form, struct pp_err *err) PP_NODISCARD;

/* Wipes the form and frees what it holds. */
void pp_form_free(struct pp_form *form);

/* Appends len bytes, percent-encoded, for the two halves of Basic
 * authentication. Returns PP_OK, or fails as pp_secret_append does. */
enum pp_kind pp_form_encode(struct pp_secret *text, const void *data,
	size_t len, struct pp_err *err) PP_NODISCARD;
