/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IPC_FRAME_H
#define PLAYPEN_IPC_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include <playpen/base/clock.h>
#include <playpen/base/secret.h>

/*
 * Frames, the form in which our processes talk over their socket pairs
 * (docs/protocol.md):
 *
 *	u32 length | u16 type | { u16 tag | u32 length | bytes }*
 *
 * in network order; the first length counts all that follows it. This layer
 * knows lengths and duplicates; what a type may carry is said once, in the
 * tables behind <playpen/message.h>. Everything in a frame is handled as a
 * secret. A channel belongs to one thread.
 */

#define PP_FRAME_MAX ((size_t) 128 * 1024) /* all of a frame, in bytes */
#define PP_FRAME_FIELDS_MAX 63U            /* tags from 1, each a bit of 64 */
#define PP_FRAME_FDS_MAX 4U

/* Longest wait for a peer that does not take what is sent, in milliseconds. */
#define PP_FRAME_SEND_MS 5000

struct pp_frame {
	uint16_t type;
	struct pp_secret fields;   /* tag, length, bytes; tag, length, ... */
	int fds[PP_FRAME_FDS_MAX]; /* owned */
	size_t fd_count;
};

/* A field inside a frame: borrowed from it. */
struct pp_frame_field {
	uint16_t tag;
	uint32_t len;
	const unsigned char *data;
};

/* Our end of a socket pair (SOCK_STREAM) and what came in so far. */
struct pp_channel {
	int fd; /* owned; -1 when there is none */
	struct pp_secret in;
	int fds[PP_FRAME_FDS_MAX];
	size_t fd_count;
};

/* Appends one field to frame->fields. Fails with PP_REASON_TOO_LONG. */
enum pp_kind pp_frame_put(struct pp_frame *frame, uint16_t tag,
	const void *data, size_t len, struct pp_err *err) PP_NODISCARD;

/*
 * Steps through the fields. *at is 0 at first and moves on. PP_NOT_FOUND at the
 * end (err untouched), PP_REASON_FRAME_INVALID when a length does not fit.
 */
enum pp_kind pp_frame_next(const struct pp_frame *frame, size_t *at,
	struct pp_frame_field *ret_field, struct pp_err *err) PP_NODISCARD;

/*
 * Sends the frame with its descriptors (which stay the caller's). Waits at most
 * PP_FRAME_SEND_MS; never raises SIGPIPE. Fails with PP_REASON_PEER_GONE.
 */
enum pp_kind pp_channel_send(struct pp_channel *channel,
	const struct pp_frame *frame, struct pp_err *err) PP_NODISCARD;

/*
 * Takes the next whole frame without waiting. PP_PENDING (err untouched) when
 * none is complete, PP_REASON_PEER_GONE at the end of the stream,
 * PP_REASON_FRAME_INVALID for a length that cannot be. The frame is the
 * caller's to free.
 */
enum pp_kind pp_channel_receive(struct pp_channel *channel,
	struct pp_frame *ret_frame, struct pp_err *err) PP_NODISCARD;

/*
 * The same, waiting until the deadline (boot clock, milliseconds). Fails with
 * PP_REASON_DEADLINE.
 */
enum pp_kind pp_channel_wait(struct pp_channel *channel,
	const struct pp_clock *clock, int64_t deadline_ms,
	struct pp_frame *ret_frame, struct pp_err *err) PP_NODISCARD;

void pp_frame_free(struct pp_frame *frame);

/* Closes the descriptor and wipes what is left. */
void pp_channel_free(struct pp_channel *channel);

#endif
