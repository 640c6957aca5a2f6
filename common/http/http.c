/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/str.h>
#include <playpen/http/http.h>

#define QUOTED_MAX 200

enum pp_kind
pp_http_fetch(const struct pp_http *http, const struct pp_http_request *request,
	struct pp_http_response *ret_response, struct pp_err *err)
{
	char url[QUOTED_MAX];
	enum pp_kind kind =
		http->fetch(http->context, request, ret_response, err);

	if (kind == PP_OK || kind == PP_CANCELLED)
		return kind;
	return pp_prefix(err, kind, "%s",
		pp_str_printable(
			url, sizeof(url), request->url, strlen(request->url)));
}

void
pp_http_response_free(struct pp_http_response *response)
{
	pp_secret_free(&response->body);
	pp_secret_free(&response->location);
}
