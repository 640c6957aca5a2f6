/* SPDX-License-Identifier: MIT */
#include "device_flow.h"

/* When the flow polls, how it waits, and when it is too late. */

static void
the_first_poll_comes_after_one_interval(void)
{
	static const struct {
		const char *grant;
		int64_t interval;
	} samples[] = {
		{GRANTED(""), 5},
		{GRANTED(",\"interval\":0"), 1},
		{GRANTED(",\"interval\":-9"), 1},
		{GRANTED(",\"interval\":2"), 2},
		{GRANTED(",\"interval\":60"), 60},
		{GRANTED(",\"interval\":2147483648"), 60},
	};

	for (size_t i = 0; i < COUNT(samples); i++) {
		begin(samples[i].grant);
		poll_answers(200, provider_tokens(NULL));
		check_reason(sign_in(NULL), PP_REASON_NONE);
		ARRIVED(samples[i].interval);
	}
}

static void
a_poll_that_takes_long_shortens_no_wait(void)
{
	begin(GRANT);
	provider_answer("/token",
		(struct provider_answer){
			.status = 400, .body = PENDING, .takes_ms = 4000});
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(5, 14);
}

/* When it was asked, not when it answered: an approval may lie in between. */
static void
says_for_each_question_that_it_was_not_approved(void)
{
	begin(GRANT);
	provider_answer("/token",
		(struct provider_answer){
			.status = 400, .body = PENDING, .takes_ms = 4000});
	provider_answer("/token",
		(struct provider_answer){.reason = PP_REASON_HTTP_TIMEOUT});
	poll_answers(400, SLOW_DOWN);
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(5, 14, 24, 34);
	if (!check_int((int64_t) provider_not_approved_count, 2))
		return;
	check_int(provider_not_approved_ms[0], begun_ms + 5000);
	check_int(provider_not_approved_ms[1], begun_ms + 24000);
}

static void
each_slow_down_counts_for_all_later_polls(void)
{
	begin(GRANT);
	poll_answers(400, SLOW_DOWN);
	poll_answers(400, PENDING);
	poll_answers(200, SLOW_DOWN);
	poll_answers(400, PENDING);
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(5, 15, 25, 40, 55);
}

static void
the_larger_of_both_intervals_counts(void)
{
	begin(GRANT);
	poll_answers(400, "{\"error\":\"slow_down\",\"interval\":20}");
	poll_answers(400, PENDING);
	poll_answers(400, "{\"error\":\"slow_down\",\"interval\":3}");
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(5, 25, 45, 70);
}

static void
gives_up_when_it_is_told_to_slow_down_for_ever(void)
{
	begin(GRANT);
	provider_settings.deadline_ms = PROVIDER_BOOT_MS + 3600000;
	provider_forget("/device/code");
	provider_say("/device/code",
		"{" REST ",\"expires_in\":3600,\"interval\":5}");
	poll_answers(400, SLOW_DOWN);
	check_reason(sign_in(NULL), PP_REASON_SLOW_DOWN);
	/* The intervals 5, 10 and so on to 60: one more is too many. */
	check_int(provider_count("/token"), 12);
	begin(GRANT);
	poll_answers(400, "{\"error\":\"slow_down\",\"interval\":61}");
	check_reason(sign_in(NULL), PP_REASON_SLOW_DOWN);
	ARRIVED(5);
}

static void
a_busy_provider_is_asked_for_a_code_once_more(void)
{
	provider_begin();
	provider_answer("/device/code",
		(struct provider_answer){.status = 400, .body = SLOW_DOWN});
	provider_say("/device/code", GRANT);
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	check_int(provider_count("/device/code"), 2);
	check_int(provider_asked_ms("/device/code", 1) - begun_ms, 2000);
	provider_begin();
	for (int i = 0; i < 2; i++)
		provider_answer("/device/code",
			(struct provider_answer){
				.status = 429, .body = "", .retry_after = 1});
	check_reason(sign_in(NULL), PP_REASON_SLOW_DOWN);
	check_int(provider_count("/device/code"), 2);
	provider_begin();
	provider_answer("/device/code",
		(struct provider_answer){
			.status = 429, .body = "", .retry_after = 30});
	check_reason(sign_in(NULL), PP_REASON_SLOW_DOWN);
	check_int(provider_count("/device/code"), 1);
}

