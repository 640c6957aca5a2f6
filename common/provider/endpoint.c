/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/str.h>
#include <playpen/provider/endpoint.h>

#define TENANT "{tenantid}"
#define ANY_TENANT "common"
#define QUOTED_MAX 160

#define PORT_DNS 53U
#define PORT_HTTPS 443U
#define PORT_PROXY 1080U /* libcurl's for a proxy whose URL has none */

static enum pp_kind
refuse(const char *name, const char *text, const char *why, struct pp_err *err)
{
	char quoted[QUOTED_MAX];

	return pp_fail(err, PP_REASON_ENDPOINT_REFUSED, "%s %s: %s", name,
		pp_str_printable(quoted, sizeof(quoted), text, strlen(text)),
		why);
}

/* Fills in the tenant: Entra's document for all tenants lies under a name that
 * is no tenant. */
static enum pp_kind
fill_tenant(
	const struct pp_provider *provider, char **ret_text, struct pp_err *err)
{
	const char *at = provider->profile == PP_PROFILE_ENTRA
				 ? strstr(provider->url, TENANT)
				 : NULL;

	if (at == NULL)
		return pp_str_format(ret_text, err, "%s", provider->url);
	return pp_str_format(ret_text, err, "%.*s%s%s",
		(int) (at - provider->url), provider->url, ANY_TENANT,
		at + strlen(TENANT));
}

enum pp_kind
pp_endpoint_issuer(
	const struct pp_provider *provider, char **ret_text, struct pp_err *err)
{
	pp_cleanup(pp_text) char *text = NULL;
	struct pp_url url = {0};
	struct pp_err why = {0};
	enum pp_kind kind = fill_tenant(provider, &text, err);

	if (kind != PP_OK)
		return kind;
	if (pp_url_parse(text, &url, &why) != PP_OK)
		return pp_fail(err, PP_REASON_CONFIG_INVALID, "issuer url %s",
			why.message);
	/* Discovery 1.0 section 3: no query, no fragment. */
	if (strchr(url.path, '?') != NULL)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"issuer url %s: a query", text);
	if (!url.https && !provider->allow_http)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"issuer url %s: http needs allow_http", text);
	*ret_text = pp_steal(&text);
	return PP_OK;
}

static bool
is_listed(const struct pp_provider *provider, const struct pp_url *url)
{
	for (size_t i = 0; i < provider->endpoint_hosts.count; i++)
		if (pp_url_is_at(url, provider->endpoint_hosts.items[i]))
			return true;
	return false;
}

static bool
is_browser_host(const struct pp_provider *provider, const struct pp_url *url)
{
	struct pp_url browser = {0};

	return provider->browser_url != NULL &&
	       pp_url_parse(provider->browser_url, &browser, NULL) == PP_OK &&
	       pp_url_same_host(&browser, url);
}

/* Checks a URL. is_home is true on the issuer's host, for a page also on that
 * of browser_url. */
static enum pp_kind
check_url(const struct pp_provider *provider, const char *name,
	const char *text, bool page, struct pp_err *err)
{
	pp_cleanup(pp_text) char *base = NULL;
	struct pp_url issuer = {0};
	struct pp_url url = {0};
	struct pp_err why = {0};
	bool is_home;
	enum pp_kind kind = pp_endpoint_issuer(provider, &base, err);

	if (kind == PP_OK)
		kind = pp_url_parse(base, &issuer, err);
	if (kind != PP_OK)
		return kind;
	if (pp_url_parse(text, &url, &why) != PP_OK)
		return pp_fail(err, PP_REASON_ENDPOINT_REFUSED, "%s %s", name,
			why.message);
	is_home = pp_url_same_host(&issuer, &url) ||
		  (page && is_browser_host(provider, &url));
	if (!is_home && !is_listed(provider, &url))
		return refuse(name, text, "not on a host that is allowed", err);
	/* RFC 8414 section 3.3 leaves nothing but https; http is for the
	 * configured issuer alone, and only where it is configured so. */
	if (!url.https && (!provider->allow_http || !is_home))
		return refuse(name, text, "http is not allowed there", err);
	if (!url.https && issuer.https && !page)
		return refuse(
			name, text, "http though the issuer is https", err);
	return PP_OK;
}

