/* SPDX-License-Identifier: MIT */
#pragma once

#include "doctor.h"

/*
 * What the provider answered to the questions of the worker (PROBE). Nothing of
 * the network is read here: playpen-oidc does that, in its sandbox.
 */

#define PROVIDER_ANSWERS_MAX 16U

struct provider_answer {
	char question[32]; /* the id of a check */
	struct pp_err err; /* kind PP_OK: all is well */
};

struct provider_answers {
	struct pp_err err; /* PP_OK, or why there was no session */
	struct provider_answer answers[PROVIDER_ANSWERS_MAX];
	size_t count;
};

/* Asks the provider by way of playpen-oidc, for 20 seconds at most. A failure
 * is in ret_answers->err. */
void provider_answers_read(
	const struct ctl *ctl, struct provider_answers *ret_answers);

/* Returns the answer to the question, or NULL if it was not asked. */
const struct pp_err *provider_answers_find(
	const struct provider_answers *answers, const char *question);
