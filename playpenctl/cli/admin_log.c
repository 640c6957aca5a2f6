/* SPDX-License-Identifier: MIT */
#include "admin_log.h"

#include <fcntl.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

#include <playpen/base/str.h>

#define UID_SIZE 16U

/* Finds who it was, behind sudo and su: the uid of the login, which the kernel
 * keeps, else that of the process. */
static void
find_actor(char uid[UID_SIZE])
{
	pp_cleanup(pp_fd) int fd =
		open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
	char text[UID_SIZE] = "";
	int64_t login;

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 &&
		pp_str_to_i64(text, 0, UINT32_MAX - 1, &login))
		snprintf(uid, UID_SIZE, "%u", (uint32_t) login);
	else
		snprintf(uid, UID_SIZE, "%u", getuid());
}

void
admin_log_actor(char *line, size_t size)
{
	char actor[UID_SIZE];

	find_actor(actor);
	pp_str_add_pair(line, size, "by", actor);
}

void
admin_log(const char *line)
{
	openlog("playpenctl", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_NOTICE, "%s", line);
	closelog();
}
