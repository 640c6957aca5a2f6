/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_RUNTIME_RUN_H
#define PLAYPEN_RUNTIME_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/err.h>
#include <playpen/index/uid.h>

/*
 * What /run/playpen holds: which sign-ins are on record in which login session
 * (written by playpen-policy, include/playpen/runtime/timestamp.h), which
 * logins wait for a person (include/playpen/runtime/login_slot.h), and refresh
 * tokens (include/playpen/runtime/refresh_store.h). Here is what a record is,
 * and how others look at them and end them. Root only; needs no lock but for
 * refresh tokens: timestamps are replaced by rename, and a slot counts as long
 * as its holder's lock does.
 */

#define PP_RUN_DIR "/run/playpen"
#define PP_RUN_SIGN_INS PP_RUN_DIR "/sign-ins"
#define PP_RUN_SLOTS PP_RUN_DIR "/login-slots"
#define PP_RUN_REFRESH PP_RUN_DIR "/refresh"
/* Begins the file's name of a sign-in that no session has taken up yet. */
#define PP_RUN_TICKET "ticket-"

#define PP_RUN_BOOT_ID_SIZE 37U /* a UUID and its NUL */
#define PP_RUN_TIMESTAMP_SIZE 128U
#define PP_RUN_SOURCE_SIZE 64U

/* A sign-in: of one uid, on one boot. */
struct pp_run_timestamp {
	char boot[PP_RUN_BOOT_ID_SIZE];
	uid_t uid;
	int64_t when_ms; /* of the boot clock */
};

/* The holder of a login slot. */
struct pp_run_slot {
	char name[PP_NAME_SIZE];         /* of the account */
	char source[PP_RUN_SOURCE_SIZE]; /* an address, or a real uid */
	bool bound;                      /* the account is bound */
};

/* Called for each; anything but PP_OK ends the walk and is handed on. */
typedef enum pp_kind pp_run_sign_in_visitor(void *context, const char *session,
	const struct pp_run_timestamp *timestamp, struct pp_err *err);
typedef enum pp_kind pp_run_slot_visitor(void *context, const char *pool,
	const struct pp_run_slot *slot, struct pp_err *err);

/* This boot's own id; ret holds PP_RUN_BOOT_ID_SIZE bytes. False when there is
 * none: then nothing can be said to be of this boot. */
bool pp_run_boot_id(char *ret);

/* Makes PP_RUN_DIR and this directory of root's alone in it, where they are
 * not. Fails with PP_REASON_SYSTEM. */
enum pp_kind pp_run_make_dir(
	const char *directory, struct pp_err *err) PP_NODISCARD;

/* Writes uid and when_ms as a record of this boot. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_run_write_timestamp(const char *path,
	const struct pp_run_timestamp *timestamp,
	struct pp_err *err) PP_NODISCARD;

/* False when there is no good record of that owner's and of this boot. */
bool pp_run_read_timestamp(
	const char *path, uid_t owner, struct pp_run_timestamp *ret);

/* Returns true if a running process holds slot number at of a pool's file. */
bool pp_run_slot_is_held(int fd, int64_t at);

/*
 * Reads the record of slot number at from a pool's file; the slot may be free.
 * Returns PP_OK, PP_NOT_FOUND if there is no record of this version and size,
 * or fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_run_read_slot(int fd, int64_t at, struct pp_run_slot *ret,
	struct pp_err *err) PP_NODISCARD;

/* Writes the record of slot number at to a pool's file. Fails with
 * PP_REASON_SYSTEM. */
enum pp_kind pp_run_write_slot(int fd, int64_t at,
	const struct pp_run_slot *slot, struct pp_err *err) PP_NODISCARD;

/* Sign-ins of this boot below root, in no order. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_run_each_sign_in(const char *root,
	pp_run_sign_in_visitor *visit, void *context,
	struct pp_err *err) PP_NODISCARD;

/*
 * Forgets uid's refresh token: nobody is asked about this person again before
 * they sign in. A question that is on its way keeps nothing. Fails with
 * PP_REASON_SYSTEM.
 */
enum pp_kind pp_run_forget_refresh_token(
	const char *root, uid_t uid, struct pp_err *err) PP_NODISCARD;

/* Ends uid's sign-ins in every session, those on their way to one too, and
 * forgets the refresh token that came with them. */
enum pp_kind pp_run_end_sign_ins(const char *root, uid_t uid,
	int64_t *ret_ended, struct pp_err *err) PP_NODISCARD;

/* Logins that wait, in the pools "sshd" and "local". */
enum pp_kind pp_run_each_slot(const char *root, pp_run_slot_visitor *visit,
	void *context, struct pp_err *err) PP_NODISCARD;

#endif
