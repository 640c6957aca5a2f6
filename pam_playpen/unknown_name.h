/* SPDX-License-Identifier: MIT */
#pragma once

#include <security/pam_modules.h>

/*
 * Logs why a name is no new user's, if no source of nsswitch.conf knows it: the
 * application asks for a password then, and nothing else would say why. One
 * line in ten seconds, whatever processes there are; the next line says how
 * many were left out. Does nothing in a program that is no first-login program.
 */
void unknown_name_log(pam_handle_t *pamh, const char *name);
