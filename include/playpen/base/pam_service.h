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

/* Returns true for sshd, which alone retries, hides text and counts time from
 * the connection. */
bool pp_pam_service_is_sshd(const char *service);

/* Returns true for login(1), which has an alarm of its own. */
bool pp_pam_service_is_login(const char *service);

/*
 * Returns true for sudo and sudo-i. They run within a session that is there
 * already, so a sign-in counts for that session, and no session begins or ends.
 */
bool pp_pam_service_is_sudo(const char *service);

/* Returns true for su and su-l: the session is another user's, and a sign-in
 * there counts for nothing. */
bool pp_pam_service_is_su(const char *service);

/* Returns true for chsh and chfn, which write to /etc/passwd alone. */
bool pp_pam_service_writes_passwd(const char *service);

/* Returns true for cron and systemd-user, which start without a person. */
bool pp_pam_service_is_unattended(const char *service);

/* Returns the service whose section covers this one: sudo for sudo-i, su for
 * su-l, NULL for all others. */
const char *pp_pam_service_fallback(const char *service);
