/* SPDX-License-Identifier: MIT */
#ifndef PLAYPENCTL_CLI_ADVICE_H
#define PLAYPENCTL_CLI_ADVICE_H

#include <playpen/base/reason.h>

/*
 * What an administrator looks at or does about a reason, as playpen-reasons(7)
 * has it behind the meaning: static text, NULL where the meaning says it all.
 */
const char *advice_for(enum pp_reason reason);

#endif
