/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include <stdarg.h>
#include <stdio.h>

static void print_message(const char *format, va_list values) PP_PRINTF(1, 0);

static void
print_message(const char *format, va_list values)
{
	fflush(stdout);
	fputs("playpenctl: ", stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
}

void
ctl_error(struct ctl *ctl, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	print_message(format, values);
	va_end(values);
	ctl->status = CTL_EXIT_FAILED;
}

void
ctl_usage_error(struct ctl *ctl, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	print_message(format, values);
	va_end(values);
	ctl->status = CTL_EXIT_USAGE;
}

void
ctl_unchanged(struct ctl *ctl)
{
	ctl->unchanged = true;
	if (ctl->status == 0)
		ctl->status = CTL_EXIT_UNCHANGED;
}

void
ctl_changed(struct ctl *ctl)
{
	ctl->unchanged = false;
	if (ctl->status == CTL_EXIT_UNCHANGED)
		ctl->status = 0;
}

void
ctl_warning(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	print_message(format, values);
	va_end(values);
}
