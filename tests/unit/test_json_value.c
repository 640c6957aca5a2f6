/* SPDX-License-Identifier: MIT */
#include <playpen/json/json.h>

#include "tests/tap.h"

static struct pp_json *
parse(const char *text)
{
	struct pp_json *document = NULL;

	check_kind(pp_json_parse(text, strlen(text), &document, NULL), PP_OK);
	return document;
}

static void
tells_absent_from_null_and_from_the_wrong_type(void)
{
	pp_cleanup(pp_json) struct pp_json *o =
		parse("{\"n\":null,\"s\":\"x\"}");
	struct pp_json_text text;

	check(pp_json_find(o, "none") == NULL);
	check(pp_json_find(o, "n") != NULL);
	check_int(pp_json_type(pp_json_find(o, "n")), PP_JSON_TYPE_NULL);
	check_int(pp_json_get_string(o, "none", &text), PP_JSON_ABSENT);
	check_int(pp_json_get_string(o, "n", &text), PP_JSON_WRONG_TYPE);
	check_int(pp_json_get_string(o, "s", &text), PP_JSON_FOUND);
}

static void
nothing_is_found_in_what_is_no_object(void)
{
	pp_cleanup(pp_json) struct pp_json *a = parse("[\"s\"]");
	pp_cleanup(pp_json) struct pp_json *n = parse("null");
	struct pp_json_text text;

	check(pp_json_find(a, "s") == NULL);
	check_int(pp_json_get_string(n, "s", &text), PP_JSON_ABSENT);
	check(pp_json_find(NULL, "s") == NULL);
	check_int(pp_json_count(n), 0);
	check_int(pp_json_count(pp_json_at(a, 0)), 0);
}

static void
strings_have_their_length(void)
{
	pp_cleanup(pp_json) struct pp_json *o = parse(
		"{\"s\":\"a\\u0000b\",\"e\":\"\",\"u\":\"\\u20ac\\ud83d\\ude00\"}");
	struct pp_json_text text = {0};

	check_int(pp_json_get_string(o, "s", &text), PP_JSON_FOUND);
	check_int(text.len, 3);
	check(memcmp(text.text, "a\0b", 4) == 0);
	check(!pp_json_text_is(&text, "a"));
	check_int(pp_json_get_string(o, "e", &text), PP_JSON_FOUND);
	check_int(text.len, 0);
	check(pp_json_text_is(&text, ""));
	check_int(pp_json_get_string(o, "u", &text), PP_JSON_FOUND);
	check_text(text.text, "\xe2\x82\xac\xf0\x9f\x98\x80");
}

static void
resolves_every_escape(void)
{
	pp_cleanup(pp_json) struct pp_json *v =
		parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"");
	struct pp_json_text text = {0};

	check(pp_json_as_string(v, &text));
	check_text(text.text, "\"\\/\b\f\n\r\tA");
}

static void
only_true_and_false_are_booleans(void)
{
	pp_cleanup(pp_json) struct pp_json *o = parse(
		"{\"t\":true,\"f\":false,\"s\":\"false\",\"n\":0,\"z\":null}");
	bool value = false;

	if (check_int(pp_json_get_bool(o, "t", &value), PP_JSON_FOUND))
		check(value);
	if (check_int(pp_json_get_bool(o, "f", &value), PP_JSON_FOUND))
		check(!value);
	value = true;
	check_int(pp_json_get_bool(o, "s", &value), PP_JSON_WRONG_TYPE);
	check_int(pp_json_get_bool(o, "n", &value), PP_JSON_WRONG_TYPE);
	check_int(pp_json_get_bool(o, "z", &value), PP_JSON_WRONG_TYPE);
	check_int(pp_json_get_bool(o, "none", &value), PP_JSON_ABSENT);
	check(value);
}

