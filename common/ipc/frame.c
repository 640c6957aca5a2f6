/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <playpen/ipc/frame.h>

#define LENGTH_SIZE 4U
#define TYPE_SIZE 2U
#define TAG_SIZE 2U
#define FIELD_HEAD (TAG_SIZE + LENGTH_SIZE)
#define RECEIVE_STEP 4096U

uint64_t
pp_frame_read_number(const unsigned char *bytes, size_t size)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

void
pp_frame_write_number(unsigned char *bytes, size_t size, uint64_t value)
{
	for (; size > 0; size--, value >>= 8)
		bytes[size - 1] = (unsigned char) (value & 0xff);
}

enum pp_kind
pp_frame_put(struct pp_frame *frame, uint16_t tag, const void *data, size_t len,
	struct pp_err *err)
{
	unsigned char head[FIELD_HEAD];
	enum pp_kind kind;

	frame->fields.max = PP_FRAME_MAX - LENGTH_SIZE - TYPE_SIZE;
	if (len > frame->fields.max)
		return pp_fail(err, PP_REASON_TOO_LONG,
			"field %u of frame %u: %zu bytes", tag, frame->type,
			len);
	pp_frame_write_number(head, TAG_SIZE, tag);
	pp_frame_write_number(head + TAG_SIZE, LENGTH_SIZE, len);
	kind = pp_secret_reserve(&frame->fields, sizeof(head) + len, err);
	if (kind == PP_OK)
		kind = pp_secret_append(
			&frame->fields, head, sizeof(head), err);
	if (kind == PP_OK)
		kind = pp_secret_append(&frame->fields, data, len, err);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "frame %u", frame->type);
	return PP_OK;
}

enum pp_kind
pp_frame_next(const struct pp_frame *frame, size_t *at,
	struct pp_frame_field *ret_field, struct pp_err *err)
{
	const unsigned char *bytes = frame->fields.data;
	size_t left = frame->fields.len - *at;
	size_t len;

	if (left == 0)
		return PP_NOT_FOUND;
	if (left < FIELD_HEAD)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"frame %u: %zu trailing bytes", frame->type, left);
	len = pp_frame_read_number(bytes + *at + TAG_SIZE, LENGTH_SIZE);
	if (len > left - FIELD_HEAD)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"frame %u: a field is longer than the frame",
			frame->type);
	ret_field->tag = (uint16_t) pp_frame_read_number(bytes + *at, TAG_SIZE);
	ret_field->len = (uint32_t) len;
	ret_field->data = bytes + *at + FIELD_HEAD;
	*at += FIELD_HEAD + len;
	return PP_OK;
}

/* Waits until the peer takes more. Returns false if it did not within
 * PP_FRAME_SEND_MS. */
static bool
wait_writable(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
	int ready;

	do
		ready = poll(&poll_fd, 1, PP_FRAME_SEND_MS);
	while (ready < 0 && errno == EINTR);
	return ready == 1;
}

static enum pp_kind
send_bytes(int fd, const struct pp_secret *bytes, struct pp_err *err)
{
	size_t done = 0;

	while (done < bytes->len) {
		ssize_t put = send(fd, bytes->data + done, bytes->len - done,
			MSG_NOSIGNAL | MSG_DONTWAIT);

		if (put >= 0)
			done += (size_t) put;
		else if (errno == EAGAIN && wait_writable(fd))
			continue;
		else if (errno != EINTR)
			return pp_fail_errno(
				err, PP_REASON_PEER_GONE, "sending");
	}
	return PP_OK;
}

enum pp_kind
pp_channel_send(struct pp_channel *channel, const struct pp_frame *frame,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret bytes = {.max = PP_FRAME_MAX};
	unsigned char head[LENGTH_SIZE + TYPE_SIZE];
	enum pp_kind kind;

	pp_frame_write_number(head, LENGTH_SIZE, TYPE_SIZE + frame->fields.len);
	pp_frame_write_number(head + LENGTH_SIZE, TYPE_SIZE, frame->type);
	kind = pp_secret_reserve(&bytes, sizeof(head) + frame->fields.len, err);
	if (kind == PP_OK)
		kind = pp_secret_append(&bytes, head, sizeof(head), err);
	if (kind == PP_OK)
		kind = pp_secret_append(
			&bytes, frame->fields.data, frame->fields.len, err);
	if (kind != PP_OK)
		return kind;
	return send_bytes(channel->fd, &bytes, err);
}

