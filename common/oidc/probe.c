/* SPDX-License-Identifier: MIT */
#include "probe.h"

#include <playpen/jose/jwk.h>

#include "token_request.h"

/*
 * What a provider can be asked without a person, for playpenctl doctor. The
 * walk ends at the page where a person would sign in. A device request that was
 * begun expires at the provider by itself.
 */

#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"
#define OOB "urn:ietf:wg:oauth:2.0:oob"
#define CODE_BYTES 16U
#define CLOCK_MAX 60 /* seconds: PP_IDTOKEN_LEEWAY */

/* Returns PP_OK, fails with what is wrong, or returns PP_PENDING if
 * there is nothing to ask. */
typedef enum pp_kind ask_question(
	struct pp_probe_run *probe, struct pp_err *err);

static enum pp_kind
ask_keys(struct pp_probe_run *probe, struct pp_err *err)
{
	return pp_jwks_leaks(probe->oidc->keys.set)
		       ? pp_fail(err, PP_REASON_KEY_PRIVATE,
				 "jwks_uri has a private or symmetric key")
		       : PP_OK;
}

static enum pp_kind
ask_grants(struct pp_probe_run *probe, struct pp_err *err)
{
	const struct pp_discovery *discovery = &probe->oidc->discovery;
	const struct {
		bool used;
		const char *grant;
	} rows[] = {{probe->request->device, DEVICE_GRANT},
		{probe->request->code, "authorization_code"},
		{probe->request->refresh, "refresh_token"},
		{probe->request->client_credentials, "client_credentials"}};
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(rows); i++)
		if (rows[i].used)
			kind = pp_discovery_require_grant(
				discovery, rows[i].grant, err);
	if (kind == PP_OK && probe->request->device)
		kind = pp_discovery_require_endpoint(discovery, DEVICE_GRANT,
			"device_authorization_endpoint",
			discovery->device_endpoint, err);
	if (kind == PP_OK && probe->request->code)
		kind = pp_discovery_require_endpoint(discovery,
			"authorization_code", "authorization_endpoint",
			discovery->authorization_endpoint, err);
	return kind;
}

static enum pp_kind
ask_pkce(struct pp_probe_run *probe, struct pp_err *err)
{
	const struct pp_discovery *discovery = &probe->oidc->discovery;

	if (!discovery->pkce_known)
		return PP_PENDING;
	return pp_strv_contains(&discovery->pkce_methods, "S256")
		       ? PP_OK
		       : pp_fail(err, PP_REASON_UNSUPPORTED_GRANT,
				 "code_challenge_methods_supported does not list S256");
}

static enum pp_kind
ask_claims(struct pp_probe_run *probe, struct pp_err *err)
{
	const struct pp_discovery *discovery = &probe->oidc->discovery;
	const char *claim = probe->oidc->provider->username_claim;

	if (!discovery->claims_known)
		return PP_PENDING;
	return pp_strv_contains(&discovery->claims, claim)
		       ? PP_OK
		       : pp_fail(err, PP_REASON_USERNAME_MISSING,
				 "claims_supported does not list %s", claim);
}

/* Asks for the document again, for its Date. */
static enum pp_kind
ask_clock(struct pp_probe_run *probe, struct pp_err *err)
{
	pp_cleanup(pp_http_response) struct pp_http_response response = {0};
	pp_cleanup(pp_text) char *url = NULL;
	enum pp_kind kind = pp_discovery_url(probe->oidc->provider, &url, err);
	int64_t ahead;

	if (kind == PP_OK)
		kind = pp_session_get(probe->oidc, url, &response, err);
	if (kind != PP_OK)
		return kind;
	if (response.date == 0)
		return PP_PENDING;
	ahead = pp_session_wall(probe->oidc) - response.date;
	if (ahead >= -CLOCK_MAX && ahead <= CLOCK_MAX)
		return PP_OK;
	return pp_fail(err,
		ahead > 0 ? PP_REASON_TOKEN_TOO_OLD
			  : PP_REASON_ISSUED_IN_FUTURE,
		"the clock of this machine is %lld s %s that of the provider",
		(long long) (ahead > 0 ? ahead : -ahead),
		ahead > 0 ? "ahead of" : "behind");
}

/* Returns true if the provider knows the client, which may not use this grant
 * (RFC 6749 section 5.2). */
static bool
is_of_grant(const struct pp_err *err)
{
	return pp_str_starts_with(err->said, "unauthorized_client");
}

/* Asks for tokens with a code that the provider never made: a client that it
 * does not accept is refused as one, any other is told that the code is wrong.
 */
