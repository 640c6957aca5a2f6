/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_SESSION_H
#define PLAYPEN_POLICY_SESSION_H

#include "request.h"

/*
 * Returns the milliseconds since the caller of sudo signed in as this user in
 * this session; -1 if there was no such sign-in, or if the PAM service is not
 * sudo.
 */
int64_t session_sign_in_age_ms(const struct request *request);

#endif
