/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/secret.h>
#include <playpen/base/str.h>

/*
 * application/x-www-form-urlencoded as RFC 6749 appendix B wants it, for
 * bodies, for queries and for the two halves of Basic authentication. No state.
 */

/* Appends len bytes percent-encoded. */
enum pp_kind pp_form_encode(struct pp_secret *form, const void *data,
	size_t len, struct pp_err *err) PP_NODISCARD;

/* Appends "name=value", with an '&' before it unless the form is empty. */
enum pp_kind pp_form_add(struct pp_secret *form, const char *name,
	const char *value, struct pp_err *err) PP_NODISCARD;

/* Appends name=value like pp_form_add, with a secret as the value. */
enum pp_kind pp_form_add_secret(struct pp_secret *form, const char *name,
	const struct pp_secret *value, struct pp_err *err) PP_NODISCARD;

/* Appends name=value like pp_form_add; the value is the words of the list with
 * one blank between them. */
enum pp_kind pp_form_add_words(struct pp_secret *form, const char *name,
	const struct pp_strv *words, struct pp_err *err) PP_NODISCARD;