static enum pp_kind
ask_client(struct pp_probe_run *probe, struct pp_err *err)
{
	pp_cleanup(pp_token_response) struct pp_token_response response = {0};
	pp_cleanup(pp_secret) struct pp_secret code = {0};
	pp_cleanup(pp_form) struct pp_form form = {0};
	struct pp_client client =
		pp_client_from_provider(probe->oidc->provider);
	bool by_code = pp_discovery_require_grant(&probe->oidc->discovery,
			       "authorization_code", NULL) == PP_OK;
	enum pp_kind kind = pp_secret_append_random_hex(&code, CODE_BYTES, err);

	if (kind != PP_OK)
		return kind;
	pp_form_add(&form, "grant_type",
		by_code ? "authorization_code" : "refresh_token");
	pp_form_add_secret(&form, by_code ? "code" : "refresh_token", &code);
	if (by_code)
		pp_form_add(&form, "redirect_uri", OOB);
	pp_token_request_send(probe->oidc, &client, &form, &response);
	probe->client_refused =
		response.err.reason == PP_REASON_CLIENT_REFUSED &&
		(probe->request->code || !is_of_grant(&response.err));
	if (response.status == PP_TOKEN_RETRY || probe->client_refused)
		return pp_propagate(err, &response.err);
	return PP_OK;
}

static enum pp_kind
ask_device(struct pp_probe_run *probe, struct pp_err *err)
{
	pp_cleanup(pp_pkce) struct pp_pkce pkce = {0};

	if (!probe->request->device || probe->client_refused ||
		probe->oidc->discovery.device_endpoint == NULL)
		return PP_PENDING;
	return pp_device_response_request(
		probe->oidc, &pkce, &probe->device, err);
}

/* Compares the life of the code with the time that a sign-in may take. */
static enum pp_kind
ask_code_life(struct pp_probe_run *probe, struct pp_err *err)
{
	int64_t life = probe->device.expires;
	int64_t needed = probe->request->code_seconds;

	if (life == 0)
		return PP_PENDING;
	return life >= needed
		       ? PP_OK
		       : pp_fail(err, PP_REASON_CODE_EXPIRED,
				 "a device code ends after %lld s, and a sign-in may take %lld",
				 (long long) life, (long long) needed);
}

/*
 * Compares the keys with those that sign-ins of the last day have cached. A
 * provider that rotates its keys publishes the old ones for as long as tokens
 * live that they signed.
 */
static enum pp_kind
ask_storage(struct pp_probe_run *probe, struct pp_err *err)
{
	pp_cleanup(pp_provider_cache_entry) struct pp_provider_cache_entry
		entry = {0};
	pp_cleanup(pp_jwks) struct pp_jwks *before = NULL;
	struct pp_oidc *oidc = probe->oidc;
	const struct pp_provider_cache_moment day =
		pp_session_moment(oidc, PP_KEYS_LIFETIME_MAX);

	if (oidc->keys.pinned ||
		pp_provider_cache_load(&oidc->cache, &day, &entry, NULL) !=
			PP_OK ||
		pp_jwks_parse(pp_secret_text(&entry.keys), entry.keys.len,
			&before, NULL) != PP_OK)
		return PP_PENDING;
	return pp_jwks_share_key(before, oidc->keys.set)
		       ? PP_OK
		       : pp_fail(err, PP_REASON_KID_UNKNOWN,
				 "none of the keys of %lld s ago is published any more",
				 (long long) (pp_session_wall(oidc) -
					      entry.fetched));
}

/* The questions, by the id of their check; a later one may use what an earlier
 * one has learnt. */
static const struct {
	const char *question;
	ask_question *ask;
} questions[] = {
	{"provider-keys", ask_keys},
	{"provider-grants", ask_grants},
	{"provider-pkce", ask_pkce},
	{"provider-claims", ask_claims},
	{"provider-clock", ask_clock},
	{"provider-client", ask_client},
	{"provider-device", ask_device},
	{"provider-code-life", ask_code_life},
	{"provider-connectors", pp_probe_connectors},
	{"provider-redirect", pp_probe_redirect},
	{"provider-ssh-client", pp_probe_ssh_client},
	{"provider-storage", ask_storage},
};

enum pp_kind
pp_oidc_probe(struct pp_oidc *oidc, const struct pp_probe *request,
	pp_oidc_take_answer *take, void *context, struct pp_err *err)
{
	struct pp_probe_run probe = {.oidc = oidc, .request = request};
	enum pp_kind kind = PP_OK;

	oidc->prepare_ms = 0; /* no person waits */
	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(questions); i++) {
		struct pp_err answer = {0};
		enum pp_kind asked = questions[i].ask(&probe, &answer);

		if (asked == PP_PENDING)
			continue;
		if (asked == PP_OK)
			answer = (struct pp_err){0};
		kind = take(context, questions[i].question, &answer, err);
	}
	pp_device_response_free(&probe.device);
	pp_text_free(&probe.page);
	pp_text_free(&probe.login);
	return kind;
}
