/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "page.h"
#include "pkce.h"
#include "result.h"
#include "token_request.h"

/*
 * The authorization code flow (OIDC Core 3.1, RFC 7636). On a node the code is
 * pasted back: the browser cannot come back to it, so neither state nor the iss
 * of RFC 9207 do. That the code belongs to this sign-in is what PKCE proves to
 * the provider, and the nonce to this program. On a person's own machine the
 * browser may come back to a loopback address (RFC 8252 section 7.3); the
 * listener there compares state.
 */

#define GRANT "authorization_code"
#define REDIRECT "urn:ietf:wg:oauth:2.0:oob"
#define NONCE_BYTES 16U
#define CODE_MAX 4096U

/* A code flow on its way. */
struct code_flow {
	struct pp_oidc *oidc;
	struct pp_pkce pkce;
	struct pp_secret nonce;
	struct pp_secret state;
	struct pp_secret url;
	struct pp_secret code; /* the last one */
	const char *redirect;  /* borrowed */
	int tries;             /* wrong codes until the sign-in is over */
};

static void
code_flow_free(struct code_flow *flow)
{
	pp_pkce_free(&flow->pkce);
	pp_secret_free(&flow->nonce);
	pp_secret_free(&flow->state);
	pp_secret_free(&flow->url);
	pp_secret_free(&flow->code);
}

/* Draws what the caller has not chosen. */
static enum pp_kind
draw_secrets(struct code_flow *flow, struct pp_err *err)
{
	enum pp_kind kind = pp_pkce_new(&flow->pkce, err);

	if (kind == PP_OK && flow->nonce.len == 0)
		kind = pp_secret_append_random_hex(
			&flow->nonce, NONCE_BYTES, err);
	if (kind == PP_OK && flow->state.len == 0)
		kind = pp_secret_append_random_hex(
			&flow->state, NONCE_BYTES, err);
	return kind;
}

/* Fills the query of an authentication request (OIDC Core 3.1.2.1). */
static void
fill_query(const struct code_flow *flow, struct pp_form *query)
{
	const struct pp_provider *provider = flow->oidc->provider;

	pp_form_add(query, "response_type", "code");
	pp_form_add(query, "client_id", provider->client_id);
	pp_form_add(query, "redirect_uri", flow->redirect);
	pp_form_add_words(query, "scope", &provider->scopes);
	pp_pkce_add(&flow->pkce, query);
	pp_form_add_secret(query, "nonce", &flow->nonce);
	pp_form_add_secret(query, "state", &flow->state);
}

static enum pp_kind
build_url(struct code_flow *flow, struct pp_err *err)
{
	const char *endpoint = flow->oidc->discovery.authorization_endpoint;
	pp_cleanup(pp_form) struct pp_form query = {0};
	enum pp_kind kind;

	fill_query(flow, &query);
	flow->url.max = PP_URL_MAX;
	kind = pp_form_check(&query, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&flow->url, endpoint, err);
	if (kind == PP_OK)
		kind = pp_secret_append(&flow->url,
			strchr(endpoint, '?') == NULL ? "?" : "&", 1, err);
	if (kind == PP_OK)
		kind = pp_secret_append(
			&flow->url, query.text.data, query.text.len, err);
	return kind;
}

static enum pp_kind
show_page(struct code_flow *flow, struct pp_err *err)
{
	const struct pp_oidc *oidc = flow->oidc;
	const struct pp_page page = {
		.uri = pp_secret_text(&flow->url),
		.expires = (oidc->provider->deadline_ms -
				   pp_session_boot_ms(oidc)) /
			   1000,
	};

	return pp_page_show(flow->oidc, &page, err);
}

static enum pp_kind
begin_flow(struct code_flow *flow, struct pp_err *err)
{
	const struct pp_discovery *discovery = &flow->oidc->discovery;
	enum pp_kind kind = pp_session_check_user(flow->oidc, err);

	if (kind == PP_OK)
		kind = pp_discovery_require_endpoint(discovery, GRANT,
			"authorization_endpoint",
			discovery->authorization_endpoint, err);
	if (kind == PP_OK)
		kind = draw_secrets(flow, err);
	if (kind == PP_OK)
		kind = build_url(flow, err);
	if (kind == PP_OK)
		kind = show_page(flow, err);
	return kind;
}

/* Returns true for what codes are made of: unreserved characters and those of
 * base64. */
static bool
is_code_byte(unsigned char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') ||
	       (byte != '\0' && strchr("-._~+/=*!$", byte) != NULL);
}

static bool
is_blank(unsigned char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Drops the blanks that a clipboard adds before, behind and, where a terminal
 * broke the line, within. Refuses anything else, which never goes out. */
static enum pp_kind
clean_code(const struct pp_secret *pasted, struct pp_secret *code,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < pasted->len; i++) {
		unsigned char byte = pasted->data[i];

		if (is_blank(byte))
			continue;
		if (!is_code_byte(byte) || code->len >= CODE_MAX)
			return pp_fail(err, PP_REASON_GRANT_REFUSED,
				"what was pasted is no code");
		kind = pp_secret_append(code, &byte, 1, err);
	}
	if (kind == PP_OK && code->len == 0)
		return pp_fail(
			err, PP_REASON_GRANT_REFUSED, "nothing was pasted");
	return kind;
}

