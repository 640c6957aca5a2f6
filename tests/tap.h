/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/base/reason.h>

/*
 * The Test Anything Protocol. A test is a function whose
 * name is a sentence. It fails if any of its checks does not hold. It goes on
 * after a failed check, so that one run shows all that is wrong, and it ends
 * at a failed require.
 *
 *	static void
 *	rejects_an_empty_name(void)
 *	{
 *		struct pp_err err = {0};
 *
 *		require(names_open(&err));
 *		check(!pp_name_is_valid(""));
 *		check_reason(err.reason, PP_REASON_NAME_INVALID);
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
/* For a step without which the rest of a void function makes no sense. */
#define require(condition)                                                     \
	do {                                                                   \
		if (!check(condition))                                         \
			return;                                                \
	} while (0)
/* These print both values. The last three take two enum pp_kind, two enum
 * pp_reason, and a comparison of numbers: check_cmp(len, <, 200). */
#define check_int(got, want)                                                   \
	tap_check_int((intmax_t) (got), (intmax_t) (want), #got, #want,        \
		__FILE__, __LINE__)
#define check_text(got, want)                                                  \
	tap_check_text((got), (want), #got, __FILE__, __LINE__)
#define check_contains(text, part)                                             \
	tap_check_part((text), (part), true, #text, __FILE__, __LINE__)
#define check_lacks(text, part)                                                \
	tap_check_part((text), (part), false, #text, __FILE__, __LINE__)
#define check_kind(got, want)                                                  \
	tap_check_text(tap_kind((int) (got)), tap_kind((int) (want)), #got,    \
		__FILE__, __LINE__)
#define check_reason(got, want)                                                \
	tap_check_text(pp_reason_word(got), pp_reason_word(want), #got,        \
		__FILE__, __LINE__)
#define check_cmp(got, op, bound)                                              \
	tap_check_cmp((intmax_t) (got), #op, (intmax_t) (bound), #got,         \
		__FILE__, __LINE__)
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

/* What the test calls the wanted number, if it is not written out, follows it.
 */
static inline bool
tap_check_int(intmax_t got, intmax_t want, const char *what, const char *name,
	const char *file, int line)
{
	if (got != want) {
		printf("# %s:%d: %s is %jd, want %jd", file, line, what, got,
			want);
		if (name[strspn(name, "-0123456789")] != '\0' ||
			(name[0] == '0' && name[1] != '\0'))
			printf(" (%s)", name);
		putchar('\n');
		tap_failed = true;
	}
	return got == want;
}

static inline bool
tap_compare(intmax_t got, const char *op, intmax_t bound)
{
	if (strcmp(op, "!=") == 0)
		return got != bound;
	if (got == bound)
		return op[1] == '=';
	return got < bound ? op[0] == '<' : op[0] == '>';
}

static inline bool
tap_check_cmp(intmax_t got, const char *op, intmax_t bound, const char *what,
	const char *file, int line)
{
	bool holds = tap_compare(got, op, bound);

	if (!holds) {
		printf("# %s:%d: %s is %jd, want %s %jd\n", file, line, what,
			got, op, bound);
		tap_failed = true;
	}
	return holds;
}

static inline bool
tap_check_text(const char *got, const char *want, const char *what,
	const char *file, int line)
{
	bool same = got != NULL && want != NULL && strcmp(got, want) == 0;

	if (!same) {
		printf("# %s:%d: %s is \"%s\", want \"%s\"\n", file, line, what,
			got != NULL ? got : "(null)",
			want != NULL ? want : "(null)");
		tap_failed = true;
	}
	return same;
}

static inline bool
tap_check_part(const char *text, const char *part, bool want, const char *what,
	const char *file, int line)
{
	bool holds = text != NULL && (strstr(text, part) != NULL) == want;

	if (!holds) {
		printf("# %s:%d: %s is \"%s\", want a text %s \"%s\"\n", file,
			line, what, text != NULL ? text : "(null)",
			want ? "with" : "without", part);
		tap_failed = true;
	}
	return holds;
}

/* Returns the name of an enum pp_kind. */
static inline const char *
tap_kind(int kind)
{
	static const char *const names[PP_KIND_COUNT] = {[PP_OK] = "ok",
		[PP_NO_MEMORY] = "no-memory",
		[PP_BAD_CONFIG] = "bad-config",
		[PP_LOCAL_ERROR] = "local-error",
		[PP_UNREACHABLE] = "unreachable",
		[PP_PROTOCOL_ERROR] = "protocol-error",
		[PP_UNTRUSTED] = "untrusted",
		[PP_DENIED] = "denied",
		[PP_NOT_FOUND] = "not-found",
		[PP_PENDING] = "pending",
		[PP_CANCELLED] = "cancelled"};

	return kind >= 0 && kind < PP_KIND_COUNT ? names[kind] : "no kind";
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
