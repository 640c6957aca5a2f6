/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/index/first_login.h>

#include "tests/tap.h"

static char dir[] = "/tmp/pp-test-provision-XXXXXX";
static char path[64];
static char other[64];

static struct pp_first_login_settings
settings(void)
{
	return (struct pp_first_login_settings){
		.key = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
		.uid_range = {PP_UID_RANGE_LOW, PP_UID_RANGE_HIGH},
		.gid_range = {PP_GID_RANGE_LOW, PP_GID_RANGE_HIGH},
		.allow_new_users = "*",
		.home = "/home/%u",
		.shell = "/bin/bash",
		.all_users_group = "playpen-users",
		.all_users_gid = 0x7c000001,
		.programs = PP_FIRST_LOGIN_PROGRAMS};
}

static void
write_settings(const struct pp_first_login_settings *provision)
{
	struct pp_err err = {0};

	if (!check_kind(pp_first_login_write(path, provision, &err), PP_OK))
		printf("# %s\n", err.message);
}

static void
computes_what_first_login_will_assign(void)
{
	struct pp_first_login_settings provision = settings();
	struct pp_first_login_answer answer;

	check_int(pp_first_login_compute(&provision, "alice", &answer),
		PP_FIRST_LOGIN_YES);
	check_int(answer.uid, 1940475565U);
	check_int(answer.all_users_gid, 0x7c000001);
	check_text(answer.name, "alice");
	check_text(answer.all_users_group, "playpen-users");
	check_text(answer.home, "/home/alice");
	check_text(answer.shell, "/bin/bash");
}

static void
says_why_a_name_is_refused(void)
{
	struct pp_first_login_settings provision = settings();
	struct pp_first_login_answer answer;

	strcpy(provision.allow_new_users, "a*");
	strcpy(provision.prefix, "ag-");
	check_reason(pp_first_login_refusal(&provision, "alice"),
		PP_REASON_NONE);
	check_reason(pp_first_login_refusal(&provision, "Alice"),
		PP_REASON_NAME_INVALID);
	check_reason(
		pp_first_login_refusal(&provision, "adm"), PP_REASON_NAME_RESERVED);
	check_reason(pp_first_login_refusal(&provision, "ag-ops"),
		PP_REASON_NAME_OF_GROUP);
	check_reason(pp_first_login_refusal(&provision, "bob"),
		PP_REASON_NEW_USER_REFUSED);
	provision.refusal = PP_REASON_UID_KEY_MISSING;
	check_reason(pp_first_login_refusal(&provision, "alice"),
		PP_REASON_UID_KEY_MISSING);
	check_int(pp_first_login_compute(&provision, "alice", &answer),
		PP_FIRST_LOGIN_NO);
}

static void
refuses_names_that_cannot_be_ours(void)
{
	static const char *const names[] = {"", "root", "sshd", "Alice", "a b",
		"systemd-x", "playpen-users", "-a", "0",
		"abcdefghijklmnopqrstuvwxyz0123456"};
	struct pp_first_login_settings provision = settings();
	struct pp_first_login_answer answer;

	stpcpy(provision.all_users_group, "staff2");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		check_int(pp_first_login_compute(&provision, names[i], &answer),
			PP_FIRST_LOGIN_NO);
	check_int(pp_first_login_compute(&provision, "staff2", &answer),
		PP_FIRST_LOGIN_NO);
}

static void
refuses_the_names_of_groups(void)
{
	struct pp_first_login_settings provision = settings();
	struct pp_first_login_answer answer;

	stpcpy(provision.prefix, "dex-");
	stpcpy(provision.groups, "admins ops");
	check_int(pp_first_login_compute(&provision, "admins", &answer),
		PP_FIRST_LOGIN_NO);
	check_int(pp_first_login_compute(&provision, "ops", &answer),
		PP_FIRST_LOGIN_NO);
	check_int(pp_first_login_compute(&provision, "dex-alice", &answer),
		PP_FIRST_LOGIN_NO);
	check_int(pp_first_login_compute(&provision, "op", &answer),
		PP_FIRST_LOGIN_YES);
	check_int(pp_first_login_compute(&provision, "dex", &answer),
		PP_FIRST_LOGIN_YES);
}

