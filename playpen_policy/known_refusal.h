/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Refuses what is known to fail, before the person or service account is asked
 * for anything. sshd has refused the user; the account is locked or closed; the
 * name can be no account's. Under sudo and su also: the groups on record close
 * a gate of the PAM service. Asks the provider about these
 * groups again if refresh_groups says so. Returns PP_OK or the kind of the
 * refusal, which is in request->err. A stranger reads no reason for it:
 * request->reason_hidden says so.
 */
enum pp_kind known_refusal_check(struct request *request) PP_NODISCARD;

/*
 * Refuses an answer that sshd has put in the place of what was typed, because
 * it has refused the user. Returns PP_OK, or fails with
 * PP_REASON_REFUSED_BY_SSHD.
 */
enum pp_kind known_refusal_check_answer(
	struct request *request, const struct pp_secret *answer) PP_NODISCARD;

/* Notes in request->reason_hidden that the refusal in request->err came before
 * a person has shown who they are. Nothing is hidden from the user who runs the
 * application, nor from playpenctl. */
void known_refusal_hide(struct request *request);
