/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/sshcert/sshcert.h>

/*
 * The two lists of options of a certificate. No name may stand twice in a list.
 * Each function returns PP_REASON_NONE, PP_REASON_CERT_MALFORMED for a list
 * that is none, or PP_REASON_CERT_OPTIONS.
 */

/* Checks the critical options: only those that sshd itself enforces may be
 * there. */
enum pp_reason pp_sshcert_options_critical(struct pp_sshcert_bytes list);

/* Finds the one extension that carries a token; others are passed over. */
enum pp_reason pp_sshcert_options_token(struct pp_sshcert_bytes list,
	enum pp_sshcert_format *ret_format, struct pp_sshcert_bytes *ret_token);
