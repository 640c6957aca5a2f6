/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include <security/pam_modules.h>

#include <playpen/base/err.h>

/*
 * Writes the log line of a decision that playpen-policy could not make, in the
 * form of all others (pam_playpen(8), LOG), so that one search finds every
 * refusal. stage is enum pp_stage; err says why.
 */
void log_refusal(pam_handle_t *pamh, const char *user, int64_t stage,
	const struct pp_err *err);

/* Logs in the same form why the module left a login to others. */
void log_ignored(pam_handle_t *pamh, const char *user, int64_t stage,
	const struct pp_err *err);
