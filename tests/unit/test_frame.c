/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <playpen/ipc/frame.h>

#include "tests/tap.h"

static struct pp_channel a = {.fd = -1};
static struct pp_channel b = {.fd = -1};

static void
connect_both(void)
{
	int fds[2];

	pp_channel_free(&a);
	pp_channel_free(&b);
	if (!check_int(
		    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0))
		exit(EXIT_FAILURE);
	a.fd = fds[0];
	b.fd = fds[1];
}

static void
put_raw(const char *bytes, size_t len)
{
	check_int(write(a.fd, bytes, len), (ssize_t) len);
}

static void
carries_fields_in_order(void)
{
	pp_cleanup(pp_frame) struct pp_frame out = {.type = 7};
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	struct pp_frame_field field;
	size_t at = 0;

	connect_both();
	check_kind(pp_frame_put(&out, 1, "one", 3, NULL), PP_OK);
	check_kind(pp_frame_put(&out, 2, "", 0, NULL), PP_OK);
	check_kind(pp_channel_send(&a, &out, NULL), PP_OK);
	check_kind(pp_channel_receive(&b, &in, NULL), PP_OK);
	check_int(in.type, 7);
	check_kind(pp_frame_next(&in, &at, &field, NULL), PP_OK);
	check_int(field.tag, 1);
	check_int(field.len, 3);
	check(memcmp(field.data, "one", 3) == 0);
	check_kind(pp_frame_next(&in, &at, &field, NULL), PP_OK);
	check_int(field.tag, 2);
	check_int(field.len, 0);
	check_kind(pp_frame_next(&in, &at, &field, NULL), PP_NOT_FOUND);
}

static void
waits_for_the_rest_of_a_frame(void)
{
	pp_cleanup(pp_frame) struct pp_frame in = {0};

	connect_both();
	put_raw("\0\0", 2);
	check_kind(pp_channel_receive(&b, &in, NULL), PP_PENDING);
	put_raw("\0\2\0", 3);
	check_kind(pp_channel_receive(&b, &in, NULL), PP_PENDING);
	put_raw("\5\0\0", 3);
	check_kind(pp_channel_receive(&b, &in, NULL), PP_OK);
	check_int(in.type, 5);
	check_int(in.fields.len, 0);
	/* The two bytes that follow belong to the next frame. */
	check_kind(pp_channel_receive(&b, &in, NULL), PP_PENDING);
	check_int(b.in.len, 2);
}

static void
rejects_lengths_that_cannot_be(void)
{
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	struct pp_err err;

	connect_both();
	put_raw("\0\0\0\1", 4);
	check_kind(pp_channel_receive(&b, &in, &err), PP_PROTOCOL_ERROR);
	check_reason(err.reason, PP_REASON_FRAME_INVALID);
	connect_both();
	put_raw("\x7f\xff\xff\xff", 4);
	check_kind(pp_channel_receive(&b, &in, &err), PP_PROTOCOL_ERROR);
	check_reason(err.reason, PP_REASON_FRAME_INVALID);
}

static void
rejects_a_field_longer_than_its_frame_and_trailing_bytes(void)
{
	static const char longer[] = "\0\0\0\x09\0\5\0\1\0\0\0\2x";
	static const char trailing[] = "\0\0\0\x04\0\5\0\1";
	pp_cleanup(pp_frame) struct pp_frame first = {0};
	pp_cleanup(pp_frame) struct pp_frame second = {0};
	struct pp_frame_field field;
	struct pp_err err;
	size_t at = 0;

	connect_both();
	put_raw(longer, sizeof(longer) - 1);
	check_kind(pp_channel_receive(&b, &first, NULL), PP_OK);
	check_kind(pp_frame_next(&first, &at, &field, &err), PP_PROTOCOL_ERROR);
	put_raw(trailing, sizeof(trailing) - 1);
	check_kind(pp_channel_receive(&b, &second, NULL), PP_OK);
	at = 0;
	check_kind(
		pp_frame_next(&second, &at, &field, &err), PP_PROTOCOL_ERROR);
	check_reason(err.reason, PP_REASON_FRAME_INVALID);
}

