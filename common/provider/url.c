/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include <playpen/base/str.h>
#include <playpen/provider/url.h>

#define HTTP "http://"
#define HTTPS "https://"
#define PORT_HTTP 80U
#define PORT_HTTPS 443U
#define PORT_MAX 65535
#define QUOTED_MAX 120

static enum pp_kind
refuse(const char *text, const char *why, struct pp_err *err)
{
	char quoted[QUOTED_MAX];

	return pp_fail(err, PP_REASON_HTTP_URL, "%s: %s",
		pp_str_printable(quoted, sizeof(quoted), text, strlen(text)),
		why);
}

/* Returns true for a byte of a host name, without a locale. */
static bool
is_host_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	       byte == '-' || byte == '.' || byte == '_';
}

static bool
is_address_byte(char byte)
{
	return (byte >= 'a' && byte <= 'f') || (byte >= '0' && byte <= '9') ||
	       byte == ':' || byte == '.';
}

/*
 * Returns true for a name or an IPv4 address, or an IPv6 address in brackets.
 */
static bool
is_host(const char *host)
{
	size_t len = strlen(host);

	if (len == 0 || host[0] == '.' || host[0] == '-')
		return false;
	if (host[0] != '[') {
		for (size_t i = 0; i < len; i++)
			if (!is_host_byte(host[i]))
				return false;
		return true;
	}
	if (len < 4 || host[len - 1] != ']')
		return false;
	for (size_t i = 1; i < len - 1; i++)
		if (!is_address_byte(host[i]))
			return false;
	return true;
}

/* Returns where the port's colon is, behind the brackets of an IPv6 address, or
 * NULL. */
static const char *
find_port(const char *authority)
{
	const char *bracket = strchr(authority, ']');

	return strchr(bracket != NULL ? bracket : authority, ':');
}

static void
lower(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char) (*text - 'A' + 'a');
}

/* Splits "host" or "host:port"; the port stays as it was without one. */
static bool
split(const char *authority, char *host, size_t size, unsigned int *port)
{
	const char *colon = find_port(authority);
	size_t len = colon != NULL ? (size_t) (colon - authority)
				   : strlen(authority);
	int64_t number = *port;

	if (len >= size)
		return false;
	if (colon != NULL && !pp_str_to_i64(colon + 1, 1, PORT_MAX, &number))
		return false;
	memcpy(host, authority, len);
	host[len] = '\0';
	lower(host);
	*port = (unsigned int) number;
	return is_host(host);
}

static enum pp_kind
parse_rest(const char *text, const char *rest, struct pp_url *ret_url,
	struct pp_err *err)
{
	char authority[PP_URL_HOST_MAX + 16];
	size_t len = strcspn(rest, "/?");

	if (memchr(rest, '@', len) != NULL)
		return refuse(text, "user information", err);
	if (len >= sizeof(authority))
		return refuse(text, "the host is too long", err);
	memcpy(authority, rest, len);
	authority[len] = '\0';
	if (!split(authority, ret_url->host, sizeof(ret_url->host),
		    &ret_url->port))
		return refuse(text, "no valid host and port", err);
	ret_url->path = rest + len;
	return PP_OK;
}

enum pp_kind
pp_url_parse(const char *text, struct pp_url *ret_url, struct pp_err *err)
{
	struct pp_url url = {0};
	enum pp_kind kind;
	size_t scheme;

	if (strlen(text) > PP_URL_MAX)
		return refuse(text, "too long", err);
	if (!pp_str_is_graphic(text, strlen(text)))
		return refuse(text, "not printable ASCII", err);
	if (strpbrk(text, "#\\<>\"`{}|^") != NULL)
		return refuse(text, "a fragment or a byte no URL has", err);
	if (strncasecmp(text, HTTPS, strlen(HTTPS)) == 0)
		url.https = true;
	else if (strncasecmp(text, HTTP, strlen(HTTP)) != 0)
		return refuse(text, "neither http nor https", err);
	url.port = url.https ? PORT_HTTPS : PORT_HTTP;
	scheme = url.https ? strlen(HTTPS) : strlen(HTTP);
	kind = parse_rest(text, text + scheme, &url, err);
	if (kind == PP_OK)
		*ret_url = url;
	return kind;
}

bool
pp_url_same_host(const struct pp_url *a, const struct pp_url *b)
{
	return strcmp(a->host, b->host) == 0 && a->port == b->port;
}

bool
pp_url_same_origin(const struct pp_url *a, const struct pp_url *b)
{
	return a->https == b->https && pp_url_same_host(a, b);
}

bool
pp_url_is_at(const struct pp_url *url, const char *entry)
{
	char host[PP_URL_HOST_MAX + 3];
	unsigned int port = PORT_HTTPS;

	return split(entry, host, sizeof(host), &port) &&
	       strcmp(host, url->host) == 0 && port == url->port;
}

bool
pp_url_port_of(
	const char *text, unsigned int default_port, unsigned int *ret_port)
{
	char host[PP_URL_HOST_MAX + 3];
	unsigned int port = default_port;

	if (!split(text, host, sizeof(host), &port))
		return false;
	*ret_port = port;
	return true;
}
