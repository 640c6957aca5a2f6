/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include <playpen/ipc/frame.h>

/*
 * Starting a helper of playpen from an unknown application: an absolute path,
 * no arguments, an empty environment, signals as in a fresh process.
 * Descriptors 0 to 2 are on /dev/null, 3 is the socket, then come the files
 * that the caller hands over; all others are closed. Callers hold no lock;
 * nothing is logged.
 */

#define PP_CHILD_SOCKET 3 /* the helper's end of the socket pair */
#define PP_CHILD_FILES 4  /* the first of the files handed over */

/* A running helper. A zeroed struct with fd -1 is none. */
struct pp_child {
	pid_t pid;
	struct pp_channel channel;
};

#define PP_CHILD_NONE                                                          \
	{                                                                      \
		.pid = 0, .channel = {.fd = -1 }                               \
	}

/*
 * Starts the program. Fails with PP_REASON_HELPER_FAILED. The caller must see
 * to it that SIGCHLD is not ignored, or pp_child_end cannot reap the helper.
 */
enum pp_kind pp_child_start(const char *path, struct pp_child *ret_helper,
	struct pp_err *err) PP_NODISCARD;

/*
 * Starts the program as pp_child_start does. The helper inherits the count
 * descriptors of files, in this order, from PP_CHILD_FILES on. Those of the
 * caller stay open.
 */
enum pp_kind pp_child_start_with_files(const char *path, const int *files,
	size_t count, struct pp_child *ret_helper,
	struct pp_err *err) PP_NODISCARD;

/*
 * Closes the channel, upon which a helper that behaves ends. Waits for the
 * helper up to grace_ms, then kills it, and reaps it.
 */
void pp_child_end(struct pp_child *helper, int grace_ms);

/* Ends the helper without grace, for pp_cleanup. */
void pp_child_free(struct pp_child *helper);
