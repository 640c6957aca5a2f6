/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_AUTH_H
#define PLAYPEN_POLICY_AUTH_H

#include "request.h"

/*
 * Signs in the person or service account of request: takes a login slot, has
 * them prove who they are, and records the sign-in on the account. Writes no
 * timestamp and no ticket. Returns PP_OK or the kind of the failure, which is
 * in request->err.
 */
enum pp_kind auth_sign_in(struct request *request) PP_NODISCARD;

#endif
