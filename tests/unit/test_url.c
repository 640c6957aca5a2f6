/* SPDX-License-Identifier: MIT */
#include <playpen/provider/url.h>

#include "tests/tap.h"

/* A URL and what is read of it; port 0: refused. */
struct sample {
	const char *text;
	const char *host;
	unsigned int port;
	bool https;
	const char *path;
};

#define REFUSED(text)                                                          \
	{                                                                      \
		text, NULL, 0, false, NULL                                     \
	}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
judge(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct sample *sample = &samples[i];
		struct pp_url url = {.port = 77};
		struct pp_err err = {0};
		enum pp_kind kind = pp_url_parse(sample->text, &url, &err);

		if (sample->port == 0) {
			if (!check_kind(kind, PP_PROTOCOL_ERROR) ||
				!check_reason(err.reason, PP_REASON_HTTP_URL))
				printf("# %s\n", sample->text);
			check_int(url.port, 77);
			continue;
		}
		if (!check_kind(kind, PP_OK)) {
			printf("# %s\n", sample->text);
			continue;
		}
		check_text(url.host, sample->host);
		check_text(url.path, sample->path);
		check_int(url.port, sample->port);
		check_int(url.https, sample->https);
	}
}

static void
reads_scheme_host_port_and_path(void)
{
	static const struct sample samples[] = {
		{"https://dex.example", "dex.example", 443, true, ""},
		{"https://dex.example/", "dex.example", 443, true, "/"},
		{"https://dex.example/dex/keys", "dex.example", 443, true,
			"/dex/keys"},
		{"https://dex.example?a=b", "dex.example", 443, true, "?a=b"},
		{"https://dex.example:8443/dex", "dex.example", 8443, true,
			"/dex"},
		{"http://localhost:5556/dex", "localhost", 5556, false, "/dex"},
		{"http://dex.example", "dex.example", 80, false, ""},
		{"HTTPS://Dex.Example/Dex", "dex.example", 443, true, "/Dex"},
		{"https://127.0.0.1/x", "127.0.0.1", 443, true, "/x"},
		{"https://[::1]/x", "[::1]", 443, true, "/x"},
		{"https://[2001:DB8::1]:8443/x", "[2001:db8::1]", 8443, true,
			"/x"},
		{"https://dex_1.example/", "dex_1.example", 443, true, "/"},
		{"https://xn--dx-bja.example/", "xn--dx-bja.example", 443, true,
			"/"},
		{"https://dex.example/a@b:c", "dex.example", 443, true,
			"/a@b:c"},
	};

	judge(samples, COUNT(samples));
}

static void
refuses_every_other_scheme(void)
{
	static const struct sample samples[] = {REFUSED(""), REFUSED("dex"),
		REFUSED("//dex.example/"), REFUSED("dex.example/"),
		REFUSED("file:///etc/passwd"), REFUSED("gopher://dex.example/"),
		REFUSED("javascript:alert(1)"), REFUSED("data:text/html,x"),
		REFUSED("https:/dex.example"), REFUSED("https:dex.example"),
		REFUSED("ftp://dex.example/"), REFUSED("httpsx://dex.example/"),
		REFUSED(" https://dex.example/")};

	judge(samples, COUNT(samples));
}

static void
refuses_a_host_that_two_readers_read_differently(void)
{
	static const struct sample samples[] = {
		REFUSED("https://dex.example@evil.example/"),
		REFUSED("https://dex@evil.example/"),
		REFUSED("https://dex:x@evil.example/"),
		REFUSED("https://@dex.example/"),
		REFUSED("https://dex.example\\@evil.example/"),
		REFUSED("https://dex.example\\evil/"),
		REFUSED("https://dex.example#@evil.example/"),
		REFUSED("https://dex.example/#fragment"),
		REFUSED("https://dex%2eexample/"),
		REFUSED("https://dex.example,evil.example/"),
		REFUSED("https://dex.example;x/"), REFUSED("https:///dex"),
		REFUSED("https://"), REFUSED("https://:443/"),
		REFUSED("https://.example/"), REFUSED("https://-x.example/"),
		REFUSED("https://[]/"), REFUSED("https://[/"),
		REFUSED("https://[::1/"), REFUSED("https://[::1]x/"),
		REFUSED("https://[fe80::1%25eth0]/"),
		REFUSED("https://[dex.example]/")};

	judge(samples, COUNT(samples));
}

static void
refuses_ports_that_are_none(void)
{
	static const struct sample samples[] = {REFUSED("https://dex.example:"),
		REFUSED("https://dex.example:/"),
		REFUSED("https://dex.example:0/"),
		REFUSED("https://dex.example:65536/"),
		REFUSED("https://dex.example:-1/"),
		REFUSED("https://dex.example:+443/"),
		REFUSED("https://dex.example:0x1bb/"),
		REFUSED("https://dex.example:443:443/"),
		REFUSED("https://dex.example:4 43/"),
		REFUSED("https://dex.example:99999999999999999999/"),
		{"https://dex.example:65535/", "dex.example", 65535, true, "/"},
		{"https://dex.example:1/", "dex.example", 1, true, "/"}};

	judge(samples, COUNT(samples));
}

