/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/worker_messages.h>
#include <playpen/provider/url.h>

/*
 * Which URLs of a provider are believed: those that the worker calls and those
 * that a person is shown. Both lie on the issuer's host or on a configured one,
 * and plain http is for the configured hosts of an http issuer alone. Pure; the
 * worker checks what the provider says by this, and playpen-policy what the
 * worker says.
 */

/*
 * The issuer as a URL that can be dialled, a new text: profile entra's
 * "{tenantid}" becomes "common". Fails with PP_REASON_CONFIG_INVALID.
 */
enum pp_kind pp_endpoint_issuer(const struct pp_provider *provider,
	char **ret_text, struct pp_err *err) PP_NODISCARD;

/*
 * Checks an endpoint that the worker calls. name is for the message. Fails with
 * PP_REASON_ENDPOINT_REFUSED.
 */
enum pp_kind pp_endpoint_check(const struct pp_provider *provider,
	const char *name, const char *text, struct pp_err *err) PP_NODISCARD;

/* The same for a page that a person is sent to: browser_url's host also will
 * do. */
enum pp_kind pp_endpoint_check_page(const struct pp_provider *provider,
	const char *name, const char *text, struct pp_err *err) PP_NODISCARD;

/*
 * A new text: the page as people are shown it, with browser_url in the place of
 * the issuer where the page begins with that.
 */
enum pp_kind pp_endpoint_browser_url(const struct pp_provider *provider,
	const char *page, char **ret_text, struct pp_err *err) PP_NODISCARD;
