/* SPDX-License-Identifier: MIT */
#include "show.h"

#include <string.h>

#include <playpen/endpoint.h>
#include <playpen/message.h>
#include <playpen/qr.h>

/*
 * RFC 8628 section 3.3.1: the complete URI saves typing and carries nothing
 * else; so it must be the plain one's neighbour and hold the code.
 */
static bool
is_fit(const struct pp_page *page)
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
fill(const struct pp_provider *provider, const struct pp_page *page,
	struct pp_show *show, struct pp_err *err)
{
	const char *code = page->user_code;
	enum pp_kind kind =
		pp_endpoint_for_people(provider, page->uri, &show->uri, err);

	if (kind == PP_OK && is_fit(page))
		kind = pp_endpoint_for_people(
			provider, page->uri_complete, &show->uri_complete, err);
	/* Too long to be drawn, it is too long to be typed. */
	if (show->uri_complete != NULL &&
		strlen(show->uri_complete) > PP_QR_TEXT_MAX)
		pp_text_free(&show->uri_complete);
	if (kind == PP_OK && code != NULL) {
		show->user_code = pp_str_copy(code, strlen(code));
		if (show->user_code == NULL)
			kind = pp_fail_memory(err);
	}
	if (kind != PP_OK)
		return kind;
	show->expires = page->expires;
	return pp_qr_encode(
		show->uri_complete != NULL ? show->uri_complete : show->uri,
		&show->qr, &show->qr_side, err);
}

enum pp_kind
pp_show_page(
	struct pp_oidc *oidc, const struct pp_page *page, struct pp_err *err)
{
	const struct pp_oidc_world *world = oidc->world;
	struct pp_show show = {0};
	enum pp_kind kind = pp_endpoint_check_page(
		oidc->provider, "verification_uri", page->uri, err);

	if (kind == PP_OK)
		kind = fill(oidc->provider, page, &show, err);
	if (kind == PP_OK)
		kind = world->show(world->context, &show, err);
	oidc->prepare_ms = 0;
	pp_message_free(PP_MESSAGE_SHOW, &show);
	return kind;
}
