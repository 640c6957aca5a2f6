/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_CTL_VERIFY_H
#define PLAYPEN_CTL_VERIFY_H

#include <playpen/message.h>

#include "ctl.h"

/*
 * Prints what playpen-oidc answers to EXAMINE, to its end. One token is refused
 * too when there are no keys to judge it by; a request that can accept nothing
 * is misuse. Fails when the worker is gone before it said that it is done.
 */
enum pp_kind ctl_verify_print(struct ctl *ctl, struct pp_channel *channel,
	bool batch, struct pp_err *err) PP_NODISCARD;

#endif
