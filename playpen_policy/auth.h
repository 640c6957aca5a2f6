/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/runtime/login_slot.h>

#include "request.h"

/*
 * Signs in the person or service account of request: takes a login slot, has
 * them prove who they are, and records the sign-in on the account. Writes no
 * timestamp and no ticket. Returns PP_OK or the kind of the failure, which is
 * in request->err.
 */
enum pp_kind auth_sign_in(struct request *request) PP_NODISCARD;

/*
 * Takes a login slot for request with the limits of its configuration. bound
 * says that the name is bound to a person or to a service account. Returns
 * PP_OK and the slot, which the caller frees. Fails with
 * PP_REASON_TOO_MANY_PENDING, and notes in request which limit is reached, or
 * with PP_REASON_SYSTEM.
 */
enum pp_kind auth_take_slot(struct request *request, bool bound,
	struct pp_login_slot *ret_slot, struct pp_err *err) PP_NODISCARD;

/*
 * Sends playpenctl the outcome of a dry run, which returned kind: IDENTITY if
 * one was verified, then DRY_RUN. Returns PP_OK or what sending fails with.
 */
enum pp_kind auth_report_dry_run(struct request *request, enum pp_kind kind,
	struct pp_err *err) PP_NODISCARD;
