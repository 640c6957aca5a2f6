/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/*
 * PAM services that are not as any other, by the names that the systems give
 * them: the one list of these names. What is peculiar about each is said where
 * it matters. Pure functions; service is never NULL.
 */

#define PP_PAM_SERVICE_DEFAULT                                                 \
	"default" /* stands for those without a section */
#define PP_PAM_SERVICE_SSHD "sshd"
#define PP_PAM_SERVICE_CRON "cron"
#define PP_PAM_SERVICE_SYSTEMD_USER "systemd-user"

/* What a login under sshd may take by default: less than LoginGraceTime's 120.
 */
#define PP_PAM_SERVICE_SSHD_SECONDS 100

/* sshd, which alone retries, hides text and counts time from the connection. */
bool pp_pam_service_is_sshd(const char *service);

/* login(1), which has an alarm of its own. */
bool pp_pam_service_is_login(const char *service);

/*
 * sudo and sudo-i: within a session that is there already; a sign-in counts for
 * it, and nothing begins or ends with sudo.
 */
bool pp_pam_service_is_sudo(const char *service);

/* Returns true for su and su-l: the session is another user's, and a sign-in
 * there counts for nothing. */
bool pp_pam_service_is_su(const char *service);

/* cron and systemd-user: they start without a person. */
bool pp_pam_service_is_unattended(const char *service);

/*
 * The service whose section covers this one: sudo for sudo-i, su for su-l; NULL
 * when none does.
 */
const char *pp_pam_service_fallback(const char *service);
