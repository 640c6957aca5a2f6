/* SPDX-License-Identifier: MIT */
#include <sys/wait.h>

#include "tests/nss/service.h"

/*
 * Provisional answers. The test copies itself under the name of a login service
 * and runs the copy: /proc/self/exe is then what sshd's would be. Each question
 * is an argument, each answer a line.
 */

#define ZED_UID "1906411010"

static bool (*was_given)(const char *name);

static void
show_user(enum nss_status status, const struct passwd *user)
{
	if (status != NSS_STATUS_SUCCESS) {
		printf("%d\n", status);
		return;
	}
	printf("%s:%s:%u:%u:%s:%s:%s\n", user->pw_name, user->pw_passwd,
		user->pw_uid, user->pw_gid, user->pw_gecos, user->pw_dir,
		user->pw_shell);
}

static void
show_group(enum nss_status status, const struct group *group)
{
	if (status != NSS_STATUS_SUCCESS) {
		printf("%d\n", status);
		return;
	}
	printf("%s:%s:%u:%s\n", group->gr_name, group->gr_passwd, group->gr_gid,
		group->gr_mem[0] != NULL ? group->gr_mem[0] : "");
}

static void
show_groups(const char *name, gid_t gid)
{
	gid_t *gids = calloc(1, sizeof(*gids));
	long start = 1, size = 1;
	int code = 0;
	enum nss_status status;

	gids[0] = gid;
	status = module.initgroups(name, gid, &start, &size, &gids, -1, &code);
	printf("%d", status);
	for (long i = 0; i < start; i++)
		printf(" %u", gids[i]);
	printf("\n");
	free(gids);
}

/* One question of the copy: a letter for the function and its key. */
static void
ask(const char *question)
{
	const char *key = question + 1;
	unsigned int number = (unsigned int) strtoul(key, NULL, 10);
	static char buffer[4096];
	struct passwd user;
	struct group group;
	int code = 0;

	if (question[0] == 'n')
		show_user(module.getpwnam(
				  key, &user, buffer, sizeof(buffer), &code),
			&user);
	else if (question[0] == 'u')
		show_user(module.getpwuid(
				  number, &user, buffer, sizeof(buffer), &code),
			&user);
	else if (question[0] == 'N')
		show_group(module.getgrnam(
				   key, &group, buffer, sizeof(buffer), &code),
			&group);
	else if (question[0] == 'U')
		show_group(module.getgrgid(number, &group, buffer,
				   sizeof(buffer), &code),
			&group);
	else if (question[0] == 'i')
		show_groups(strchr(key, ',') + 1, number);
	else if (question[0] == 'w')
		printf("%s\n", was_given(key) ? "yes" : "no");
	else if (question[0] == 's')
		check_int(seteuid(number), 0);
}

/* Runs the copy called program with the questions; its lines come back. */
static const char *
answers(const char *program, const char *const questions[])
{
	static char text[4096];
	char path[128];
	ssize_t got, len = 0;
	int pipes[2], status = -1;
	pid_t child;

	snprintf(path, sizeof(path), "%s/%s", service_dir, program);
	if (access(path, X_OK) != 0)
		service_copy_self(path);
	check_int(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		dup2(pipes[1], STDOUT_FILENO);
		execv(path, (char *const *) (uintptr_t) questions);
		_exit(127);
	}
	close(pipes[1]);
	while ((got = read(pipes[0], text + len,
			sizeof(text) - 1 - (size_t) len)) > 0)
		len += got;
	text[len] = '\0';
	close(pipes[0]);
	if (check_int(waitpid(child, &status, 0), child))
		check_int(status, 0);
	return text;
}

#define ask_as(program, ...)                                                   \
	answers(program,                                                       \
		(const char *const[]){"copy", "ask", __VA_ARGS__, NULL})

static void
sshd_hears_of_a_stranger_what_first_login_will_assign(void)
{
	unlink(PP_INDEX_PATH);
	service_provide_default();
	check_text(ask_as("sshd", "nzed"),
		"zed:*:" ZED_UID ":" ZED_UID "::/home/zed:/bin/bash\n");
	check_text(ask_as("sshd-session", "nzed"),
		"zed:*:" ZED_UID ":" ZED_UID "::/home/zed:/bin/bash\n");
	place_publish_sample();
	check_text(ask_as("login", "nzed"),
		"zed:*:" ZED_UID ":" ZED_UID "::/home/zed:/bin/bash\n");
}

static void
any_other_program_hears_nothing(void)
{
	service_provide_default();
	check_text(ask_as("id", "nzed", "Nzed", "i" ZED_UID ",zed"),
		"0\n0\n0 " ZED_UID "\n");
	check_text(ask_as("sshd2", "nzed"), "0\n");
	check_text(ask_as("ssh", "nzed"), "0\n");
}

