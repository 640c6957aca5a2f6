/* SPDX-License-Identifier: MIT */
#include <playpen/json/json.h>

#include "tests/tap.h"

/* The reason for which a text is refused; PP_REASON_NONE when accepted. */
static enum pp_reason
reason_of(const char *text, size_t len)
{
	pp_cleanup(pp_json) struct pp_json *document = NULL;
	struct pp_err err = {0};

	if (pp_json_parse(text, len, &document, &err) == PP_OK)
		return document != NULL ? PP_REASON_NONE : PP_REASON_SYSTEM;
	return document == NULL ? err.reason : PP_REASON_SYSTEM;
}

/* A literal with its NULs. */
#define REASON(text) reason_of(text, sizeof(text) - 1)

#define accepts(text) check_reason(REASON(text), PP_REASON_NONE)
#define invalid(text) check_reason(REASON(text), PP_REASON_JSON_INVALID)
#define encoding(text) check_reason(REASON(text), PP_REASON_JSON_ENCODING)

static void
accepts_every_type_at_the_top(void)
{
	accepts("null");
	accepts("true");
	accepts(" false\n");
	accepts("\t-1.5e+3\r");
	accepts("\"\"");
	accepts("[]");
	accepts("{}");
	accepts("{\"a\":[1,2,{\"b\":null}],\"c\":\"\\u0061\"}");
}

static void
rejects_a_member_that_stands_twice(void)
{
	check_reason(REASON("{\"alg\":1,\"alg\":2}"), PP_REASON_JSON_DUPLICATE);
	check_reason(REASON("{\"a\":{\"b\":null,\"b\":1}}"),
		PP_REASON_JSON_DUPLICATE);
	accepts("{\"alg\":1,\"Alg\":2,\"x\":{\"alg\":3}}");
}

static void
rejects_a_member_that_stands_twice_by_an_escape(void)
{
	check_reason(REASON("{\"alg\":1,\"\\u0061lg\":2}"),
		PP_REASON_JSON_DUPLICATE);
	check_reason(REASON("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}"),
		PP_REASON_JSON_DUPLICATE);
	check_reason(
		REASON("{\"a\\/b\":1,\"a/b\":2}"), PP_REASON_JSON_DUPLICATE);
	accepts("{\"alg\":1,\"\\u0041lg\":2}");
}

static void
rejects_nul_in_a_name(void)
{
	check_reason(REASON("{\"sub\\u0000x\":1}"), PP_REASON_JSON_NAME);
	check_reason(REASON("{\"\\u0000\":1}"), PP_REASON_JSON_NAME);
	accepts("{\"sub\":\"\\u0000x\"}");
}

static void
rejects_invalid_utf8(void)
{
	encoding("\"\xff\"");
	encoding("\"\x80\"");
	encoding("\"\xc0\xaf\"");
	encoding("\"\xe0\x80\xaf\"");
	encoding("\"\xed\xa0\x80\"");
	encoding("\"\xf4\x90\x80\x80\"");
	encoding("\"\xf0\x8f\xbf\xbf\"");
	encoding("\"\xe2\x82\"");
	encoding("\"\xe2\x82");
	encoding("{\"\xff\":1}");
	accepts("\"\xc2\x80 \xe2\x82\xac \xed\x9f\xbf \xf4\x8f\xbf\xbf\"");
}

static void
rejects_lone_surrogates(void)
{
	encoding("\"\\ud800\"");
	encoding("\"\\udc00\"");
	encoding("\"\\ud800\\ud800\"");
	encoding("\"\\ud800x\"");
	encoding("\"\\ud800\\u00\"");
	accepts("\"\\ud800\\udc00\\uDBFF\\uDFFF\"");
}

static void
rejects_numbers_that_json_does_not_have(void)
{
	static const char *const bad[] = {"NaN", "Infinity", "-Infinity", "01",
		"-01", "+1", "0x1", "2.", ".5", "1e", "1e+", "--1", "-", "1.e1",
		"1_0", "-a", "nan", "1 2"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!check_reason(reason_of(bad[i], strlen(bad[i])),
			    PP_REASON_JSON_INVALID))
			printf("# %s\n", bad[i]);
	accepts("[0,-0,10,0.5,1e5,1E-5,-2.50e+10,1e400]");
}

static void
rejects_control_characters_in_strings(void)
{
	invalid("\"a\nb\"");
	invalid("\"\t\"");
	invalid("\"a\0b\"");
	invalid("\"\x1f\"");
	accepts("\"\\n\\t\\u0000\x7f\"");
}

