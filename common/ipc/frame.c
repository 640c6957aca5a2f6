/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <playpen/ipc/frame.h>

#define LENGTH_SIZE 4U
#define TYPE_SIZE 2U
#define FIELD_HEAD 6U /* u16 tag, u32 length */
#define RECEIVE_STEP 4096U

static uint32_t
read_u32(const unsigned char *bytes)
{
	return (uint32_t) bytes[0] << 24 | (uint32_t) bytes[1] << 16 |
	       (uint32_t) bytes[2] << 8 | bytes[3];
}

static uint16_t
read_u16(const unsigned char *bytes)
{
	return (uint16_t) (bytes[0] << 8 | bytes[1]);
}

static void
write_u32(unsigned char *bytes, uint32_t value)
{
	for (int i = 3; i >= 0; i--, value >>= 8)
		bytes[i] = (unsigned char) (value & 0xff);
}

static void
write_u16(unsigned char *bytes, uint16_t value)
{
	bytes[0] = (unsigned char) (value >> 8);
	bytes[1] = (unsigned char) (value & 0xff);
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
	write_u16(head, tag);
	write_u32(head + 2, (uint32_t) len);
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
	uint32_t len;

	if (left == 0)
		return PP_NOT_FOUND;
	if (left < FIELD_HEAD)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"frame %u: %zu trailing bytes", frame->type, left);
	len = read_u32(bytes + *at + 2);
	if (len > left - FIELD_HEAD)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"frame %u: a field is longer than the frame",
			frame->type);
	ret_field->tag = read_u16(bytes + *at);
	ret_field->len = len;
	ret_field->data = bytes + *at + FIELD_HEAD;
	*at += FIELD_HEAD + len;
	return PP_OK;
}

/* Attaches the frame's descriptors to the message (unix(7), SCM_RIGHTS). */
static void
attach_fds(struct msghdr *message, const struct pp_frame *frame)
{
	size_t size = frame->fd_count * sizeof(int);
	struct cmsghdr *head;

	message->msg_controllen = CMSG_SPACE(size);
	head = CMSG_FIRSTHDR(message);
	if (size == 0 || head == NULL) {
		message->msg_control = NULL;
		message->msg_controllen = 0;
		return;
	}
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(head), frame->fds, size);
}

/* Waits until the peer takes more; false when it did not within the limit. */
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
send_bytes(struct pp_channel *channel, const struct pp_secret *bytes,
	const struct pp_frame *frame, struct pp_err *err)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int) * PP_FRAME_FDS_MAX)];
	} control = {0};
	size_t done = 0;

	while (done < bytes->len) {
		struct iovec part = {bytes->data + done, bytes->len - done};
		struct msghdr message = {.msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = control.space,
			.msg_controllen = sizeof(control.space)};
		struct pp_frame none = {0};
		ssize_t put;

		attach_fds(&message, done == 0 ? frame : &none);
		put = sendmsg(
			channel->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put >= 0)
			done += (size_t) put;
		else if (errno == EAGAIN && wait_writable(channel->fd))
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

	write_u32(head, (uint32_t) (TYPE_SIZE + frame->fields.len));
	write_u16(head + LENGTH_SIZE, frame->type);
	kind = pp_secret_reserve(&bytes, sizeof(head) + frame->fields.len, err);
	if (kind == PP_OK)
		kind = pp_secret_append(&bytes, head, sizeof(head), err);
	if (kind == PP_OK)
		kind = pp_secret_append(
			&bytes, frame->fields.data, frame->fields.len, err);
	if (kind != PP_OK)
		return kind;
	return send_bytes(channel, &bytes, frame, err);
}

/* Keeps descriptors that came in; more than fit are closed at once. */
static void
collect_fds(struct pp_channel *channel, struct msghdr *message)
{
	for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head != NULL;
		head = CMSG_NXTHDR(message, head)) {
		size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (head->cmsg_level != SOL_SOCKET ||
			head->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(head) + i * sizeof(int),
				sizeof(int));
			if (channel->fd_count < PP_FRAME_FDS_MAX)
				channel->fds[channel->fd_count++] = fd;
			else
				close(fd);
		}
	}
}

/*
 * Bytes that the frame on its way lacks, its length being known to be possible.
 * Nothing behind it is read: with the first byte of the next frame would come
 * that frame's descriptors.
 */
static size_t
count_missing(const struct pp_secret *in)
{
	if (in->len < LENGTH_SIZE)
		return LENGTH_SIZE - in->len;
	return LENGTH_SIZE + read_u32(in->data) - in->len;
}

/* One recvmsg. PP_OK when bytes came, PP_PENDING when there are none. */
static enum pp_kind
receive_bytes(struct pp_channel *channel, struct pp_err *err)
{
	size_t missing = count_missing(&channel->in);
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int) * PP_FRAME_FDS_MAX)];
	} control;
	unsigned char step[RECEIVE_STEP];
	struct iovec part = {
		step, missing < sizeof(step) ? missing : sizeof(step)};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space)};
	ssize_t got =
		recvmsg(channel->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	enum pp_kind kind;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return PP_PENDING;
	if (got < 0)
		return pp_fail_errno(err, PP_REASON_PEER_GONE, "receiving");
	if (got == 0)
		return pp_fail(err, PP_REASON_PEER_GONE, "end of stream");
	collect_fds(channel, &message);
	channel->in.max = PP_FRAME_MAX;
	kind = pp_secret_append(&channel->in, step, (size_t) got, err);
	explicit_bzero(step, sizeof(step));
	return kind;
}

/* Cuts the first frame out of what came in. PP_PENDING: not complete. */
static enum pp_kind
cut_frame(struct pp_channel *channel, struct pp_frame *ret_frame,
	struct pp_err *err)
{
	struct pp_secret *in = &channel->in;
	struct pp_frame frame = {0};
	uint32_t len;
	enum pp_kind kind;

	if (in->len < LENGTH_SIZE)
		return PP_PENDING;
	len = read_u32(in->data);
	if (len < TYPE_SIZE || len > PP_FRAME_MAX - LENGTH_SIZE)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"a frame of %u bytes", len);
	if (in->len < LENGTH_SIZE + len)
		return PP_PENDING;
	frame.type = read_u16(in->data + LENGTH_SIZE);
	frame.fields.max = PP_FRAME_MAX;
	kind = pp_secret_append(&frame.fields,
		in->data + LENGTH_SIZE + TYPE_SIZE, len - TYPE_SIZE, err);
	if (kind != PP_OK)
		return kind;
	pp_secret_drop(in, LENGTH_SIZE + len);
	memcpy(frame.fds, channel->fds, sizeof(frame.fds));
	frame.fd_count = channel->fd_count;
	channel->fd_count = 0;
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

static void
close_all(int *fds, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		pp_fd_free(&fds[i]);
	*count = 0;
}

void
pp_frame_free(struct pp_frame *frame)
{
	pp_secret_free(&frame->fields);
	close_all(frame->fds, &frame->fd_count);
}

void
pp_channel_free(struct pp_channel *channel)
{
	pp_fd_free(&channel->fd);
	pp_secret_free(&channel->in);
	close_all(channel->fds, &channel->fd_count);
}
