/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include <security/pam_modules.h>

/*
 * open_session of a login by certificate. The offer that playpen-policy left
 * for this process of sshd (<playpen/runtime/offer.h>) is compared with what
 * sshd says, byte by byte; nothing of it is read. That needs no process of its
 * own, which would be a third of what such a login costs.
 */

/* Returns what sshd says of how the client has proven who it is, if a
 * certificate is in it; NULL otherwise. Borrowed from pamh. */
const char *used_certificate_info(pam_handle_t *pamh);

/*
 * Logs which certificate opened the session, and removes its offer. Returns
 * false, with nothing done, if playpen-policy must look at it: there is no
 * offer for user, another certificate was used, or a service of this node
 * counts it as a sign-in.
 */
bool used_certificate_log(pam_handle_t *pamh, const char *user);
