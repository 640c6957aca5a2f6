/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/str.h>
#include <playpen/provider/proof_prompt.h>

#include "tests/tap.h"

#define RANDOM "00112233445566778899aabbccddeeff"
#define ASKED "playpen-token audience=playpen-login random=" RANDOM " part=1: "
#define PREFIX "(svc-backup@node-7) "

static enum pp_reason
read_reason(const char *text)
{
	char host[PP_PROOF_HOST_MAX + 1];
	struct pp_proof_prompt prompt;
	struct pp_err err = {0};

	return pp_proof_prompt_read(text, NULL, host, &prompt, &err) == PP_OK
		       ? PP_REASON_NONE
		       : err.reason;
}

static enum pp_reason
take_reason(struct pp_secret *token, unsigned int part, const char *text,
	bool *last)
{
	pp_cleanup(pp_secret) struct pp_secret answer = {0};
	struct pp_err err = {0};

	check_kind(pp_secret_append_text(&answer, text, NULL), PP_OK);
	return pp_proof_prompt_take_answer(token, part, &answer, last, &err) ==
			       PP_OK
		       ? PP_REASON_NONE
		       : err.reason;
}

static void
a_prompt_that_was_written_is_read_again(void)
{
	struct pp_proof_prompt prompt = {.part = 12};
	struct pp_proof_prompt again = {.part = 0};
	pp_cleanup(pp_text) char *text = NULL;
	pp_cleanup(pp_text) char *whole = NULL;
	char host[PP_PROOF_HOST_MAX + 1];

	strcpy(prompt.audience, "playpen-login");
	strcpy(prompt.random, RANDOM);
	check_kind(pp_proof_prompt_write(&prompt, &text, NULL), PP_OK);
	check_kind(pp_str_format(&whole, NULL, "%s%s", PREFIX, text), PP_OK);
	check_kind(
		pp_proof_prompt_read(whole, NULL, host, &again, NULL), PP_OK);
	check_text(host, "node-7");
	check_text(again.audience, prompt.audience);
	check_text(again.random, RANDOM);
	check_int(again.part, 12);
}

static void
the_host_is_what_ssh_wrote_not_what_the_node_wrote(void)
{
	struct pp_proof_prompt prompt;
	char host[PP_PROOF_HOST_MAX + 1];

	check_kind(
		pp_proof_prompt_read(PREFIX ASKED, NULL, host, &prompt, NULL),
		PP_OK);
	check_text(host, "node-7");
	check_reason(read_reason("(svc-backup@evil) " PREFIX ASKED),
		PP_REASON_PROOF_PROMPT);
	check_reason(read_reason(ASKED), PP_REASON_PROOF_PROMPT);
	check_reason(read_reason("(node-7) " ASKED), PP_REASON_PROOF_PROMPT);
	check_reason(
		read_reason("(svc-backup@) " ASKED), PP_REASON_PROOF_PROMPT);
}

static enum pp_reason
known_reason(const char *text, const char *known_host)
{
	char host[PP_PROOF_HOST_MAX + 1];
	struct pp_proof_prompt prompt;
	struct pp_err err = {0};

	if (pp_proof_prompt_read(text, known_host, host, &prompt, &err) !=
		PP_OK)
		return err.reason;
	check_text(host, known_host);
	check_int(prompt.part, 1);
	return PP_REASON_NONE;
}

static void
a_host_that_the_caller_knows_counts(void)
{
	char longest[PP_PROOF_HOST_MAX + 2];

	check_reason(known_reason(ASKED, "node-8"), PP_REASON_NONE);
	check_reason(known_reason(PREFIX ASKED, "node-8"), PP_REASON_NONE);
	check_reason(known_reason(PREFIX PREFIX ASKED, "node-8"),
		PP_REASON_PROOF_PROMPT);
	check_reason(
		known_reason("Password: ", "node-8"), PP_REASON_PROOF_PROMPT);
	check_reason(known_reason(ASKED, ""), PP_REASON_PROOF_PROMPT);
	check_reason(known_reason(ASKED, "node 8"), PP_REASON_PROOF_PROMPT);
	memset(longest, 'a', sizeof(longest));
	longest[PP_PROOF_HOST_MAX + 1] = '\0';
	check_reason(known_reason(ASKED, longest), PP_REASON_PROOF_PROMPT);
	longest[PP_PROOF_HOST_MAX] = '\0';
	check_reason(known_reason(ASKED, longest), PP_REASON_NONE);
}

