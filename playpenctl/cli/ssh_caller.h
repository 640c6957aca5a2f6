/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include <playpen/base/err.h>

/*
 * Who has started askpass. Only OpenSSH from 8.5 on writes "(user@host) "
 * before the text of a node; with anything else the whole prompt is the node's,
 * and a hostile one could put the name of another there.
 */

/* Returns true if a text is what such an ssh says of itself (ssh -V):
 * OpenSSH_8.5 or later. Pure. */
bool ssh_caller_names_host(const char *version);

/*
 * Asks the program that has started this one, which must be called ssh, for its
 * version. Fails with PP_REASON_PROOF_PROMPT when that is no ssh, is too old or
 * cannot be told.
 */
enum pp_kind ssh_caller_check(struct pp_err *err) PP_NODISCARD;
