/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include <playpen/base/err.h>

#include "tests/tap.h"

static void
a_failure_returns_the_kind_of_its_reason(void)
{
	struct pp_err err;

	check_kind(pp_fail(&err, PP_REASON_LOCKED, "%s", "alice"), PP_DENIED);
	check_kind(err.kind, PP_DENIED);
	check_reason(err.reason, PP_REASON_LOCKED);
	check_text(err.message, "alice");
}

static void
a_failure_without_a_place_still_returns_its_kind(void)
{
	check_kind(pp_fail(NULL, PP_REASON_NO_MEMORY, "x"), PP_NO_MEMORY);
	errno = EACCES;
	check_kind(pp_fail_errno(NULL, PP_REASON_SYSTEM, "x"), PP_LOCAL_ERROR);
	check_kind(pp_prefix(NULL, PP_DENIED, "x"), PP_DENIED);
}

static void
a_failure_that_was_kept_apart_is_handed_on_as_it_is(void)
{
	struct pp_err cause;
	struct pp_err err = {0};

	pp_fail(&cause, PP_REASON_HTTP_TIMEOUT, "%s", "100%n");
	check_kind(pp_propagate(&err, &cause), PP_UNREACHABLE);
	check_kind(err.kind, PP_UNREACHABLE);
	check_reason(err.reason, PP_REASON_HTTP_TIMEOUT);
	check_text(err.message, "100%n");
	check_kind(pp_propagate(NULL, &cause), PP_UNREACHABLE);
}

static void
context_goes_in_front_and_the_first_cause_wins(void)
{
	struct pp_err err;

	errno = ENOENT;
	check_kind(
		pp_fail_errno(&err, PP_REASON_SYSTEM, "open"), PP_LOCAL_ERROR);
	check_kind(pp_prefix(&err, PP_DENIED, "login of %s", "bob"),
		PP_LOCAL_ERROR);
	check_text(
		err.message, "login of bob: open: No such file or directory");
}

static void
a_long_message_is_cut_and_says_so(void)
{
	struct pp_err err;
	char text[2 * PP_ERR_MESSAGE_MAX];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	pp_fail(&err, PP_REASON_SYSTEM, "%s", text);
	check_kind(pp_prefix(&err, PP_LOCAL_ERROR, "context"), PP_LOCAL_ERROR);
	check_int(strlen(err.message), PP_ERR_MESSAGE_MAX - 1);
	check_text(err.message + PP_ERR_MESSAGE_MAX - 4, "...");
}

static const char *
said(const char *text)
{
	static struct pp_err err;

	pp_fail(&err, PP_REASON_SYSTEM, "x");
	pp_err_say(&err, text, strlen(text));
	return err.said;
}

static void
what_a_provider_says_is_plain_and_has_no_token(void)
{
	check_text(said("not_allowed: Offline tokens not allowed"),
		"not_allowed: Offline tokens not allowed");
	check_text(said("a\"b'c`d\\e\nf\033[2J\xc3\xa9"), "a?b?c?d?e?f?[2J??");
	check_text(said("code 0123456789abcdef-_A is used"),
		"code 0123456789abcdef-_A is used");
	check_text(
		said("code 0123456789abcdef-_AB is used"), "code ... is used");
	check_text(said("eyJhbGciOiJSUzI1NiIsIm.eyJpc3MiOiJodHRwczov."),
		"........");
	check_text(said(""), "");
}

static void
what_a_provider_says_is_cut_between_two_words(void)
{
	char text[1024] = "";
	const char *end;

	while (strlen(text) < 500)
		strcat(text, "secret-9 ");
	end = said(text);
	check_int(strlen(end), 22 * strlen("secret-9 ") + 3);
	check_text(end + strlen(end) - 12, "secret-9 ...");
	memset(text, '?', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	check_int(strlen(said(text)), PP_ERR_SAID_SIZE - 1);
}

static void
a_new_failure_forgets_what_the_provider_said(void)
{
	struct pp_err err;

	pp_fail(&err, PP_REASON_SYSTEM, "x");
	pp_err_say(&err, "no", 2);
	pp_prefix(&err, PP_LOCAL_ERROR, "token endpoint");
	check_text(err.said, "no");
	pp_fail(&err, PP_REASON_SYSTEM, "y");
	check_text(err.said, "");
	pp_err_say(NULL, "no", 2);
}

static void
another_reason_keeps_the_message_and_the_words(void)
{
	struct pp_err cause = {0};
	struct pp_err err = {0};

	pp_fail(&cause, PP_REASON_ACCESS_DENIED, "x");
	pp_err_say(&cause, "no", 2);
	check_kind(pp_fail_as(&err, PP_REASON_CLIENT_REFUSED, &cause),
		PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_CLIENT_REFUSED);
	check_kind(err.kind, PP_BAD_CONFIG);
	check_text(err.message, "x");
	check_text(err.said, "no");
	check_kind(pp_fail_as(NULL, PP_REASON_CLIENT_REFUSED, &cause),
		PP_BAD_CONFIG);
}

int
main(void)
{
	run(a_failure_returns_the_kind_of_its_reason);
	run(a_failure_without_a_place_still_returns_its_kind);
	run(a_failure_that_was_kept_apart_is_handed_on_as_it_is);
	run(context_goes_in_front_and_the_first_cause_wins);
	run(a_long_message_is_cut_and_says_so);
	run(what_a_provider_says_is_plain_and_has_no_token);
	run(what_a_provider_says_is_cut_between_two_words);
	run(a_new_failure_forgets_what_the_provider_said);
	run(another_reason_keeps_the_message_and_the_words);
	return tap_end();
}
