/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PAM_RECORD_H
#define PLAYPEN_PAM_RECORD_H

#include <stdint.h>

#include <security/pam_modules.h>

#include <playpen/err.h>

/*
 * The log line of a decision that playpen-policy could not make, in the form of
 * all others (pam_playpen(8), LOG), so that one search finds every refusal.
 * phase is enum pp_phase; err says why.
 */
void record_refusal(pam_handle_t *pamh, const char *user, int64_t phase,
	const struct pp_err *err);

#endif
