/* SPDX-License-Identifier: MIT */
#include "nscd.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <playpen/own.h>

/* glibc's nscd/nscd-client.h: version 2 of its protocol, request INVALIDATE. */
#define SOCKET_PATH "/var/run/nscd/socket"
#define PROTOCOL_VERSION 2
#define INVALIDATE 10

struct request {
	int32_t version;
	int32_t type;
	int32_t key_size;
	char key[8];
};

static void
forget(const char *database)
{
	const struct timeval second = {1, 0};
	const struct sockaddr_un address = {
		.sun_family = AF_UNIX, .sun_path = SOCKET_PATH};
	struct request request = {PROTOCOL_VERSION, INVALIDATE,
		(int32_t) strlen(database) + 1, ""};
	size_t size = offsetof(struct request, key) + strlen(database) + 1;
	pp_auto(pp_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int32_t answer;

	memcpy(request.key, database, strlen(database) + 1);
	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
	if (connect(fd, (const struct sockaddr *) &address, sizeof(address)) !=
			0 ||
		send(fd, &request, size, MSG_NOSIGNAL) != (ssize_t) size)
		return;
	/* It answers when it is done. */
	(void) !recv(fd, &answer, sizeof(answer), 0);
}

void
pp_nscd_forget(void)
{
	if (access(SOCKET_PATH, F_OK) != 0)
		return;
	forget("passwd");
	forget("group");
}
