/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IPC_CHILD_H
#define PLAYPEN_IPC_CHILD_H

#include <sys/types.h>

#include <playpen/ipc/frame.h>

/*
 * Starting one of our own helpers, from a host process we know nothing about:
 * an absolute path, an empty environment, descriptors 0 to 2 on /dev/null, 3
 * the socket, all others closed, signals as a fresh process has them. The
 * helper is told nothing by argv. Callers hold no lock; nothing is logged.
 */

#define PP_CHILD_SOCKET 3 /* where a helper finds its end */

/* A running helper of ours. A zeroed struct with fd -1 is none. */
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
 * to it that SIGCHLD is not ignored, or pp_child_end cannot reap it.
 */
enum pp_kind pp_child_start(const char *path, struct pp_child *ret_helper,
	struct pp_err *err) PP_NODISCARD;

/*
 * Closes the channel, which ends a helper that behaves, waits for it up to
 * grace_ms, kills it then, and reaps it.
 */
void pp_child_end(struct pp_child *helper, int grace_ms);

/* For pp_cleanup: ends it without grace. */
void pp_child_free(struct pp_child *helper);

#endif
