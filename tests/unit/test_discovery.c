/* SPDX-License-Identifier: MIT */
#include <playpen/jose/jwk.h>

#include "common/oidc/discovery.h"
#include "tests/tap.h"

/* The document, member by member: Discovery 1.0 sections 3 and 4. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ISSUER "https://dex.example/dex"
#define ALL_OF(issuer, token, keys, device, auth)                              \
	"\"issuer\":\"" issuer "\",\"token_endpoint\":\"" token                \
	"\",\"jwks_uri\":\"" keys                                              \
	"\",\"device_authorization_endpoint\":\"" device                       \
	"\",\"authorization_endpoint\":\"" auth "\""
#define GOOD                                                                   \
	ALL_OF(ISSUER, ISSUER "/token", ISSUER "/keys", ISSUER "/device/code", \
		ISSUER "/auth")
#define MUST                                                                   \
	"\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"" ISSUER "/token\","   \
	"\"jwks_uri\":\"" ISSUER "/keys\""

static struct pp_provider settings = {
	.url = (char *) ISSUER, .profile = PP_PROFILE_DEX};

static enum pp_reason
parse(const char *body, struct pp_discovery *discovery)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	struct pp_err err = {0};

	check_kind(pp_secret_append_text(&text, body, NULL), PP_OK);
	if (pp_discovery_parse(&settings, &text, discovery, &err) == PP_OK)
		return PP_REASON_NONE;
	check(discovery->token_endpoint == NULL);
	return err.reason;
}

static void
expect(const char *body, enum pp_reason reason)
{
	pp_cleanup(pp_discovery) struct pp_discovery discovery = {0};
	enum pp_reason got = parse(body, &discovery);

	if (!check_int(got, reason))
		printf("# %s: %s\n", body, pp_reason_word(got));
}

static void
reads_every_member(void)
{
	pp_cleanup(pp_discovery) struct pp_discovery discovery = {0};

	check_reason(
		parse("{" GOOD ",\"grant_types_supported\":[\"a\",7,\"b\"],"
		      "\"id_token_signing_alg_values_supported\":"
		      "[\"ES256\",\"none\"],\"x\":{}}",
			&discovery),
		PP_REASON_NONE);
	check_text(discovery.token_endpoint, ISSUER "/token");
	check_text(discovery.jwks_uri, ISSUER "/keys");
	check_text(discovery.device_endpoint, ISSUER "/device/code");
	check_text(discovery.authorization_endpoint, ISSUER "/auth");
	check(discovery.grants_known);
	check_int(discovery.grants.count, 2);
	check_int(discovery.algorithms, PP_ALG_BIT(PP_ALG_ES256));
}

static void
needs_a_token_endpoint_and_keys(void)
{
	pp_cleanup(pp_discovery) struct pp_discovery discovery = {0};

	check_reason(parse("{" MUST "}", &discovery), PP_REASON_NONE);
	check(discovery.device_endpoint == NULL);
	check(discovery.authorization_endpoint == NULL);
	check(!discovery.grants_known);
	expect("{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"" ISSUER "/keys\"}",
		PP_REASON_DISCOVERY_INVALID);
	expect("{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"" ISSUER
	       "/token\"}",
		PP_REASON_DISCOVERY_INVALID);
}

static void
the_issuer_is_ours_byte_for_byte(void)
{
	static const char *const others[] = {"https://evil.example/dex",
		ISSUER "/", "https://dex.example/Dex",
		"https://DEX.example/dex", "https://dex.example:443/dex",
		"http://dex.example/dex", "https://dex.example/de%78",
		"https://dex.example/./dex", " " ISSUER, ISSUER " ",
		ISSUER "\\u0000", ""};

	for (size_t i = 0; i < COUNT(others); i++) {
		char body[600];

		snprintf(body, sizeof(body),
			"{\"issuer\":\"%s\",\"token_endpoint\":\"" ISSUER
			"/token\",\"jwks_uri\":\"" ISSUER "/keys\"}",
			others[i]);
		expect(body, PP_REASON_DISCOVERY_ISSUER);
	}
	expect("{\"token_endpoint\":\"" ISSUER "/token\"}",
		PP_REASON_DISCOVERY_INVALID);
	expect("{\"issuer\":7}", PP_REASON_DISCOVERY_INVALID);
	expect("{\"issuer\":[\"" ISSUER "\"]}", PP_REASON_DISCOVERY_INVALID);
	expect("{" MUST "}", PP_REASON_NONE);
}

/* Each endpoint in turn is what it must not be. */
static void
judge_endpoints(const char *value, enum pp_reason reason)
{
	static const char *const names[] = {"token_endpoint", "jwks_uri",
		"device_authorization_endpoint", "authorization_endpoint"};
	static const char *const good[] = {ISSUER "/token", ISSUER "/keys",
		ISSUER "/device/code", ISSUER "/auth"};

	for (size_t bad = 0; bad < COUNT(names); bad++) {
		pp_cleanup(pp_secret) struct pp_secret body = {0};

		check_kind(pp_secret_append_text(
				   &body, "{\"issuer\":\"" ISSUER "\"", NULL),
			PP_OK);
		for (size_t i = 0; i < COUNT(names); i++) {
			char member[4096];

			if (i == bad)
				snprintf(member, sizeof(member), ",\"%s\":%s",
					names[i], value);
			else
				snprintf(member, sizeof(member),
					",\"%s\":\"%s\"", names[i], good[i]);
			check_kind(pp_secret_append_text(&body, member, NULL),
				PP_OK);
		}
		check_kind(pp_secret_append_text(&body, "}", NULL), PP_OK);
		expect(pp_secret_text(&body), reason);
	}
}

