/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>
#include <playpen/base/clock.h>

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

static int64_t
system_wall(void *context)
{
	struct timespec now;

	(void) context;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

static int64_t
system_boot_ms(void *context)
{
	struct timespec now;

	(void) context;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const struct pp_clock pp_clock_system = {system_wall, system_boot_ms, NULL};

int64_t
pp_clock_wall(const struct pp_clock *clock)
{
	return clock->wall(clock->context);
}

int64_t
pp_clock_boot_ms(const struct pp_clock *clock)
{
	return clock->boot_ms(clock->context);
}

int
pp_clock_until(const struct pp_clock *clock, int64_t deadline_ms, int cap_ms)
{
	int64_t left = deadline_ms - pp_clock_boot_ms(clock);

	if (left <= 0)
		return 0;
	return left < cap_ms ? (int) left : cap_ms;
}

const char *
pp_clock_date(char text[PP_CLOCK_DATE_SIZE], int64_t seconds)
{
	const time_t moment = (time_t) seconds;
	struct tm parts;

	if (gmtime_r(&moment, &parts) == NULL ||
		strftime(text, PP_CLOCK_DATE_SIZE, "%Y-%m-%dT%H:%M:%SZ",
			&parts) == 0)
		snprintf(text, PP_CLOCK_DATE_SIZE, "no date");
	return text;
}

bool
pp_clock_boot_id(char ret[PP_CLOCK_BOOT_ID_SIZE])
{
	pp_cleanup(pp_fd) int fd = open(BOOT_ID_PATH, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, ret, PP_CLOCK_BOOT_ID_SIZE - 1) : -1;

	ret[len > 0 ? len : 0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	return ret[0] != '\0';
}
