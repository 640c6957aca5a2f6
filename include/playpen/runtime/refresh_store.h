/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_RUNTIME_REFRESH_STORE_H
#define PLAYPEN_RUNTIME_REFRESH_STORE_H

#include <sys/types.h>

#include <playpen/base/secret.h>
#include <playpen/ipc/worker_messages.h>
#include <playpen/runtime/run.h>

/*
 * The refresh tokens that `refresh_groups` keeps: one file of root's alone for
 * each uid, in /run/playpen/refresh, which is memory and ends with the boot. A
 * lock is held while a file is read or replaced, never while anybody is asked.
 */

#define PP_REFRESH_STORE_DIR PP_RUN_REFRESH

/* A zeroed struct is empty. Owned; free with pp_refresh_store_token_free. */
struct pp_refresh_store_token {
	int64_t due_ms;    /* boot clock: not to be used before */
	int64_t auth_time; /* of the token that came with it; 0 when unsaid */
	char *sub;         /* whose it is */
	struct pp_secret token;
};

/* Keeps token for uid, in the place of what was kept. */
enum pp_kind pp_refresh_store_put(uid_t uid,
	const struct pp_refresh_store_token *token,
	struct pp_err *err) PP_NODISCARD;

/*
 * The token of uid and sub as a request, if it is due at now_ms; nobody else is
 * then given it before again_ms. Its texts are the caller's, also of a request
 * that failed. PP_NOT_FOUND when there is none or its time has not come.
 */
enum pp_kind pp_refresh_store_take(uid_t uid, const char *sub, int64_t now_ms,
	int64_t again_ms, struct pp_refresh *ret_request,
	struct pp_err *err) PP_NODISCARD;

/*
 * After a try with the token `tried`: keeps next in its place, or nothing when
 * next is NULL. A token that a sign-in has put there meanwhile stays.
 */
enum pp_kind pp_refresh_store_replace(uid_t uid, const struct pp_secret *tried,
	const struct pp_refresh_store_token *next,
	struct pp_err *err) PP_NODISCARD;

/* Removes what is kept for uid. */
void pp_refresh_store_forget(uid_t uid);

void pp_refresh_store_token_free(struct pp_refresh_store_token *token);

#endif
