/* SPDX-License-Identifier: MIT */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define PASSWD_PATH "/etc/passwd"
#define READ_STEP 4096U

/* How far into the searched name, a colon behind it, the current line is. */
struct match {
	const char *name;
	size_t len;
	size_t at; /* len + 1: no longer this line's */
	bool found;
};

static void
take(struct match *match, char byte)
{
	if (byte == '\n')
		match->at = 0;
	else if (match->at < match->len && byte == match->name[match->at])
		match->at++;
	else if (match->at == match->len && byte == ':')
		match->found = true;
	else
		match->at = match->len + 1;
}

static bool
search(int fd, struct match *match)
{
	char step[READ_STEP];
	ssize_t got;

	while (!match->found && (got = read(fd, step, sizeof(step))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return true;
		for (ssize_t i = 0; i < got && !match->found; i++)
			take(match, step[i]);
	}
	return match->found;
}

bool
pp_local_has_user(const char *name)
{
	struct match match = {.name = name, .len = strlen(name)};
	int state = PTHREAD_CANCEL_ENABLE;
	bool has;
	int fd;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	fd = open(PASSWD_PATH, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	has = fd < 0 ? errno != ENOENT : search(fd, &match);
	if (fd >= 0)
		close(fd);
	pthread_setcancelstate(state, NULL);
	return has;
}
