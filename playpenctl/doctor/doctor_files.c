/* SPDX-License-Identifier: MIT */
#include "looks.h"

/* playpen's own files. */

void
look_conf(struct doctor *doctor)
{
	if (doctor->status->conf.kind != PP_OK)
		doctor_found_err(doctor, &doctor->status->conf);
}

void
look_published(struct doctor *doctor)
{
	if (doctor->status->outdated)
		doctor_found(doctor, NULL);
}

void
look_client_secret(struct doctor *doctor)
{
	const struct ctl *ctl = doctor->ctl;
	pp_cleanup(pp_secret) struct pp_secret secret = {0};
	struct pp_err err = {0};

	if (ctl->conf->secret_file == NULL || ctl->conf->secret_file[0] == '\0')
		return;
	if (pp_conf_load_secret(ctl->conf, ctl->root, &secret, &err) != PP_OK)
		doctor_found_err(doctor, &err);
}

/* Reports a missing or unsafe key. The next check is about a malformed one. */
void
look_uid_key(struct doctor *doctor)
{
	const struct pp_err *key = &doctor->status->key;

	if (key->kind != PP_OK && key->reason != PP_REASON_CONFIG_INVALID)
		doctor_found_err(doctor, key);
}

void
look_uid_key_whole(struct doctor *doctor)
{
	const struct pp_err *key = &doctor->status->key;

	if (key->reason == PP_REASON_CONFIG_INVALID)
		doctor_found_err(doctor, key);
}

void
look_state(struct doctor *doctor)
{
	if (doctor->status->state.kind != PP_OK)
		doctor_found_err(doctor, &doctor->status->state);
}

void
look_index(struct doctor *doctor)
{
	if (doctor->status->index.kind != PP_OK)
		doctor_found_err(doctor, &doctor->status->index);
}