static void
rejects_whatever_is_not_the_prompt(void)
{
	static const char *const texts[] = {"", "()", "(a@b) ",
		PREFIX "Password: ", PREFIX "Client secret: ",
		PREFIX "\n" ASKED, PREFIX ASKED " ",
		PREFIX "playpen-token audience=a random=" RANDOM " part=1:",
		PREFIX "playpen-token audience= random=" RANDOM " part=1: ",
		PREFIX "playpen-token audience=a random=0011 part=1: ",
		PREFIX "playpen-token audience=a random="
		       "00112233445566778899AABBCCDDEEFF part=1: ",
		PREFIX "playpen-token audience=a random=" RANDOM " part=0: ",
		PREFIX "playpen-token audience=a random=" RANDOM " part=01: ",
		PREFIX "playpen-token audience=a random=" RANDOM " part=71: ",
		PREFIX "playpen-token audience=a random=" RANDOM " part=: "};

	check_reason(read_reason(PREFIX ASKED), PP_REASON_NONE);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_reason(read_reason(texts[i]), PP_REASON_PROOF_PROMPT);
}

/* Sends a token of len bytes through, part by part. */
static void
check_token(size_t len)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	pp_cleanup(pp_secret) struct pp_secret got = {0};
	bool last = false;

	for (size_t i = 0; i < len; i++)
		check_kind(
			pp_secret_append(&token, &"AZaz09-_."[i % 9], 1, NULL),
			PP_OK);
	for (unsigned int part = 1; !last; part++) {
		pp_cleanup(pp_secret) struct pp_secret answer = {0};
		bool heard = false;

		check_kind(pp_proof_prompt_write_answer(
				   &token, part, &answer, &last, NULL),
			PP_OK);
		check_cmp(answer.len, <=, PP_PROOF_ANSWER_MAX);
		check_kind(pp_proof_prompt_take_answer(
				   &got, part, &answer, &heard, NULL),
			PP_OK);
		check_int(heard, last);
	}
	check(pp_secret_equal(token.data, token.len, got.data, got.len));
}

static void
a_token_of_any_length_arrives_whole(void)
{
	static const size_t lengths[] = {
		1, 995, 996, 997, 1992, 1993, PP_PROOF_TOKEN_MAX};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		check_token(lengths[i]);
}

static void
rejects_parts_that_are_missing_repeated_or_reordered(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	bool last = false;

	check_reason(
		take_reason(&token, 1, "2:b;", &last), PP_REASON_PROOF_PARTS);
	if (check_reason(take_reason(&token, 1, "1:a", &last), PP_REASON_NONE))
		check(!last);
	check_reason(
		take_reason(&token, 2, "1:a", &last), PP_REASON_PROOF_PARTS);
	check_reason(
		take_reason(&token, 2, "3:c;", &last), PP_REASON_PROOF_PARTS);
	check_reason(take_reason(&token, 2, "2:b;\n", &last), PP_REASON_NONE);
	if (check(last))
		check_text(pp_secret_text(&token), "ab");
}

static void
rejects_what_is_no_part_of_a_token(void)
{
	static const char *const texts[] = {"", "\n", "1:", "1:;", "a", ":a;",
		"1:a b;", " 1:a;", "1:a; ", "1:a;\n\n", "1:a\r\n", "1:a+;",
		"1:a=;", "1:a;;", "01:a;", "+1:a;"};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	bool last = false;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_reason(take_reason(&token, 1, texts[i], &last),
			PP_REASON_PROOF_PARTS);
	check_int(token.len, 0);
	check_reason(take_reason(&token, 1, "1:a;", &last), PP_REASON_NONE);
}

static void
rejects_answers_and_tokens_above_their_limits(void)
{
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	char text[PP_PROOF_ANSWER_MAX + 2];
	bool last = false;

	memset(text, 'a', sizeof(text));
	memcpy(text, "1:", 2);
	text[PP_PROOF_ANSWER_MAX + 1] = '\0';
	check_reason(
		take_reason(&token, 1, text, &last), PP_REASON_PROOF_PARTS);
	text[PP_PROOF_ANSWER_MAX] = '\0';
	for (size_t i = 0; i < PP_PROOF_TOKEN_MAX / 998; i++)
		check_reason(
			take_reason(&token, 1, text, &last), PP_REASON_NONE);
	check_reason(
		take_reason(&token, 1, text, &last), PP_REASON_PROOF_PARTS);
}

int
main(void)
{
	run(a_prompt_that_was_written_is_read_again);
	run(the_host_is_what_ssh_wrote_not_what_the_node_wrote);
	run(a_host_that_the_caller_knows_counts);
	run(rejects_whatever_is_not_the_prompt);
	run(a_token_of_any_length_arrives_whole);
	run(rejects_parts_that_are_missing_repeated_or_reordered);
	run(rejects_what_is_no_part_of_a_token);
	run(rejects_answers_and_tokens_above_their_limits);
	return tap_end();
}
