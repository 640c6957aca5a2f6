/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_RUNTIME_TIMESTAMP_H
#define PLAYPEN_RUNTIME_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/clock.h>
#include <playpen/base/err.h>
#include <playpen/runtime/run.h>

/*
 * How fresh is a sign-in? A sign-in counts for this user in this login session
 * on this boot of this node, and for nothing else (pam_playpen(8), SUDO). A
 * login gets a random single-use ticket, which the PAM environment carries to
 * open_session; that ties the sign-in to the session. Records are small files
 * of root's in /run/playpen/sign-ins, stamped with the boot clock, which nobody
 * can set back, and the boot's own id. No lock is needed: a record is written
 * by rename and belongs to one session and uid.
 */

#define PP_TIMESTAMP_DIR PP_RUN_SIGN_INS
#define PP_TIMESTAMP_TICKET_SIZE 33U /* 128 bits as hex digits */
#define PP_TIMESTAMP_TICKET_LIFE_MS (300 * 1000)

/* Makes a ticket for a sign-in of uid, now. ticket: PP_TIMESTAMP_TICKET_SIZE
 * bytes. */
enum pp_kind pp_timestamp_issue_ticket(uid_t uid, const struct pp_clock *clock,
	char *ticket, struct pp_err *err) PP_NODISCARD;

/*
 * Takes a ticket out of the world: the moment of its sign-in. PP_NOT_FOUND
 * when there is none of that name, when it is another uid's, too old or of
 * another boot.
 */
enum pp_kind pp_timestamp_take_ticket(const char *ticket, uid_t uid,
	const struct pp_clock *clock, int64_t *ret_when_ms,
	struct pp_err *err) PP_NODISCARD;

/* Whether a ticket could be taken; it stays. */
bool pp_timestamp_ticket_is_valid(
	const char *ticket, uid_t uid, const struct pp_clock *clock);

/* Notes that uid signed in at when_ms in this session. */
enum pp_kind pp_timestamp_write(const char *session, uid_t uid, int64_t when_ms,
	struct pp_err *err) PP_NODISCARD;

/* Milliseconds since uid's sign-in in this session; -1 for never. */
int64_t pp_timestamp_age_ms(
	const char *session, uid_t uid, const struct pp_clock *clock);

/* Ends uid's sign-in in this session. */
void pp_timestamp_remove(const char *session, uid_t uid);

#endif