static void
refuses_what_is_not_printable_ascii(void)
{
	static const struct sample samples[] = {
		REFUSED("https://dex.example/a b"),
		REFUSED("https://dex.example/\t"),
		REFUSED("https://dex.example/\r\nHost: evil.example"),
		REFUSED("https://dex.example/\033[2J"),
		REFUSED("https://dex.example/\x7f"),
		REFUSED("https://dex.example/\xc2\x9b"),
		REFUSED("https://dex.example/\xe2\x80\xae"),
		REFUSED("https://d\xc3\xa9x.example/"),
		REFUSED("https://dex.example/<script>"),
		REFUSED("https://dex.example/\"x\""),
		REFUSED("https://dex.example/{tenantid}")};

	judge(samples, COUNT(samples));
}

static void
refuses_what_is_too_long(void)
{
	static const char start[] = "https://dex.example/";
	char text[PP_URL_MAX + 2];
	char host[PP_URL_HOST_MAX + 12] = "https://";
	struct pp_url url;
	struct pp_err err = {0};

	memset(text, 'a', sizeof(text));
	memcpy(text, start, strlen(start));
	text[PP_URL_MAX + 1] = '\0';
	check_kind(pp_url_parse(text, &url, &err), PP_PROTOCOL_ERROR);
	check_reason(err.reason, PP_REASON_HTTP_URL);
	text[PP_URL_MAX] = '\0';
	check_kind(pp_url_parse(text, &url, NULL), PP_OK);
	memset(host + 8, 'a', PP_URL_HOST_MAX);
	check_kind(pp_url_parse(host, &url, NULL), PP_OK);
	check_int(strlen(url.host), PP_URL_HOST_MAX);
	memset(host + 8, 'a', PP_URL_HOST_MAX + 3);
	check_kind(pp_url_parse(host, &url, &err), PP_PROTOCOL_ERROR);
}

static void
says_what_is_wrong_and_prints_it_harmlessly(void)
{
	struct pp_url url;
	struct pp_err err = {0};

	check_kind(pp_url_parse("https://dex.example/\033]0;x\a", &url, &err),
		PP_PROTOCOL_ERROR);
	check(strchr(err.message, '\033') == NULL);
	check_contains(err.message, "not printable ASCII");
}

static bool
same(const char *a, const char *b, bool origin)
{
	struct pp_url one = {0};
	struct pp_url other = {0};

	check_kind(pp_url_parse(a, &one, NULL), PP_OK);
	check_kind(pp_url_parse(b, &other, NULL), PP_OK);
	return origin ? pp_url_same_origin(&one, &other)
		      : pp_url_same_host(&one, &other);
}

static void
an_origin_is_scheme_host_and_port(void)
{
	check(same("https://dex.example/a", "https://DEX.example:443/b", true));
	check(!same("https://dex.example", "http://dex.example:443", true));
	check(same("https://dex.example", "http://dex.example:443", false));
	check(!same("https://dex.example", "https://dex.example:8443", true));
	check(!same("https://dex.example", "https://dex.example:8443", false));
	check(!same("https://dex.example", "https://dex.example.evil", false));
	check(!same("https://dex.example", "https://evil-dex.example", false));
}

static void
an_entry_names_a_host_with_or_without_a_port(void)
{
	struct pp_url url = {0};

	check_kind(
		pp_url_parse("https://dex.example:8443/x", &url, NULL), PP_OK);
	check(pp_url_is_at(&url, "DEX.example:8443"));
	check(!pp_url_is_at(&url, "dex.example"));
	check(!pp_url_is_at(&url, "dex.example:443"));
	check(!pp_url_is_at(&url, "example"));
	check(!pp_url_is_at(&url, "dex.example."));
	check(!pp_url_is_at(&url, ""));
	check(!pp_url_is_at(&url, "dex.example:x"));
	check(!pp_url_is_at(&url, "https://dex.example"));
	check_kind(pp_url_parse("https://dex.example/x", &url, NULL), PP_OK);
	check(pp_url_is_at(&url, "dex.example"));
	check(pp_url_is_at(&url, "dex.example:443"));
}

int
main(void)
{
	run(reads_scheme_host_port_and_path);
	run(refuses_every_other_scheme);
	run(refuses_a_host_that_two_readers_read_differently);
	run(refuses_ports_that_are_none);
	run(refuses_what_is_not_printable_ascii);
	run(refuses_what_is_too_long);
	run(says_what_is_wrong_and_prints_it_harmlessly);
	run(an_origin_is_scheme_host_and_port);
	run(an_entry_names_a_host_with_or_without_a_port);
	return tap_end();
}
