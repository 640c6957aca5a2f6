/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <unistd.h>

#include <playpen/ipc/message.h>

#include "target.h"

/*
 * Frames: the input is what a peer writes, then it goes away. Each frame is
 * unpacked as the message that it says it is, and sent again.
 */

const char fuzz_name[] = "frame";

/* The largest body of a message. */
union body {
	struct pp_start start;
	struct pp_provider provider;
	struct pp_identity identity;
	struct pp_verify_token verify;
	struct pp_device_prompt show;
	struct pp_verdict verdict;
	struct pp_verify_request examine;
	struct pp_client_credentials credentials;
	struct pp_refresh refresh;
};

static void
unpack(const struct pp_frame *frame)
{
	enum pp_message_type type = (enum pp_message_type) frame->type;
	union body body = {0};
	int ends[2];

	if (pp_message_unpack(frame, type, &body, NULL) != PP_OK)
		return;
	fuzz_must(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
	{
		pp_cleanup(pp_channel) struct pp_channel out = {.fd = ends[0]};

		fuzz_must(pp_message_send(&out, type, &body, NULL) == PP_OK);
	}
	close(ends[1]);
	pp_message_free(type, &body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int ends[2];
	enum pp_kind kind = PP_OK;

	if (len > 65536)
		return 0;
	fuzz_must(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
	fuzz_must(send(ends[1], data, len, MSG_DONTWAIT) == (ssize_t) len);
	close(ends[1]);
	{
		pp_cleanup(pp_channel) struct pp_channel in = {.fd = ends[0]};

		while (kind == PP_OK) {
			pp_cleanup(pp_frame) struct pp_frame frame = {0};

			kind = pp_channel_receive(&in, &frame, NULL);
			if (kind == PP_OK)
				unpack(&frame);
		}
	}
	fuzz_must(kind != PP_PENDING);
	return 0;
}
