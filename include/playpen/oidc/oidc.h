/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/http/http.h>
#include <playpen/idtoken/idtoken.h>
#include <playpen/ipc/worker_messages.h>

/*
 * Sign-ins at an OpenID Connect provider: a session learns what the provider
 * offers and which keys it signs with, then one flow is run and ends in a
 * verified identity or in the reason why there is none. Nothing leaves a flow
 * that was not verified. Time, network, waiting and files come in as a struct
 * pp_oidc_ops; nothing here logs. A session belongs to one thread.
 */

/* Key sets are believed for as long as the provider says, within these. */
#define PP_KEYS_LIFETIME_MIN ((int64_t) 5 * 60) /* seconds */
#define PP_KEYS_LIFETIME_MAX ((int64_t) 24 * 3600)

/* An unknown kid fetches the keys again at most this often, in seconds. */
#define PP_KEYS_RENEW_INTERVAL 30

/*
 * Until something is shown, milliseconds: a person must hear soon that a
 * provider hangs, and older versions of sshd stretch the time before the first
 * prompt up to its double.
 */
#define PP_OIDC_PREPARE_MS INT64_C(7000)

/* Wrong codes that a person may paste before the sign-in is over. */
#define PP_CODE_TRIES 3

/* Seconds since iat that a service's token may be old: PP_IDTOKEN_LEEWAY more.
 */
#define PP_SERVICE_TOKEN_AGE_MAX 120

struct pp_oidc_ops {
	const struct pp_clock *clock;
	const struct pp_http *http;
	const char *cache_dir; /* playpen's own, 0700; NULL: no cache */
	/* The provider itself is asked; the cache stays as it is. */
	bool is_probe;
	uid_t file_owner;      /* may own jwks_file beside root */
	/* Waits ms milliseconds; PP_CANCELLED when the parent has gone. */
	enum pp_kind (*sleep)(void *context, int64_t ms, struct pp_err *err);
	/* Shows the person where to approve. */
	enum pp_kind (*show)(void *context, const struct pp_device_prompt *show,
		struct pp_err *err);
	/* Says that the provider, asked at asked_ms of the boot clock, waits
	 * for the person still. */
	enum pp_kind (*not_approved)(
		void *context, int64_t asked_ms, struct pp_err *err);
	/* Waits for a pasted code; again: the one before was not taken. */
	enum pp_kind (*ask_code)(void *context, bool again,
		struct pp_secret *ret_code, struct pp_err *err);
	void *context;
};

struct pp_oidc;

/* What a flow ends in. Zeroed before, freed by pp_oidc_result_free. */
struct pp_oidc_result {
	struct pp_identity identity;
	struct pp_refresh_token refresh; /* empty when none was given */
	struct pp_token token;           /* for who asked for it: want_token */
};

void pp_oidc_result_free(struct pp_oidc_result *result);

/*
 * Begins a session: checks the provider's settings, takes its discovery
 * document and keys from the cache or fetches both. *ops and *provider must
 * outlive it. Nothing here takes longer than provider->deadline_ms allows.
 * Profile dex without connectors is good for services alone: the flows of
 * people fail then with PP_REASON_CONFIG_INVALID before they show anything.
 * Fails with PP_REASON_CONFIG_INVALID, _HTTP_*, _DISCOVERY_*,
 * _ENDPOINT_REFUSED, _JSON_*, _JWKS_*, _KEY_NONE.
 */
enum pp_kind pp_oidc_open(const struct pp_oidc_ops *ops,
	const struct pp_provider *provider, struct pp_oidc **ret_oidc,
	struct pp_err *err) PP_NODISCARD;

void pp_oidc_free(struct pp_oidc **oidc);

/*
 * Runs the device flow (RFC 8628) with PKCE S256: shows, polls as section 3.5
 * says, stops at the first success. Fails as pp_oidc_open does, and with
 * PP_REASON_UNSUPPORTED_GRANT, _RESPONSE_INVALID, _CODE_EXPIRED, _DEADLINE,
 * _ACCESS_DENIED, _CLIENT_REFUSED, _GRANT_REFUSED, _SCOPE_REFUSED, _SLOW_DOWN,
 * _NO_ID_TOKEN, and the reasons of <playpen/idtoken/idtoken.h>.
 */
enum pp_kind pp_oidc_device(struct pp_oidc *oidc,
	struct pp_oidc_result *ret_result, struct pp_err *err) PP_NODISCARD;

/*
 * Runs the authorization code flow (OIDC Core 3.1) with PKCE, nonce and a code
 * that the person pastes back (redirect urn:ietf:wg:oauth:2.0:oob). Fails as
 * pp_oidc_device does.
 */
enum pp_kind pp_oidc_code(struct pp_oidc *oidc,
	struct pp_oidc_result *ret_result, struct pp_err *err) PP_NODISCARD;

/*
 * Runs the code flow for a key that its owner signs an SSH certificate with:
 * the nonce says which key. The ID token comes with the result; it is one that
 * a certificate may carry (pp_idtoken_rules, is_carried). Fails as pp_oidc_code
 * does, and with PP_REASON_CERT_AUDIENCE and _CERT_NOT_SIGN_IN.
 */
enum pp_kind pp_oidc_code_for_key(struct pp_oidc *oidc,
	const struct pp_code_for_key *request,
	struct pp_oidc_result *ret_result, struct pp_err *err) PP_NODISCARD;

/* Gets a token of a service with the secret of the service (RFC 6749 section
 * 4.4). Fails as pp_oidc_device does. */
enum pp_kind pp_oidc_credentials(struct pp_oidc *oidc,
	const struct pp_client_credentials *credentials,
	struct pp_oidc_result *ret_result, struct pp_err *err) PP_NODISCARD;

/* Asks the provider about a person again (RFC 6749 section 6, OIDC Core 12). */
enum pp_kind pp_oidc_refresh(struct pp_oidc *oidc,
	const struct pp_refresh *refresh, struct pp_oidc_result *ret_result,
	struct pp_err *err) PP_NODISCARD;

/* Checks a token that another program got. */
enum pp_kind pp_oidc_check_token(struct pp_oidc *oidc,
	const struct pp_verify_token *request,
	struct pp_oidc_result *ret_result, struct pp_err *err) PP_NODISCARD;

/*
 * Asks the provider what can be asked without a person, one question after the
 * other, for the flows of *request. Each answer is given to take(), with a
 * reason or with PP_REASON_NONE; questions that the provider cannot be asked
 * are left out. Returns PP_OK, or fails with what take() returns.
 */
typedef enum pp_kind pp_oidc_take_answer(void *context, const char *question,
	const struct pp_err *answer, struct pp_err *err);
enum pp_kind pp_oidc_probe(struct pp_oidc *oidc, const struct pp_probe *request,
	pp_oidc_take_answer *take, void *context,
	struct pp_err *err) PP_NODISCARD;

/* Fills the rules that a person's token must keep in this session, for a caller
 * that verifies by itself. They are borrowed. */
void pp_oidc_rules(
	const struct pp_oidc *oidc, struct pp_idtoken_rules *ret_rules);
const struct pp_jwks *pp_oidc_keys(struct pp_oidc *oidc, bool renewed);

/* Returns when (boot clock, milliseconds) the keys of this session are to be
 * asked for again; 0 if that has passed. */
int64_t pp_oidc_keys_to_ms(const struct pp_oidc *oidc);
