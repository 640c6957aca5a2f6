/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_CTL_REMEDY_H
#define PLAYPEN_CTL_REMEDY_H

#include <playpen/reason.h>

/*
 * What an administrator looks at or does about a reason, as playpen-reasons(7)
 * has it behind the meaning: static text, NULL where the meaning says it all.
 */
const char *remedy_for(enum pp_reason reason);

#endif
