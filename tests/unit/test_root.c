/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/root.h>

#include "tests/scratch.h"
#include "tests/tap.h"

/* A root below the scratch directory, and beside it what nobody may reach. */
static char root[512];
static char outside[512];

/* Makes a link in root. */
static void
make_link(const char *name, const char *target)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", root, name);
	unlink(path);
	check_int(symlink(target, path), 0);
}

static void
make_directory(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", root, name);
	check_int(mkdir(path, 0755), 0);
}

/* Checks where a path of root lies; expected is a path of root, too. */
static void
check_place(const char *path, const char *expected)
{
	char ret[PATH_MAX];
	char wanted[PATH_MAX];

	pp_root_follow(root, path, ret);
	snprintf(wanted, sizeof(wanted), "%s%s", root, expected);
	check_text(ret, wanted);
	pp_root_path(root, path, ret);
	if (strrchr(path, '/') != path)
		check_text(strrchr(ret, '/'), strrchr(path, '/'));
}

static void
check_refused(const char *ret)
{
	struct stat info;
	int fd;

	check_int(stat(ret, &info), -1);
	check_int(errno, ENAMETOOLONG);
	fd = open(ret, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	check_int(fd, -1);
	check_int(errno, ENAMETOOLONG);
}

/* Checks that nothing can be done with the path that a path of root becomes. */
static void
check_nowhere(const char *path)
{
	char ret[PATH_MAX];

	pp_root_follow(root, path, ret);
	check_refused(ret);
}

static void
this_machine_s_paths_are_as_they_are(void)
{
	char ret[PATH_MAX];

	pp_root_path("", "/etc/passwd", ret);
	check_text(ret, "/etc/passwd");
	pp_root_follow("", "/etc/passwd", ret);
	check_text(ret, "/etc/passwd");
}

static void
a_path_without_links_is_joined_whether_it_is_there_or_not(void)
{
	check_place("/etc", "/etc");
	check_place("/etc/playpen/playpen.conf", "/etc/playpen/playpen.conf");
	check_place("/none/at/all", "/none/at/all");
	check_place("/", "");
}

static void
a_link_that_leads_out_leads_to_the_same_place_inside(void)
{
	make_link("/etc/absolute", outside);
	check_nowhere("/etc/absolute/file");
	make_link("/etc/absolute", "/etc/real");
	check_place("/etc/absolute/file", "/etc/real/file");
	make_link("/etc/up", "../../../../../../../../etc/real");
	check_place("/etc/up/file", "/etc/real/file");
	make_link("/etc/own", "/etc/real/target");
	check_nowhere("/etc/own");
	make_directory("/etc/real/target");
	check_place("/etc/own", "/etc/real/target");
}

static void
a_link_at_the_end_is_resolved_or_leads_nowhere(void)
{
	char secret[PATH_MAX];

	snprintf(secret, sizeof(secret), "%s/secret", outside);
	make_link("/etc/file", secret);
	check_nowhere("/etc/file");
	make_link("/etc/file", "../../outside/secret");
	check_nowhere("/etc/file");
	make_link("/etc/file", "/etc/real");
	check_place("/etc/file", "/etc/real");
	make_link("/etc/file", "/proc/self/root/etc");
	check_nowhere("/etc/file");
}

static void
a_link_at_the_end_stays_for_who_does_not_follow_it(void)
{
	char ret[PATH_MAX];
	char wanted[PATH_MAX];

	make_link("/etc/file", outside);
	make_link("/etc/up", "/etc/real/target");
	pp_root_path(root, "/etc/file", ret);
	snprintf(wanted, sizeof(wanted), "%s/etc/file", root);
	check_text(ret, wanted);
	pp_root_path(root, "/etc/up/../file", ret);
	snprintf(wanted, sizeof(wanted), "%s/etc/real/file", root);
	check_text(ret, wanted);
	pp_root_path(root, "/etc/file/name", ret);
	check_refused(ret);
}

static void
links_in_a_circle_and_names_that_lead_up_lead_nowhere(void)
{
	char long_path[PATH_MAX + 8];

	make_link("/etc/one", "two");
	make_link("/etc/two", "one");
	check_nowhere("/etc/one");
	check_nowhere("/etc/one/file");
	check_nowhere("/none/../../../outside/secret");
	check_place("/../../etc/real", "/etc/real");
	memset(long_path, 'x', sizeof(long_path));
	long_path[0] = '/';
	long_path[sizeof(long_path) - 1] = '\0';
	check_nowhere(long_path);
}

static void
a_root_that_is_not_there_has_no_files(void)
{
	char ret[PATH_MAX];
	struct stat info;

	pp_root_path("/nonexistent/root", "/etc/passwd", ret);
	check_int(stat(ret, &info), -1);
	check_int(errno, ENOENT);
}

/* Checks what a pattern of root matches: a path of root, or NULL. */
static void
check_found(const char *pattern, const char *expected)
{
	glob_t found;

	check(pp_root_glob(root, pattern, 0, &found));
	check_int((int) found.gl_pathc, expected != NULL ? 1 : 0);
	if (expected != NULL && found.gl_pathc == 1)
		check_text(found.gl_pathv[0], expected);
	globfree(&found);
}

static void
a_pattern_matches_what_is_inside_and_says_what_it_cannot_read(void)
{
	glob_t found;

	check(scratch_write("/outside/a.conf", "", 0644));
	make_directory("/etc/some.d");
	check_found("/etc/some.d/*.conf", NULL);
	check_found("/etc/none.d/*.conf", NULL);
	check(scratch_write("/root/etc/some.d/b.conf", "", 0644));
	check_found("/etc/some.d/*.conf", "/etc/some.d/b.conf");
	make_link("/etc/inner.d", "/etc/some.d");
	check_found("/etc/inner.d/*.conf", "/etc/inner.d/b.conf");
	make_link("/etc/outer.d", outside);
	check(!pp_root_glob(root, "/etc/outer.d/*.conf", 0, &found));
	check_int((int) found.gl_pathc, 0);
	globfree(&found);
}

int
main(void)
{
	scratch_begin();
	snprintf(root, sizeof(root), "%s/root", scratch_root);
	snprintf(outside, sizeof(outside), "%s/outside", scratch_root);
	check_int(mkdir(root, 0755), 0);
	check_int(mkdir(outside, 0755), 0);
	check(scratch_write("/outside/secret", "secret", 0644));
	make_directory("/etc");
	make_directory("/etc/real");
	run(this_machine_s_paths_are_as_they_are);
	run(a_path_without_links_is_joined_whether_it_is_there_or_not);
	run(a_link_that_leads_out_leads_to_the_same_place_inside);
	run(a_link_at_the_end_is_resolved_or_leads_nowhere);
	run(a_link_at_the_end_stays_for_who_does_not_follow_it);
	run(links_in_a_circle_and_names_that_lead_up_lead_nowhere);
	run(a_root_that_is_not_there_has_no_files);
	run(a_pattern_matches_what_is_inside_and_says_what_it_cannot_read);
	return tap_end();
}
