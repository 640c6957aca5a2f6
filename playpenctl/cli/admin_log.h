/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* Lines of the log about what an administrator changes: key=value, authpriv. */

/* Appends who it was (by=UID), behind sudo and su. size is the line's. */
void admin_log_actor(char *line, size_t size);

/* Sends the line to the log. */
void admin_log(const char *line);
