/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <string.h>

enum pp_kind
worker_send(struct pp_child *worker, enum pp_message_type type,
	const void *body, struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind =
		pp_message_send(&worker->channel, type, body, &cause);

	if (kind == PP_OK || cause.reason == PP_REASON_PEER_GONE)
		return PP_OK;
	return pp_propagate(err, &cause);
}

/* The worker gives up first, because it knows why nothing came. */
#define AHEAD_MS 500

/*
 * Lists the scopes to ask for. Asks for a refresh token only if it will be
 * stored (OIDC Core section 11). A dry run stores none, because Dex would
 * revoke the token of the user's last sign-in.
 */
static enum pp_kind
list_scopes(const struct request *request, struct pp_strv *scopes,
	struct pp_err *err)
{
	const struct pp_conf *conf = request->conf;
	enum pp_kind kind =
		pp_strv_append_list(scopes, &conf->provider.scopes, err);

	if (kind == PP_OK && conf->refresh_groups &&
		request->start.stage != PP_STAGE_DRY_RUN)
		kind = pp_strv_append(scopes, PP_SCOPE_OFFLINE,
			strlen(PP_SCOPE_OFFLINE), err);
	return kind;
}

enum pp_kind
worker_start(const struct request *request, struct pp_child *ret_worker,
	struct pp_err *err)
{
	pp_cleanup(pp_child) struct pp_child worker = PP_CHILD_NONE;
	pp_cleanup(pp_strv) struct pp_strv scopes = {0};
	struct pp_provider provider = request->conf->provider;
	enum pp_kind kind = list_scopes(request, &scopes, err);

	provider.version = PP_MESSAGE_VERSION;
	provider.deadline_ms = request->deadline_ms - AHEAD_MS;
	provider.scopes = scopes;
	provider.require_at_hash =
		request->require_at_hash ||
		request->conf->require_at_hash == PP_REQUIRE_YES;
	/* The client of playpen-ssh is public: it runs on people's machines. */
	if (request->start.stage == PP_STAGE_KEYS) {
		provider.client_id = request->conf->ssh_client;
		provider.keys_without_dex = request->conf->ssh_keys_without_dex;
	} else if (kind == PP_OK)
		kind = pp_conf_load_secret(
			request->conf, "", &provider.client_secret, err);
	if (kind == PP_OK)
		kind = pp_child_start(PP_OIDC_PATH, &worker, err);
	if (kind == PP_OK)
		kind = worker_send(
			&worker, PP_MESSAGE_PROVIDER, &provider, err);
	pp_secret_free(&provider.client_secret);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "playpen-oidc");
	*ret_worker = worker;
	worker = (struct pp_child) PP_CHILD_NONE;
	return PP_OK;
}
