/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/provider/endpoint.h>

#include "form.h"
#include "probe.h"

/*
 * The way of a person's browser, up to the page where a sign-in begins. No
 * person is needed, and nothing is approved.
 */

#define OOB "urn:ietf:wg:oauth:2.0:oob"
#define LOOPBACK "http://127.0.0.1:1/" /* as playpen-ssh, with any port */
#define VERIFY_PATH                                                            \
	"/device/auth/verify_code" /* where Dex's page sends a code */
#define CONNECTORS_MAX 16U
#define SHOWN_MAX 200U

static int
hex_digit(char letter)
{
	static const char digits[] = "0123456789abcdef";
	const char *found =
		letter != '\0' ? strchr(digits, letter | ' ') : NULL;

	return found != NULL ? (int) (found - digits) : -1;
}

/* Returns the value of %XX, or -1. */
static int
read_escape(const char *text)
{
	int high = hex_digit(text[1]);
	int low = high >= 0 ? hex_digit(text[2]) : -1;

	return low >= 0 ? high * 16 + low : -1;
}

/* Copies the value of a parameter of a query, decoded, printable and cut. */
static const char *
find_parameter(const char *url, const char *name, char text[SHOWN_MAX])
{
	const char *at = strstr(url, name);
	size_t len = 0;

	for (at = at != NULL ? at + strlen(name) : "";
		*at != '\0' && *at != '&' && len < SHOWN_MAX - 1; at++) {
		int escaped = *at == '%' ? read_escape(at) : -1;

		text[len++] =
			(char) (escaped > ' ' && escaped < 127 ? escaped : *at);
		at += escaped >= 0 ? 2 : 0;
	}
	text[len] = '\0';
	return text;
}

/*
 * Reads the answer of the authorization endpoint. A client or a redirect URI
 * that is refused ends on a page of the provider, everything else is reported
 * by a redirect (RFC 6749 section 4.1.2.1).
 */
static enum pp_kind
read_authorization(const char *client, const char *url,
	const struct pp_http_response *response, struct pp_err *err)
{
	const char *location = pp_secret_text(&response->location);
	char shown[SHOWN_MAX];
	char quoted[SHOWN_MAX];

	if (response->status >= 400 && response->status < 500) {
		find_parameter(url, "redirect_uri=", shown);
		return pp_fail(err, PP_REASON_REDIRECT_REFUSED,
			"status %d for the client %s with the redirect URI %s",
			response->status, client,
			pp_str_printable(
				quoted, sizeof(quoted), shown, strlen(shown)));
	}
	if (response->status >= 500)
		return pp_fail(err, PP_REASON_HTTP_STATUS,
			"status %d of the authorization endpoint",
			response->status);
	if (response->location.len > 0 &&
		strstr(location, "error=invalid_scope") != NULL)
		return pp_fail(err, PP_REASON_SCOPE_REFUSED,
			"the authorization endpoint refuses a scope");
	return PP_OK;
}

/* Resolves what a redirect names: a path belongs to the origin of the issuer.
 */
static enum pp_kind
resolve_location(const struct pp_probe_run *probe,
	const struct pp_secret *location, char **ret_url, struct pp_err *err)
{
	const char *text = pp_secret_text(location);
	pp_cleanup(pp_text) char *base = NULL;
	enum pp_kind kind;
	size_t origin;

	if (text[0] != '/')
		return pp_str_format(ret_url, err, "%s", text);
	kind = pp_endpoint_issuer(probe->oidc->provider, &base, err);
	if (kind != PP_OK)
		return kind;
	origin = strcspn(base, ":") + strlen("://");
	origin += strcspn(base + origin, "/");
	return pp_str_format(ret_url, err, "%.*s%s", (int) origin, base, text);
}

/* Fetches a page of the provider, as a browser would. A redirect is an answer.
 * Returns PP_PENDING if only a browser gets there. */