static void
every_endpoint_is_where_it_may_be(void)
{
	static const char *const refused[] = {"\"https://evil.example/x\"",
		"\"http://dex.example/x\"", "\"https://dex.example:8443/x\"",
		"\"https://localhost/x\"", "\"https://a@dex.example/x\"",
		"\"" ISSUER "/x#y\"", "\"file:///etc/passwd\"",
		"\"gopher://dex.example/\"", "\"javascript:x\"", "\"\"",
		"\"/token\"", "\"" ISSUER "/\\u001b[2J\"",
		"\"" ISSUER "/\\r\\nHost: x\"", "\"" ISSUER "/a b\"",
		"\"https://dex.example@evil.example/x\""};
	static const char *const invalid[] = {"7", "null", "[]", "{}", "true",
		"\"" ISSUER "/x\\u0000.evil\""};
	char longest[2200];

	judge_endpoints("\"" ISSUER "/x\"", PP_REASON_NONE);
	for (size_t i = 0; i < COUNT(refused); i++)
		judge_endpoints(refused[i], PP_REASON_ENDPOINT_REFUSED);
	for (size_t i = 0; i < COUNT(invalid); i++)
		judge_endpoints(invalid[i], PP_REASON_DISCOVERY_INVALID);
	snprintf(longest, sizeof(longest), "\"" ISSUER "/%02100d\"", 0);
	judge_endpoints(longest, PP_REASON_ENDPOINT_REFUSED);
}

static void
takes_the_algorithms_that_both_sides_have(void)
{
	static const struct {
		const char *member;
		uint32_t set; /* 0: refused */
	} samples[] = {
		{"", PP_ALG_BIT(PP_ALG_RS256)},
		{"[\"RS256\",\"ES384\"]",
			PP_ALG_BIT(PP_ALG_RS256) | PP_ALG_BIT(PP_ALG_ES384)},
		{"[\"none\",\"HS256\",\"PS512\"]", PP_ALG_BIT(PP_ALG_PS512)},
		{"[\"HS256\"]", 0},
		{"[\"none\"]", 0},
		{"[\"rs256\"]", 0},
		{"[\"RS256 \"]", 0},
		{"[\"RS256\\u0000\"]", 0},
		{"[]", 0},
		{"[7]", 0},
		{"\"RS256\"", 0},
		{"null", 0},
		{"{}", 0},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		pp_cleanup(pp_discovery) struct pp_discovery discovery = {0};
		char body[600];
		enum pp_reason reason;

		snprintf(body, sizeof(body), "{" MUST "%s%s}",
			samples[i].member[0] != '\0'
				? ",\"id_token_signing_alg_values_supported\":"
				: "",
			samples[i].member);
		reason = parse(body, &discovery);
		check_int(reason,
			(samples[i].set != 0 ? PP_REASON_NONE
					     : PP_REASON_DISCOVERY_INVALID));
		if (!check_int(discovery.algorithms, samples[i].set))
			printf("# %s\n", samples[i].member);
	}
}

