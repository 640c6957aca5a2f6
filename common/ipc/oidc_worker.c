/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/str.h>
#include <playpen/ipc/oidc_worker.h>

enum pp_kind
pp_worker_failure(const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_failed failed = {0};
	char text[PP_ERR_MESSAGE_MAX];
	enum pp_reason reason;
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_FAILED, &failed, err);

	if (kind != PP_OK)
		return kind;
	reason = pp_reason_from_word(failed.reason);
	if (reason == PP_REASON_NONE || pp_reason_kind(reason) == PP_PENDING)
		kind = pp_fail(err, PP_REASON_FRAME_INVALID,
			"FAILED with an unknown reason");
	else
		kind = pp_fail(err, reason, "%s",
			failed.message != NULL
				? pp_str_printable(text, sizeof(text),
					  failed.message,
					  strlen(failed.message))
				: "no message");
	if (failed.said != NULL)
		pp_err_say(err, failed.said, strlen(failed.said));
	pp_message_free(PP_MESSAGE_FAILED, &failed);
	return kind;
}

/* Turns the end of the stream and FAILED into the failures that they mean when
 * a worker sends them. */
static enum pp_kind
check_frame(enum pp_kind kind, struct pp_frame *frame, struct pp_err *err)
{
	if (kind == PP_PENDING)
		return kind;
	if (kind != PP_OK && err->reason == PP_REASON_PEER_GONE)
		return pp_fail(err, PP_REASON_HELPER_FAILED,
			"playpen-oidc ended without an answer");
	if (kind != PP_OK)
		return pp_prefix(err, kind, "playpen-oidc");
	if (frame->type != PP_MESSAGE_FAILED)
		return PP_OK;
	kind = pp_worker_failure(frame, err);
	pp_frame_free(frame);
	return kind;
}

enum pp_kind
pp_worker_receive(
	struct pp_child *worker, struct pp_frame *ret_frame, struct pp_err *err)
{
	return check_frame(pp_channel_receive(&worker->channel, ret_frame, err),
		ret_frame, err);
}

static enum pp_kind
wait_for_message(struct pp_child *worker, const struct pp_clock *clock,
	int64_t deadline_ms, enum pp_message_type type, void *ret_body,
	struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = check_frame(pp_channel_wait(&worker->channel, clock,
						deadline_ms, &frame, err),
		&frame, err);

	if (kind != PP_OK)
		return kind;
	return pp_message_unpack(&frame, type, ret_body, err);
}

enum pp_kind
pp_worker_wait_identity(struct pp_child *worker, const struct pp_clock *clock,
	int64_t deadline_ms, struct pp_identity *ret_identity,
	struct pp_token *ret_token, struct pp_err *err)
{
	enum pp_kind kind = wait_for_message(worker, clock, deadline_ms,
		PP_MESSAGE_IDENTITY, ret_identity, err);

	if (kind == PP_OK && ret_token != NULL)
		kind = wait_for_message(worker, clock, deadline_ms,
			PP_MESSAGE_TOKEN, ret_token, err);
	return kind;
}