static enum pp_json_found
integer_of(const char *number, int64_t *ret_value)
{
	char text[300];
	pp_cleanup(pp_json) struct pp_json *o = NULL;

	snprintf(text, sizeof(text), "{\"n\":%s}", number);
	o = parse(text);
	return pp_json_get_i64(
		o, "n", -PP_JSON_INTEGER_MAX, PP_JSON_INTEGER_MAX, ret_value);
}

static void
integers_are_exact(void)
{
	int64_t value = 0;

	if (check_int(integer_of("0", &value), PP_JSON_FOUND))
		check_int(value, 0);
	if (check_int(integer_of("-1", &value), PP_JSON_FOUND))
		check_int(value, -1);
	if (check_int(integer_of("4294967296", &value), PP_JSON_FOUND))
		check_int(value, INT64_C(4294967296));
	if (check_int(integer_of("9007199254740992", &value), PP_JSON_FOUND))
		check_int(value, PP_JSON_INTEGER_MAX);
	if (check_int(integer_of("-9007199254740992", &value), PP_JSON_FOUND))
		check_int(value, -PP_JSON_INTEGER_MAX);
}

static void
rejects_what_is_no_exact_integer(void)
{
	static const char *const bad[] = {"-0", "1.0", "1e3", "1.5",
		"9007199254740993", "-9007199254740993", "9223372036854775807",
		"9223372036854775808", "18446744073709551616", "1e400",
		"99999999999999999", "100000000000000000000000000000"};
	int64_t value = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_int(integer_of(bad[i], &value), PP_JSON_OUT_OF_RANGE);
	check_int(integer_of("\"5\"", &value), PP_JSON_WRONG_TYPE);
	check_int(integer_of("true", &value), PP_JSON_WRONG_TYPE);
	check_int(integer_of("null", &value), PP_JSON_WRONG_TYPE);
	check_int(value, 7);
}

static void
integers_keep_their_range(void)
{
	pp_cleanup(pp_json) struct pp_json *o = parse("{\"n\":5}");
	int64_t value = 0;

	check_int(pp_json_get_i64(o, "n", 6, 9, &value), PP_JSON_OUT_OF_RANGE);
	check_int(pp_json_get_i64(o, "n", 1, 4, &value), PP_JSON_OUT_OF_RANGE);
	check_int(pp_json_get_i64(o, "n", 5, 5, &value), PP_JSON_FOUND);
}

static enum pp_json_found
seconds_of(const char *number, int64_t *ret_value)
{
	char text[300];
	pp_cleanup(pp_json) struct pp_json *o = NULL;

	snprintf(text, sizeof(text), "{\"n\":%s}", number);
	o = parse(text);
	return pp_json_get_seconds(o, "n", ret_value);
}

static void
times_may_have_a_fraction_or_an_exponent(void)
{
	int64_t value = 0;

	if (check_int(seconds_of("1700000600.5", &value), PP_JSON_FOUND))
		check_int(value, 1700000600);
	if (check_int(seconds_of("1.7000006e9", &value), PP_JSON_FOUND))
		check_int(value, 1700000600);
	if (check_int(seconds_of("0", &value), PP_JSON_FOUND))
		check_int(value, 0);
	if (check_int(seconds_of("253402300799", &value), PP_JSON_FOUND))
		check_int(value, PP_JSON_SECONDS_MAX);
}

static void
rejects_times_out_of_range(void)
{
	static const char *const bad[] = {"-1", "-0", "-0.0", "253402300800",
		"9223372036854775808", "18446744073709551616", "1e30", "1e400",
		"-1e400"};
	int64_t value = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_int(seconds_of(bad[i], &value), PP_JSON_OUT_OF_RANGE);
	check_int(seconds_of("\"1700000600\"", &value), PP_JSON_WRONG_TYPE);
	check_int(value, 7);
}

