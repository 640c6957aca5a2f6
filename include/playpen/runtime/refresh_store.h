/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include <playpen/base/secret.h>
#include <playpen/ipc/worker_messages.h>
#include <playpen/runtime/run.h>

/*
 * The refresh tokens that `refresh_groups` uses: one file for each uid, which
 * only root can read, in /run/playpen/refresh. /run is memory and ends with the
 * boot. A lock is held while a file is read or replaced, never while the
 * provider is asked.
 */

#define PP_REFRESH_STORE_DIR PP_RUN_REFRESH

/* A zeroed struct is empty. Owned; free with pp_refresh_store_token_free. */
struct pp_refresh_store_token {
	int64_t due_ms;    /* boot clock: not used before */
	int64_t auth_time; /* of the ID token of the sign-in; 0: unknown */
	char *sub;         /* subject of the token */
	struct pp_secret token;
};

/* Stores token for uid and replaces an older one. Returns PP_OK or fails with
 * PP_REASON_TOKEN_MALFORMED if it is not one line, or PP_REASON_SYSTEM. */
enum pp_kind pp_refresh_store_put(uid_t uid,
	const struct pp_refresh_store_token *token,
	struct pp_err *err) PP_NODISCARD;

/*
 * Fills *ret_request with the token of uid and sub if it is due at now_ms, and
 * makes it due again at again_ms, so that no other process uses it before. The
 * caller frees the texts of *ret_request. Returns PP_OK, or fails with
 * PP_REASON_NOT_FOUND if there is no token or it is not due, or
 * PP_REASON_SYSTEM.
 */
enum pp_kind pp_refresh_store_take(uid_t uid, const char *sub, int64_t now_ms,
	int64_t again_ms, struct pp_refresh *ret_request,
	struct pp_err *err) PP_NODISCARD;

/*
 * Replaces token `tried` with next, or deletes it if next is NULL. Does nothing
 * if another sign-in has replaced it. Returns PP_OK or fails with
 * PP_REASON_SYSTEM.
 */
enum pp_kind pp_refresh_store_replace(uid_t uid, const struct pp_secret *tried,
	const struct pp_refresh_store_token *next,
	struct pp_err *err) PP_NODISCARD;

/* Deletes the token of uid. */
void pp_refresh_store_forget(uid_t uid);

void pp_refresh_store_token_free(struct pp_refresh_store_token *token);
