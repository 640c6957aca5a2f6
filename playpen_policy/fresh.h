/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_FRESH_H
#define PLAYPEN_POLICY_FRESH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/clock.h>
#include <playpen/err.h>
#include <playpen/run.h>

/*
 * How fresh is a sign-in? A sign-in counts for this user in this login session
 * on this boot of this node, and for nothing else (pam_playpen(8), SUDO). A
 * login gets a random single-use handle, which the PAM environment carries to
 * open_session; that ties the sign-in to the session. Records are small files
 * of root's in /run/playpen/sign-ins, stamped with the boot clock, which nobody
 * can set back, and the boot's own id. No lock is needed: a record is written
 * by rename and belongs to one session and uid.
 */

#define FRESH_DIR PP_RUN_SIGN_INS
#define FRESH_HANDLE_SIZE 33U /* 128 bits as hex digits */
#define FRESH_HANDLE_LIFE_MS (300 * 1000)

/* Makes a handle for a sign-in of uid, now. handle: FRESH_HANDLE_SIZE bytes. */
enum pp_kind fresh_issue(uid_t uid, const struct pp_clock *clock, char *handle,
	struct pp_err *err) PP_NODISCARD;

/*
 * Takes a handle out of the world: the moment of its sign-in. PP_NOT_FOUND
 * when there is none of that name, when it is another uid's, too old or of
 * another boot.
 */
enum pp_kind fresh_take(const char *handle, uid_t uid,
	const struct pp_clock *clock, int64_t *ret_when_ms,
	struct pp_err *err) PP_NODISCARD;

/* Whether a handle could be taken; it stays. */
bool fresh_is_live(const char *handle, uid_t uid, const struct pp_clock *clock);

/* Notes that uid signed in at when_ms in this session. */
enum pp_kind fresh_record(const char *session, uid_t uid, int64_t when_ms,
	struct pp_err *err) PP_NODISCARD;

/* Milliseconds since uid's sign-in in this session; -1 for never. */
int64_t fresh_age_ms(
	const char *session, uid_t uid, const struct pp_clock *clock);

/* Ends uid's sign-in in this session. */
void fresh_forget(const char *session, uid_t uid);

#endif
