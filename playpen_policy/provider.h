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

#endif
