/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * What a person is told of a certificate that the same connection has brought
 * and that was refused (<playpen/runtime/refusal.h>).
 */

/* Fills request->refusal with the sentence for the prompt, if there is one.
 * Fails for want of memory only. */
enum pp_kind refused_note(struct request *request) PP_NODISCARD;

/*
 * Puts the sentence and its reason into the environment of the session, for
 * playpen-ssh status, unless a certificate was accepted as well. Returns PP_OK,
 * also if there is nothing to tell, or the kind of the failure in request->err.
 */
enum pp_kind refused_tell(struct request *request) PP_NODISCARD;
