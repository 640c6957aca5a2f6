/* SPDX-License-Identifier: MIT */
#pragma once

#include <security/pam_modules.h>

#include <playpen/ipc/pam_messages.h>

/*
 * Starts playpen-policy for one call of a service function, and relays its
 * texts to the conversation and the answers back until it has decided. start
 * stays the caller's. Returns the PAM code that playpen-policy gave, if the
 * stage allows it, or the failure of the stage; never PAM_SUCCESS or PAM_IGNORE
 * for a failure.
 */
int relay_run(pam_handle_t *pamh, const struct pp_start *start);

/*
 * Returns the PAM code for a playpen user when nothing can be decided. service
 * is PAM_SERVICE or NULL, stage is enum pp_stage.
 */
int relay_failure(const char *service, int64_t stage);
