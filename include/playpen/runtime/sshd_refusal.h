/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Signs that sshd has refused a user before PAM was asked: by AllowUsers,
 * DenyUsers, AllowGroups, DenyGroups, or because the shell cannot be run. sshd
 * goes on as if nothing had happened, so that a stranger learns nothing, and
 * fails at the end whatever PAM says.
 */

/*
 * Returns true if the title says that sshd has refused the user: "unknown"
 * stands there for the name. title has len bytes, as /proc/PID/cmdline has
 * them. sshd of OpenSSH 9.2 writes "sshd: unknown [pam]", that of 10.0
 * "sshd-session: unknown [pam]"; "[priv]" stands there for the password method.
 * A title of another form says nothing, and neither does one of a user who is
 * named unknown.
 */
bool pp_sshd_refusal_in_title(const char *title, size_t len, const char *user);

/* Returns true if the title of the process that started this one says so. A
 * title that cannot be read says nothing. */
bool pp_sshd_refusal_in_title_of_parent(const char *user);

/*
 * Returns true if sshd has put junk in the place of an answer, as it does for a
 * user whom it has refused (auth-pam.c, fake_password): a text of the length of
 * what was typed. answer has len bytes. An empty answer says nothing.
 */
bool pp_sshd_refusal_in_answer(const void *answer, size_t len);
