/* SPDX-License-Identifier: MIT */
#include <playpen/provider/endpoint.h>

#include "tests/tap.h"

/* Which URLs are believed. Hosts and settings by tables. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ISSUER "https://dex.example/dex"
#define BROWSER "https://login.example/dex"

static struct pp_provider
provider(const char *url)
{
	return (struct pp_provider){
		.url = (char *) url, .profile = PP_PROFILE_DEX};
}

static void
allow(struct pp_provider *settings, const char *hosts)
{
	check_kind(pp_strv_append_words(&settings->endpoint_hosts, hosts, NULL),
		PP_OK);
}

struct sample {
	const char *url;
	bool endpoint; /* the worker calls it */
	bool page;     /* a person is sent to it */
};

static void
judge(const struct pp_provider *settings, const struct sample *samples,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct sample *sample = &samples[i];
		struct pp_err err = {0};
		bool endpoint = pp_endpoint_check(settings, "token_endpoint",
					sample->url, &err) == PP_OK;
		bool page;

		check(endpoint || err.reason == PP_REASON_ENDPOINT_REFUSED);
		page = pp_endpoint_check_page(settings, "verification_uri",
			       sample->url, &err) == PP_OK;
		check(page || err.reason == PP_REASON_ENDPOINT_REFUSED);
		if (!check_int(endpoint, sample->endpoint) ||
			!check_int(page, sample->page))
			printf("# %s\n", sample->url);
	}
}

static void
believes_the_issuers_host_alone(void)
{
	static const struct sample samples[] = {
		{ISSUER "/token", true, true},
		{"https://dex.example/elsewhere", true, true},
		{"https://dex.example:443/token", true, true},
		{"https://DEX.example/token", true, true},
		{"https://dex.example:8443/token", false, false},
		{"https://evil.example/token", false, false},
		{"https://dex.example.evil.example/token", false, false},
		{"https://evil-dex.example/token", false, false},
		{"https://xn--dx-bja.example/token", false, false},
		{"https://127.0.0.1/token", false, false},
		{"https://localhost/token", false, false},
		{"http://dex.example/token", false, false},
		{"http://dex.example:443/token", false, false},
	};
	struct pp_provider settings = provider(ISSUER);

	judge(&settings, samples, COUNT(samples));
}

static void
believes_nothing_that_is_no_url(void)
{
	static const char *const refused[] = {"", "/token", "token",
		"//dex.example/token", "javascript:alert(1)",
		"data:text/html,x", "file:///etc/passwd",
		"gopher://dex.example/x", "ftp://dex.example/",
		"https://dex@dex.example/token", "https://dex@evil.example/",
		"https://dex.example/token#x", "https://dex.example\\@evil/",
		"https://dex.example/a b", "https://dex.example/\r\nX: y",
		"https://dex.example/\033[2J", "https://d\xc3\xa9x.example/",
		"https://dex.example:0/", "https://"};
	struct pp_provider settings = provider(ISSUER);

	settings.allow_http = true;
	for (size_t i = 0; i < COUNT(refused); i++) {
		const struct sample sample = {refused[i], false, false};

		judge(&settings, &sample, 1);
	}
}

static void
believes_a_host_that_is_configured(void)
{
	static const struct sample samples[] = {
		{"https://keys.example/keys", true, true},
		{"https://keys.example:443/keys", true, true},
		{"https://keys.example:8443/keys", false, false},
		{"https://token.example:8443/token", true, true},
		{"https://token.example/token", false, false},
		{"https://sub.keys.example/keys", false, false},
		{"http://keys.example/keys", false, false},
		{ISSUER "/token", true, true},
	};
	struct pp_provider settings = provider(ISSUER);

	allow(&settings, "keys.example token.example:8443");
	judge(&settings, samples, COUNT(samples));
	/* allow_http is for the issuer's own host. */
	settings.allow_http = true;
	judge(&settings, samples, COUNT(samples));
	pp_strv_free(&settings.endpoint_hosts);
}

