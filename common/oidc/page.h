/* SPDX-License-Identifier: MIT */
#pragma once

#include "oidc_session.h"

/*
 * From the pages that a provider names to what a person is shown: checked,
 * with browser_url in its place, and as a QR code.
 */

/* A page and what belongs to it. Borrowed. */
struct pp_page {
	const char *uri;
	const char *uri_complete; /* NULL for none */
	const char *user_code;    /* NULL for none */
	int64_t expires;          /* seconds from now */
};

/*
 * Checks the pages and sends them to ops->show. A complete URI that is
 * unfit (another origin, without the code, too long) is left out, for the plain
 * one will do; an unfit plain URI is a refusal. From then on requests have the
 * time of the whole sign-in. Fails with PP_REASON_ENDPOINT_REFUSED and with
 * what show says.
 */
enum pp_kind pp_page_show(struct pp_oidc *oidc, const struct pp_page *page,
	struct pp_err *err) PP_NODISCARD;
