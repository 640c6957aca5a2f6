/* SPDX-License-Identifier: MIT */
#include "oidc_session.h"

int64_t
pp_session_boot_ms(const struct pp_oidc *oidc)
{
	return pp_clock_boot_ms(oidc->ops->clock);
}

struct pp_provider_cache_moment
pp_session_moment(const struct pp_oidc *oidc, int64_t without_provider)
{
	return (struct pp_provider_cache_moment){.wall = pp_session_wall(oidc),
		.boot_ms = pp_session_boot_ms(oidc),
		.without_provider = without_provider};
}

int64_t
pp_session_wall(const struct pp_oidc *oidc)
{
	return pp_clock_wall(oidc->ops->clock);
}

int64_t
pp_session_deadline(const struct pp_oidc *oidc)
{
	int64_t deadline = oidc->provider->deadline_ms;

	return oidc->prepare_ms != 0 && oidc->prepare_ms < deadline
		       ? oidc->prepare_ms
		       : deadline;
}

enum pp_kind
pp_session_get(struct pp_oidc *oidc, const char *url,
	struct pp_http_response *ret_response, struct pp_err *err)
{
	const struct pp_http_request request = {
		.url = url, .deadline_ms = pp_session_deadline(oidc)};
	enum pp_kind kind =
		pp_http_fetch(oidc->ops->http, &request, ret_response, err);

	if (kind != PP_OK)
		return kind;
	/* 304 too: nothing here asks with a condition. */
	if (ret_response->status != 200)
		return pp_fail(err,
			ret_response->status == PP_HTTP_BUSY
				? PP_REASON_SLOW_DOWN
				: PP_REASON_HTTP_STATUS,
			"%s: status %d", url, ret_response->status);
	return PP_OK;
}

void
pp_oidc_rules(const struct pp_oidc *oidc, struct pp_idtoken_rules *ret_rules)
{
	const struct pp_provider *provider = oidc->provider;

	*ret_rules = (struct pp_idtoken_rules){
		.issuer = provider->url,
		.client_id = provider->client_id,
		.profile = (enum pp_profile) provider->profile,
		.algorithms = oidc->discovery.algorithms,
		.now = pp_session_wall(oidc),
		.leeway = PP_IDTOKEN_LEEWAY,
		.trusted_audiences = &provider->trusted_audiences,
		.connectors = &provider->connectors,
		.tenants = &provider->tenants,
		.guests = provider->guests,
		.roles_as_groups = provider->roles_as_groups,
		.require_at_hash = provider->require_at_hash,
		.username_claim = provider->username_claim,
	};
}

/* Checks the settings. If service is not NULL, what only a person's token needs
 * is not checked. */
static enum pp_kind
check_rules(const struct pp_oidc *oidc, const char *service, struct pp_err *err)
{
	struct pp_idtoken_rules rules = {0};
	struct pp_err cause = {0};

	pp_oidc_rules(oidc, &rules);
	/* The provider has not said yet which it offers. */
	rules.algorithms = PP_ALG_ALL;
	rules.service_client = service;
	if (pp_idtoken_rules_check(&rules, &cause) == PP_OK)
		return PP_OK;
	return pp_fail_as(err, PP_REASON_CONFIG_INVALID, &cause);
}

enum pp_kind
pp_session_check_user(const struct pp_oidc *oidc, struct pp_err *err)
{
	return check_rules(oidc, NULL, err);
}

enum pp_kind
pp_session_check_service(const struct pp_oidc *oidc, struct pp_err *err)
{
	return check_rules(oidc, oidc->provider->client_id, err);
}
