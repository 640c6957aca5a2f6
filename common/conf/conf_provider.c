/* SPDX-License-Identifier: MIT */
#include <playpen/conf/conf.h>

struct pp_provider
pp_conf_provider(const struct pp_conf *conf)
{
	return (struct pp_provider){
		.url = conf->issuer_url,
		.connect_to = conf->connect_to,
		.browser_url = conf->browser_url,
		.ca_file = conf->ca_file,
		.proxy = conf->proxy,
		.allow_http = conf->allow_http,
		.endpoint_hosts = conf->endpoint_hosts,
		.profile = conf->profile,
		.jwks_file = conf->jwks_file,
		.algorithms = conf->algorithms,
		.tenants = conf->tenants,
		.guests = conf->guests,
		.roles_as_groups = conf->roles_as_groups,
		.client_id = conf->client_id,
		.scopes = conf->scopes,
		.trusted_audiences = conf->trusted_audiences,
		.token_auth = conf->token_auth,
		.connectors = conf->connectors,
		.username_claim = conf->username_claim,
	};
}