static enum pp_kind
open_page(struct pp_probe_run *probe, const char *url,
	struct pp_http_response *ret_response, struct pp_err *err)
{
	struct pp_http_request request = {
		.url = url, .deadline_ms = pp_session_deadline(probe->oidc)};
	enum pp_kind kind = pp_endpoint_check(
		probe->oidc->provider, "authorization_endpoint", url, NULL);

	if (kind != PP_OK)
		return PP_PENDING;
	kind = pp_http_fetch(
		probe->oidc->ops->http, &request, ret_response, err);
	return kind != PP_OK && err->reason == PP_REASON_HTTP_REDIRECT ? PP_OK
								       : kind;
}

/* Gives the code to Dex as its page does, which leads to the authorization
 * endpoint with the redirect URI that this version of Dex uses. */
static enum pp_kind
begin_at_dex(struct pp_probe_run *probe, struct pp_err *err)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	pp_cleanup(pp_form) struct pp_form form = {0};
	pp_cleanup(pp_text) char *base = NULL;
	pp_cleanup(pp_text) char *url = NULL;
	struct pp_http_request request = {.form = &form.text,
		.deadline_ms = pp_session_deadline(probe->oidc)};
	enum pp_kind kind =
		pp_endpoint_issuer(probe->oidc->provider, &base, err);

	if (kind == PP_OK)
		kind = pp_str_format(&url, err, "%s" VERIFY_PATH, base);
	pp_form_add_secret(&form, "user_code", &probe->device.user_code);
	if (kind == PP_OK)
		kind = pp_form_check(&form, err);
	if (kind != PP_OK)
		return kind;
	request.url = url;
	kind = pp_http_fetch(probe->oidc->ops->http, &request, &response, err);
	if (kind == PP_OK || err->reason != PP_REASON_HTTP_REDIRECT ||
		response.location.len == 0)
		return PP_PENDING; /* another kind of page */
	return resolve_location(probe, &response.location, &probe->page, err);
}

/* Writes the address to which a client sends a browser for a code. */
static enum pp_kind
write_code_request(const struct pp_probe_run *probe, const char *client,
	const char *redirect, char **ret_url, struct pp_err *err)
{
	const char *endpoint = probe->oidc->discovery.authorization_endpoint;
	pp_cleanup(pp_pkce) struct pp_pkce pkce = {0};
	pp_cleanup(pp_form) struct pp_form query = {0};
	enum pp_kind kind = pp_pkce_new(&pkce, err);

	pp_form_add(&query, "response_type", "code");
	pp_form_add(&query, "client_id", client);
	pp_form_add(&query, "redirect_uri", redirect);
	pp_form_add_words(&query, "scope", &probe->oidc->provider->scopes);
	pp_pkce_add(&pkce, &query);
	if (kind == PP_OK)
		kind = pp_form_check(&query, err);
	return kind == PP_OK
		       ? pp_str_format(ret_url, err, "%s%c%s", endpoint,
				 strchr(endpoint, '?') == NULL ? '?' : '&',
				 pp_secret_text(&query.text))
		       : kind;
}

static bool
is_dex(const struct pp_probe_run *probe)
{
	return probe->oidc->provider->profile == PP_PROFILE_DEX;
}

/* Finds the address to which a person's browser would come. */
static enum pp_kind
begin_walk(struct pp_probe_run *probe, struct pp_err *err)
{
	if (probe->client_refused)
		return PP_PENDING;
	if (probe->request->device && is_dex(probe) &&
		probe->device.user_code.len > 0)
		return begin_at_dex(probe, err);
	if (probe->request->code &&
		probe->oidc->discovery.authorization_endpoint != NULL)
		return write_code_request(probe,
			probe->oidc->provider->client_id, OOB, &probe->page,
			err);
	return PP_PENDING;
}

/* Opens a page of the authorization endpoint with that connector chosen, as a
 * person does. Dex refuses one that it does not have. */
