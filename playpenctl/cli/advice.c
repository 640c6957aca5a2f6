/* SPDX-License-Identifier: MIT */
#include "advice.h"

#include <stddef.h>

static const struct {
	const char *advice;
} rows[PP_REASON_COUNT] = {
#define REASON(constant, word, kind, texts) [constant] = {texts},
#define ADVICE(text) .advice = (text),
#include <playpen/base/reasons.def>
};

const char *
advice_for(enum pp_reason reason)
{
	return (unsigned int) reason < PP_REASON_COUNT ? rows[reason].advice
						       : NULL;
}
