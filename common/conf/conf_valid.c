/* SPDX-License-Identifier: MIT */
#include "conf_valid.h"

#include <string.h>

#include <playpen/base/network.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define SERVICE_MAX 64U
#define DISPLAY_NAME_MAX 32U
#define PORT_MAX 65535

static bool
consists_of(const char *text, const char *bytes)
{
	return text[0] != '\0' && text[strspn(text, bytes)] == '\0';
}

const char *
pp_conf_valid_word(const char *text)
{
	if (text[0] == '\0' || !pp_str_is_graphic(text, strlen(text)))
		return "must be one word of printable ASCII";
	return NULL;
}

const char *
pp_conf_valid_display_name(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > DISPLAY_NAME_MAX)
		return "must have 1 to 32 bytes";
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return "must be printable ASCII";
	return NULL;
}

const char *
pp_conf_valid_path(const char *text)
{
	if (text[0] != '/')
		return "must be an absolute path";
	if (strstr(text, "/../") != NULL || strstr(text, "//") != NULL)
		return "must be a path without // and ..";
	return pp_conf_valid_word(text);
}

/* Refuses what would end a field in a line of passwd(5). */
const char *
pp_conf_valid_shell(const char *text)
{
	if (strpbrk(text, ":,") != NULL)
		return "must have no colon and no comma";
	return pp_conf_valid_path(text);
}

const char *
pp_conf_valid_home(const char *text)
{
	const char *mark = strchr(text, '%');

	if (mark == NULL || mark[1] != 'u' || strchr(mark + 1, '%') != NULL)
		return "must have %u once, and no other %";
	return pp_conf_valid_shell(text);
}

/* Checks the part behind scheme://, up to a slash or the end. */
static const char *
check_authority(const char *text)
{
	size_t len = strcspn(text, "/");

	if (len == 0)
		return "must name a host";
	if (memchr(text, '@', len) != NULL)
		return "must hold no user name or password";
	return NULL;
}

const char *
pp_conf_valid_url(const char *text)
{
	if (!pp_str_starts_with(text, "https://") &&
		!pp_str_starts_with(text, "http://"))
		return "must be a URL that begins with https:// or http://";
	if (strpbrk(text, "?#\\\"<>") != NULL)
		return "must be a URL without query or fragment";
	if (pp_conf_valid_word(text) != NULL)
		return pp_conf_valid_word(text);
	return check_authority(strstr(text, "://") + strlen("://"));
}

const char *
pp_conf_valid_proxy(const char *text)
{
	static const char *const schemes[] = {
		"http://", "https://", "socks5://", "socks5h://"};

	for (size_t i = 0; i < PP_COUNT(schemes); i++)
		if (pp_str_starts_with(text, schemes[i]))
			return pp_conf_valid_word(text) != NULL
				       ? pp_conf_valid_word(text)
				       : check_authority(
						 text + strlen(schemes[i]));
	return "must begin with http://, https://, socks5:// or socks5h://";
}

const char *
pp_conf_valid_host(const char *text)
{
	if (!consists_of(text, LOWER UPPER DIGITS ".-_:[]") || text[0] == '-')
		return "must be a host name or an address";
	return NULL;
}

const char *
pp_conf_valid_domain(const char *text)
{
	size_t len = strcspn(text, "/");

	if (len == 0 || strspn(text, LOWER UPPER DIGITS ".-_") != len ||
		text[0] == '-' || strcmp(text + len, "/") == 0)
		return "must be DOMAIN or DOMAIN/CONNECTOR";
	return pp_conf_valid_word(text);
}

const char *
pp_conf_valid_host_port(const char *text)
{
	const char *colon = strrchr(text, ':');
	const char *first = strchr(text, ':');
	int64_t port;

	if (colon == NULL || colon == text ||
		!pp_str_to_i64(colon + 1, 1, PORT_MAX, &port))
		return "must be HOST:PORT";
	if (text[0] == '[' ? colon[-1] != ']' : first != colon)
		return "must have an IPv6 address in square brackets";
	return pp_conf_valid_host(text);
}

const char *
pp_conf_valid_network(const char *text)
{
	struct pp_network parsed;

	return pp_network_parse(text, &parsed)
		       ? NULL
		       : "must be addresses or networks: 192.0.2.1, 192.0.2.0/24, 2001:db8::/32";
}

const char *
pp_conf_valid_name(const char *text)
{
	if (!pp_name_is_valid(text))
		return "must be a valid local name: a-z or _, then a-z 0-9 _ -, at most 32";
	return NULL;
}

const char *
pp_conf_valid_unreserved_name(const char *text)
{
	if (pp_conf_valid_name(text) == NULL && pp_name_is_reserved(text))
		return "must be no name that grants power on some system";
	return pp_conf_valid_name(text);
}

/* Accepts the default too, which is reserved so that no claim becomes it. */
const char *
pp_conf_valid_all_users_group(const char *text)
{
	return strcmp(text, PP_CONF_ALL_USERS_GROUP) == 0
		       ? NULL
		       : pp_conf_valid_unreserved_name(text);
}

const char *
pp_conf_valid_pattern(const char *text)
{
	if (!consists_of(text, LOWER DIGITS "._-*?[]!"))
		return "must be off, or a pattern of a-z 0-9 . _ - * ? [ ]";
	return NULL;
}

const char *
pp_conf_valid_program(const char *text)
{
	if (!consists_of(text, LOWER UPPER DIGITS "_-.+") || text[0] == '.')
		return "must be a program's name without directory";
	return NULL;
}

const char *
pp_conf_valid_pam_service(const char *text)
{
	if (!consists_of(text, LOWER UPPER DIGITS "_-.@") ||
		strlen(text) > SERVICE_MAX)
		return "must be the name of a PAM service";
	return NULL;
}

const char *
pp_conf_valid_scope(const char *text)
{
	if (strpbrk(text, "\"\\") != NULL)
		return "must be a scope of RFC 6749 section 3.3";
	return pp_conf_valid_word(text);
}

/* Refuses symmetric algorithms and none (RFC 8725 section 3.1). */
const char *
pp_conf_valid_algorithm(const char *text)
{
	if (pp_words_contain(PP_CONF_ALGORITHMS, text, strlen(text)))
		return NULL;
	return "must be RS, PS or ES with 256, 384 or 512, or EdDSA";
}

const char *
pp_conf_valid_guid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	static const char why[] =
		"must be a GUID in lower case, as 01234567-89ab-cdef-0123-456789abcdef";

	if (strlen(text) != strlen(shape))
		return why;
	for (size_t i = 0; text[i] != '\0'; i++)
		if (shape[i] == '-' ? text[i] != '-'
				    : strchr(DIGITS "abcdef", text[i]) == NULL)
			return why;
	return NULL;
}