static void
first_login_is_off_or_a_pattern(void)
{
	check(pp_first_login_allows("*", "alice"));
	check(pp_first_login_allows("dev-*", "dev-alice"));
	check(pp_first_login_allows("[a-c]*", "bob"));
	check(!pp_first_login_allows("off", "alice"));
	check(!pp_first_login_allows("off", "off"));
	check(!pp_first_login_allows("", "alice"));
	check(!pp_first_login_allows("dev-*", "alice"));
	check(!pp_first_login_allows("ali", "alice"));
	check(pp_first_login_allows("[o]ff", "off"));
}

static void
a_home_is_made_from_its_template(void)
{
	char home[16];

	check(pp_first_login_home("/home/%u", "alice", home, sizeof(home)));
	check_text(home, "/home/alice");
	check(pp_first_login_home("/h", "alice", home, sizeof(home)));
	check_text(home, "/h");
	check(pp_first_login_home("/%u/%u", "a", home, sizeof(home)));
	check_text(home, "/a/a");
	check(pp_first_login_home("/23456789/%u", "alice", home, sizeof(home)));
	check(!pp_first_login_home("/234567890/%u", "alice", home, 16));
	check(!pp_first_login_home("/home/%s", "alice", home, sizeof(home)));
	check(!pp_first_login_home("/home/%", "alice", home, sizeof(home)));
	check(!pp_first_login_home("", "alice", home, sizeof(home)));
}

static void
what_is_written_is_read_again(void)
{
	struct pp_first_login_settings provision = settings();
	struct pp_first_login_settings read = {0};
	struct stat info;

	write_settings(&provision);
	if (check_int(stat(path, &info), 0))
		check_int(info.st_mode & 07777, 0600);
	check_int(pp_first_login_read(path, &read), PP_FIRST_LOGIN_YES);
	check(memcmp(&read.key, &provision.key, sizeof(read.key)) == 0);
	check_int(read.uid_range.low, PP_UID_RANGE_LOW);
	check_int(read.gid_range.high, PP_GID_RANGE_HIGH);
	check_text(read.allow_new_users, "*");
	check_text(read.home, "/home/%u");
	check_text(read.shell, "/bin/bash");
	check_text(read.all_users_group, "playpen-users");
	check_text(read.programs, PP_FIRST_LOGIN_PROGRAMS);
}

static void
the_same_settings_are_not_written_again(void)
{
	struct pp_first_login_settings provision = settings();
	struct stat before, after;

	write_settings(&provision);
	check_int(stat(path, &before), 0);
	write_settings(&provision);
	if (check_int(stat(path, &after), 0))
		check_int(before.st_ino, after.st_ino);
	check_int(chmod(path, 0644), 0);
	write_settings(&provision);
	if (check_int(stat(path, &after), 0))
		check_cmp(before.st_ino, !=, after.st_ino);
	stpcpy(provision.allow_new_users, "off");
	before = after;
	write_settings(&provision);
	if (check_int(stat(path, &after), 0))
		check_cmp(before.st_ino, !=, after.st_ino);
}

static void
no_file_is_no_and_an_unsafe_one_is_unreadable(void)
{
	struct pp_first_login_settings provision = settings();
	struct pp_first_login_settings read;

	unlink(path);
	check_int(pp_first_login_read(path, &read), PP_FIRST_LOGIN_NO);
	write_settings(&provision);
	check_int(chmod(path, 0640), 0);
	check_int(pp_first_login_read(path, &read), PP_FIRST_LOGIN_UNREADABLE);
	check_int(chmod(path, 0600), 0);
	check_int(pp_first_login_read(path, &read), PP_FIRST_LOGIN_YES);
	check_int(symlink(path, other), 0);
	check_int(pp_first_login_read(other, &read), PP_FIRST_LOGIN_UNREADABLE);
	unlink(other);
	if (geteuid() == 0) {
		check_int(chown(path, 1234, 0), 0);
		check_int(pp_first_login_read(path, &read),
			PP_FIRST_LOGIN_UNREADABLE);
		check_int(chown(path, 0, 0), 0);
	}
}

