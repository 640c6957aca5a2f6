/* SPDX-License-Identifier: MIT */
#include "probe_request.h"

static enum pp_kind
send_answer(void *context, const char *question, const struct pp_err *answer,
	struct pp_err *err)
{
	struct pp_channel *parent = context;
	const struct pp_probe_answer body = {.question = (char *) question,
		.reason = (char *) (answer->kind == PP_OK
					    ? "none"
					    : pp_reason_word(answer->reason)),
		.message = (char *) (answer->kind == PP_OK ? NULL
							   : answer->message)};

	return pp_message_send(parent, PP_MESSAGE_PROBE_ANSWER, &body, err);
}

enum pp_kind
probe_request_run(struct pp_channel *parent, const struct pp_frame *frame,
	struct pp_oidc *oidc, struct pp_err *err)
{
	struct pp_probe request = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_PROBE, &request, err);

	return kind == PP_OK
		       ? pp_oidc_probe(oidc, &request, send_answer, parent, err)
		       : kind;
}
