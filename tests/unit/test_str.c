/* SPDX-License-Identifier: MIT */
#include <playpen/base/str.h>

#include "tests/tap.h"

static void
makes_every_byte_printable(void)
{
	char text[64];

	check_text(pp_str_printable(text, sizeof(text), "plain text", 10),
		"plain text");
	check_text(pp_str_printable(text, sizeof(text), "a\033[2J\n\\", 7),
		"a\\x1b[2J\\x0a\\x5c");
	check_text(pp_str_printable(text, sizeof(text), "\0\xff", 2),
		"\\x00\\xff");
	check_text(pp_str_printable(text, sizeof(text), "", 0), "");
}

static void
cuts_what_does_not_fit(void)
{
	char text[8];

	check_text(
		pp_str_printable(text, sizeof(text), "1234567", 7), "1234567");
	check_text(
		pp_str_printable(text, sizeof(text), "12345678", 8), "1234...");
	check_text(
		pp_str_printable(text, sizeof(text), "123\n\n", 5), "123...");
}

static void
reads_exact_numbers_and_nothing_else(void)
{
	static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "01",
		"0x1", "1.0", "-0", "9223372036854775808", "11"};
	int64_t value = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(!pp_str_to_i64(bad[i], -10, 10, &value));
	check_int(value, 7);
	if (check(pp_str_to_i64("-10", -10, 10, &value)))
		check_int(value, -10);
	if (check(pp_str_to_i64("0", -10, 10, &value)))
		check_int(value, 0);
	if (check(pp_str_to_i64("9223372036854775807", 0, INT64_MAX, &value)))
		check_int(value, INT64_MAX);
}

static void
splits_words_at_blanks(void)
{
	pp_cleanup(pp_strv) struct pp_strv list = {0};

	check_kind(
		pp_strv_append_words(&list, "  one\ttwo  three ", NULL), PP_OK);
	check_int(list.count, 3);
	check_text(list.items[1], "two");
	check(pp_strv_contains(&list, "three"));
	check(!pp_strv_contains(&list, "thre"));
	check_kind(pp_strv_append_words(&list, " ", NULL), PP_OK);
	check_int(list.count, 3);
}

static void
copies_whole_lists(void)
{
	pp_cleanup(pp_strv) struct pp_strv a = {0};
	pp_cleanup(pp_strv) struct pp_strv b = {0};

	check_kind(pp_strv_append_words(&a, "x y", NULL), PP_OK);
	check_kind(pp_strv_append_list(&b, &a, NULL), PP_OK);
	if (check_int(b.count, 2))
		check_cmp(b.items[0], !=, a.items[0]);
	check_text(b.items[1], "y");
}

static void
a_list_has_a_limit(void)
{
	pp_cleanup(pp_strv) struct pp_strv list = {0};
	struct pp_err err;

	for (int i = 0; i < PP_STRV_MAX; i++)
		if (!check_kind(pp_strv_append(&list, "x", 1, NULL), PP_OK))
			return;
	check_kind(pp_strv_append(&list, "x", 1, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_TOO_LONG);
}

static void
tells_graphic_text_and_prefixes(void)
{
	check(pp_str_is_graphic("https://a/b?c=d", 15));
	check(!pp_str_is_graphic("a b", 3));
	check(!pp_str_is_graphic("a\xc3\xa9", 3));
	check(pp_str_starts_with("sudo-i", "sudo"));
	check(!pp_str_starts_with("su", "sudo"));
}

static void
pairs_of_a_line_are_whole_and_printable_or_not_there(void)
{
	char line[44] = "result=done";

	pp_str_add_pair(line, sizeof(line), "name", "bob");
	pp_str_add_pair(line, sizeof(line), "to", NULL);
	pp_str_add_pair(line, sizeof(line), "to", "");
	check_text(line, "result=done name=bob");
	pp_str_add_pair(
		line, sizeof(line), "message", "longer than what is left");
	check_text(line, "result=done name=bob");
	pp_str_add_pair(line, sizeof(line), "to", "a \"b\n by=0");
	check_text(line, "result=done name=bob to=\"a 'b\\x0a by=0\"");
}

/* A text of our own has been made printable part by part. */
static void
what_was_escaped_stays_as_it_is(void)
{
	char line[64] = "";

	pp_str_add_text(line, sizeof(line), "notes", "'caf\\xe9' \"x\"\n");
	check_text(line, " notes=\"'caf\\xe9' 'x'?\"");
	pp_str_add_text(line, sizeof(line), "more", NULL);
	check_text(line, " notes=\"'caf\\xe9' 'x'?\"");
}

static const char *
nearest(const char *wanted, const char *const *known, char *hint)
{
	struct pp_str_nearest found = {.wanted = wanted};

	for (; *known != NULL; known++)
		pp_str_nearest_offer(&found, *known, strlen(*known));
	return pp_str_nearest_hint(&found, hint);
}

static void
the_nearest_known_text_is_found(void)
{
	static const char *const known[] = {"groups_ttl", "prefix",
		"refresh_groups", "refresh_groups_after", "timeout", "lock",
		"unlock", NULL};
	static const char *const rows[][2] = {
		{"group_ttl", "; did you mean groups_ttl?"},   /* left out */
		{"groups_tttl", "; did you mean groups_ttl?"}, /* one more */
		{"groups-ttl", "; did you mean groups_ttl?"},  /* another */
		{"groups_tlt", "; did you mean groups_ttl?"},  /* swapped */
		{"perfix", "; did you mean prefix?"},
		{"refresh_group", "; did you mean refresh_groups?"},
		{"refresh_group_after", "; did you mean refresh_groups_after?"},
		{"lok", "; did you mean lock?"},
		{"unlok", "; did you mean unlock?"},
		{"ttl", "; did you mean groups_ttl?"}, /* a whole part */
		{"--after", "; did you mean refresh_groups_after?"}, {"tl", ""},
		{"roups", ""}, {"", ""}, {"x", ""}, {"nonsense", ""},
		{"pr", ""}, {"timer", ""}};
	char hint[PP_STR_HINT_SIZE];

	for (size_t i = 0; i < PP_COUNT(rows); i++)
		check_text(nearest(rows[i][0], known, hint), rows[i][1]);
}

static void
nothing_is_near_to_a_text_that_is_too_long(void)
{
	char longest[PP_STR_NEAREST_MAX + 1] = "";
	char longer[PP_STR_NEAREST_MAX + 2] = "";
	const char *const known[] = {longest, NULL};
	const char *const unknown[] = {longer, NULL};
	char hint[PP_STR_HINT_SIZE];

	memset(longest, 'a', sizeof(longest) - 1);
	memset(longer, 'a', sizeof(longer) - 1);
	check_contains(nearest(longest + 1, known, hint), longest);
	check_int(strlen(hint), strlen("; did you mean ?") + strlen(longest));
	check_text(nearest(longer, known, hint), "");
	check_text(nearest(longest, unknown, hint), "");
}

int
main(void)
{
	run(makes_every_byte_printable);
	run(cuts_what_does_not_fit);
	run(reads_exact_numbers_and_nothing_else);
	run(splits_words_at_blanks);
	run(copies_whole_lists);
	run(a_list_has_a_limit);
	run(tells_graphic_text_and_prefixes);
	run(pairs_of_a_line_are_whole_and_printable_or_not_there);
	run(what_was_escaped_stays_as_it_is);
	run(the_nearest_known_text_is_found);
	run(nothing_is_near_to_a_text_that_is_too_long);
	return tap_end();
}
