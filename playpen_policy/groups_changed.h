/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * sshd and sudo look groups up and decide by them before they call PAM. When
 * the sign-in has changed those groups, it is recorded, and the login ends if
 * groups_changed of the PAM service says so: the next one is decided by the
 * groups on record.
 */

/*
 * Remembers which claim groups the application may have decided by, before the
 * provider is asked. known is the account on record, an empty one if there is
 * none; request->accounts must be open. Returns PP_OK, or the kind of the
 * failure in request->err.
 */
enum pp_kind groups_changed_remember(
	struct request *request, const struct pp_account *known) PP_NODISCARD;

/*
 * Checks in authenticate, after the sign-in, and in the account stage that the
 * application has decided by the groups on record. Returns PP_OK, PP_DENIED
 * with PP_REASON_GROUPS_CHANGED, or the kind of another failure in
 * request->err.
 */
enum pp_kind groups_changed_check(struct request *request) PP_NODISCARD;
