/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_TESTS_TAP_H
#define PLAYPEN_TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The Test Anything Protocol in sixty lines. A test is a function whose name is
 * a sentence; it fails at the first check that does not hold.
 *
 *	static void
 *	rejects_an_empty_name(void)
 *	{
 *		check(!pp_name_is_valid(""));
 *	}
 *
 *	int
 *	main(void)
 *	{
 *		run(rejects_an_empty_name);
 *		return tap_end();
 *	}
 */

static int tap_count;
static int tap_failures;
static bool tap_failed;
static const char *tap_skipped;

#define check(condition) tap_check((condition), #condition, __FILE__, __LINE__)
#define check_text(got, want) tap_check_text((got), (want), __FILE__, __LINE__)
#define run(test) tap_run((test), #test)

static inline bool
tap_check(bool holds, const char *what, const char *file, int line)
{
	if (!holds) {
		printf("# %s:%d: %s does not hold\n", file, line, what);
		tap_failed = true;
	}
	return holds;
}

static inline bool
tap_check_text(const char *got, const char *want, const char *file, int line)
{
	bool same = got != NULL && want != NULL && strcmp(got, want) == 0;

	if (!same) {
		printf("# %s:%d: got \"%s\", want \"%s\"\n", file, line,
			got != NULL ? got : "(null)",
			want != NULL ? want : "(null)");
		tap_failed = true;
	}
	return same;
}

/* Called inside a test that cannot run here; the reason is printed. */
static inline void
tap_skip(const char *reason)
{
	tap_skipped = reason;
}

static inline void
tap_run(void (*test)(void), const char *name)
{
	char sentence[256];

	snprintf(sentence, sizeof(sentence), "%s", name);
	for (char *at = sentence; *at != '\0'; at++)
		if (*at == '_')
			*at = ' ';
	tap_failed = false;
	tap_skipped = NULL;
	test();
	tap_failures += tap_failed;
	printf("%sok %d - %s%s%s\n", tap_failed ? "not " : "", ++tap_count,
		sentence, tap_skipped != NULL ? " # SKIP " : "",
		tap_skipped != NULL ? tap_skipped : "");
	fflush(stdout);
}

static inline int
tap_end(void)
{
	printf("1..%d\n", tap_count);
	return tap_failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
