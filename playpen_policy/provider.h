/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_PROVIDER_H
#define PLAYPEN_POLICY_PROVIDER_H

#include <playpen/spawn.h>

#include "decision.h"

/*
 * Starts playpen-oidc and tells it about the provider (PROVIDER, from
 * playpen.conf and the client's secret). Fails with PP_REASON_HELPER_FAILED,
 * PP_REASON_SECRET_UNREADABLE. The helper is the caller's to end.
 */
enum pp_kind pp_provider_start(const struct pp_login *login,
	struct pp_helper *ret_worker, struct pp_err *err) PP_NODISCARD;

/*
 * Sends the worker a message. PP_OK as well when it has ended already: what it
 * said before that, or that it said nothing, is what the next receive brings,
 * and that is the reason to report.
 */
enum pp_kind pp_provider_send(struct pp_helper *worker,
	enum pp_message_type type, const void *body,
	struct pp_err *err) PP_NODISCARD;

#endif
