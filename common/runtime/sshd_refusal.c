/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>
#include <playpen/base/str.h>
#include <playpen/runtime/sshd_refusal.h>

#define TITLE_SIZE 256
#define NO_NAME "unknown"

/* setproctitle's beginning and end of the processes that call PAM. */
static const char *const beginnings[] = {"sshd: ", "sshd-session: "};
static const char *const ends[] = {" [pam]", " [priv]"};

static bool
is_title_of_no_name(const char *title)
{
	for (size_t i = 0; i < PP_COUNT(beginnings); i++)
		for (size_t j = 0; j < PP_COUNT(ends); j++) {
			char whole[TITLE_SIZE];

			snprintf(whole, sizeof(whole), "%s%s%s", beginnings[i],
				NO_NAME, ends[j]);
			if (strcmp(title, whole) == 0)
				return true;
		}
	return false;
}

bool
pp_sshd_refusal_in_title(const char *title, size_t len, const char *user)
{
	char copy[TITLE_SIZE];

	/* Zero bytes fill what a longer title has left. */
	if (len >= sizeof(copy))
		return false;
	memcpy(copy, title, len);
	copy[len] = '\0';
	return strcmp(user, NO_NAME) != 0 && is_title_of_no_name(copy);
}

bool
pp_sshd_refusal_in_title_of_parent(const char *user)
{
	char path[64];
	char line[TITLE_SIZE - 1];
	pp_cleanup(pp_fd) int fd = -1;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int) getppid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd >= 0 ? read(fd, line, sizeof(line)) : -1;
	return len > 0 && pp_sshd_refusal_in_title(line, (size_t) len, user);
}

bool
pp_sshd_refusal_in_answer(const void *answer, size_t len)
{
	static const char junk[] = "\b\n\r\177INCORRECT";
	const char *bytes = answer;

	for (size_t i = 0; i < len; i++)
		if (bytes[i] != junk[i % (sizeof(junk) - 1)])
			return false;
	return len > 0;
}
