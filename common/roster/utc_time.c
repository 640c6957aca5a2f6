/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <time.h>

#include <playpen/roster/utc_time.h>

#define FORM "%Y-%m-%dT%H:%M:%SZ"

const char *
pp_utc_time_print(char text[PP_UTC_TIME_SIZE], int64_t seconds)
{
	time_t when = seconds;
	struct tm parts = {0};

	gmtime_r(&when, &parts);
	if (strftime(text, PP_UTC_TIME_SIZE, FORM, &parts) == 0)
		text[0] = '\0';
	return text;
}

/* Prints what was read again: strptime() takes blanks, short numbers and a
 * second of 60, and what does not exist comes out otherwise. */
bool
pp_utc_time_parse(const char *text, int64_t *ret_seconds)
{
	struct tm parts = {0};
	char again[PP_UTC_TIME_SIZE];
	const char *end = strptime(text, FORM, &parts);
	int64_t seconds;

	if (end == NULL || *end != '\0' || parts.tm_year < 70)
		return false;
	seconds = timegm(&parts);
	if (seconds < 0 || strcmp(pp_utc_time_print(again, seconds), text) != 0)
		return false;
	*ret_seconds = seconds;
	return true;
}
