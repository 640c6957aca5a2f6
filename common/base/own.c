/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/own.h>

void *
pp_own_take_pointer(void *place)
{
	void *none = NULL;
	void *pointer;

	memcpy(&pointer, place, sizeof(pointer));
	memcpy(place, &none, sizeof(none));
	return pointer;
}

void
pp_text_free(char **text)
{
	free(*text);
	*text = NULL;
}

void
pp_fd_free(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

int
pp_fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
