/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Signs a person in at the provider: starts the worker, shows where to approve,
 * and serves two channels, the module's and the worker's, until the worker has
 * sent an identity and no prompt is pending. The identity is then authorized
 * and recorded, and its refresh token stored.
 *
 * Returns PP_OK, PP_CANCELLED if the person went away or gave up, or the kind
 * of another failure. The failure is in request->err.
 */
enum pp_kind interactive_sign_in(struct request *request) PP_NODISCARD;
