/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/child.h>

#include "request.h"

/*
 * Starts playpen-oidc and sends it PROVIDER, from playpen.conf and the client
 * secret. Returns PP_OK and the worker, which the caller ends. Fails with
 * PP_REASON_HELPER_FAILED or PP_REASON_SECRET_UNREADABLE.
 */
enum pp_kind worker_start(const struct request *request,
	struct pp_child *ret_worker, struct pp_err *err) PP_NODISCARD;

/*
 * Sends the worker a message. Returns PP_OK, also if the worker has ended: the
 * next receive then returns what it said before, or that it said nothing, which
 * is the reason to report. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind worker_send(struct pp_child *worker, enum pp_message_type type,
	const void *body, struct pp_err *err) PP_NODISCARD;
