/* SPDX-License-Identifier: MIT */
#pragma once

#include "form.h"

/*
 * Proof Key for Code Exchange (RFC 7636), method S256 and no other. A stolen
 * code cannot be redeemed without the verifier, which this process sends to the
 * token endpoint only.
 */

struct pp_pkce {
	struct pp_secret verifier;  /* 64 characters, 256 bits */
	struct pp_secret challenge; /* 43 characters */
};

/* Draws a new pair into the zeroed *ret_pkce. */
enum pp_kind pp_pkce_new(
	struct pp_pkce *ret_pkce, struct pp_err *err) PP_NODISCARD;

/* Appends code_challenge and its method to a request. */
void pp_pkce_add(const struct pp_pkce *pkce, struct pp_form *form);

void pp_pkce_free(struct pp_pkce *pkce);
