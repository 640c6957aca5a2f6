/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/json/json.h>

#include "target.h"

/* JSON: what is accepted can be printed, and read back as the same. */

const char fuzz_name[] = "json";

static void
print(const struct pp_json *document, struct pp_secret *ret_text)
{
	ret_text->max = (size_t) 1 << 24;
	fuzz_must(pp_json_print(document, ret_text, NULL) == PP_OK);
}

/* Every getter on every value, whatever it is. */
static void
get_everything(const struct pp_json *value)
{
	static const char *const names[] = {"a", "exp", "sub", "keys"};
	const struct pp_json *inner;
	struct pp_json_text text = {"", 0};
	int64_t number = 0;
	bool truth = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (pp_json_get_string(value, names[i], &text) == PP_JSON_FOUND)
			fuzz_must(text.text[text.len] == '\0');
		if (pp_json_get_i64(value, names[i], -5, 5, &number) ==
			PP_JSON_FOUND)
			fuzz_must(number >= -5 && number <= 5);
		if (pp_json_get_seconds(value, names[i], &number) ==
			PP_JSON_FOUND)
			fuzz_must(number >= 0 && number <= PP_JSON_SECONDS_MAX);
		if (pp_json_get_bool(value, names[i], &truth) == PP_JSON_FOUND)
			fuzz_must(pp_json_type(pp_json_find(value, names[i])) ==
				  PP_JSON_TYPE_BOOL);
		if (pp_json_get_array(value, names[i], &inner) == PP_JSON_FOUND)
			fuzz_must(pp_json_type(inner) == PP_JSON_TYPE_ARRAY);
	}
	if (pp_json_type(value) != PP_JSON_TYPE_ARRAY)
		return;
	for (size_t i = 0; i < pp_json_count(value); i++)
		get_everything(pp_json_at(value, i));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	pp_cleanup(pp_json) struct pp_json *first = NULL;
	pp_cleanup(pp_json) struct pp_json *second = NULL;
	pp_cleanup(pp_secret) struct pp_secret once = {0};
	pp_cleanup(pp_secret) struct pp_secret twice = {0};

	if (pp_json_parse((const char *) data, len, &first, NULL) != PP_OK)
		return 0;
	get_everything(first);
	print(first, &once);
	for (size_t i = 0; i < once.len; i++)
		fuzz_must(once.data[i] >= 0x20 && once.data[i] < 0x7f);
	fuzz_must(pp_json_parse(pp_secret_text(&once), once.len, &second,
			  NULL) == PP_OK);
	print(second, &twice);
	fuzz_must(once.len == twice.len &&
		  memcmp(once.data, twice.data, once.len) == 0);
	return 0;
}