static void
believes_browser_url_for_pages_alone(void)
{
	static const struct sample samples[] = {
		{BROWSER "/device", false, true},
		{"https://login.example:8443/device", false, false},
		{"http://login.example/device", false, false},
		{ISSUER "/device", true, true},
	};
	struct pp_provider settings = provider(ISSUER);

	settings.browser_url = (char *) BROWSER;
	judge(&settings, samples, COUNT(samples));
	settings.browser_url = (char *) "no url";
	check_cmp(
		pp_endpoint_check_page(&settings, "x", BROWSER "/device", NULL),
		!=, PP_OK);
	settings.browser_url = NULL;
	check_cmp(
		pp_endpoint_check_page(&settings, "x", BROWSER "/device", NULL),
		!=, PP_OK);
}

static void
http_is_for_an_http_issuer_that_is_configured_so(void)
{
	static const struct sample samples[] = {
		{"http://localhost:5556/dex/token", true, true},
		{"https://localhost:5556/dex/token", true, true},
		{"http://localhost/dex/token", false, false},
		{"http://evil.example:5556/dex/token", false, false},
		{"http://127.0.0.1:5556/dex/token", false, false},
	};
	struct pp_provider settings = provider("http://localhost:5556/dex");
	struct pp_err err = {0};

	settings.allow_http = true;
	judge(&settings, samples, COUNT(samples));
	settings.allow_http = false;
	check_kind(pp_endpoint_check(&settings, "x", samples[0].url, &err),
		PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_CONFIG_INVALID);
}

static void
an_https_issuer_has_no_http_endpoint(void)
{
	static const struct sample samples[] = {
		{"http://dex.example:443/token", false, true},
		{"https://dex.example/token", true, true},
	};
	struct pp_provider settings = provider(ISSUER);

	settings.allow_http = true;
	judge(&settings, samples, COUNT(samples));
}

static void
an_issuer_is_a_url_without_a_query(void)
{
	static const struct {
		const char *url;
		bool allow_http;
		bool good;
	} samples[] = {{ISSUER, false, true}, {ISSUER "/", false, true},
		{"https://dex.example", false, true},
		{"http://dex.example", true, true},
		{"http://dex.example", false, false},
		{ISSUER "?x=y", false, false}, {ISSUER "?", false, false},
		{ISSUER "#x", false, false}, {"dex.example", false, false},
		{"https://a@dex.example", false, false},
		{"https://dex.example/{tenantid}", false, false},
		{"", false, false}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		struct pp_provider settings = provider(samples[i].url);
		pp_cleanup(pp_text) char *text = NULL;
		struct pp_err err = {0};
		bool good;

		settings.allow_http = samples[i].allow_http;
		good = pp_endpoint_issuer(&settings, &text, &err) == PP_OK;
		if (!check_int(good, samples[i].good))
			printf("# %s\n", samples[i].url);
		if (good)
			check_text(text, samples[i].url);
		else {
			check_reason(err.reason, PP_REASON_CONFIG_INVALID);
			check(text == NULL);
		}
	}
}

static void
entra_has_one_document_for_all_tenants(void)
{
	struct pp_provider settings =
		provider("https://login.example/{tenantid}/v2.0");
	pp_cleanup(pp_text) char *text = NULL;

	settings.profile = PP_PROFILE_ENTRA;
	check_kind(pp_endpoint_issuer(&settings, &text, NULL), PP_OK);
	check_text(text, "https://login.example/common/v2.0");
}

static void
people_see_browser_url_in_the_issuers_place(void)
{
	static const struct {
		const char *browser;
		const char *page;
		const char *shown;
	} samples[] = {
		{NULL, ISSUER "/device", ISSUER "/device"},
		{BROWSER, ISSUER "/device", BROWSER "/device"},
		{BROWSER "/", ISSUER "/device", BROWSER "/device"},
		{BROWSER, ISSUER "/device?user_code=A",
			BROWSER "/device?user_code=A"},
		{BROWSER, ISSUER "?user_code=A", BROWSER "?user_code=A"},
		{BROWSER, ISSUER, BROWSER},
		{BROWSER, ISSUER "ter/device", ISSUER "ter/device"},
		{BROWSER, "https://dex.example/other",
			"https://dex.example/other"},
		{BROWSER, "https://keys.example/dex",
			"https://keys.example/dex"},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		struct pp_provider settings = provider(ISSUER);
		pp_cleanup(pp_text) char *text = NULL;

		settings.browser_url = (char *) samples[i].browser;
		check_kind(pp_endpoint_browser_url(
				   &settings, samples[i].page, &text, NULL),
			PP_OK);
		check_text(text, samples[i].shown);
	}
}

