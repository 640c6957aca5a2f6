/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <playpen/base/str.h>

#define SHOWN_MAX 2048U

const char *
output_time(char text[OUTPUT_TIME_SIZE], int64_t when)
{
	time_t seconds = (time_t) when;
	struct tm parts;

	if (when == 0 || localtime_r(&seconds, &parts) == NULL ||
		strftime(text, OUTPUT_TIME_SIZE, "%Y-%m-%d %H:%M", &parts) == 0)
		snprintf(text, OUTPUT_TIME_SIZE, "never");
	return text;
}

const char *
output_span(char text[OUTPUT_TIME_SIZE], int64_t seconds)
{
	static const struct {
		int64_t least;
		int64_t unit;
		const char *name;
	} units[] = {{172800, 86400, "days"}, {7200, 3600, "h"},
		{120, 60, "min"}, {0, 1, "s"}};
	size_t i = 0;

	while (seconds < units[i].least && units[i].least > 0)
		i++;
	snprintf(text, OUTPUT_TIME_SIZE, "%lld %s",
		(long long) (seconds / units[i].unit), units[i].name);
	return text;
}

void
output_row(const char *name, const char *text)
{
	char shown[SHOWN_MAX];

	if (text != NULL && text[0] != '\0')
		printf("%-14s%s\n", name,
			pp_str_printable(
				shown, sizeof(shown), text, strlen(text)));
}
