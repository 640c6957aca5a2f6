/* SPDX-License-Identifier: MIT */
#include "provider.h"

#include <string.h>

enum pp_kind
pp_provider_send(struct pp_helper *worker, enum pp_message_type type,
	const void *body, struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind =
		pp_message_send(&worker->channel, type, body, &cause);

	if (kind == PP_OK || cause.reason == PP_REASON_PEER_GONE)
		return PP_OK;
	return pp_fail_as(err, &cause);
}

/* The worker's time is over first: it knows why nothing came. */
#define AHEAD_MS 500

/*
 * Only who keeps refresh tokens asks for them (OIDC Core section 11). A trial
 * keeps none: Dex would end the one that the person's last login left.
 */
static enum pp_kind
list_scopes(const struct pp_login *login, struct pp_strv *scopes,
	struct pp_err *err)
{
	const struct pp_conf *conf = login->conf;
	enum pp_kind kind = pp_strv_append_list(scopes, &conf->scopes, err);

	if (kind == PP_OK && conf->recheck &&
		login->start.phase != PP_PHASE_TRIAL)
		kind = pp_strv_append(scopes, PP_SCOPE_OFFLINE,
			strlen(PP_SCOPE_OFFLINE), err);
	return kind;
}

enum pp_kind
pp_provider_start(const struct pp_login *login, struct pp_helper *ret_worker,
	struct pp_err *err)
{
	pp_auto(pp_helper) struct pp_helper worker = PP_HELPER_NONE;
	pp_auto(pp_strv) struct pp_strv scopes = {0};
	struct pp_provider provider = pp_conf_provider(login->conf);
	enum pp_kind kind = list_scopes(login, &scopes, err);

	provider.version = PP_MESSAGE_VERSION;
	provider.deadline_ms = login->deadline_ms - AHEAD_MS;
	provider.scopes = scopes;
	if (kind == PP_OK)
		kind = pp_conf_load_secret(
			login->conf, "", &provider.client_secret, err);
	if (kind == PP_OK)
		kind = pp_helper_start(PP_OIDC_PATH, &worker, err);
	if (kind == PP_OK)
		kind = pp_provider_send(
			&worker, PP_MESSAGE_PROVIDER, &provider, err);
	pp_secret_free(&provider.client_secret);
	if (kind != PP_OK)
		return pp_wrap(err, kind, "playpen-oidc");
	*ret_worker = worker;
	worker = (struct pp_helper) PP_HELPER_NONE;
	return PP_OK;
}
