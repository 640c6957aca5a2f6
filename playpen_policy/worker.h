/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_WORKER_H
#define PLAYPEN_POLICY_WORKER_H

#include <playpen/ipc/child.h>

#include "request.h"

/*
 * Starts playpen-oidc and tells it about the provider (PROVIDER, from
 * playpen.conf and the client's secret). Fails with PP_REASON_HELPER_FAILED,
 * PP_REASON_SECRET_UNREADABLE. The helper is the caller's to end.
 */
enum pp_kind worker_start(const struct request *request,
	struct pp_child *ret_worker, struct pp_err *err) PP_NODISCARD;

/*
 * Sends the worker a message. PP_OK as well when it has ended already: what it
 * said before that, or that it said nothing, is what the next receive brings,
 * and that is the reason to report.
 */
enum pp_kind worker_send(struct pp_child *worker, enum pp_message_type type,
	const void *body, struct pp_err *err) PP_NODISCARD;

#endif
