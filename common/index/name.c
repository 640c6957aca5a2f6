/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/index/uid.h>

/* Compares bytes, without <ctype.h>, because a locale has no say in what a name
 * is. */
static bool
may_begin(char byte)
{
	return (byte >= 'a' && byte <= 'z') || byte == '_';
}

static bool
may_follow(char byte)
{
	return may_begin(byte) || (byte >= '0' && byte <= '9') || byte == '-';
}

bool
pp_name_is_valid(const char *name)
{
	size_t len = 1;

	if (name == NULL || !may_begin(name[0]))
		return false;
	while (name[len] != '\0') {
		if (len == PP_NAME_MAX || !may_follow(name[len]))
			return false;
		len++;
	}
	return true;
}

bool
pp_name_is_user(const char *name)
{
	size_t len = 1;

	if (name == NULL || !may_begin(name[0]))
		return false;
	for (; name[len] != '\0'; len++) {
		bool dot = name[len] == '.' && may_follow(name[len - 1]) &&
			   may_follow(name[len + 1]);

		if (len == PP_NAME_MAX || (!dot && !may_follow(name[len])))
			return false;
	}
	return true;
}

bool
pp_name_has_prefix(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	return len > 0 && strncmp(name, prefix, len) == 0;
}

bool
pp_words_contain(const char *list, const char *word, size_t len)
{
	while (*list != '\0') {
		size_t here = strcspn(list, " \t");

		if (here == len && memcmp(list, word, len) == 0)
			return true;
		list += here;
		list += strspn(list, " \t");
	}
	return false;
}