static void
the_document_never_widens_our_list(void)
{
	pp_cleanup(pp_discovery) struct pp_discovery discovery = {0};
	static const char body[] =
		"{" MUST ",\"id_token_signing_alg_values_supported\":"
		"[\"RS256\",\"ES256\"]}";

	check_kind(
		pp_strv_append_words(&settings.algorithms, "ES256 PS256", NULL),
		PP_OK);
	check_reason(parse(body, &discovery), PP_REASON_NONE);
	check_int(discovery.algorithms, PP_ALG_BIT(PP_ALG_ES256));
	expect("{" MUST "}", PP_REASON_DISCOVERY_INVALID);
	pp_strv_free(&settings.algorithms);
	expect("{" MUST "}", PP_REASON_NONE);
}

static void
refuses_what_is_no_object(void)
{
	expect("", PP_REASON_JSON_INVALID);
	expect("<html>", PP_REASON_JSON_INVALID);
	expect("{" GOOD, PP_REASON_JSON_INVALID);
	expect("{" GOOD "}}", PP_REASON_JSON_INVALID);
	expect("{" GOOD ",\"issuer\":\"" ISSUER "\"}",
		PP_REASON_JSON_DUPLICATE);
	expect("[{" GOOD "}]", PP_REASON_DISCOVERY_INVALID);
	expect("\"" ISSUER "\"", PP_REASON_DISCOVERY_INVALID);
	expect("{" GOOD "}", PP_REASON_NONE);
}

static void
the_document_is_below_the_issuer(void)
{
	static const struct {
		const char *issuer;
		const char *url;
	} samples[] = {{ISSUER, ISSUER "/.well-known/openid-configuration"},
		{ISSUER "/", ISSUER "/.well-known/openid-configuration"},
		{"https://dex.example",
			"https://dex.example/.well-known/openid-configuration"},
		{"https://dex.example/",
			"https://dex.example/.well-known/openid-configuration"},
		{ISSUER "?x=y", NULL}, {ISSUER "#x", NULL},
		{"http://dex.example/dex", NULL}, {"dex.example", NULL}};

	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct pp_provider other = {
			.url = (char *) samples[i].issuer,
			.profile = PP_PROFILE_DEX};
		pp_cleanup(pp_text) char *url = NULL;
		struct pp_err err = {0};
		bool good = pp_discovery_url(&other, &url, &err) == PP_OK;

		check_int(good, (samples[i].url != NULL));
		if (good)
			check_text(url, samples[i].url);
		else
			check_reason(err.reason, PP_REASON_CONFIG_INVALID);
	}
}

static void
a_grant_must_be_offered_where_grants_are_listed(void)
{
	pp_cleanup(pp_discovery) struct pp_discovery silent = {0};
	pp_cleanup(pp_discovery) struct pp_discovery listed = {0};
	struct pp_err err = {0};

	check_reason(parse("{" GOOD "}", &silent), PP_REASON_NONE);
	check_kind(pp_discovery_require_grant(&silent, "device", NULL), PP_OK);
	check_reason(parse("{" GOOD ",\"grant_types_supported\":[\"device\"]}",
			     &listed),
		PP_REASON_NONE);
	check_kind(pp_discovery_require_grant(&listed, "device", NULL), PP_OK);
	check_cmp(
		pp_discovery_require_grant(&listed, "devic", &err), !=, PP_OK);
	check_reason(err.reason, PP_REASON_UNSUPPORTED_GRANT);
	expect("{" GOOD ",\"grant_types_supported\":\"device\"}",
		PP_REASON_DISCOVERY_INVALID);
}

int
main(void)
{
	run(reads_every_member);
	run(needs_a_token_endpoint_and_keys);
	run(the_issuer_is_ours_byte_for_byte);
	run(every_endpoint_is_where_it_may_be);
	run(takes_the_algorithms_that_both_sides_have);
	run(the_document_never_widens_our_list);
	run(refuses_what_is_no_object);
	run(the_document_is_below_the_issuer);
	run(a_grant_must_be_offered_where_grants_are_listed);
	return tap_end();
}
