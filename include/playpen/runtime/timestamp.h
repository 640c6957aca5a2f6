/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/clock.h>
#include <playpen/base/err.h>
#include <playpen/runtime/run.h>

/*
 * Timestamps say when a user signed in, for sudo (pam_playpen(8), SUDO). A
 * timestamp counts for one user in one login session on one boot of this node.
 * A login gets a random single-use ticket, which the PAM environment carries to
 * open_session; there it becomes the timestamp of the session. Both are small
 * files of root in /run/playpen/sign-ins with the id of the boot and a time of
 * the boot clock, which cannot be set back. No lock is needed: a file is
 * replaced by rename and belongs to one session and uid.
 */

#define PP_TIMESTAMP_DIR PP_RUN_SIGN_INS
#define PP_TIMESTAMP_TICKET_SIZE 33U /* 128 bits as hex digits */
#define PP_TIMESTAMP_TICKET_LIFE_MS (INT64_C(300) * 1000)

/* Writes a ticket for a sign-in of uid, now, and its name into ticket
 * (PP_TIMESTAMP_TICKET_SIZE bytes). Returns PP_OK or fails with
 * PP_REASON_SYSTEM. */
enum pp_kind pp_timestamp_issue_ticket(uid_t uid, const struct pp_clock *clock,
	char *ticket, struct pp_err *err) PP_NODISCARD;

/*
 * Deletes a ticket and returns PP_OK and the time of its sign-in. Fails with
 * PP_REASON_NOT_FOUND if there is no such ticket, or if it is of another uid,
 * too old or of another boot.
 */
enum pp_kind pp_timestamp_take_ticket(const char *ticket, uid_t uid,
	const struct pp_clock *clock, int64_t *ret_when_ms,
	struct pp_err *err) PP_NODISCARD;

/* Returns true if pp_timestamp_take_ticket would succeed. */
bool pp_timestamp_ticket_is_valid(
	const char *ticket, uid_t uid, const struct pp_clock *clock);

/* Writes that uid signed in at when_ms in this session. Returns PP_OK or fails
 * with PP_REASON_SYSTEM. */
enum pp_kind pp_timestamp_write(const char *session, uid_t uid, int64_t when_ms,
	struct pp_err *err) PP_NODISCARD;

/* Returns the milliseconds since the sign-in of uid in this session; -1 if
 * there is none. */
int64_t pp_timestamp_age_ms(
	const char *session, uid_t uid, const struct pp_clock *clock);

/* Deletes the timestamp of uid in this session. */
void pp_timestamp_remove(const char *session, uid_t uid);