static void
the_worker_connects_to_the_ports_of_the_configuration_and_dns(void)
{
	static const struct {
		const char *url;
		const char *connect_to;
		const char *proxy;
		const char *hosts;
		unsigned int ports[4];
		size_t count;
	} samples[] = {
		{ISSUER, NULL, NULL, "", {53, 443}, 2},
		{"https://dex.example:8443", NULL, NULL, "", {53, 8443}, 2},
		{ISSUER, "10.0.3.17:32000", NULL, "", {53, 32000}, 2},
		{ISSUER, "[::1]:5556", NULL, "", {53, 5556}, 2},
		{ISSUER, NULL, NULL, "a.example b.example:8443",
			{53, 443, 443, 8443}, 4},
		{ISSUER, NULL, "http://proxy:3128", "b.example:8443",
			{53, 3128}, 2},
		{ISSUER, "10.0.3.17:32000", "http://proxy:3128/", "",
			{53, 3128}, 2},
		{ISSUER, NULL, "http://[2001:db8::1]:3128", "", {53, 3128}, 2},
		{ISSUER, NULL, "http://proxy", "", {53, 1080}, 2},
		{ISSUER, NULL, "https://proxy", "", {53, 443}, 2},
		{ISSUER, NULL, "socks5h://proxy", "", {53, 1080}, 2},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		struct pp_provider settings = provider(samples[i].url);
		unsigned int ports[PP_ENDPOINT_PORTS_MAX];
		size_t count = 0;

		settings.connect_to = (char *) samples[i].connect_to;
		settings.proxy = (char *) samples[i].proxy;
		allow(&settings, samples[i].hosts);
		check_kind(pp_endpoint_ports(&settings, ports, &count, NULL),
			PP_OK);
		check_int(count, samples[i].count);
		for (size_t k = 0; k < count && k < samples[i].count; k++)
			check_int(ports[k], samples[i].ports[k]);
		pp_strv_free(&settings.endpoint_hosts);
	}
}

static void
ports_that_cannot_be_read_are_refused(void)
{
	static const struct {
		const char *connect_to;
		const char *proxy;
		const char *hosts;
	} samples[] = {{"10.0.3.17:0", NULL, ""}, {"10.0.3.17:65536", NULL, ""},
		{NULL, "http://", ""}, {NULL, NULL, "a.example:x"}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		struct pp_provider settings = provider(ISSUER);
		unsigned int ports[PP_ENDPOINT_PORTS_MAX];
		struct pp_err err = {0};
		size_t count = 0;

		settings.connect_to = (char *) samples[i].connect_to;
		settings.proxy = (char *) samples[i].proxy;
		allow(&settings, samples[i].hosts);
		check_kind(pp_endpoint_ports(&settings, ports, &count, &err),
			PP_BAD_CONFIG);
		check_reason(err.reason, PP_REASON_CONFIG_INVALID);
		pp_strv_free(&settings.endpoint_hosts);
	}
}

int
main(void)
{
	run(believes_the_issuers_host_alone);
	run(believes_nothing_that_is_no_url);
	run(believes_a_host_that_is_configured);
	run(believes_browser_url_for_pages_alone);
	run(http_is_for_an_http_issuer_that_is_configured_so);
	run(an_https_issuer_has_no_http_endpoint);
	run(an_issuer_is_a_url_without_a_query);
	run(entra_has_one_document_for_all_tenants);
	run(people_see_browser_url_in_the_issuers_place);
	run(the_worker_connects_to_the_ports_of_the_configuration_and_dns);
	run(ports_that_cannot_be_read_are_refused);
	return tap_end();
}
