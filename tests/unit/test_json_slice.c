/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <playpen/json/json.h>

#include "tests/tap.h"

/* The object cut into its members, unread: a and b are asked for. */

static const char *const names[] = {"a", "b"};

#define COUNT (sizeof(names) / sizeof(names[0]))

static struct pp_json_text slices[COUNT];

/* From memory of exactly that size, so that a sanitizer sees its end. */
static enum pp_reason
reason_of(const char *text)
{
	static char *kept;
	struct pp_json_text object = {NULL, strlen(text)};
	struct pp_err err = {0};

	free(kept);
	kept = malloc(object.len + 1);
	if (kept == NULL)
		return PP_REASON_NO_MEMORY;
	object.text = memcpy(kept, text, object.len);
	pp_ignore(pp_json_slice(&object, names, COUNT, slices, &err));
	return err.reason;
}

static bool
is_slice(size_t i, const char *expected)
{
	if (expected == NULL)
		return slices[i].text == NULL && slices[i].len == 0;
	return slices[i].text != NULL && pp_json_text_is(&slices[i], expected);
}

/* The object is cut, and these are the two slices. */
static bool
cuts(const char *text, const char *a, const char *b)
{
	enum pp_reason reason = reason_of(text);

	if (reason == PP_REASON_NONE && is_slice(0, a) && is_slice(1, b))
		return true;
	printf("# %s: %s\n", text, pp_reason_word(reason));
	return false;
}

static void
cuts_values_of_every_type(void)
{
	check(cuts("{\"a\":1,\"b\":\"x\"}", "1", "\"x\""));
	check(cuts("{\"b\":[1,{\"a\":2}],\"a\":{\"b\":[]}}", "{\"b\":[]}",
		"[1,{\"a\":2}]"));
	check(cuts("{\"a\":true,\"b\":null}", "true", "null"));
	check(cuts("{\"a\":-1.5e+3,\"b\":\"\"}", "-1.5e+3", "\"\""));
}

static void
leaves_white_space_around_values_out(void)
{
	check(cuts(" {\t\"a\" : 1 ,\r\n\"b\":[ 2 ] } ", "1", "[ 2 ]"));
}

static void
what_is_missing_is_told_from_what_is_empty(void)
{
	check(cuts("{}", NULL, NULL));
	check(cuts("{\"b\":\"\"}", NULL, "\"\""));
}

static void
other_members_are_passed_over_however_often_they_stand(void)
{
	check(cuts("{\"x\":{\"a\":1},\"a\":2,\"x\":3,\"aa\":4,\"\":5}", "2",
		NULL));
}

static void
brackets_and_quotes_in_a_string_do_not_count(void)
{
	check(cuts("{\"a\":\"}]\\\"{[\",\"b\":[\"]\",\"\\\\\"]}",
		"\"}]\\\"{[\"", "[\"]\",\"\\\\\"]"));
}

/* The slice is for the reader to judge; only its end is sure. */
static void
what_is_wrong_within_a_value_is_left_to_the_reader(void)
{
	check(cuts("{\"a\":nul,\"b\":01}", "nul", "01"));
	check(cuts("{\"a\":[1,,2],\"b\":{1:2}}", "[1,,2]", "{1:2}"));
	check(cuts("{\"a\":[},\"b\":1}", "[}", "1"));
	check(cuts("{\"a\":{\"x\":1,\"x\":2}}", "{\"x\":1,\"x\":2}", NULL));
}

static void
no_depth_is_too_great(void)
{
	static char text[20010];

	memcpy(text, "{\"a\":", 5);
	memset(text + 5, '[', 10000);
	memset(text + 10005, ']', 10000);
	text[20005] = '}';
	if (check_reason(reason_of(text), PP_REASON_NONE))
		check_int(slices[0].len, 20000);
	text[20004] = ' ';
	check_reason(reason_of(text), PP_REASON_JSON_INVALID);
}

static void
rejects_a_member_that_stands_twice(void)
{
	check_reason(reason_of("{\"a\":1,\"a\":1}"), PP_REASON_JSON_DUPLICATE);
	check(cuts("{\"a\":1,\"b\":1}", "1", "1"));
}

static void
rejects_any_escape_in_a_name(void)
{
	check_reason(reason_of("{\"\\u0061\":1}"), PP_REASON_JSON_NAME);
	check_reason(reason_of("{\"x\\n\":1}"), PP_REASON_JSON_NAME);
	check(cuts("{\"a\":\"\\u0061\"}", "\"\\u0061\"", NULL));
}

static void
rejects_what_is_not_one_object(void)
{
	static const char *const texts[] = {"", " ", "[]", "1", "\"a\"", "null",
		"{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":[",
		"{\"a\":[1}", "{\"a\":\"", "{\"a\":}", "{\"a\":]}", "{\"a\":,}",
		"{\"a\" 1}", "{\"a\":1 2}", "{\"a\":1\"b\":2}", "{,}",
		"{\"a\":1,}", "{a:1}", "{1:1}", "{} {}", "{}x", "{}}",
		"{\"a\":1}]", "\xef\xbb\xbf{}", "{\"a\":\x01}", "{\"a\":\xff}"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!check_reason(reason_of(texts[i]), PP_REASON_JSON_INVALID))
			printf("# %s\n", texts[i]);
}

static void
rejects_strings_that_the_scanner_refuses(void)
{
	check_reason(reason_of("{\"x\":\"\xff\"}"), PP_REASON_JSON_ENCODING);
	check_reason(reason_of("{\"x\":\"\\ud800\"}"), PP_REASON_JSON_ENCODING);
	check_reason(reason_of("{\"x\":\"\t\"}"), PP_REASON_JSON_INVALID);
	check(cuts("{\"x\":\"\\ud800\\udc00\",\"a\":1}", "1", NULL));
}

int
main(void)
{
	run(cuts_values_of_every_type);
	run(leaves_white_space_around_values_out);
	run(what_is_missing_is_told_from_what_is_empty);
	run(other_members_are_passed_over_however_often_they_stand);
	run(brackets_and_quotes_in_a_string_do_not_count);
	run(what_is_wrong_within_a_value_is_left_to_the_reader);
	run(no_depth_is_too_great);
	run(rejects_a_member_that_stands_twice);
	run(rejects_any_escape_in_a_name);
	run(rejects_what_is_not_one_object);
	run(rejects_strings_that_the_scanner_refuses);
	return tap_end();
}
