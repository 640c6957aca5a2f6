/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Returns the milliseconds since the caller of sudo signed in as this user in
 * this session; -1 if there was no such sign-in, or if the PAM service is not
 * sudo.
 */
int64_t session_sign_in_age_ms(const struct request *request);

/* Returns true if a service counts a certificate as a sign-in. */
bool session_counts_certificates(const struct pp_conf *conf);

/*
 * Returns the milliseconds since the sign-in whose token is in the certificate
 * that opened this session, for the caller of sudo; -1 if there was no such
 * certificate, or if the PAM service does not count it (`certificate`).
 */
int64_t session_certificate_age_ms(const struct request *request);
