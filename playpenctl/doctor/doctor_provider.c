/* SPDX-License-Identifier: MIT */
#include "looks.h"
#include "provider_answers.h"

/* What the provider says to all that it can be asked without a person. */

void
look_provider(struct doctor *doctor)
{
	if (doctor->provider->err.kind != PP_OK)
		doctor_found_err(doctor, &doctor->provider->err);
}

void
look_answer(struct doctor *doctor)
{
	const struct pp_err *answer =
		provider_answers_find(doctor->provider, doctor->check->id);

	if (answer == NULL)
		doctor_skip(doctor, "the provider cannot be asked");
	else if (answer->kind != PP_OK)
		doctor_found_err(doctor, answer);
}
