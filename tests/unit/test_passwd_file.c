/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <playpen/index/passwd_file.h>

#include "tests/tap.h"

/* What a file of this text answers about the name. */
static enum pp_passwd_file_answer
answer(const char *text, size_t len, const char *name)
{
	enum pp_passwd_file_answer got;
	int fd = memfd_create("passwd", MFD_CLOEXEC);

	if (!check_int(write(fd, text, len), (ssize_t) len) ||
		!check_int(lseek(fd, 0, SEEK_SET), 0))
		exit(EXIT_FAILURE);
	got = pp_passwd_file_search(fd, name);
	close(fd);
	return got;
}

static bool
has(const char *text, const char *name)
{
	return answer(text, strlen(text), name) == PP_PASSWD_FILE_YES;
}

static void
finds_a_name_in_any_line(void)
{
	const char *text = "root:x:0:0::/root:/bin/sh\n"
			   "bob:x:1001:1001::/home/bob:/bin/sh\n"
			   "svc-backup:x:900:900::/:/bin/sh";

	check(has(text, "root") && has(text, "bob"));
	check(has(text, "svc-backup"));
	check(!has(text, "alice"));
	check(!has("", "alice"));
}

static void
a_part_of_a_name_is_not_the_name(void)
{
	const char *text = "alice2:x:1:1::/:/bin/sh\nmalice:x:2:2::/:/bin/sh\n"
			   "bob:x:3:3:alice:/home/alice:/bin/alice\n"
			   "#alice:x:4:4::/:/bin/sh\n alice:x:5:5::/:/bin/sh\n"
			   "alice\n";

	check(!has(text, "alice"));
	check(!has(text, "bo") && !has(text, "bobb"));
	check(has(text, "alice2"));
}

/* libc's own reader stops at a line that is longer than its buffer. */
static void
a_long_line_hides_nobody_behind_it(void)
{
	static char text[20000];
	size_t len = sizeof(text) - 64;

	memset(text, 'x', len);
	memcpy(text, "mallory:", 8);
	strcpy(text + len, "\nalice:x:1:1::/:/bin/sh\n");
	check(has(text, "alice") && has(text, "mallory"));
	check(!has(text, "bob"));
	/* Whatever stands at the border of what is read at once. */
	for (size_t at = 4080; at < 4104; at++) {
		memset(text, 'x', at);
		strcpy(text + at, "\nalice:x:1:1::/:/bin/sh\n");
		check(has(text, "alice") && !has(text, "alic"));
	}
}

static void
a_nul_byte_ends_nothing(void)
{
	static const char text[] = "bob:x\0\n\nalice:x:1:1::/:/bin/sh\n";

	check_int(answer(text, sizeof(text) - 1, "alice"), PP_PASSWD_FILE_YES);
	check_int(answer(text, sizeof(text) - 1, "mallory"), PP_PASSWD_FILE_NO);
}

static void
what_cannot_be_read_is_said_to_be_so(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	check_int(pp_passwd_file_search(fd, "root"), PP_PASSWD_FILE_UNREADABLE);
	close(fd);
	check_int(pp_passwd_file_has_user("root"), PP_PASSWD_FILE_YES);
	check_int(pp_passwd_file_has_user("no-such-name-here"),
		PP_PASSWD_FILE_NO);
}

int
main(void)
{
	run(finds_a_name_in_any_line);
	run(a_part_of_a_name_is_not_the_name);
	run(a_long_line_hides_nobody_behind_it);
	run(a_nul_byte_ends_nothing);
	run(what_cannot_be_read_is_said_to_be_so);
	return tap_end();
}
