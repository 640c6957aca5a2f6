/* SPDX-License-Identifier: MIT */
#include "conversation.h"

#include <poll.h>

#define INSTANT_MS 40         /* faster than a person reads and presses a key */
#define INSTANT_REPLIES_MAX 2 /* after these, no person is there */
#define PROMPTS_MAX 100       /* of one login */

enum pp_kind
conversation_show(struct conversation *conversation, const char *text,
	bool error, struct pp_err *err)
{
	const struct pp_info info = {(char *) text, error};

	return pp_message_send(
		&conversation->module, PP_MESSAGE_INFO, &info, err);
}

static enum pp_kind
fail_without_person(const struct conversation *conversation, struct pp_err *err)
{
	return pp_fail(err, PP_REASON_CONVERSATION_FAILED,
		"%d prompts were answered by no person",
		conversation->prompt_count);
}

enum pp_kind
conversation_prompt(struct conversation *conversation, const char *text,
	bool echo, struct pp_err *err)
{
	const struct pp_prompt prompt = {(char *) text, echo};
	enum pp_kind kind;

	if (conversation->prompt_count >= PROMPTS_MAX)
		return fail_without_person(conversation, err);
	kind = pp_message_send(
		&conversation->module, PP_MESSAGE_PROMPT, &prompt, err);
	if (kind != PP_OK)
		return kind;
	conversation->prompt_pending = true;
	conversation->prompted_ms = pp_clock_boot_ms(conversation->clock);
	conversation->prompt_count++;
	return PP_OK;
}

static enum pp_kind
take_reply(struct conversation *conversation, const struct pp_frame *frame,
	struct pp_secret *answer, struct pp_err *err)
{
	struct pp_reply reply = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_REPLY, &reply, err);

	if (kind != PP_OK)
		return kind;
	if (pp_clock_boot_ms(conversation->clock) - conversation->prompted_ms <
		INSTANT_MS)
		conversation->instant_replies++;
	else
		conversation->instant_replies = 0;
	conversation->prompt_pending = false;
	kind = pp_secret_set(answer, reply.text.data, reply.text.len, err);
	pp_message_free(PP_MESSAGE_REPLY, &reply);
	if (kind == PP_OK &&
		conversation->instant_replies >= INSTANT_REPLIES_MAX)
		return fail_without_person(conversation, err);
	return kind;
}

enum pp_kind
conversation_receive(struct conversation *conversation,
	struct pp_secret *answer, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind =
		pp_channel_receive(&conversation->module, &frame, err);

	if (kind != PP_OK)
		return kind;
	if (frame.type == PP_MESSAGE_CANCEL)
		return pp_fail(err, PP_REASON_CANCELLED,
			"the person went away or gave up");
	if (!conversation->prompt_pending)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s that was not asked for",
			pp_message_name(frame.type));
	return take_reply(conversation, &frame, answer, err);
}

void
conversation_await_reply(struct conversation *conversation, int64_t deadline_ms)
{
	pp_cleanup(pp_secret) struct pp_secret answer = {0};
	enum pp_kind kind = PP_PENDING;

	while (conversation->prompt_pending && kind == PP_PENDING) {
		struct pollfd poll_fd = {
			.fd = conversation->module.fd, .events = POLLIN};
		struct pp_err err;

		if (poll(&poll_fd, 1,
			    pp_clock_until(conversation->clock, deadline_ms,
				    1000)) == 0 &&
			pp_clock_boot_ms(conversation->clock) >= deadline_ms)
			return;
		kind = conversation_receive(conversation, &answer, &err);
	}
}
