/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_CTL_LOGIN_H
#define PLAYPEN_CTL_LOGIN_H

#include <playpen/message.h>

#include "ctl.h"

/* A trial, as playpen-policy told it. */
struct ctl_trial {
	struct pp_start start;       /* borrowed texts */
	struct pp_identity identity; /* iss is NULL where none was verified */
	struct pp_trial outcome;
	char *sentence; /* what the person would be told; may be NULL */
};

/* Prints it for an administrator; a refusal is the exit status too. */
void ctl_login_print(struct ctl *ctl, const struct ctl_trial *trial);

#endif
