/* SPDX-License-Identifier: MIT */
#include "nscd.h"

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>

/* glibc, nscd/nscd-client.h: the protocol between glibc and its daemon. */
#define NSCD_VERSION 2
#define NSCD_INVALIDATE 10
#define TIMEOUT_MS 500

struct invalidation {
	int32_t version;
	int32_t type;
	int32_t key_len;
	char key[8];
};

static int
connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	pp_cleanup(pp_fd) int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *) &address, sizeof(address)) != 0)
		return -1;
	return pp_fd_steal(&fd);
}

/* Waits for the answer, because only then the daemon has dropped its table. */
static void
invalidate_table(const char *path, const char *table)
{
	pp_cleanup(pp_fd) int fd = connect_to(path);
	struct invalidation invalidation = {.version = NSCD_VERSION,
		.type = NSCD_INVALIDATE,
		.key_len = (int32_t) strlen(table) + 1};
	size_t len = offsetof(struct invalidation, key) + strlen(table) + 1;
	struct pollfd waiting = {.fd = fd, .events = POLLIN};

	if (fd < 0)
		return;
	snprintf(invalidation.key, sizeof(invalidation.key), "%s", table);
	if (send(fd, &invalidation, len, MSG_NOSIGNAL) == (ssize_t) len)
		poll(&waiting, 1, TIMEOUT_MS);
}

void
pp_nscd_invalidate(const char *socket_path)
{
	invalidate_table(socket_path, "passwd");
	invalidate_table(socket_path, "group");
}
