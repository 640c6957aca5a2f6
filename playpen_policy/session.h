/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Returns the milliseconds since the caller of sudo signed in as this user in
 * this session; -1 if there was no such sign-in, or if the PAM service is not
 * sudo.
 */
int64_t session_sign_in_age_ms(const struct request *request);