/* Redeems the code at the token endpoint (RFC 6749 section 4.1.3). */
static enum pp_kind
redeem_code(struct code_flow *flow, struct pp_tokens *ret_tokens,
	struct pp_err *err)
{
	pp_cleanup(pp_form) struct pp_form form = {0};
	struct pp_client client = pp_client_from_provider(flow->oidc->provider);

	pp_form_add(&form, "grant_type", GRANT);
	pp_form_add_secret(&form, "code", &flow->code);
	pp_form_add(&form, "redirect_uri", flow->redirect);
	pp_form_add_secret(&form, "code_verifier", &flow->pkce.verifier);
	return pp_token_request_redeem(
		flow->oidc, &client, &form, ret_tokens, err);
}

static enum pp_kind
try_code(struct code_flow *flow, bool again, struct pp_tokens *ret_tokens,
	struct pp_err *err)
{
	const struct pp_oidc_ops *ops = flow->oidc->ops;
	pp_cleanup(pp_secret) struct pp_secret pasted = {0};
	enum pp_kind kind = ops->ask_code(ops->context, again, &pasted, err);

	/* If no code was pasted, that is not a wrong code. */
	if (kind != PP_OK)
		return kind;
	pp_secret_clear(&flow->code);
	kind = clean_code(&pasted, &flow->code, err);
	if (kind == PP_OK)
		kind = redeem_code(flow, ret_tokens, err);
	return kind;
}

/* Runs the flow until there are tokens. */
static enum pp_kind
get_tokens(struct code_flow *flow, struct pp_tokens *ret_tokens,
	struct pp_err *err)
{
	struct pp_err why = {0};
	enum pp_kind kind = begin_flow(flow, err);

	flow->code.max = CODE_MAX;
	if (kind != PP_OK)
		return kind;
	for (int i = 0; i < flow->tries; i++) {
		kind = try_code(flow, i > 0, ret_tokens, &why);
		if (kind == PP_OK || why.reason != PP_REASON_GRANT_REFUSED)
			break;
	}
	return kind == PP_OK ? kind : pp_propagate(err, &why);
}

enum pp_kind
pp_oidc_code(struct pp_oidc *oidc, struct pp_oidc_result *ret_result,
	struct pp_err *err)
{
	pp_cleanup(code_flow) struct code_flow flow = {
		.oidc = oidc, .redirect = REDIRECT, .tries = PP_CODE_TRIES};
	pp_cleanup(pp_tokens) struct pp_tokens tokens = {0};
	enum pp_kind kind = get_tokens(&flow, &tokens, err);

	if (kind != PP_OK)
		return kind;
	return pp_result_from_user_tokens(
		oidc, &tokens, &flow.nonce, ret_result, err);
}

/* Checks the token as a node will, but for the node's own settings, and c_hash
 * against the code (OIDC Core section 3.3.2.11). */
static enum pp_kind
take_carried(struct code_flow *flow, struct pp_tokens *tokens,
	struct pp_oidc_result *ret_result, struct pp_err *err)
{
	struct pp_idtoken_rules rules = {0};
	enum pp_kind kind;

	pp_oidc_rules(flow->oidc, &rules);
	rules.nonce = &flow->nonce;
	rules.access_token = &tokens->access_token;
	rules.age_max = PP_RESULT_AGE_MAX;
	rules.is_carried = true;
	rules.code = &flow->code;
	kind = pp_result_from_tokens(
		flow->oidc, tokens, &rules, ret_result, err);
	if (kind != PP_OK)
		return kind;
	ret_result->token.token = tokens->id_token;
	tokens->id_token = (struct pp_secret){0};
	return PP_OK;
}

enum pp_kind
pp_oidc_code_for_key(struct pp_oidc *oidc,
	const struct pp_code_for_key *request,
	struct pp_oidc_result *ret_result, struct pp_err *err)
{
	bool loopback = request->redirect_uri != NULL;
	pp_cleanup(code_flow) struct code_flow flow = {.oidc = oidc,
		.redirect = loopback ? request->redirect_uri : REDIRECT,
		.tries = loopback ? 1 : PP_CODE_TRIES};
	pp_cleanup(pp_tokens) struct pp_tokens tokens = {0};
	enum pp_kind kind = pp_secret_set(
		&flow.nonce, request->nonce.data, request->nonce.len, err);

	if (kind == PP_OK)
		kind = pp_secret_set(&flow.state, request->state.data,
			request->state.len, err);
	if (kind == PP_OK)
		kind = get_tokens(&flow, &tokens, err);
	if (kind == PP_OK)
		kind = take_carried(&flow, &tokens, ret_result, err);
	return kind;
}
