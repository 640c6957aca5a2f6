/* SPDX-License-Identifier: MIT */
#include "page.h"

#include <string.h>

#include <playpen/ipc/message.h>
#include <playpen/provider/endpoint.h>
#include <playpen/qr/qr.h>

/*
 * Returns true if the complete URI may be shown. RFC 8628 section 3.3.1: it
 * saves typing and carries nothing else, so it must have the origin of the
 * plain URI and contain the code.
 */
static bool
is_complete_usable(const struct pp_page *page)
{
	struct pp_url plain = {0};
	struct pp_url complete = {0};

	return page->uri_complete != NULL &&
	       pp_url_parse(page->uri, &plain, NULL) == PP_OK &&
	       pp_url_parse(page->uri_complete, &complete, NULL) == PP_OK &&
	       pp_url_same_origin(&plain, &complete) &&
	       page->user_code != NULL &&
	       strstr(page->uri_complete, page->user_code) != NULL;
}

static enum pp_kind
fill_prompt(const struct pp_provider *provider, const struct pp_page *page,
	struct pp_device_prompt *prompt, struct pp_err *err)
{
	const char *code = page->user_code;
	enum pp_kind kind =
		pp_endpoint_browser_url(provider, page->uri, &prompt->uri, err);

	if (kind == PP_OK && is_complete_usable(page))
		kind = pp_endpoint_browser_url(provider, page->uri_complete,
			&prompt->uri_complete, err);
	/* Too long to be drawn, it is too long to be typed. */
	if (prompt->uri_complete != NULL &&
		strlen(prompt->uri_complete) > PP_QR_TEXT_MAX)
		pp_text_free(&prompt->uri_complete);
	if (kind == PP_OK && code != NULL)
		kind = pp_str_duplicate(
			&prompt->user_code, code, strlen(code), err);
	if (kind != PP_OK)
		return kind;
	prompt->expires = page->expires;
	return pp_qr_encode(prompt->uri_complete != NULL ? prompt->uri_complete
							 : prompt->uri,
		&prompt->qr, &prompt->qr_side, err);
}

enum pp_kind
pp_page_show(
	struct pp_oidc *oidc, const struct pp_page *page, struct pp_err *err)
{
	const struct pp_oidc_ops *ops = oidc->ops;
	struct pp_device_prompt prompt = {0};
	enum pp_kind kind = pp_endpoint_check_page(
		oidc->provider, "verification_uri", page->uri, err);

	if (kind == PP_OK)
		kind = fill_prompt(oidc->provider, page, &prompt, err);
	if (kind == PP_OK)
		kind = ops->show(ops->context, &prompt, err);
	oidc->prepare_ms = 0;
	pp_message_free(PP_MESSAGE_DEVICE_PROMPT, &prompt);
	return kind;
}
