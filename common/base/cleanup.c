/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>

void *
pp_steal_pointer(void *ptr)
{
	void *none = NULL;
	void *pointer;

	memcpy(&pointer, ptr, sizeof(pointer));
	memcpy(ptr, &none, sizeof(none));
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

void
pp_stream_free(FILE **stream)
{
	int saved = errno;

	if (*stream != NULL)
		fclose(*stream);
	*stream = NULL;
	errno = saved;
}

int
pp_fd_steal(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