enum pp_kind
pp_endpoint_check(const struct pp_provider *provider, const char *name,
	const char *text, struct pp_err *err)
{
	return check_url(provider, name, text, false, err);
}

enum pp_kind
pp_endpoint_check_page(const struct pp_provider *provider, const char *name,
	const char *text, struct pp_err *err)
{
	return check_url(provider, name, text, true, err);
}

static size_t
length_without_slash(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[len - 1] == '/' ? len - 1 : len;
}

enum pp_kind
pp_endpoint_browser_url(const struct pp_provider *provider, const char *page,
	char **ret_text, struct pp_err *err)
{
	size_t len = length_without_slash(provider->url);
	const char *browser = provider->browser_url;

	if (browser == NULL || strncmp(page, provider->url, len) != 0 ||
		strchr("/?", page[len]) == NULL)
		return pp_str_format(ret_text, err, "%s", page);
	return pp_str_format(ret_text, err, "%.*s%s",
		(int) length_without_slash(browser), browser, page + len);
}

/* Adds the port of "host" or "host:port". */
static enum pp_kind
add_port(const char *text, unsigned int default_port, unsigned int *ports,
	size_t *count, struct pp_err *err)
{
	char quoted[QUOTED_MAX];

	if (*count == PP_ENDPOINT_PORTS_MAX)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"more than %u ports", PP_ENDPOINT_PORTS_MAX);
	if (!pp_url_port_of(text, default_port, &ports[*count]))
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"%s is no host and port",
			pp_str_printable(
				quoted, sizeof(quoted), text, strlen(text)));
	*count += 1;
	return PP_OK;
}

static enum pp_kind
add_proxy_port(const char *proxy, unsigned int *ports, size_t *count,
	struct pp_err *err)
{
	unsigned int port =
		pp_str_starts_with(proxy, "https://") ? PORT_HTTPS : PORT_PROXY;
	pp_cleanup(pp_text) char *authority = NULL;
	const char *host = strstr(proxy, "://");
	enum pp_kind kind;

	host = host != NULL ? host + strlen("://") : proxy;
	kind = pp_str_format(
		&authority, err, "%.*s", (int) strcspn(host, "/"), host);
	return kind == PP_OK ? add_port(authority, port, ports, count, err)
			     : kind;
}

static enum pp_kind
add_issuer_port(const struct pp_provider *provider, unsigned int *ports,
	size_t *count, struct pp_err *err)
{
	pp_cleanup(pp_text) char *text = NULL;
	struct pp_url url = {0};
	enum pp_kind kind;

	if (provider->connect_to != NULL)
		return add_port(
			provider->connect_to, PORT_HTTPS, ports, count, err);
	kind = pp_endpoint_issuer(provider, &text, err);
	if (kind == PP_OK)
		kind = pp_url_parse(text, &url, err);
	if (kind == PP_OK)
		ports[(*count)++] = url.port;
	return kind;
}

enum pp_kind
pp_endpoint_ports(const struct pp_provider *provider, unsigned int *ports,
	size_t *ret_count, struct pp_err *err)
{
	const struct pp_strv *hosts = &provider->endpoint_hosts;
	enum pp_kind kind;

	ports[0] = PORT_DNS;
	*ret_count = 1;
	if (provider->proxy != NULL)
		return add_proxy_port(provider->proxy, ports, ret_count, err);
	kind = add_issuer_port(provider, ports, ret_count, err);
	for (size_t i = 0; kind == PP_OK && i < hosts->count; i++)
		kind = add_port(
			hosts->items[i], PORT_HTTPS, ports, ret_count, err);
	return kind;
}