static void
a_process_that_is_not_root_hears_nothing(void)
{
	service_provide_default();
	if (getuid() != 0 || seteuid(65534) != 0 || seteuid(0) != 0) {
		tap_skip("no other uid here");
		return;
	}
	check_text(ask_as("sshd", "s65534", "nzed", "s0", "nzed"),
		"0\nzed:*:" ZED_UID ":" ZED_UID "::/home/zed:/bin/bash\n");
}

/* CVE-2025-5689: a provisional user had gid 0. */
static void
the_groups_are_ones_own_and_everybodys(void)
{
	service_provide_default();
	place_publish_sample();
	check_text(ask_as("sshd", "i" ZED_UID ",zed", "i0,zed", "i100,zed"),
		"1 " ZED_UID " 2080374789\n0 0\n0 100\n");
	check_text(ask_as("sshd", "Nzed"), "zed:*:" ZED_UID ":\n");
	check_text(ask_as("sshd", "Nplaypen-users", "U2080374789"), "0\n0\n");
	unlink(PP_INDEX_PATH);
	check_text(ask_as("sshd", "i" ZED_UID ",zed"),
		"1 " ZED_UID " 2080374789\n");
	check_text(ask_as("sshd", "Nplaypen-users", "U2080374789"),
		"playpen-users:*:2080374789:\nplaypen-users:*:2080374789:\n");
	check_text(ask_as("id", "Nplaypen-users", "U2080374789"), "0\n0\n");
}

static void
a_number_is_answered_after_its_name(void)
{
	service_provide_default();
	place_publish_sample();
	check_text(ask_as("sshd", "u" ZED_UID, "U" ZED_UID), "0\n0\n");
	check_text(ask_as("sshd", "nzed", "u" ZED_UID, "U" ZED_UID, "u5"),
		"zed:*:" ZED_UID ":" ZED_UID "::/home/zed:/bin/bash\n"
		"zed:*:" ZED_UID ":" ZED_UID "::/home/zed:/bin/bash\n"
		"zed:*:" ZED_UID ":\n0\n");
}

static void
names_that_cannot_be_ours_are_not_answered(void)
{
	service_provide_default();
	place_publish_sample();
	check_text(ask_as("sshd", "nroot", "ndocker", "nsystemd-x", "nZed",
			   "nplaypen-users", "ngone", "ndev", "n"),
		"0\n0\n0\n0\n0\n0\n0\n0\n");
}

static void
first_login_off_or_another_pattern_answers_nobody(void)
{
	struct pp_first_login_settings provision = service_settings();

	place_publish_sample();
	stpcpy(provision.allow_new_users, "off");
	service_provide(&provision);
	check_text(ask_as("sshd", "nzed", "noff"), "0\n0\n");
	stpcpy(provision.allow_new_users, "dev-*");
	service_provide(&provision);
	check_text(ask_as("sshd", "nzed"), "0\n");
	unlink(PP_FIRST_LOGIN_PATH);
	check_text(ask_as("sshd", "nzed"), "0\n");
}

/* Those are the other service's to answer for. */
static void
users_of_the_index_are_not_answered(void)
{
	service_provide_default();
	place_publish_sample();
	check_text(ask_as("sshd", "nalice", "u1879048208", "Nalice", "Ndev",
			   "i1879048208,alice"),
		"0\n0\n0\n0\n0 1879048208\n");
}

/* It may have the name, or the number. */
static void
a_damaged_index_is_unavail(void)
{
	service_provide_default();
	place_publish_sample();
	check_int(truncate(PP_INDEX_PATH, 100), 0);
	check_text(ask_as("sshd", "nzed", "Nzed", "i" ZED_UID ",zed", "nroot"),
		"-1\n-1\n-1 " ZED_UID "\n0\n");
	check_text(ask_as("id", "nzed"), "0\n");
	unlink(PP_INDEX_PATH);
}

/* libnss-sss's package appends sss to both lines. */
static void
a_source_behind_it_in_nsswitch_conf_is_left_to_answer(void)
{
	static const char first[] = "files playpen_new";
	static const char *const others[][2] = {
		{"files playpen_new sss", first},
		{first, "files playpen_new sss"},
		{"files sss", first},
		{first, "files"},
	};

	service_provide_default();
	place_publish_sample();
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		place_set_sources(others[i][0], others[i][1]);
		check_text(ask_as("sshd", "nzed", "Nzed", "i" ZED_UID ",zed"),
			"0\n0\n0 " ZED_UID "\n");
	}
	place_set_sources(first, "sss [!NOTFOUND=return] playpen_new");
	check_text(ask_as("sshd", "nzed"),
		"zed:*:" ZED_UID ":" ZED_UID "::/home/zed:/bin/bash\n");
	place_set_sources(first, first);
}

