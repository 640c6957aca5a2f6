/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/clock.h>
#include <playpen/base/err.h>
#include <playpen/index/uid.h>

/*
 * The files of /run/playpen: timestamps and tickets of sign-ins (timestamp.h),
 * login slots (login_slot.h), offers (offer.h), refusals (refusal.h) and
 * refresh tokens (refresh_store.h), which playpen-policy writes. Here are their
 * formats, and what playpenctl lists and ends. Root only. No lock is needed but
 * for refresh tokens: timestamps are replaced by rename, and a slot counts as
 * long as its holder has it locked.
 */

#define PP_RUN_DIR "/run/playpen"
#define PP_RUN_SIGN_INS PP_RUN_DIR "/sign-ins"
#define PP_RUN_SLOTS PP_RUN_DIR "/login-slots"
#define PP_RUN_REFRESH PP_RUN_DIR "/refresh"
/* Begins the file name of a ticket. */
#define PP_RUN_TICKET "ticket-"

#define PP_RUN_TIMESTAMP_SIZE 128U
#define PP_RUN_SOURCE_SIZE 64U

/* A timestamp: a sign-in of one uid, on one boot. */
struct pp_run_timestamp {
	char boot[PP_CLOCK_BOOT_ID_SIZE];
	uid_t uid;
	int64_t when_ms; /* boot clock */
};

/* Pools of login slots. Logins of one do not count in another. */
#define PP_RUN_POOL_REMOTE "remote" /* from another machine */
#define PP_RUN_POOL_OWN "own"       /* of users as themselves, on the node */
#define PP_RUN_POOL_OTHER "other"   /* of users as another one: su */
#define PP_RUN_POOL_KEYS "keys"     /* certificates that sshd was offered */
#define PP_RUN_POOL_SYSTEM                                                     \
	"system" /* by programs of root's, as on a console                     \
		  */

/* The holder of a login slot. */
struct pp_run_slot {
	char name[PP_NAME_SIZE];         /* of the account */
	char source[PP_RUN_SOURCE_SIZE]; /* address, real uid or terminal */
	bool bound;                      /* the account is bound */
};

/* Called for each file or slot; any result but PP_OK ends the walk and is
 * returned by it. */
typedef enum pp_kind pp_run_sign_in_visitor(void *context, const char *session,
	const struct pp_run_timestamp *timestamp, struct pp_err *err);
typedef enum pp_kind pp_run_slot_visitor(void *context, const char *pool,
	const struct pp_run_slot *slot, struct pp_err *err);

/* Makes PP_RUN_DIR and directory, which is in it and for root only, if they do
 * not exist. Returns PP_OK or fails with PP_REASON_SYSTEM. */
enum pp_kind pp_run_make_dir(
	const char *directory, struct pp_err *err) PP_NODISCARD;

/* Writes uid and when_ms of timestamp, with the id of this boot. Returns PP_OK
 * or fails with PP_REASON_SYSTEM. */
enum pp_kind pp_run_write_timestamp(const char *path,
	const struct pp_run_timestamp *timestamp,
	struct pp_err *err) PP_NODISCARD;

/* Reads a timestamp. Returns false unless the file is valid, of this boot and
 * owned by owner. */
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

/* Calls visit for each timestamp of this boot below root, in no order. Returns
 * PP_OK, the result that ended the walk, or fails with PP_REASON_SYSTEM. */
enum pp_kind pp_run_each_sign_in(const char *root,
	pp_run_sign_in_visitor *visit, void *context,
	struct pp_err *err) PP_NODISCARD;

/*
 * Deletes the refresh token of uid, so that the provider is not asked again
 * before the next sign-in. A refresh that is running stores no token. Returns
 * PP_OK, also if there is no token, or fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_run_forget_refresh_token(
	const char *root, uid_t uid, struct pp_err *err) PP_NODISCARD;

/* Deletes the timestamps, tickets and refresh token of uid. Returns PP_OK and
 * the number of timestamps and tickets, or fails with PP_REASON_SYSTEM. */
enum pp_kind pp_run_end_sign_ins(const char *root, uid_t uid,
	int64_t *ret_ended, struct pp_err *err) PP_NODISCARD;

/* Returns how many slots a pool's file has records of. */
int64_t pp_run_slot_count(int fd);

/* Calls visit for each slot that is held, in any pool.
 * Returns as pp_run_each_sign_in does. */
enum pp_kind pp_run_each_slot(const char *root, pp_run_slot_visitor *visit,
	void *context, struct pp_err *err) PP_NODISCARD;
