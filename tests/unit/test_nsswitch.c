/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <unistd.h>

#include <playpen/index/nsswitch.h>

#include "tests/tap.h"

/* The names of a line's sources, each with a blank behind it, then "!" for a
 * line that cannot be parsed. */
static const char *
names(const char *text)
{
	static char all[256];
	struct pp_nsswitch_source source;
	bool malformed = false;
	size_t len = 0;

	while (pp_nsswitch_next(&text, &source, &malformed))
		len += (size_t) snprintf(all + len, sizeof(all) - len, "%.*s ",
			(int) source.name_len, source.name);
	snprintf(all + len, sizeof(all) - len, "%s", malformed ? "!" : "");
	return all;
}

static void
reads_the_sources_of_a_line(void)
{
	check_text(names(" files playpen\tsystemd\n"),
		"files playpen systemd ");
	check_text(names("files[NOTFOUND=return]sss [!NOTFOUND=return] x#y z"),
		"files sss x ");
	check_text(names(""), "");
	check_text(names("  # nothing"), "");
}

static void
a_line_that_glibc_cannot_parse_is_malformed(void)
{
	check_text(names("files [NOTFOUND=return"), "!");
	check_text(names("files [NOTFOUND=#return] sss"), "!");
	check_text(names("[NOTFOUND=return] files"), "!");
	check_text(names("files [A=return] [B=return] sss"), "files !");
}

static void
finds_the_line_of_a_database(void)
{
	check_text(pp_nsswitch_sources("passwd: files", "passwd"), " files");
	check_text(pp_nsswitch_sources("\tpasswd :files", "passwd"), "files");
	check(pp_nsswitch_sources("#passwd: files", "passwd") == NULL);
	check(pp_nsswitch_sources("passwd_compat: x", "passwd") == NULL);
	check(pp_nsswitch_sources("shadow: files", "passwd") == NULL);
	check(pp_nsswitch_sources("", "passwd") == NULL);
}

/* One letter for each status after which glibc asks no further source. */
static const char *
returns(const char *text)
{
	static char letters[4];
	struct pp_nsswitch_source source;
	bool malformed = false;
	size_t len = 0;

	check(pp_nsswitch_next(&text, &source, &malformed));
	for (int i = PP_NSSWITCH_NOTFOUND; i <= PP_NSSWITCH_TRYAGAIN; i++)
		if (pp_nsswitch_returns(&source, (enum pp_nsswitch_status) i))
			letters[len++] = "NUT"[i];
	letters[len] = '\0';
	return letters;
}

static void
knows_after_which_answer_the_search_ends(void)
{
	check_text(returns("sss"), "");
	check_text(returns("sss [NOTFOUND=return]"), "N");
	check_text(returns("sss [!NOTFOUND=return]"), "UT");
	check_text(returns("sss [ !notfound = RETURN ]"), "UT");
	check_text(returns("sss [UNAVAIL=return TRYAGAIN=return]"), "UT");
	check_text(returns("sss [SUCCESS=merge UNAVAIL=return]"), "U");
	check_text(returns("sss [!SUCCESS=return]"), "NUT");
	check_text(returns("sss [!SUCCESS=return NOTFOUND=continue]"), "UT");
	check_text(returns("sss [!UNAVAIL=return !NOTFOUND=continue]"), "N");
	check_text(returns("sss []"), "");
	check_text(returns("sss [UNAVAIL]"), "");
}

static bool
is_last(const char *content, size_t size)
{
	char path[] = "/tmp/nsswitch.XXXXXX";
	int fd = mkstemp(path);
	bool last;

	check(write(fd, content, size) == (ssize_t) size);
	close(fd);
	last = pp_nsswitch_new_is_last(path);
	unlink(path);
	return last;
}

#define is_last_in(text) is_last((text), strlen(text))

static void
new_users_need_both_lines_to_end_with_playpen_new(void)
{
	check(is_last_in("passwd: files playpen_new\ngroup: playpen_new"));
	check(is_last_in("# x\nshadow: files\n"
			 "passwd: files sss [!NOTFOUND=return] playpen_new # y\n"
			 "group: files playpen_new [SUCCESS=return]\n"));
	check(!is_last_in("passwd: files playpen_new\n"));
	check(!is_last_in("group: files playpen_new\n"));
	check(!is_last_in("passwd: files playpen_new sss\n"
			  "group: files playpen_new\n"));
	check(!is_last_in("passwd: files playpen_new\n"
			  "group: files playpen_new sss\n"));
	check(!is_last_in("passwd: files playpen\ngroup: files playpen\n"));
	check(!is_last_in(""));
}

/* Which of two lines counts depends on the version of glibc. */
static void
each_of_several_lines_has_to_end_so(void)
{
	check(!is_last_in("passwd: playpen_new\npasswd: files\n"
			  "group: playpen_new\n"));
	check(!is_last_in("passwd: files\npasswd: playpen_new\n"
			  "group: playpen_new\n"));
	check(is_last_in("passwd: playpen_new\npasswd: files playpen_new\n"
			 "group: playpen_new\n"));
}

static void
no_file_a_large_one_or_a_malformed_one_ends_with_nothing(void)
{
	static char large[PP_NSSWITCH_SIZE_MAX + 1];
	static const char lines[] =
		"passwd: playpen_new\ngroup: playpen_new\n";

	check(!pp_nsswitch_new_is_last("/nonexistent/nsswitch.conf"));
	check(!is_last_in("passwd: files [X playpen_new\n"
			  "group: playpen_new\n"));
	memset(large, '\n', sizeof(large));
	memcpy(large, lines, strlen(lines));
	check(!is_last(large, sizeof(large)));
	check(is_last(large, sizeof(large) / 2));
}

int
main(void)
{
	run(reads_the_sources_of_a_line);
	run(a_line_that_glibc_cannot_parse_is_malformed);
	run(finds_the_line_of_a_database);
	run(knows_after_which_answer_the_search_ends);
	run(new_users_need_both_lines_to_end_with_playpen_new);
	run(each_of_several_lines_has_to_end_so);
	run(no_file_a_large_one_or_a_malformed_one_ends_with_nothing);
	return tap_end();
}