/*
 * Returns how many bytes the first frame still lacks; its length has been found
 * possible. Nothing behind that frame is read, so that poll(2) tells of it.
 */
static size_t
count_missing(const struct pp_secret *in)
{
	if (in->len < LENGTH_SIZE)
		return LENGTH_SIZE - in->len;
	return LENGTH_SIZE + pp_frame_read_number(in->data, LENGTH_SIZE) -
	       in->len;
}

/* Calls recv once. Returns PP_OK when bytes came, PP_PENDING when there are
 * none. */
static enum pp_kind
receive_bytes(struct pp_channel *channel, struct pp_err *err)
{
	size_t missing = count_missing(&channel->in);
	unsigned char step[RECEIVE_STEP];
	ssize_t got = recv(channel->fd, step,
		missing < sizeof(step) ? missing : sizeof(step), MSG_DONTWAIT);
	enum pp_kind kind;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return PP_PENDING;
	if (got < 0)
		return pp_fail_errno(err, PP_REASON_PEER_GONE, "receiving");
	if (got == 0)
		return pp_fail(err, PP_REASON_PEER_GONE, "end of stream");
	channel->in.max = PP_FRAME_MAX;
	kind = pp_secret_append(&channel->in, step, (size_t) got, err);
	explicit_bzero(step, sizeof(step));
	return kind;
}

/* Cuts the first frame out of the bytes received. Returns PP_PENDING if it is
 * not complete. */
static enum pp_kind
cut_frame(struct pp_channel *channel, struct pp_frame *ret_frame,
	struct pp_err *err)
{
	struct pp_secret *in = &channel->in;
	struct pp_frame frame = {0};
	size_t len;
	enum pp_kind kind;

	if (in->len < LENGTH_SIZE)
		return PP_PENDING;
	len = pp_frame_read_number(in->data, LENGTH_SIZE);
	if (len < TYPE_SIZE || len > PP_FRAME_MAX - LENGTH_SIZE)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"a frame of %zu bytes", len);
	if (in->len < LENGTH_SIZE + len)
		return PP_PENDING;
	frame.type = (uint16_t) pp_frame_read_number(
		in->data + LENGTH_SIZE, TYPE_SIZE);
	frame.fields.max = PP_FRAME_MAX;
	kind = pp_secret_append(&frame.fields,
		in->data + LENGTH_SIZE + TYPE_SIZE, len - TYPE_SIZE, err);
	if (kind != PP_OK)
		return kind;
	pp_secret_drop(in, LENGTH_SIZE + len);
	*ret_frame = frame;
	return PP_OK;
}

enum pp_kind
pp_channel_receive(struct pp_channel *channel, struct pp_frame *ret_frame,
	struct pp_err *err)
{
	for (;;) {
		enum pp_kind kind = cut_frame(channel, ret_frame, err);

		if (kind != PP_PENDING)
			return kind;
		kind = receive_bytes(channel, err);
		if (kind != PP_OK)
			return kind;
	}
}

enum pp_kind
pp_channel_wait(struct pp_channel *channel, const struct pp_clock *clock,
	int64_t deadline_ms, struct pp_frame *ret_frame, struct pp_err *err)
{
	for (;;) {
		struct pollfd poll_fd = {.fd = channel->fd, .events = POLLIN};
		enum pp_kind kind = pp_channel_receive(channel, ret_frame, err);
		int left = pp_clock_until(clock, deadline_ms, 1000);

		if (kind != PP_PENDING)
			return kind;
		if (left == 0)
			return pp_fail(err, PP_REASON_DEADLINE,
				"no frame came in time");
		(void) poll(&poll_fd, 1, left);
	}
}

void
pp_frame_free(struct pp_frame *frame)
{
	pp_secret_free(&frame->fields);
}

void
pp_channel_free(struct pp_channel *channel)
{
	pp_fd_free(&channel->fd);
	pp_secret_free(&channel->in);
}
