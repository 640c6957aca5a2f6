/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/file.h>

#include "tests/tap.h"

static char path[128];
static char link_path[128];

static struct pp_file_trust
mine(void)
{
	return (struct pp_file_trust){getuid(), 0022};
}

static void
write_file(const char *text, mode_t mode)
{
	pp_cleanup(pp_secret) struct pp_secret content = {0};

	check_kind(pp_secret_append_text(&content, text, NULL), PP_OK);
	check_kind(pp_file_replace(path, mode, &content, NULL), PP_OK);
}

static void
replaces_and_loads_whatever_the_umask(void)
{
	pp_cleanup(pp_secret) struct pp_secret content = {0};
	struct pp_file_trust trust = mine();
	struct stat info;
	mode_t old = umask(0077);

	write_file("hello", 0644);
	umask(old);
	if (check_int(stat(path, &info), 0))
		check_int(info.st_mode & 07777, 0644);
	check_kind(pp_file_load(path, &trust, &content, NULL), PP_OK);
	check_text(pp_secret_text(&content), "hello");
}

static void
rejects_another_owner(void)
{
	struct pp_file_trust trust = {getuid() + 1, 0022};
	struct pp_err err;
	int fd = -1;

	write_file("x", 0644);
	check_kind(pp_file_open(path, &trust, &fd, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_FILE_UNSAFE);
	check_int(fd, -1);
}

static void
rejects_a_forbidden_mode(void)
{
	struct pp_file_trust trust = mine();
	struct pp_err err;
	int fd = -1;

	write_file("x", 0664);
	check_kind(pp_file_open(path, &trust, &fd, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_FILE_UNSAFE);
}

static void
rejects_links_and_fifos_without_waiting(void)
{
	struct pp_file_trust trust = mine();
	struct pp_err err;
	int fd = -1;

	write_file("x", 0644);
	unlink(link_path);
	check_int(symlink(path, link_path), 0);
	check_kind(pp_file_open(link_path, &trust, &fd, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_FILE_UNSAFE);
	unlink(link_path);
	check_int(mkfifo(link_path, 0600), 0);
	check_kind(pp_file_open(link_path, &trust, &fd, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_FILE_UNSAFE);
	unlink(link_path);
	check_kind(pp_file_open(link_path, &trust, &fd, &err), PP_NOT_FOUND);
}

static void
rejects_more_than_the_limit(void)
{
	pp_cleanup(pp_secret) struct pp_secret four = {.max = 4};
	pp_cleanup(pp_secret) struct pp_secret five = {.max = 5};
	struct pp_file_trust trust = mine();
	struct pp_err err;

	write_file("12345", 0644);
	check_kind(pp_file_load(path, &trust, &four, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_FILE_TOO_LARGE);
	check_kind(pp_file_load(path, &trust, &five, &err), PP_OK);
}

static void
a_failed_replace_leaves_the_old_file(void)
{
	pp_cleanup(pp_secret) struct pp_secret content = {0};
	struct pp_err err;

	check_kind(pp_file_replace("/proc/playpen/x", 0644, &content, &err),
		PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_SYSTEM);
}

static void
a_lock_that_somebody_keeps_is_not_waited_for_for_ever(void)
{
	struct pp_err err = {0};
	int keeper;
	int other;

	write_file("", 0600);
	keeper = open(path, O_RDWR | O_CLOEXEC);
	other = open(path, O_RDWR | O_CLOEXEC);
	check_kind(pp_file_lock(keeper, 0, path, &err), PP_OK);
	check_kind(pp_file_lock(other, 20, path, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_SYSTEM);
	close(keeper);
	check_kind(pp_file_lock(other, 0, path, NULL), PP_OK);
	close(other);
}

int
main(void)
{
	char dir[] = "/tmp/pp-test-file-XXXXXX";

	if (mkdtemp(dir) == NULL)
		return EXIT_FAILURE;
	snprintf(path, sizeof(path), "%s/file", dir);
	snprintf(link_path, sizeof(link_path), "%s/link", dir);
	run(replaces_and_loads_whatever_the_umask);
	run(rejects_another_owner);
	run(rejects_a_forbidden_mode);
	run(rejects_links_and_fifos_without_waiting);
	run(rejects_more_than_the_limit);
	run(a_failed_replace_leaves_the_old_file);
	run(a_lock_that_somebody_keeps_is_not_waited_for_for_ever);
	unlink(path);
	rmdir(dir);
	return tap_end();
}
