/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd_verify.h"

/* A person who types a token may take any time. The end of the worker ends
 * this. */
#define FOREVER_MS (INT64_C(366) * 24 * 3600 * 1000)

static void
print_refusal(struct ctl *ctl, const char *reason, const char *message)
{
	printf("reject %s\n%s\n", reason, message != NULL ? message : "");
	ctl->status = CTL_EXIT_FAILED;
}

static void
print_line(struct ctl *ctl, const struct pp_verdict *verdict)
{
	const char *id = verdict->id != NULL ? verdict->id : "";

	if (verdict->accepted) {
		printf("%s accept\n", id);
		return;
	}
	printf("%s reject %s\n", id, verdict->reason);
	if (strcmp(verdict->reason, pp_reason_word(PP_REASON_BATCH_LINE)) == 0)
		ctl_error(ctl, "%s", verdict->message);
}

static enum pp_kind
print_verdict(struct ctl *ctl, const struct pp_frame *frame, bool batch,
	struct pp_err *err)
{
	struct pp_verdict verdict = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_VERDICT, &verdict, err);

	if (kind != PP_OK)
		return kind;
	if (batch)
		print_line(ctl, &verdict);
	else if (verdict.accepted)
		puts("accept");
	else
		print_refusal(ctl, verdict.reason, verdict.message);
	pp_message_free(PP_MESSAGE_VERDICT, &verdict);
	return PP_OK;
}

static enum pp_kind
print_claims(const struct pp_frame *frame, struct pp_err *err)
{
	struct pp_claims_chunk part = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_CLAIMS_CHUNK, &part, err);

	if (kind == PP_OK)
		fwrite(part.text.data, 1, part.text.len, stdout);
	pp_message_free(PP_MESSAGE_CLAIMS_CHUNK, &part);
	return kind;
}

/* Returns true for a reason that concerns the request and not a token in it. */
static bool
is_usage_error(const char *reason)
{
	return strcmp(reason, pp_reason_word(PP_REASON_RULES_INVALID)) == 0 ||
	       strcmp(reason, pp_reason_word(PP_REASON_FRAME_INVALID)) == 0;
}

static enum pp_kind
print_failure(struct ctl *ctl, const struct pp_frame *frame, bool batch,
	struct pp_err *err)
{
	struct pp_failed failed = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_FAILED, &failed, err);
	const char *message = failed.message != NULL ? failed.message : "";

	if (kind != PP_OK)
		return kind;
	if (is_usage_error(failed.reason))
		ctl_usage_error(ctl, "verify: %s", message);
	else if (batch)
		ctl_error(ctl, "%s: %s", failed.reason, message);
	else
		print_refusal(ctl, failed.reason, message);
	pp_message_free(PP_MESSAGE_FAILED, &failed);
	return PP_OK;
}

/* Prints one message; *ret_more says whether another follows. */
static enum pp_kind
print_message(struct ctl *ctl, const struct pp_frame *frame, bool batch,
	bool *ret_more, struct pp_err *err)
{
	*ret_more = frame->type == PP_MESSAGE_VERDICT ||
		    frame->type == PP_MESSAGE_CLAIMS_CHUNK;
	switch (frame->type) {
	case PP_MESSAGE_VERDICT:
		return print_verdict(ctl, frame, batch, err);
	case PP_MESSAGE_CLAIMS_CHUNK:
		return print_claims(frame, err);
	case PP_MESSAGE_VERIFY_DONE:
		if (!batch && ctl->status == 0)
			putchar('\n');
		return PP_OK;
	default:
		return print_failure(ctl, frame, batch, err);
	}
}

enum pp_kind
verify_print(struct ctl *ctl, struct pp_channel *channel, bool batch,
	struct pp_err *err)
{
	int64_t deadline = pp_clock_boot_ms(&pp_clock_system) + FOREVER_MS;
	enum pp_kind kind = PP_OK;
	bool more = true;

	while (kind == PP_OK && more) {
		pp_cleanup(pp_frame) struct pp_frame frame = {0};

		kind = pp_channel_wait(
			channel, &pp_clock_system, deadline, &frame, err);
		if (kind == PP_OK)
			kind = print_message(ctl, &frame, batch, &more, err);
	}
	return kind;
}
