/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/reason.h>

struct row {
	const char *word;
	enum pp_kind kind;
};

static const struct row rows[PP_REASON_COUNT] = {
	[PP_REASON_NONE] = {"none", PP_OK},
#define REASON(constant, word, kind, texts) [constant] = {word, kind},
#include <playpen/base/reasons.def>
};

static const struct row *
find_row(enum pp_reason reason)
{
	if ((unsigned int) reason >= PP_REASON_COUNT)
		return &rows[PP_REASON_SYSTEM];
	return &rows[reason];
}

const char *
pp_reason_word(enum pp_reason reason)
{
	return find_row(reason)->word;
}

enum pp_kind
pp_reason_kind(enum pp_reason reason)
{
	return find_row(reason)->kind;
}

enum pp_reason
pp_reason_from_word(const char *word)
{
	for (int i = PP_REASON_NONE + 1; i < PP_REASON_COUNT; i++)
		if (strcmp(rows[i].word, word) == 0)
			return (enum pp_reason) i;
	return PP_REASON_NONE;
}
