/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <playpen/index/passwd_file.h>

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
match_byte(struct match *match, char byte)
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

enum pp_passwd_file_answer
pp_passwd_file_search(int fd, const char *name)
{
	struct match match = {.name = name, .len = strlen(name)};
	char step[READ_STEP];
	ssize_t got;

	while ((got = read(fd, step, sizeof(step))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return PP_PASSWD_FILE_UNREADABLE;
		for (ssize_t i = 0; i < got && !match.found; i++)
			match_byte(&match, step[i]);
		if (match.found)
			return PP_PASSWD_FILE_YES;
	}
	return PP_PASSWD_FILE_NO;
}

enum pp_passwd_file_answer
pp_passwd_file_has_user(const char *name)
{
	enum pp_passwd_file_answer answer;
	int state = PTHREAD_CANCEL_ENABLE;
	int fd;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	fd = open(PASSWD_PATH, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0) {
		answer = pp_passwd_file_search(fd, name);
		close(fd);
	} else {
		answer = errno == ENOENT ? PP_PASSWD_FILE_NO
					 : PP_PASSWD_FILE_UNREADABLE;
	}
	pthread_setcancelstate(state, NULL);
	return answer;
}