static void
obeys_retry_after_up_to_a_minute(void)
{
	begin(GRANT);
	provider_answer("/token",
		(struct provider_answer){
			.status = 429, .body = SLOW_DOWN, .retry_after = 30});
	provider_answer("/token",
		(struct provider_answer){
			.status = 400, .body = PENDING, .retry_after = 2});
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(5, 35, 45);
	begin(GRANT);
	provider_answer("/token",
		(struct provider_answer){
			.status = 503, .body = "", .retry_after = 100000});
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(5, 65);
}

static void
backs_off_while_nobody_answers(void)
{
	static const enum pp_reason reasons[] = {PP_REASON_HTTP_UNREACHABLE,
		PP_REASON_HTTP_TIMEOUT, PP_REASON_HTTP_STATUS};

	begin(GRANT);
	for (size_t i = 0; i < COUNT(reasons); i++)
		provider_answer("/token",
			(struct provider_answer){.reason = reasons[i]});
	poll_answers(400, PENDING);
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	/* After 10, 20 and 40 seconds, and then as before. */
	ARRIVED(5, 15, 35, 75, 80);
}

static void
backs_off_no_further_than_a_minute(void)
{
	begin("{" REST ",\"expires_in\":3600,\"interval\":1}");
	provider_settings.deadline_ms = PROVIDER_BOOT_MS + 3600000;
	for (int i = 0; i < 9; i++)
		provider_answer("/token",
			(struct provider_answer){
				.reason = PP_REASON_HTTP_UNREACHABLE});
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(1, 3, 7, 15, 31, 63, 123, 183, 243, 303);
}

static void
a_provider_in_trouble_is_asked_again(void)
{
	begin(GRANT);
	poll_answers(500, "<html>");
	poll_answers(503, "{\"error\":\"temporarily_unavailable\"}");
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(5, 15, 35);
}

static void
at_the_end_the_last_answer_is_told_with_the_provider_s_words(void)
{
	begin(GRANT);
	poll_answers(503,
		"{\"error\":\"server_error\",\"error_description\":\"full\"}");
	check_reason(sign_in(NULL), PP_REASON_HTTP_STATUS);
	check_text(flow_err.said, "server_error: full");
	check_contains(flow_err.message, "the time is over");
	check_contains(flow_err.message, "the provider says server_error");
	begin(GRANT);
	poll_answers(429, "<html>");
	check_reason(sign_in(NULL), PP_REASON_SLOW_DOWN);
	check_text(flow_err.said, "");
	begin(GRANT);
	poll_answers(429, "<html>");
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
}

static void
gives_up_after_five_answers_that_cannot_be_read(void)
{
	begin("{" REST ",\"expires_in\":3600,\"interval\":1}");
	poll_answers(200, "<html>");
	check_reason(sign_in(NULL), PP_REASON_JSON_INVALID);
	ARRIVED(1, 3, 7, 15, 31);
	begin("{" REST ",\"expires_in\":3600,\"interval\":1}");
	for (int i = 0; i < 4; i++)
		poll_answers(200, "{\"error\":\"caf\xe9\"}");
	poll_answers(400, PENDING);
	poll_answers(200, "<html>");
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(1, 3, 7, 15, 31, 32, 34);
}

static void
ends_when_the_code_expires(void)
{
	begin("{" REST ",\"expires_in\":12,\"interval\":5}");
	poll_answers(400, PENDING);
	check_reason(sign_in(NULL), PP_REASON_CODE_EXPIRED);
	check_int(provider_shown.expires, 12);
	ARRIVED(5, 10);
}

