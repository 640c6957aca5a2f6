/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/cleanup.h>
#include <playpen/base/str.h>
#include <playpen/runtime/sudo_line.h>

#define LINE_SIZE 4096

/* Options of sudo(8) with a value, which may be the next argument. */
#define SHORT_WITH_VALUE "aCcDghpRrTtUu"
static const char *const long_with_value[] = {"--auth-type", "--chdir",
	"--chroot", "--close-from", "--command-timeout", "--group", "--host",
	"--login-class", "--other-user", "--prompt", "--role", "--type",
	"--user"};

/* What an argument says: the end of the options, -n, that the next argument is
 * its value, or something else. */
enum word { WORD_END, WORD_FORBIDS, WORD_TAKES_NEXT, WORD_OTHER };

static enum word
read_long(const char *word)
{
	if (word[2] == '\0')
		return WORD_END;
	/* getopt_long(3) takes the beginning of a word, if it is no other's. */
	if (pp_str_starts_with(word, "--non"))
		return WORD_FORBIDS;
	for (size_t i = 0; i < PP_COUNT(long_with_value); i++)
		if (strcmp(word, long_with_value[i]) == 0)
			return WORD_TAKES_NEXT;
	return WORD_OTHER;
}

static enum word
read_word(const char *word)
{
	/* Variables for the command stand between the options. */
	if (word[0] != '-')
		return strchr(word, '=') != NULL ? WORD_OTHER : WORD_END;
	if (word[1] == '-')
		return read_long(word);
	for (const char *at = word + 1; *at != '\0'; at++) {
		if (*at == 'n')
			return WORD_FORBIDS;
		if (strchr(SHORT_WITH_VALUE, *at) != NULL)
			return at[1] == '\0' ? WORD_TAKES_NEXT : WORD_OTHER;
	}
	return WORD_OTHER;
}

bool
pp_sudo_line_forbids_prompts(const char *line, size_t len)
{
	const char *end = line + len;
	const char *next;
	bool is_value = true; /* the program's name is no option */

	while ((next = memchr(line, '\0', (size_t) (end - line))) != NULL) {
		enum word word = is_value ? WORD_OTHER : read_word(line);

		if (word == WORD_END || word == WORD_FORBIDS)
			return word == WORD_FORBIDS;
		is_value = word == WORD_TAKES_NEXT;
		line = next + 1;
	}
	return false;
}

bool
pp_sudo_line_of_parent_forbids_prompts(void)
{
	char path[64];
	char line[LINE_SIZE];
	pp_cleanup(pp_fd) int fd = -1;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int) getppid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd >= 0 ? read(fd, line, sizeof(line)) : -1;
	return len > 0 && pp_sudo_line_forbids_prompts(line, (size_t) len);
}