static void
knows_for_which_name_it_answered_last(void)
{
	service_provide_default();
	place_publish_sample();
	check_text(ask_as("sshd", "wzed", "nzed", "wzed", "wroot", "nroot",
			   "wzed", "nzoe", "wzed", "wzoe"),
		"no\nzed:*:" ZED_UID ":" ZED_UID "::/home/zed:/bin/bash\n"
		"yes\nno\n0\nyes\n"
		"zoe:*:1930952521:1930952521::/home/zoe:/bin/bash\n"
		"no\nyes\n");
	check_text(ask_as("id", "nzed", "wzed"), "0\nno\n");
}

/* glibc asks each source for the groups of a user, whoever has the user. */
static void
groups_of_a_name_are_no_answer_for_it(void)
{
	service_provide_default();
	place_publish_sample();
	check_text(ask_as("sshd", "i5000,zed", "wzed", "Nzed", "wzed"),
		"0 5000\nno\nzed:*:" ZED_UID ":\nno\n");
}

static void
a_uid_that_somebody_has_is_not_answered(void)
{
	struct pp_first_login_settings provision = service_settings();

	place_publish_sample();
	provision.uid_range = (struct pp_range){SAMPLE_BOB, SAMPLE_BOB};
	service_provide(&provision);
	check_text(ask_as("sshd", "nzed"), "0\n");
	provision.uid_range = (struct pp_range){SAMPLE_GONE, SAMPLE_GONE};
	service_provide(&provision);
	check_text(ask_as("sshd", "nzed"), "0\n");
	provision.uid_range = (struct pp_range){SAMPLE_DEV, SAMPLE_DEV};
	service_provide(&provision);
	check_text(ask_as("sshd", "nzed"), "0\n");
	provision.uid_range = (struct pp_range){5000, 5000};
	service_provide(&provision);
	check_text(ask_as("sshd", "nzed"),
		"zed:*:5000:5000::/home/zed:/bin/bash\n");
}

static void
an_unsafe_provision_file_is_unavail(void)
{
	service_provide_default();
	place_publish_sample();
	check_int(chmod(PP_FIRST_LOGIN_PATH, 0644), 0);
	check_text(ask_as("sshd", "nzed"), "-1\n");
	check_int(chmod(PP_FIRST_LOGIN_PATH, 0600), 0);
	check_int(truncate(PP_FIRST_LOGIN_PATH, 100), 0);
	check_text(ask_as("sshd", "nzed", "nbob"),
		"-1\n-1\n");
	unlink(PP_FIRST_LOGIN_PATH);
}

static void
a_service_whose_program_was_replaced_still_hears(void)
{
	char path[64];

	service_provide_default();
	place_publish_sample();
	snprintf(path, sizeof(path), "%s/sshd (deleted)", service_dir);
	service_copy_self(path);
	check_text(ask_as("sshd (deleted)", "nzed"),
		"zed:*:" ZED_UID ":" ZED_UID "::/home/zed:/bin/bash\n");
}

static int
ask_all(int count, char **questions)
{
	module_find(module_load_new(), "playpen_new", "was_given", &was_given);
	for (int i = 2; i < count; i++)
		ask(questions[i]);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "ask") == 0)
		return ask_all(argc, argv);
	if (!place_enter() || mkdir(service_dir, 0755) != 0)
		return EXIT_SUCCESS;
	place_set_sources("files playpen_new", "files playpen_new");
	run(sshd_hears_of_a_stranger_what_first_login_will_assign);
	run(any_other_program_hears_nothing);
	run(a_process_that_is_not_root_hears_nothing);
	run(the_groups_are_ones_own_and_everybodys);
	run(a_number_is_answered_after_its_name);
	run(names_that_cannot_be_ours_are_not_answered);
	run(first_login_off_or_another_pattern_answers_nobody);
	run(a_uid_that_somebody_has_is_not_answered);
	run(an_unsafe_provision_file_is_unavail);
	run(users_of_the_index_are_not_answered);
	run(a_damaged_index_is_unavail);
	run(a_source_behind_it_in_nsswitch_conf_is_left_to_answer);
	run(knows_for_which_name_it_answered_last);
	run(groups_of_a_name_are_no_answer_for_it);
	run(a_service_whose_program_was_replaced_still_hears);
	return tap_end();
}
