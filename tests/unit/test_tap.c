/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "playpen/base/reason.h"
#include "tests/tap.h"

/* What tests/tap.h promises: an inner test runs, and what it printed is read.
 */

#define SAID_SIZE 1024

static bool reached;

static void
goes_on(void)
{
	check(reached);
	reached = true;
}

static void
ends(void)
{
	require(reached);
	reached = true;
}

static void
compares_numbers(void)
{
	check_int(6 * 7, 43);
}

static void
compares_reasons(void)
{
	check_reason(PP_REASON_NONE, PP_REASON_SYSTEM);
}

static void
compares_texts(void)
{
	const char *none = NULL;

	check_text("one", "two");
	check_text(none, "two");
}

static void
compares_with_names(void)
{
	enum { TWO = 2 };
	int got = 3;

	check_int(got, TWO);
}

static void
compares_kinds(void)
{
	check_kind(PP_DENIED, PP_OK);
}

static void
searches_texts(void)
{
	const char *none = NULL;

	check_contains("one two", "three");
	check_lacks("one two", "two");
	check_contains(none, "one");
	check_lacks(none, "one");
}

static void
compares_with_bounds(void)
{
	int steps = 0;

	check_cmp(++steps, <, 1);
	check_cmp(steps, >, 1);
	check_cmp(steps, <=, 0);
	check_cmp(steps, >=, 2);
	check_cmp(steps, !=, 1);
}

static void
holds(void)
{
	require(true);
	check_int(-1, -1);
	check_text("one", "one");
	check_reason(PP_REASON_SYSTEM, PP_REASON_SYSTEM);
	check_kind(PP_DENIED, PP_DENIED);
	check_contains("one two", "two");
	check_lacks("one two", "three");
	check_cmp(1, <, 2);
	check_cmp(2, >, 1);
	check_cmp(1, <=, 1);
	check_cmp(1, >=, 1);
	check_cmp(-1, !=, 1);
}

static void
is_skipped(void)
{
	tap_skip("for a reason");
}

/* Runs the inner test as main would, and counts it as none of this program's.
 */
static const char *
said_by(void (*test)(void))
{
	static char said[SAID_SIZE];
	int count = tap_count, failures = tap_failures;
	int out = dup(STDOUT_FILENO), file = memfd_create("said", MFD_CLOEXEC);
	ssize_t size;

	fflush(stdout);
	dup2(file, STDOUT_FILENO);
	tap_count = 0;
	reached = false;
	tap_run(test, "an_inner_test");
	dup2(out, STDOUT_FILENO);
	size = pread(file, said, sizeof(said) - 1, 0);
	said[size > 0 ? size : 0] = '\0';
	close(file);
	close(out);
	tap_count = count;
	tap_failures = failures;
	tap_failed = false;
	tap_skipped = NULL;
	return said;
}

/* Returns true if the inner test prints both texts. */
static bool
says(void (*test)(void), const char *one, const char *other)
{
	const char *said = said_by(test);

	return strstr(said, one) != NULL && strstr(said, other) != NULL;
}

static void
a_failed_check_fails_the_test_and_goes_on(void)
{
	check(says(goes_on, "reached does not hold",
		"not ok 1 - an inner test\n"));
	check(reached);
}

static void
a_failed_require_ends_the_test(void)
{
	check(says(
		ends, "reached does not hold", "not ok 1 - an inner test\n"));
	check(!reached);
}

static void
both_values_are_printed(void)
{
	check(says(compares_numbers, "6 * 7 is 42, want 43\n", "not ok"));
	check(says(
		compares_reasons, "is \"none\", want \"system\"\n", "not ok"));
	check(says(compares_texts, "is \"one\", want \"two\"\n", "not ok"));
	check(says(compares_texts, "none is \"(null)\", want \"two\"\n",
		"not ok"));
	check(says(compares_kinds, "is \"denied\", want \"ok\"\n", "not ok"));
}

static void
a_number_is_followed_by_its_name(void)
{
	check(says(compares_with_names, "got is 3, want 2 (TWO)\n", "not ok"));
	check(says(compares_numbers, "want 43\n", "not ok"));
}

static void
a_text_is_printed_with_what_was_looked_for(void)
{
	check(says(searches_texts,
		"is \"one two\", want a text with \"three\"\n",
		"is \"one two\", want a text without \"two\"\n"));
	check(says(searches_texts,
		"none is \"(null)\", want a text with \"one\"\n",
		"none is \"(null)\", want a text without \"one\"\n"));
}

static void
a_bound_is_printed_with_the_number(void)
{
	check(says(compares_with_bounds, "++steps is 1, want < 1\n",
		"steps is 1, want > 1\n"));
	check(says(compares_with_bounds, "steps is 1, want <= 0\n",
		"steps is 1, want >= 2\n"));
	check(says(compares_with_bounds, "steps is 1, want != 1\n", "not ok"));
}

static void
what_holds_prints_nothing_but_its_result(void)
{
	check_text(said_by(holds), "ok 1 - an inner test\n");
	check_text(said_by(is_skipped),
		"ok 1 - an inner test # SKIP for a reason\n");
}

int
main(void)
{
	run(a_failed_check_fails_the_test_and_goes_on);
	run(a_failed_require_ends_the_test);
	run(both_values_are_printed);
	run(a_number_is_followed_by_its_name);
	run(a_text_is_printed_with_what_was_looked_for);
	run(a_bound_is_printed_with_the_number);
	run(what_holds_prints_nothing_but_its_result);
	return tap_end();
}
