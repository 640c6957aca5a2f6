/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_CONVERSATION_H
#define PLAYPEN_POLICY_CONVERSATION_H

#include <playpen/base/clock.h>
#include <playpen/ipc/message.h>

/*
 * The conversation with the person, by way of the module: one text at a time,
 * at most one question standing. Everything that a terminal ever shows of us is
 * drawn here or in screen.c; what is drawn has been made printable before.
 */
struct conversation {
	struct pp_channel module;
	const struct pp_clock *clock;
	bool prompt_pending; /* a PROMPT stands, its REPLY is to come */
	int64_t prompted_ms; /* since when */
	int instant_replies; /* answers in a row that no person could give */
	int prompt_count;    /* asked so far */
};

/* Shows a text; error marks a refusal. Fails with PP_REASON_PEER_GONE. */
enum pp_kind conversation_show(struct conversation *conversation,
	const char *text, bool error, struct pp_err *err) PP_NODISCARD;

/*
 * Asks; the answer comes by conversation_receive. Fails with
 * PP_REASON_CONVERSATION_FAILED when the answers so far came from no person: a
 * client without a terminal answers every prompt at once with an empty line.
 */
enum pp_kind conversation_prompt(struct conversation *conversation,
	const char *text, bool echo, struct pp_err *err) PP_NODISCARD;

/*
 * What came from the module, without waiting: PP_OK and the answer, PP_PENDING,
 * PP_REASON_CANCELLED when the person gave up, PP_REASON_PEER_GONE.
 */
enum pp_kind conversation_receive(struct conversation *conversation,
	struct pp_secret *answer, struct pp_err *err) PP_NODISCARD;

/*
 * Waits for the answer that is standing out, if any, so that a last sentence
 * can be shown: until deadline_ms on the boot clock.
 */
void conversation_await_reply(
	struct conversation *conversation, int64_t deadline_ms);

#endif