static void
ends_at_our_own_deadline(void)
{
	begin(GRANT);
	provider_settings.deadline_ms = PROVIDER_BOOT_MS + 17000;
	poll_answers(400, PENDING);
	check_reason(sign_in(NULL), PP_REASON_DEADLINE);
	check_int(provider_shown.expires, 17);
	ARRIVED(5, 10, 15);
	check_cmp(provider_deadline_ms("/token"), <=, PROVIDER_BOOT_MS + 17000);
}

/* Not "nobody approved": perhaps somebody did, and the provider was away. */
static void
a_provider_that_is_away_at_the_end_is_the_reason(void)
{
	begin(GRANT);
	provider_settings.deadline_ms = PROVIDER_BOOT_MS + 27000;
	poll_answers(400, PENDING);
	poll_answers(502, "<html>");
	check_reason(sign_in(NULL), PP_REASON_HTTP_STATUS);
	ARRIVED(5, 10, 20);
	begin(GRANT);
	provider_settings.deadline_ms = PROVIDER_BOOT_MS + 27000;
	poll_answers(502, "<html>");
	poll_answers(400, PENDING);
	check_reason(sign_in(NULL), PP_REASON_DEADLINE);
}

static void
sleeps_no_longer_than_the_deadline_whatever_is_asked(void)
{
	begin("{" REST ",\"expires_in\":300,\"interval\":60}");
	provider_settings.deadline_ms = PROVIDER_BOOT_MS + 17000;
	poll_answers(200, provider_tokens(NULL));
	check_reason(sign_in(NULL), PP_REASON_DEADLINE);
	check_int(provider_count("/token"), 0);
}

/* A success after the end is none: nobody waits for it any longer. */
static void
a_success_that_comes_too_late_is_refused(void)
{
	begin(GRANT);
	provider_settings.deadline_ms = PROVIDER_BOOT_MS + 17000;
	poll_answers(400, PENDING);
	poll_answers(400, PENDING);
	provider_answer("/token", (struct provider_answer){.status = 200,
					  .body = provider_tokens(NULL),
					  .takes_ms = 2000});
	check_reason(sign_in(NULL), PP_REASON_DEADLINE);
	ARRIVED(5, 10, 15);
	begin(GRANT);
	provider_settings.deadline_ms = PROVIDER_BOOT_MS + 17000;
	poll_answers(400, PENDING);
	poll_answers(400, PENDING);
	provider_answer("/token", (struct provider_answer){.status = 200,
					  .body = provider_tokens(NULL),
					  .takes_ms = 1999});
	check_reason(sign_in(NULL), PP_REASON_NONE);
	ARRIVED(5, 10, 15);
}

int
main(void)
{
	run(the_first_poll_comes_after_one_interval);
	run(a_poll_that_takes_long_shortens_no_wait);
	run(says_for_each_question_that_it_was_not_approved);
	run(a_busy_provider_is_asked_for_a_code_once_more);
	run(each_slow_down_counts_for_all_later_polls);
	run(the_larger_of_both_intervals_counts);
	run(gives_up_when_it_is_told_to_slow_down_for_ever);
	run(obeys_retry_after_up_to_a_minute);
	run(backs_off_while_nobody_answers);
	run(backs_off_no_further_than_a_minute);
	run(a_provider_in_trouble_is_asked_again);
	run(at_the_end_the_last_answer_is_told_with_the_provider_s_words);
	run(gives_up_after_five_answers_that_cannot_be_read);
	run(ends_when_the_code_expires);
	run(ends_at_our_own_deadline);
	run(a_provider_that_is_away_at_the_end_is_the_reason);
	run(sleeps_no_longer_than_the_deadline_whatever_is_asked);
	run(a_success_that_comes_too_late_is_refused);
	provider_end();
	claimant_end();
	return tap_end();
}
