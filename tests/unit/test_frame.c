/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
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
	if (!check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) ==
		    0))
		exit(EXIT_FAILURE);
	a.fd = fds[0];
	b.fd = fds[1];
}

static void
put_raw(const char *bytes, size_t len)
{
	check(write(a.fd, bytes, len) == (ssize_t) len);
}

static void
carries_fields_in_order(void)
{
	pp_cleanup(pp_frame) struct pp_frame out = {.type = 7};
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	struct pp_frame_field field;
	size_t at = 0;

	connect_both();
	check(pp_frame_put(&out, 1, "one", 3, NULL) == PP_OK);
	check(pp_frame_put(&out, 2, "", 0, NULL) == PP_OK);
	check(pp_channel_send(&a, &out, NULL) == PP_OK);
	check(pp_channel_receive(&b, &in, NULL) == PP_OK);
	check(in.type == 7);
	check(pp_frame_next(&in, &at, &field, NULL) == PP_OK);
	check(field.tag == 1 && field.len == 3);
	check(memcmp(field.data, "one", 3) == 0);
	check(pp_frame_next(&in, &at, &field, NULL) == PP_OK);
	check(field.tag == 2 && field.len == 0);
	check(pp_frame_next(&in, &at, &field, NULL) == PP_NOT_FOUND);
}

static void
waits_for_the_rest_of_a_frame(void)
{
	pp_cleanup(pp_frame) struct pp_frame in = {0};

	connect_both();
	put_raw("\0\0", 2);
	check(pp_channel_receive(&b, &in, NULL) == PP_PENDING);
	put_raw("\0\2\0", 3);
	check(pp_channel_receive(&b, &in, NULL) == PP_PENDING);
	put_raw("\5\0\0", 3);
	check(pp_channel_receive(&b, &in, NULL) == PP_OK);
	check(in.type == 5 && in.fields.len == 0);
	/* The two bytes behind it are the next frame's. */
	check(pp_channel_receive(&b, &in, NULL) == PP_PENDING);
	check(b.in.len == 2);
}

static void
rejects_lengths_that_cannot_be(void)
{
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	struct pp_err err;

	connect_both();
	put_raw("\0\0\0\1", 4);
	check(pp_channel_receive(&b, &in, &err) == PP_PROTOCOL_ERROR);
	check(err.reason == PP_REASON_FRAME_INVALID);
	connect_both();
	put_raw("\x7f\xff\xff\xff", 4);
	check(pp_channel_receive(&b, &in, &err) == PP_PROTOCOL_ERROR);
	check(err.reason == PP_REASON_FRAME_INVALID);
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
	check(pp_channel_receive(&b, &first, NULL) == PP_OK);
	check(pp_frame_next(&first, &at, &field, &err) == PP_PROTOCOL_ERROR);
	put_raw(trailing, sizeof(trailing) - 1);
	check(pp_channel_receive(&b, &second, NULL) == PP_OK);
	at = 0;
	check(pp_frame_next(&second, &at, &field, &err) == PP_PROTOCOL_ERROR);
	check(err.reason == PP_REASON_FRAME_INVALID);
}

static void
says_when_the_peer_is_gone(void)
{
	pp_cleanup(pp_frame) struct pp_frame out = {.type = 1};
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	struct pp_err err;

	connect_both();
	pp_channel_free(&a);
	check(pp_channel_receive(&b, &in, &err) == PP_LOCAL_ERROR);
	check(err.reason == PP_REASON_PEER_GONE);
	check(pp_channel_send(&b, &out, &err) == PP_LOCAL_ERROR);
	check(err.reason == PP_REASON_PEER_GONE);
}

static void
the_wait_ends_at_the_deadline(void)
{
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	struct pp_err err;

	connect_both();
	check(pp_channel_wait(&b, &pp_clock_system, 0, &in, &err) ==
		PP_UNREACHABLE);
	check(err.reason == PP_REASON_DEADLINE);
}

static void
hands_descriptors_over(void)
{
	pp_cleanup(pp_frame) struct pp_frame out = {.type = 1};
	pp_cleanup(pp_frame) struct pp_frame in = {0};
	char got = 0;
	int fds[2];

	connect_both();
	check(pipe(fds) == 0);
	out.fds[0] = fds[0];
	out.fd_count = 1;
	check(pp_channel_send(&a, &out, NULL) == PP_OK);
	check(pp_channel_receive(&b, &in, NULL) == PP_OK);
	check(in.fd_count == 1);
	check(in.fd_count == 1 &&
		(fcntl(in.fds[0], F_GETFD) & FD_CLOEXEC) != 0);
	check(write(fds[1], "!", 1) == 1);
	check(in.fd_count == 1 && read(in.fds[0], &got, 1) == 1 && got == '!');
	close(fds[1]);
}

static void
a_frame_has_a_limit(void)
{
	static char big[PP_FRAME_MAX];
	pp_cleanup(pp_frame) struct pp_frame out = {.type = 1};
	struct pp_err err;

	check(pp_frame_put(&out, 1, big, sizeof(big), &err) == PP_LOCAL_ERROR);
	check(err.reason == PP_REASON_TOO_LONG);
	check(pp_frame_put(&out, 1, big, 100000, &err) == PP_OK);
	check(pp_frame_put(&out, 2, big, 100000, &err) == PP_LOCAL_ERROR);
}

/* All in the socket before the first is read. */
static void
descriptors_stay_with_their_frame(void)
{
	pp_cleanup(pp_frame) struct pp_frame plain = {.type = 7};
	pp_cleanup(pp_frame) struct pp_frame out = {.type = 8, .fd_count = 1};
	int fds[2];

	connect_both();
	check(pipe(fds) == 0);
	out.fds[0] = fds[0];
	check(pp_frame_put(&plain, 1, "text", 4, NULL) == PP_OK);
	check(pp_channel_send(&a, &plain, NULL) == PP_OK);
	check(pp_channel_send(&a, &out, NULL) == PP_OK);
	check(pp_channel_send(&a, &plain, NULL) == PP_OK);
	for (uint16_t i = 0; i < 3; i++) {
		pp_cleanup(pp_frame) struct pp_frame in = {0};

		check(pp_channel_receive(&b, &in, NULL) == PP_OK);
		check(in.type == (i == 1 ? 8 : 7));
		check(in.fd_count == (i == 1));
	}
	close(fds[1]);
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
	run(hands_descriptors_over);
	run(descriptors_stay_with_their_frame);
	run(a_frame_has_a_limit);
	pp_channel_free(&a);
	pp_channel_free(&b);
	return tap_end();
}
