/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/stat.h>

#include <playpen/rules/user_rules.h>

#include "tests/unit/node.h"

/* What an administrator gave to a user of the name. */

#define DATE " of 2020-01-01T00:00:00Z"

static void
put(const char *path, const char *text)
{
	const struct timespec times[2] = {
		{.tv_sec = 1577836800}, {.tv_sec = 1577836800}};

	check(scratch_write(path, text, 0644));
	check_int(utimensat(AT_FDCWD, scratch_path(path), times, 0), 0);
}

/* Returns the files that name a user, with a comma between two. */
static const char *
found(const char *name)
{
	static char text[4096];
	pp_cleanup(pp_strv) struct pp_strv files = {0};

	text[0] = '\0';
	check_kind(pp_user_rules_find(scratch_root, name, &files, NULL), PP_OK);
	for (size_t i = 0; i < files.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			"%s%s", i > 0 ? "," : "", files.items[i]);
	return text;
}

static void
each_file_that_names_the_user_is_found_with_its_date(void)
{
	static const struct {
		const char *path;
		const char *line;
	} rows[] = {
		{"/etc/sudoers", "carol ALL=(ALL) ALL\n"},
		{"/etc/sudoers.d/people", "User_Alias OPS=bob,carol\n"},
		{"/etc/security/access.conf", "+ : carol : ALL\n"},
		{"/etc/ssh/sshd_config", "AllowUsers bob carol@10.0.0.*\n"},
		{"/etc/ssh/sshd_config.d/x.conf", "Match User carol\n"},
		{"/etc/cron.allow", "carol\n"},
		{"/etc/at.allow", "bob\ncarol\n"},
		{"/etc/crontab", "1 2 * * * carol /bin/true\n"},
		{"/etc/cron.d/jobs", "1 2 * * * carol /bin/true\n"},
	};

	for (size_t i = 0; i < PP_COUNT(rows); i++) {
		char wanted[128];

		put(rows[i].path, rows[i].line);
		snprintf(wanted, sizeof(wanted), "%s" DATE, rows[i].path);
		check_text(found("carol"), wanted);
		check_text(found("caro"), "");
		check_int(unlink(scratch_path(rows[i].path)), 0);
	}
	check_text(found("carol"), "");
}

static void
groups_comments_and_refusals_name_no_user(void)
{
	put("/etc/sudoers", "# carol ALL=(ALL) ALL\n%carol ALL=(ALL) ALL\n");
	put("/etc/ssh/sshd_config", "DenyUsers carol\n#AllowUsers carol\n");
	check_text(found("carol"), "");
	put("/etc/sudoers", "carol ALL=(ALL) ALL\n");
	check_text(found("carol"), "/etc/sudoers" DATE);
	check_int(unlink(scratch_path("/etc/sudoers")), 0);
}

static void
a_key_file_that_root_keeps_for_the_name_is_found(void)
{
	put("/etc/ssh/sshd_config",
		"AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u\n");
	check_text(found("carol"), "");
	put("/etc/ssh/keys/carol", "ssh-ed25519 AAAA\n");
	check_text(found("carol"), "/etc/ssh/keys/carol" DATE);
	check_text(found("bob"), "");
	check_int(unlink(scratch_path("/etc/ssh/keys/carol")), 0);
	check_int(unlink(scratch_path("/etc/ssh/sshd_config")), 0);
}

/* %u may have something before and behind it; other files are not the name's.
 */
static void
the_name_may_be_a_part_of_a_file_s(void)
{
	put("/etc/ssh/sshd_config",
		"AuthorizedPrincipalsFile /etc/ssh/who/p-%u.txt\n"
		"AuthorizedKeysFile /etc/ssh/%u/keys /etc/ssh/%%u /etc/ssh/%h%u\n");
	put("/etc/ssh/who/p-carol.txt", "carol\n");
	put("/etc/ssh/who/p-carol.txt.old", "carol\n");
	check_text(found("carol"), "/etc/ssh/who/p-carol.txt" DATE);
	check_text(found("caro"), "");
	check_text(found("p-carol"), "");
	put("/etc/ssh/bob/keys", "ssh-ed25519 AAAA\n");
	check_text(found("bob"), "/etc/ssh/bob/keys" DATE);
	check_int(unlink(scratch_path("/etc/ssh/who/p-carol.txt")), 0);
	check_int(unlink(scratch_path("/etc/ssh/who/p-carol.txt.old")), 0);
	check_int(unlink(scratch_path("/etc/ssh/bob/keys")), 0);
	check_int(unlink(scratch_path("/etc/ssh/sshd_config")), 0);
}

static bool
add_pair(void *context, const struct pp_user_rules_file *file)
{
	char *text = context;

	snprintf(text + strlen(text), 256, "%s %s,", file->name, file->path);
	return false;
}

static void
several_users_are_found_in_one_search(void)
{
	static const char *const people[] = {"mallory", "carol", "bob"};
	pp_cleanup(pp_strv) struct pp_strv names = {0};
	char text[1024] = "";

	for (size_t i = 0; i < PP_COUNT(people); i++)
		check_kind(pp_strv_append(
				   &names, people[i], strlen(people[i]), NULL),
			PP_OK);
	put("/etc/sudoers", "carol ALL=(ALL) ALL\ncarol ALL=(bob) ALL\n");
	put("/etc/cron.allow", "alice\ncarol\n");
	check_kind(pp_user_rules_find_all(
			   scratch_root, &names, add_pair, text, NULL),
		PP_OK);
	check_text(text,
		"carol /etc/sudoers,bob /etc/sudoers,carol /etc/cron.allow,");
	check_int(unlink(scratch_path("/etc/sudoers")), 0);
	check_int(unlink(scratch_path("/etc/cron.allow")), 0);
}

static void
the_number_of_files_is_bounded(void)
{
	pp_cleanup(pp_strv) struct pp_strv files = {0};

	for (int i = 0; i < 12; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/etc/sudoers.d/file%d", i);
		put(path, "carol ALL=(ALL) ALL\n");
	}
	check_kind(
		pp_user_rules_find(scratch_root, "carol", &files, NULL), PP_OK);
	check_int(files.count, PP_USER_RULES_FILES_MAX);
}

int
main(void)
{
	node_begin();
	run(each_file_that_names_the_user_is_found_with_its_date);
	run(groups_comments_and_refusals_name_no_user);
	run(a_key_file_that_root_keeps_for_the_name_is_found);
	run(the_name_may_be_a_part_of_a_file_s);
	run(several_users_are_found_in_one_search);
	run(the_number_of_files_is_bounded);
	return node_end();
}
