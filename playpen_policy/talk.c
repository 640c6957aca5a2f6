/* SPDX-License-Identifier: MIT */
#include "talk.h"

#include <poll.h>

#define HASTY_MS 150      /* faster than a person reads and presses a key */
#define HASTY_MAX 3       /* so many such answers, and nobody is there */
#define QUESTIONS_MAX 100 /* one login's prompts, whoever answers */

enum pp_kind
pp_talk_show(
	struct pp_talk *talk, const char *text, bool error, struct pp_err *err)
{
	const struct pp_info info = {(char *) text, error};

	return pp_message_send(&talk->module, PP_MESSAGE_INFO, &info, err);
}

enum pp_kind
pp_talk_ask(
	struct pp_talk *talk, const char *text, bool echo, struct pp_err *err)
{
	const struct pp_prompt prompt = {(char *) text, echo};
	enum pp_kind kind;

	if (talk->hasty >= HASTY_MAX || talk->questions >= QUESTIONS_MAX)
		return pp_fail(err, PP_REASON_NO_CONVERSATION,
			"%d prompts were answered by no person",
			talk->questions);
	kind = pp_message_send(&talk->module, PP_MESSAGE_PROMPT, &prompt, err);
	if (kind != PP_OK)
		return kind;
	talk->asking = true;
	talk->asked_ms = pp_clock_boot_ms(talk->clock);
	talk->questions++;
	return PP_OK;
}

static enum pp_kind
take_reply(struct pp_talk *talk, const struct pp_frame *frame,
	struct pp_secret *answer, struct pp_err *err)
{
	struct pp_reply reply = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_REPLY, &reply, err);

	if (kind != PP_OK)
		return kind;
	if (pp_clock_boot_ms(talk->clock) - talk->asked_ms < HASTY_MS)
		talk->hasty++;
	else
		talk->hasty = 0;
	talk->asking = false;
	kind = pp_secret_set(answer, reply.text.data, reply.text.len, err);
	pp_message_free(PP_MESSAGE_REPLY, &reply);
	return kind;
}

enum pp_kind
pp_talk_hear(struct pp_talk *talk, struct pp_secret *answer, struct pp_err *err)
{
	pp_auto(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_channel_receive(&talk->module, &frame, err);

	if (kind != PP_OK)
		return kind;
	if (frame.type == PP_MESSAGE_CANCEL)
		return pp_fail(err, PP_REASON_CANCELLED,
			"the person went away or gave up");
	if (!talk->asking)
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"%s that nobody asked for",
			pp_message_name(frame.type));
	return take_reply(talk, &frame, answer, err);
}

void
pp_talk_settle(struct pp_talk *talk, int64_t deadline_ms)
{
	pp_auto(pp_secret) struct pp_secret answer = {0};
	enum pp_kind kind = PP_PENDING;

	while (talk->asking && kind == PP_PENDING) {
		struct pollfd poll_fd = {
			.fd = talk->module.fd, .events = POLLIN};
		struct pp_err err;

		if (poll(&poll_fd, 1,
			    pp_clock_until(talk->clock, deadline_ms, 1000)) ==
				0 &&
			pp_clock_boot_ms(talk->clock) >= deadline_ms)
			return;
		kind = pp_talk_hear(talk, &answer, &err);
	}
}
