/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/reason.h>

/*
 * Returns what an administrator looks at or does about a reason: the ADVICE of
 * <playpen/base/reasons.def>, or NULL if the reason has none. Static.
 */
const char *advice_for(enum pp_reason reason);
