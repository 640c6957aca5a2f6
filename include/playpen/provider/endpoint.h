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
 * Sets *ret_text to the issuer as a URL that can be dialled, a new text:
 * "{tenantid}" of profile entra becomes "common". Fails with
 * PP_REASON_CONFIG_INVALID.
 */
enum pp_kind pp_endpoint_issuer(const struct pp_provider *provider,
	char **ret_text, struct pp_err *err) PP_NODISCARD;

/*
 * Checks an endpoint that the worker calls. name is for the message. Fails with
 * PP_REASON_ENDPOINT_REFUSED.
 */
enum pp_kind pp_endpoint_check(const struct pp_provider *provider,
	const char *name, const char *text, struct pp_err *err) PP_NODISCARD;

/* Checks a page that a person is sent to, like pp_endpoint_check. The host of
 * browser_url is allowed too. */
enum pp_kind pp_endpoint_check_page(const struct pp_provider *provider,
	const char *name, const char *text, struct pp_err *err) PP_NODISCARD;

/* Sets *ret_text to the page as people are shown it, a new text: browser_url
 * replaces the issuer at its beginning. Fails with PP_REASON_NO_MEMORY. */
enum pp_kind pp_endpoint_browser_url(const struct pp_provider *provider,
	const char *page, char **ret_text, struct pp_err *err) PP_NODISCARD;

/* Room for all ports of a configuration: of the proxy or the issuer, of DNS and
 * of each entry of endpoint_hosts. */
#define PP_ENDPOINT_PORTS_MAX (2U + PP_MESSAGE_WORDS_MAX)

/*
 * Fills ports, which has room for PP_ENDPOINT_PORTS_MAX, with the TCP ports
 * that the worker connects to: DNS, and the proxy alone if there is one, else
 * connect_to or the issuer, and endpoint_hosts. A port may be there twice. Sets
 * *ret_count. Fails with PP_REASON_CONFIG_INVALID, also for more entries than
 * there is room for.
 */
enum pp_kind pp_endpoint_ports(const struct pp_provider *provider,
	unsigned int *ports, size_t *ret_count,
	struct pp_err *err) PP_NODISCARD;
