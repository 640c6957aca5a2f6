/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/str.h>
#include <playpen/idtoken/verify.h>

#include "provider.h"
#include "target.h"

/*
 * A batch of `playpenctl verify`: the input is the file. Each line gives one
 * verdict at most, with an id that a terminal can show; refusals have a reason.
 */

const char fuzz_name[] = "batch";

#define INPUT_MAX 65536U

struct batch {
	size_t lines; /* without a verdict yet */
};

static enum pp_kind
take_verdict(
	void *context, const struct pp_verdict *verdict, struct pp_err *err)
{
	struct batch *batch = context;
	size_t len = strlen(verdict->id);

	(void) err;
	fuzz_must(batch->lines > 0);
	batch->lines--;
	for (size_t i = 0; i < len; i++)
		fuzz_must(verdict->id[i] >= 0x20 && verdict->id[i] < 0x7f);
	fuzz_must(
		verdict->accepted ==
		(strcmp(verdict->reason, pp_reason_word(PP_REASON_NONE)) == 0));
	return PP_OK;
}

static size_t
count_lines(const uint8_t *data, size_t len)
{
	size_t lines = 1;

	for (size_t i = 0; i < len; i++)
		lines += data[i] == '\n';
	return lines;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct pp_idtoken_rules rules = fuzz_rules(PP_PROFILE_GENERIC);
	struct batch batch = {count_lines(data, len)};
	pp_cleanup(pp_stream) FILE *input = fmemopen((void *) data, len, "r");
	const struct pp_verify verify = {.rules = &rules,
		.keys = fuzz_keys(),
		.take_verdict = take_verdict,
		.input = input,
		.context = &batch};

	if (len > INPUT_MAX)
		return 0;
	fuzz_must(pp_verify_batch(&verify, NULL) == PP_OK);
	fuzz_must(feof(input) != 0);
	return 0;
}
