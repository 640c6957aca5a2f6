/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_TALK_H
#define PLAYPEN_POLICY_TALK_H

#include <playpen/clock.h>
#include <playpen/message.h>

/*
 * The talk with the person, by way of the module: one text at a time, at most
 * one question standing. Everything that a terminal ever shows of us is drawn
 * here or in screen.c; what is drawn has been made printable before.
 */
struct pp_talk {
	struct pp_channel module;
	const struct pp_clock *clock;
	bool asking;      /* a PROMPT stands, its REPLY is to come */
	int64_t asked_ms; /* since when */
	int hasty;        /* answers in a row that no person could give */
	int questions;    /* asked so far */
};

/* Shows a text; error marks a refusal. Fails with PP_REASON_PEER_GONE. */
enum pp_kind pp_talk_show(struct pp_talk *talk, const char *text, bool error,
	struct pp_err *err) PP_NODISCARD;

/*
 * Asks; the answer comes by pp_talk_hear. Fails with PP_REASON_NO_CONVERSATION
 * when the answers so far came from no person: a client without a terminal
 * answers every prompt at once with an empty line.
 */
enum pp_kind pp_talk_ask(struct pp_talk *talk, const char *text, bool echo,
	struct pp_err *err) PP_NODISCARD;

/*
 * What came from the module, without waiting: PP_OK and the answer, PP_PENDING,
 * PP_REASON_CANCELLED when the person gave up, PP_REASON_PEER_GONE.
 */
enum pp_kind pp_talk_hear(struct pp_talk *talk, struct pp_secret *answer,
	struct pp_err *err) PP_NODISCARD;

/*
 * Waits for the answer that is standing out, if any, so that a last sentence
 * can be shown: until deadline_ms on the boot clock.
 */
void pp_talk_settle(struct pp_talk *talk, int64_t deadline_ms);

#endif