static void
every_flipped_byte_and_every_cut_is_seen(void)
{
	struct pp_first_login_settings provision = settings();
	struct pp_first_login_settings read;
	unsigned char byte;
	struct stat info;
	int fd;

	unlink(path);
	write_settings(&provision);
	fd = open(path, O_RDWR | O_CLOEXEC);
	check_cmp(fd, >=, 0);
	check_int(fstat(fd, &info), 0);
	for (off_t i = 0; i < info.st_size; i++) {
		check_int(pread(fd, &byte, 1, i), 1);
		byte ^= 0x20;
		check_int(pwrite(fd, &byte, 1, i), 1);
		check_int(pp_first_login_read(path, &read),
			PP_FIRST_LOGIN_UNREADABLE);
		byte ^= 0x20;
		check_int(pwrite(fd, &byte, 1, i), 1);
	}
	check_int(pp_first_login_read(path, &read), PP_FIRST_LOGIN_YES);
	check_int(ftruncate(fd, info.st_size - 1), 0);
	check_int(pp_first_login_read(path, &read), PP_FIRST_LOGIN_UNREADABLE);
	close(fd);
}

static void
rejects_texts_without_an_end(void)
{
	struct pp_first_login_settings provision = settings();
	struct pp_err err = {0};

	memset(provision.home, 'x', sizeof(provision.home));
	check_cmp(pp_first_login_write(path, &provision, &err), !=, PP_OK);
	check_reason(err.reason, PP_REASON_TOO_LONG);
	provision.home[sizeof(provision.home) - 1] = '\0';
	check_kind(pp_first_login_write(path, &provision, &err), PP_OK);
}

static void
ranges_with_root_in_them_are_unreadable(void)
{
	struct pp_first_login_settings provision = settings();
	struct pp_first_login_settings read;

	provision.uid_range.low = 0;
	write_settings(&provision);
	check_int(pp_first_login_read(path, &read), PP_FIRST_LOGIN_UNREADABLE);
	provision = settings();
	provision.all_users_gid = 0;
	write_settings(&provision);
	check_int(pp_first_login_read(path, &read), PP_FIRST_LOGIN_UNREADABLE);
	provision = settings();
	provision.uid_range.high = provision.uid_range.low - 1;
	write_settings(&provision);
	check_int(pp_first_login_read(path, &read), PP_FIRST_LOGIN_UNREADABLE);
}

/* This test is no login service, whoever runs it. */
static void
another_process_is_told_nothing(void)
{
	struct pp_first_login_answer answer;

	check_int(
		pp_first_login_answer_for("alice", &answer), PP_FIRST_LOGIN_NO);
	check_int(
		pp_first_login_answer_for("Alice", &answer), PP_FIRST_LOGIN_NO);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return EXIT_FAILURE;
	snprintf(path, sizeof(path), "%s/provision", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	run(computes_what_first_login_will_assign);
	run(says_why_a_name_is_refused);
	run(refuses_names_that_cannot_be_ours);
	run(refuses_the_names_of_groups);
	run(first_login_is_off_or_a_pattern);
	run(a_home_is_made_from_its_template);
	run(what_is_written_is_read_again);
	run(the_same_settings_are_not_written_again);
	run(no_file_is_no_and_an_unsafe_one_is_unreadable);
	run(every_flipped_byte_and_every_cut_is_seen);
	run(rejects_texts_without_an_end);
	run(ranges_with_root_in_them_are_unreadable);
	run(another_process_is_told_nothing);
	unlink(path);
	rmdir(dir);
	return tap_end();
}
