/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <playpen/base/clock.h>
#include <playpen/base/secret.h>

/*
 * Frames, the form in which the processes of playpen exchange messages over
 * their socket pairs (docs/reference/protocol.md):
 *
 *	u32 length | u16 type | { u16 tag | u32 length | bytes }*
 *
 * in network order; the first length counts all that follows it. This layer
 * knows lengths alone; which fields a type may carry is said once, in the
 * tables behind <playpen/ipc/message.h>. A frame is bytes and nothing else: no
 * descriptor comes with it. Everything in a frame is handled as a secret. A
 * channel belongs to one thread.
 */

#define PP_FRAME_MAX ((size_t) 128 * 1024) /* all of a frame, in bytes */
#define PP_FRAME_FIELDS_MAX 63U            /* tags from 1, each a bit of 64 */

/* Longest wait for a peer that does not take what is sent, in milliseconds. */
#define PP_FRAME_SEND_MS 5000

struct pp_frame {
	uint16_t type;
	struct pp_secret fields; /* tag, length, bytes; tag, length, ... */
};

/* A field inside a frame, borrowed from the frame. */
struct pp_frame_field {
	uint16_t tag;
	uint32_t len;
	const unsigned char *data;
};

/* One end of a socket pair (SOCK_STREAM) and the bytes received so far. */
struct pp_channel {
	int fd; /* owned; -1 when there is none */
	struct pp_secret in;
};

/* Returns the number that size bytes (1 to 8) hold in network order. */
uint64_t pp_frame_read_number(const unsigned char *bytes, size_t size);

/* Writes a number into size bytes (1 to 8), in network order. */
void pp_frame_write_number(unsigned char *bytes, size_t size, uint64_t value);

/* Appends one field to frame->fields. Fails with PP_REASON_TOO_LONG. */
enum pp_kind pp_frame_put(struct pp_frame *frame, uint16_t tag,
	const void *data, size_t len, struct pp_err *err) PP_NODISCARD;

/*
 * Steps through the fields. *at is 0 at first and is moved to the next field.
 * Returns PP_NOT_FOUND at the end (err untouched). Fails with
 * PP_REASON_FRAME_INVALID if a length does not fit.
 */
enum pp_kind pp_frame_next(const struct pp_frame *frame, size_t *at,
	struct pp_frame_field *ret_field, struct pp_err *err) PP_NODISCARD;

/*
 * Sends the frame. Waits at most PP_FRAME_SEND_MS; never raises SIGPIPE. Fails
 * with PP_REASON_PEER_GONE.
 */
enum pp_kind pp_channel_send(struct pp_channel *channel,
	const struct pp_frame *frame, struct pp_err *err) PP_NODISCARD;

/*
 * Takes the next whole frame without waiting; the caller frees it. Reads
 * nothing behind that frame: as long as a byte of another one is there, the
 * descriptor is readable. Returns PP_PENDING (err untouched) if no frame is
 * complete. Fails with PP_REASON_PEER_GONE at the end of the stream and with
 * PP_REASON_FRAME_INVALID for an impossible length. Descriptors that a peer
 * sends along are discarded by the kernel.
 */
enum pp_kind pp_channel_receive(struct pp_channel *channel,
	struct pp_frame *ret_frame, struct pp_err *err) PP_NODISCARD;

/*
 * Takes the next whole frame as pp_channel_receive does, and waits for it until
 * the deadline (boot clock, milliseconds). Fails with PP_REASON_DEADLINE too.
 */
enum pp_kind pp_channel_wait(struct pp_channel *channel,
	const struct pp_clock *clock, int64_t deadline_ms,
	struct pp_frame *ret_frame, struct pp_err *err) PP_NODISCARD;

/* Wipes and frees the fields. */
void pp_frame_free(struct pp_frame *frame);

/* Closes the descriptor and wipes the bytes that are left. */
void pp_channel_free(struct pp_channel *channel);