static void
arrays_and_objects_are_told_apart(void)
{
	pp_cleanup(pp_json) struct pp_json *o =
		parse("{\"a\":[1,\"x\",null],\"o\":{\"k\":1}}");
	const struct pp_json *value = NULL;
	struct pp_json_text text;

	check_int(pp_json_get_array(o, "o", &value), PP_JSON_WRONG_TYPE);
	check_int(pp_json_count(pp_json_find(o, "o")), 1);
	check_int(pp_json_get_array(o, "a", &value), PP_JSON_FOUND);
	check_int(pp_json_count(value), 3);
	check(pp_json_as_string(pp_json_at(value, 1), &text));
	check(!pp_json_as_string(pp_json_at(value, 0), &text));
	check_int(pp_json_type(pp_json_at(value, 2)), PP_JSON_TYPE_NULL);
}

static void
a_document_of_null_can_be_freed(void)
{
	struct pp_json *document = parse("null");

	check(document != NULL);
	pp_json_free(&document);
	check(document == NULL);
	pp_json_free(&document);
}

static void
prints_nothing_but_printable_ascii(void)
{
	pp_cleanup(pp_json) struct pp_json *o = parse(
		"{\"n\":\"\\u001b[2J\\u0000\xc2\x9b\xe2\x80\xae\xf0\x9f\x98\x80\","
		"\"d\":\"\x7f\",\"x\":[1,-0,1.50,1e400,true,null],\"/\":\"\\\"\"}");
	pp_cleanup(pp_secret) struct pp_secret text = {0};

	check_kind(pp_json_print(o, &text, NULL), PP_OK);
	check_text(pp_secret_text(&text),
		"{\"n\":\"\\u001b[2J\\u0000\\u009b\\u202e\\ud83d\\ude00\","
		"\"d\":\"\\u007f\",\"x\":[1,-0,1.50,1e400,true,null],\"/\":\"\\\"\"}");
}

static void
what_is_printed_can_be_read_again(void)
{
	pp_cleanup(pp_json) struct pp_json *o =
		parse("{\"a\":[{},[],\"\\u00e9\\n\"],\"n\":null}");
	pp_cleanup(pp_secret) struct pp_secret once = {0};
	pp_cleanup(pp_secret) struct pp_secret twice = {0};
	pp_cleanup(pp_json) struct pp_json *again = NULL;

	check_kind(pp_json_print(o, &once, NULL), PP_OK);
	again = parse(pp_secret_text(&once));
	check_kind(pp_json_print(again, &twice, NULL), PP_OK);
	check_text(pp_secret_text(&twice), pp_secret_text(&once));
}

static void
a_text_of_anybodys_is_printed_as_a_string(void)
{
	static const char text[] = "a\"\\\n\0\xc3\xa9\xf0\x9f\x98\x80\xff\xc3";
	pp_cleanup(pp_secret) struct pp_secret output = {0};
	pp_cleanup(pp_json) struct pp_json *again = NULL;

	check_kind(pp_json_print_text(text, sizeof(text) - 1, &output, NULL),
		PP_OK);
	check_text(pp_secret_text(&output),
		"\"a\\\"\\\\\\u000a\\u0000\\u00e9\\ud83d\\ude00\\ufffd\\ufffd\"");
	again = parse(pp_secret_text(&output));
	check_int(pp_json_type(again), PP_JSON_TYPE_STRING);
}

int
main(void)
{
	run(tells_absent_from_null_and_from_the_wrong_type);
	run(nothing_is_found_in_what_is_no_object);
	run(strings_have_their_length);
	run(resolves_every_escape);
	run(only_true_and_false_are_booleans);
	run(integers_are_exact);
	run(rejects_what_is_no_exact_integer);
	run(integers_keep_their_range);
	run(times_may_have_a_fraction_or_an_exponent);
	run(rejects_times_out_of_range);
	run(arrays_and_objects_are_told_apart);
	run(a_document_of_null_can_be_freed);
	run(prints_nothing_but_printable_ascii);
	run(what_is_printed_can_be_read_again);
	run(a_text_of_anybodys_is_printed_as_a_string);
	return tap_end();
}
