/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/message.h>

#include "playpenctl/cli/ctl.h"

/*
 * Prints what playpen-oidc answers to VERIFY_REQUEST, to its end. One token is
 * refused too when there are no keys to check it by; a request that can accept
 * nothing is misuse. Fails when the worker is gone before it said that it is
 * done.
 */
enum pp_kind verify_print(struct ctl *ctl, struct pp_channel *channel,
	bool batch, struct pp_err *err) PP_NODISCARD;