static enum pp_kind
open_with_connector(struct pp_probe_run *probe, const char *page,
	const char *connector, struct pp_http_response *ret_response,
	struct pp_err *err)
{
	pp_cleanup(pp_form) struct pp_form query = {0};
	pp_cleanup(pp_text) char *url = NULL;
	enum pp_kind kind;

	pp_form_add(&query, "connector_id", connector);
	kind = pp_form_check(&query, err);
	if (kind == PP_OK)
		kind = pp_str_format(&url, err, "%s&%s", page,
			pp_secret_text(&query.text));
	return kind == PP_OK ? open_page(probe, url, ret_response, err) : kind;
}

/* Chooses the connector. The first one leads to where its sign-in begins. */
static enum pp_kind
choose_connector(
	struct pp_probe_run *probe, const char *connector, struct pp_err *err)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	enum pp_kind kind = open_with_connector(
		probe, probe->page, connector, &response, err);

	if (kind != PP_OK)
		return kind;
	if (response.status >= 400 && response.status < 500)
		return pp_fail(err, PP_REASON_CONNECTOR_REFUSED,
			"Dex has no connector %s for this client: status %d",
			connector, response.status);
	if (probe->login == NULL && response.location.len > 0)
		kind = resolve_location(
			probe, &response.location, &probe->login, err);
	return kind;
}

enum pp_kind
pp_probe_connectors(struct pp_probe_run *probe, struct pp_err *err)
{
	const struct pp_strv *connectors = &probe->oidc->provider->connectors;
	enum pp_kind kind;

	if (!is_dex(probe))
		return PP_PENDING;
	kind = begin_walk(probe, err);
	for (size_t i = 0;
		kind == PP_OK && i < connectors->count && i < CONNECTORS_MAX;
		i++)
		kind = choose_connector(probe, connectors->items[i], err);
	return kind;
}

enum pp_kind
pp_probe_redirect(struct pp_probe_run *probe, struct pp_err *err)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	enum pp_kind kind = PP_OK;

	if (!is_dex(probe))
		kind = begin_walk(probe, err);
	else if (probe->login == NULL)
		kind = PP_PENDING;
	if (kind != PP_OK)
		return kind;
	kind = open_page(probe, is_dex(probe) ? probe->login : probe->page,
		&response, err);
	return kind == PP_OK
		       ? read_authorization(probe->oidc->provider->client_id,
				 probe->page, &response, err)
		       : kind;
}

/* Goes to the page of a client, at Dex by way of the first connector: Dex looks
 * at the redirect URI behind that one. */
static enum pp_kind
open_login(struct pp_probe_run *probe, const char *page,
	struct pp_http_response *ret_response, struct pp_err *err)
{
	const struct pp_strv *connectors = &probe->oidc->provider->connectors;
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	pp_cleanup(pp_text) char *login = NULL;
	enum pp_kind kind;

	if (!is_dex(probe) || connectors->count == 0)
		return open_page(probe, page, ret_response, err);
	kind = open_with_connector(
		probe, page, connectors->items[0], &response, err);
	if (kind == PP_OK && response.location.len == 0) {
		*ret_response = response;
		response = (struct pp_http_response){0};
		return PP_OK;
	}
	if (kind == PP_OK)
		kind = resolve_location(
			probe, &response.location, &login, err);
	return kind == PP_OK ? open_page(probe, login, ret_response, err)
			     : kind;
}

enum pp_kind
pp_probe_ssh_client(struct pp_probe_run *probe, struct pp_err *err)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	pp_cleanup(pp_text) char *url = NULL;
	const char *client = probe->request->ssh_client;
	enum pp_kind kind;

	if (client == NULL ||
		probe->oidc->discovery.authorization_endpoint == NULL)
		return PP_PENDING;
	kind = write_code_request(probe, client, LOOPBACK, &url, err);
	if (kind == PP_OK)
		kind = open_login(probe, url, &response, err);
	return kind == PP_OK ? read_authorization(client, url, &response, err)
			     : kind;
}