static void
says_when_the_peer_is_gone(void)
{
	pp_cleanup(pp_frame) struct pp_frame out = {.type = 1};
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	struct pp_err err;

	connect_both();
	pp_channel_free(&a);
	check_kind(pp_channel_receive(&b, &in, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_PEER_GONE);
	check_kind(pp_channel_send(&b, &out, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_PEER_GONE);
}

static void
the_wait_ends_at_the_deadline(void)
{
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	struct pp_err err;

	connect_both();
	check_kind(pp_channel_wait(&b, &pp_clock_system, 0, &in, &err),
		PP_UNREACHABLE);
	check_reason(err.reason, PP_REASON_DEADLINE);
}

static void
a_frame_has_a_limit(void)
{
	static char big[PP_FRAME_MAX];
	pp_cleanup(pp_frame) struct pp_frame out = {.type = 1};
	struct pp_err err;

	check_kind(
		pp_frame_put(&out, 1, big, sizeof(big), &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_TOO_LONG);
	check_kind(pp_frame_put(&out, 1, big, 100000, &err), PP_OK);
	check_kind(pp_frame_put(&out, 2, big, 100000, &err), PP_LOCAL_ERROR);
}

/* Sends a whole frame with a descriptor of unix(7) attached. */
static void
send_with_descriptor(const char *frame, size_t len, int fd)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec part = {(char *) frame, len};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(int));
	check_int(sendmsg(a.fd, &message, 0), (ssize_t) len);
}

static int
count_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* The pipe's reader is gone as soon as the last copy of it is closed. */
static void
a_descriptor_that_comes_with_a_frame_is_not_taken(void)
{
	int fds[2], before;

	connect_both();
	check_int(pipe2(fds, O_CLOEXEC), 0);
	send_with_descriptor("\0\0\0\2\0\7", 6, fds[0]);
	put_raw("\0\0\0\2\0\10", 6);
	close(fds[0]);
	before = count_descriptors();
	for (uint16_t i = 7; i <= 8; i++) {
		pp_cleanup(pp_frame) struct pp_frame in = {0};

		check_kind(pp_channel_receive(&b, &in, NULL), PP_OK);
		check_int(in.type, i);
		check_int(in.fields.len, 0);
	}
	check_int(count_descriptors(), before);
	signal(SIGPIPE, SIG_IGN);
	if (check_cmp(write(fds[1], "!", 1), <, 0))
		check_int(errno, EPIPE);
	close(fds[1]);
}

/* A process that waits with poll(2) must not sleep over a frame it has. */
static void
a_frame_behind_the_one_taken_stays_in_the_socket(void)
{
	struct pollfd poll_fd = {.events = POLLIN};

	connect_both();
	put_raw("\0\0\0\2\0\7\0\0\0\2\0\10", 12);
	poll_fd.fd = b.fd;
	for (uint16_t i = 7; i <= 8; i++) {
		pp_cleanup(pp_frame) struct pp_frame in = {0};

		check_int(poll(&poll_fd, 1, 0), 1);
		check_kind(pp_channel_receive(&b, &in, NULL), PP_OK);
		check_int(in.type, i);
		check_int(b.in.len, 0);
	}
	check_int(poll(&poll_fd, 1, 0), 0);
}

int
main(void)
{
	run(carries_fields_in_order);
	run(waits_for_the_rest_of_a_frame);
	run(rejects_lengths_that_cannot_be);
	run(rejects_a_field_longer_than_its_frame_and_trailing_bytes);
	run(says_when_the_peer_is_gone);
	run(the_wait_ends_at_the_deadline);
	run(a_descriptor_that_comes_with_a_frame_is_not_taken);
	run(a_frame_behind_the_one_taken_stays_in_the_socket);
	run(a_frame_has_a_limit);
	pp_channel_free(&a);
	pp_channel_free(&b);
	return tap_end();
}