static void
rejects_unknown_escapes(void)
{
	invalid("\"\\x41\"");
	invalid("\"\\\"");
	invalid("\"\\u12\"");
	invalid("\"\\u12g4\"");
	invalid("\"\\U0041\"");
	invalid("\"\\\0\"");
	accepts("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"");
}

static void
rejects_what_is_not_one_value(void)
{
	invalid("");
	invalid(" ");
	invalid("{}{}");
	invalid("{}\0");
	invalid("[]]");
	invalid("nul");
	invalid("truex");
	invalid("\xef\xbb\xbf{}");
	invalid("{\0}\0");
	invalid("{'a':1}");
	invalid("{a:1}");
	invalid("/* */{}");
	invalid("{} // x");
}

static void
rejects_broken_arrays_and_objects(void)
{
	invalid("[1,]");
	invalid("[,1]");
	invalid("[1 2]");
	invalid("[1");
	invalid("[");
	invalid("{\"a\":1,}");
	invalid("{\"a\" 1}");
	invalid("{\"a\":}");
	invalid("{\"a\"");
	invalid("{1:1}");
	invalid("{");
	invalid("{\"a\":1");
	invalid("{\"a\":1]");
}

static void
rejects_more_than_sixteen_levels(void)
{
	check_reason(REASON("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]"),
		PP_REASON_JSON_LIMIT);
	accepts("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]");
	check_reason(REASON("[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]"),
		PP_REASON_JSON_LIMIT);
}

static void
rejects_a_hundred_thousand_open_brackets(void)
{
	size_t len = 100000;
	char *text = malloc(len);

	if (!check(text != NULL))
		return;
	memset(text, '[', len);
	check_reason(reason_of(text, len), PP_REASON_JSON_LIMIT);
	free(text);
}

/* "[0,0,...]" of count zeros. */
static enum pp_reason
reason_of_zeros(size_t count, const struct pp_json_limits *limits)
{
	pp_cleanup(pp_json) struct pp_json *document = NULL;
	struct pp_err err = {0};
	size_t len = 2 * count + 1;
	char *text = malloc(len);

	if (text == NULL)
		return PP_REASON_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		memcpy(text + 1 + 2 * i, "0,", 2);
	text[0] = '[';
	text[len - 1] = ']';
	pp_ignore(pp_json_parse_limited(text, len, limits, &document, &err));
	free(text);
	return err.reason;
}

static void
rejects_more_values_than_memory_is_allowed(void)
{
	static const struct pp_json_limits usual = {
		PP_JSON_DEPTH_MAX, PP_JSON_MEMORY_MAX};
	static const struct pp_json_limits half = {
		PP_JSON_DEPTH_MAX, PP_JSON_MEMORY_MAX / 2};

	check_reason(reason_of_zeros(60000, &usual), PP_REASON_NONE);
	check_reason(reason_of_zeros(60000, &half), PP_REASON_JSON_LIMIT);
	check_reason(reason_of_zeros(30000, &half), PP_REASON_NONE);
	check_reason(reason_of_zeros(70000, &usual), PP_REASON_JSON_LIMIT);
}

/* An empty object takes far more than its two characters. */
static void
counts_arrays_objects_and_members_for_more(void)
{
	static const struct pp_json_limits limits = {PP_JSON_DEPTH_MAX, 2048};
	static const struct {
		const char *text;
		enum pp_reason reason;
	} cases[] = {
		{"[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7]", PP_REASON_NONE},
		{"[[],[],[]]", PP_REASON_NONE},
		{"[[],[],[],[]]", PP_REASON_JSON_LIMIT},
		{"[{}]", PP_REASON_NONE},
		{"[{},{}]", PP_REASON_JSON_LIMIT},
		{"{\"a\":1,\"b\":2,\"c\":3}", PP_REASON_NONE},
		{"{\"a\":1,\"b\":2,\"c\":3,\"d\":4}", PP_REASON_JSON_LIMIT},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pp_cleanup(pp_json) struct pp_json *document = NULL;
		struct pp_err err = {0};

		pp_ignore(pp_json_parse_limited(cases[i].text,
			strlen(cases[i].text), &limits, &document, &err));
		if (!check_reason(err.reason, cases[i].reason))
			printf("# %s\n", cases[i].text);
	}
}

static void
rejects_names_and_numbers_beyond_their_limits(void)
{
	char text[400];

	memset(text, '1', sizeof(text));
	check_reason(reason_of(text, 256), PP_REASON_JSON_LIMIT);
	check_reason(reason_of(text, 255), PP_REASON_NONE);
	memcpy(text, "{\"", 2);
	memcpy(text + 2 + 256, "\":1}", 4);
	check_reason(reason_of(text, 2 + 256 + 4), PP_REASON_JSON_LIMIT);
	memcpy(text + 2 + 255, "\":1}", 4);
	check_reason(reason_of(text, 2 + 255 + 4), PP_REASON_NONE);
}

static void
limits_are_the_callers_up_to_a_ceiling(void)
{
	static const struct pp_json_limits narrow = {1, 1000};
	static const struct pp_json_limits endless = {1000, 1000};
	pp_cleanup(pp_json) struct pp_json *document = NULL;
	struct pp_err err;

	check_cmp(pp_json_parse_limited("[[]]", 4, &narrow, &document, &err),
		!=, PP_OK);
	check_reason(err.reason, PP_REASON_JSON_LIMIT);
	check_kind(pp_json_parse_limited("[1]", 3, &narrow, &document, &err),
		PP_OK);
	check_cmp(pp_json_parse_limited("1", 1, &endless, &document, &err), !=,
		PP_OK);
}

static void
says_where_it_went_wrong(void)
{
	pp_cleanup(pp_json) struct pp_json *document = NULL;
	struct pp_err err;

	check_kind(pp_json_parse("{\"a\":tru}", 9, &document, &err),
		PP_PROTOCOL_ERROR);
	check_text(err.message, "byte 5: malformed value");
}

int
main(void)
{
	run(accepts_every_type_at_the_top);
	run(rejects_a_member_that_stands_twice);
	run(rejects_a_member_that_stands_twice_by_an_escape);
	run(rejects_nul_in_a_name);
	run(rejects_invalid_utf8);
	run(rejects_lone_surrogates);
	run(rejects_numbers_that_json_does_not_have);
	run(rejects_control_characters_in_strings);
	run(rejects_unknown_escapes);
	run(rejects_what_is_not_one_value);
	run(rejects_broken_arrays_and_objects);
	run(rejects_more_than_sixteen_levels);
	run(rejects_a_hundred_thousand_open_brackets);
	run(rejects_more_values_than_memory_is_allowed);
	run(counts_arrays_objects_and_members_for_more);
	run(rejects_names_and_numbers_beyond_their_limits);
	run(limits_are_the_callers_up_to_a_ceiling);
	run(says_where_it_went_wrong);
	return tap_end();
}
