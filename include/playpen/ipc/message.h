/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/frame.h>
#include <playpen/ipc/offer_message.h>
#include <playpen/ipc/pam_messages.h>
#include <playpen/ipc/worker_messages.h>

/*
 * Messages: the meaning of the frames between the processes of playpen. Each
 * message is a struct in pam_messages.h, worker_messages.h or offer_message.h.
 * One table per message (message_table.c) says which tag carries which member,
 * of what type and how long; the same table packs, unpacks and frees. An
 * unknown type or tag, a tag that comes twice, a member that is missing, too
 * long or of another type breaks the protocol (PP_REASON_FRAME_INVALID).
 * Another version is PP_REASON_FRAME_VERSION.
 */

#define PP_MESSAGE_VERSION 1

enum pp_message_type {
	/* pam_playpen.so to playpen-policy */
	PP_MESSAGE_START = 1,
	PP_MESSAGE_REPLY = 2,
	PP_MESSAGE_CANCEL = 3,
	/* playpen-policy to pam_playpen.so (and playpenctl) */
	PP_MESSAGE_INFO = 16,
	PP_MESSAGE_PROMPT = 17,
	PP_MESSAGE_RESULT = 18,
	PP_MESSAGE_SETENV = 19,
	PP_MESSAGE_KEY_LINE = 21, /* to playpen-keys alone */
	PP_MESSAGE_DRY_RUN = 20, /* to playpenctl alone, as IDENTITY is there */
	/* playpen-policy or playpenctl to playpen-oidc */
	PP_MESSAGE_PROVIDER = 32,
	PP_MESSAGE_DEVICE = 33,
	PP_MESSAGE_CODE = 34,
	PP_MESSAGE_CODE_REPLY = 35,
	PP_MESSAGE_CLIENT_CREDENTIALS = 36,
	PP_MESSAGE_VERIFY_TOKEN = 37,
	PP_MESSAGE_REFRESH = 38,
	PP_MESSAGE_PROBE = 39,
	PP_MESSAGE_VERIFY_REQUEST = 40,
	PP_MESSAGE_CODE_FOR_KEY = 41,
	PP_MESSAGE_VERIFY_CERTIFICATE = 42,
	PP_MESSAGE_RENEW_KEYS = 43,
	/* playpen-oidc to playpen-policy or playpenctl */
	PP_MESSAGE_DEVICE_PROMPT = 48,
	PP_MESSAGE_CODE_REJECTED = 49,
	PP_MESSAGE_IDENTITY = 50,
	PP_MESSAGE_REFRESH_TOKEN = 51,
	PP_MESSAGE_FAILED = 52,
	PP_MESSAGE_VERDICT = 53,
	PP_MESSAGE_TOKEN = 54,
	PP_MESSAGE_CLAIMS_CHUNK = 55,
	PP_MESSAGE_VERIFY_DONE = 56,
	PP_MESSAGE_PROBE_ANSWER = 57,
	PP_MESSAGE_CERTIFICATE = 58,
	PP_MESSAGE_NOT_APPROVED = 59,
	/* in files of /run/playpen, never sent */
	PP_MESSAGE_OFFER = 64,
	PP_MESSAGE_REFUSAL = 65,
};

/*
 * Sends body, the struct that belongs to type (NULL for CANCEL, CODE_REJECTED
 * and the other messages without members).
 */
enum pp_kind pp_message_send(struct pp_channel *channel,
	enum pp_message_type type, const void *body,
	struct pp_err *err) PP_NODISCARD;

/* Packs body into the zeroed *ret_frame, which the caller frees, as
 * pp_message_send sends it. Fails with PP_REASON_FRAME_INVALID. */
enum pp_kind pp_message_pack(enum pp_message_type type, const void *body,
	struct pp_frame *ret_frame, struct pp_err *err) PP_NODISCARD;

/*
 * Fills *ret_body, the zeroed struct that belongs to type, from a frame of that
 * type (PP_REASON_FRAME_INVALID when the frame is of another). What it owns is
 * freed by pp_message_free with the same type.
 */
enum pp_kind pp_message_unpack(const struct pp_frame *frame,
	enum pp_message_type type, void *ret_body,
	struct pp_err *err) PP_NODISCARD;

/* Frees and wipes what the body owns; it is zeroed afterwards. */
void pp_message_free(enum pp_message_type type, void *body);

/* Returns "auth", "account", "open", "close", "dry-run" or "bind", for logs;
 * "unknown" for other numbers. */
const char *pp_stage_word(int64_t stage);

/* Returns "START" and so on, for logs; "unknown" for other numbers. */
const char *pp_message_name(unsigned int type);
