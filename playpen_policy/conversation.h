/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/clock.h>
#include <playpen/ipc/message.h>

/*
 * The conversation with the user, through the module: one text at a time and at
 * most one pending prompt. Texts must be printable; display.c draws the ones
 * that contain what the worker sent.
 */
struct conversation {
	struct pp_channel module;
	const struct pp_clock *clock;
	bool prompt_pending; /* a PROMPT was sent, its REPLY was not received */
	int64_t prompted_ms; /* when it was sent, boot clock */
	int instant_replies; /* answers in a row that came too fast for a person
			      */
	int prompt_count;    /* prompts sent */
};

/* Shows a text; error marks a refusal. Returns PP_OK or fails with
 * PP_REASON_PEER_GONE. */
enum pp_kind conversation_show(struct conversation *conversation,
	const char *text, bool error, struct pp_err *err) PP_NODISCARD;

/*
 * Sends a prompt; conversation_receive returns the answer. Returns PP_OK or
 * fails with PP_REASON_PEER_GONE, or with PP_REASON_CONVERSATION_FAILED after
 * too many prompts.
 */
enum pp_kind conversation_prompt(struct conversation *conversation,
	const char *text, bool echo, struct pp_err *err) PP_NODISCARD;

/*
 * Receives a message of the module without waiting. Returns PP_OK and the
 * answer to the pending prompt, or PP_PENDING if there is no message. Fails
 * with PP_REASON_CANCELLED if the user gave up, PP_REASON_PEER_GONE,
 * PP_REASON_FRAME_INVALID, or PP_REASON_CONVERSATION_FAILED if the last two
 * answers came too fast for a person: a client without a terminal answers every
 * prompt at once with an empty line. The prompts of a service may be answered
 * so fast: its caller sets instant_replies to 0 before each.
 */
enum pp_kind conversation_receive(struct conversation *conversation,
	struct pp_secret *answer, struct pp_err *err) PP_NODISCARD;

/*
 * Waits for the answer to the pending prompt, if there is one, until
 * deadline_ms of the boot clock, so that a last message can be shown.
 */
void conversation_await_reply(
	struct conversation *conversation, int64_t deadline_ms);
