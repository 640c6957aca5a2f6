/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <unistd.h>

#include "playpen_policy/conversation.h"
#include "tests/tap.h"

static int64_t now_ms;

static int64_t
test_boot_ms(void *context)
{
	(void) context;
	return now_ms;
}

static const struct pp_clock test_clock = {.boot_ms = test_boot_ms};
static struct conversation conversation;
static struct pp_channel module = {.fd = -1};

static void
begin(void)
{
	int fds[2];

	pp_channel_free(&module);
	pp_channel_free(&conversation.module);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		exit(EXIT_FAILURE);
	conversation = (struct conversation){
		.module = {.fd = fds[0]}, .clock = &test_clock};
	module.fd = fds[1];
	now_ms = 1000;
}

static void
answer(const char *text)
{
	struct pp_reply reply = {0};

	check_kind(pp_secret_append_text(&reply.text, text, NULL), PP_OK);
	check_kind(pp_message_send(&module, PP_MESSAGE_REPLY, &reply, NULL),
		PP_OK);
	pp_message_free(PP_MESSAGE_REPLY, &reply);
}

static void
an_answer_comes_to_the_question(void)
{
	pp_cleanup(pp_secret) struct pp_secret heard = {0};

	begin();
	check_kind(
		conversation_prompt(&conversation, "Name:", true, NULL), PP_OK);
	check(conversation.prompt_pending);
	check_kind(
		conversation_receive(&conversation, &heard, NULL), PP_PENDING);
	answer("alice");
	check_kind(conversation_receive(&conversation, &heard, NULL), PP_OK);
	check_text(pp_secret_text(&heard), "alice");
	check(!conversation.prompt_pending);
}

static void
an_answer_nobody_asked_for_breaks_the_protocol(void)
{
	pp_cleanup(pp_secret) struct pp_secret heard = {0};
	struct pp_err err;

	begin();
	answer("alice");
	check_kind(conversation_receive(&conversation, &heard, &err),
		PP_PROTOCOL_ERROR);
	check_reason(err.reason, PP_REASON_FRAME_INVALID);
}

static void
giving_up_is_heard_at_any_time(void)
{
	pp_cleanup(pp_secret) struct pp_secret heard = {0};
	struct pp_err err;

	begin();
	check_kind(
		pp_message_send(&module, PP_MESSAGE_CANCEL, NULL, NULL), PP_OK);
	check_kind(conversation_receive(&conversation, &heard, &err),
		PP_CANCELLED);
	check_reason(err.reason, PP_REASON_CANCELLED);
}

/* Asks and answers, ms later. */
static enum pp_kind
exchange(int64_t ms, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret heard = {0};
	enum pp_kind kind = conversation_prompt(&conversation, "?", true, err);

	if (kind != PP_OK)
		return kind;
	now_ms += ms;
	answer("");
	return conversation_receive(&conversation, &heard, err);
}

static void
a_client_that_answers_by_itself_is_nobody(void)
{
	struct pp_err err;

	begin();
	check_kind(exchange(1, &err), PP_OK);
	check_kind(exchange(1, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_CONVERSATION_FAILED);
}

static void
a_person_who_presses_enter_is_somebody(void)
{
	struct pp_err err;

	begin();
	for (int i = 0; i < 20; i++)
		check_kind(exchange(i % 2 == 0 ? 40 : 1, &err), PP_OK);
}

int
main(void)
{
	conversation.module.fd = -1;
	run(an_answer_comes_to_the_question);
	run(an_answer_nobody_asked_for_breaks_the_protocol);
	run(giving_up_is_heard_at_any_time);
	run(a_client_that_answers_by_itself_is_nobody);
	run(a_person_who_presses_enter_is_somebody);
	pp_channel_free(&module);
	pp_channel_free(&conversation.module);
	return tap_end();
}
