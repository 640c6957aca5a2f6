/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <unistd.h>

#include <playpen/ipc/oidc_worker.h>

#include "tests/tap.h"

static struct pp_channel theirs = {.fd = -1};
static struct pp_child worker = PP_CHILD_NONE;

static void
connect_both(void)
{
	int fds[2];

	pp_channel_free(&theirs);
	pp_channel_free(&worker.channel);
	if (!check_int(
		    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0))
		exit(EXIT_FAILURE);
	theirs.fd = fds[0];
	worker.channel.fd = fds[1];
}

static enum pp_reason
received(void)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	struct pp_err err = {0};

	check_cmp(pp_worker_receive(&worker, &frame, &err), !=, PP_OK);
	check_int(frame.fields.len, 0);
	return err.reason;
}

static void
say_failed(const char *reason, const char *message)
{
	struct pp_failed failed = {
		.reason = (char *) reason, .message = (char *) message};

	check_kind(pp_message_send(&theirs, PP_MESSAGE_FAILED, &failed, NULL),
		PP_OK);
}

static void
a_frame_comes_as_it_is_once_it_is_there(void)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};

	connect_both();
	check_kind(pp_worker_receive(&worker, &frame, NULL), PP_PENDING);
	check_kind(
		pp_message_send(&theirs, PP_MESSAGE_CODE_REJECTED, NULL, NULL),
		PP_OK);
	check_kind(pp_worker_receive(&worker, &frame, NULL), PP_OK);
	check_int(frame.type, PP_MESSAGE_CODE_REJECTED);
}

static void
failed_is_the_failure_that_it_tells_of(void)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	struct pp_err err = {0};

	connect_both();
	say_failed("http-timeout", "no\x1b[2J answer");
	check_kind(pp_worker_receive(&worker, &frame, &err), PP_UNREACHABLE);
	check_reason(err.reason, PP_REASON_HTTP_TIMEOUT);
	check_text(err.message, "no\\x1b[2J answer");
	say_failed("http-timeout", NULL);
	check_reason(received(), PP_REASON_HTTP_TIMEOUT);
}

/* A worker that says "ok" or "wait" in FAILED must not be believed. */
static void
failed_with_another_word_breaks_the_protocol(void)
{
	connect_both();
	say_failed("none", "all is well");
	check_reason(received(), PP_REASON_FRAME_INVALID);
	say_failed("no-such-reason", "");
	check_reason(received(), PP_REASON_FRAME_INVALID);
	say_failed(pp_reason_word(PP_REASON_PENDING), "");
	check_reason(received(), PP_REASON_FRAME_INVALID);
}

static void
a_worker_that_ends_without_a_word_has_failed(void)
{
	connect_both();
	pp_channel_free(&theirs);
	check_reason(received(), PP_REASON_HELPER_FAILED);
}

/* FAILED and the end of the stream come in that order. */
static void
the_reason_is_heard_before_the_end(void)
{
	struct pp_identity identity = {0};
	struct pp_err err = {0};

	connect_both();
	say_failed("http-timeout", "");
	pp_channel_free(&theirs);
	check_kind(pp_worker_wait_identity(
			   &worker, &pp_clock_system, 0, &identity, NULL, &err),
		PP_UNREACHABLE);
	check_reason(err.reason, PP_REASON_HTTP_TIMEOUT);
	check_cmp(pp_worker_wait_identity(
			  &worker, &pp_clock_system, 0, &identity, NULL, &err),
		!=, PP_OK);
	check_reason(err.reason, PP_REASON_HELPER_FAILED);
}

int
main(void)
{
	run(a_frame_comes_as_it_is_once_it_is_there);
	run(failed_is_the_failure_that_it_tells_of);
	run(failed_with_another_word_breaks_the_protocol);
	run(a_worker_that_ends_without_a_word_has_failed);
	run(the_reason_is_heard_before_the_end);
	pp_channel_free(&theirs);
	pp_channel_free(&worker.channel);
	return tap_end();
}
