/* SPDX-License-Identifier: MIT */
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/nss/module.h"

/* What happens to answers when the file is replaced, gone, or bad. */

static char buffer[4096];

static enum nss_status
look(const char *name, struct passwd *ret)
{
	int code = 0;
	enum nss_status status =
		module.getpwnam(name, ret, buffer, sizeof(buffer), &code);

	if (status != NSS_STATUS_SUCCESS)
		check_int(code, ENOENT);
	return status;
}

static void
publish_with_shell(const char *shell)
{
	struct sample sample;

	sample_fill(&sample);
	sample.users[ALICE].shell = shell;
	place_publish(&sample);
}

/* The path is looked at every 10 ms, by a clock that ticks every 10 at most. */
static void
wait_for_a_look(void)
{
	usleep(30000);
}

static void
no_index_is_notfound_until_the_first_one(void)
{
	struct passwd user;

	check_int(look("alice", &user), NSS_STATUS_NOTFOUND);
	place_publish_sample();
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
}

static void
a_new_index_is_seen_at_once(void)
{
	static const char *const shells[] = {"/bin/a", "/bin/b", "/bin/c"};
	struct passwd user;

	for (int i = 0; i < 300; i++) {
		publish_with_shell(shells[i % 3]);
		check_int(look("alice", &user), NSS_STATUS_SUCCESS);
		check_text(user.pw_shell, shells[i % 3]);
	}
}

static void
a_foreign_replacement_is_seen_by_the_next_look(void)
{
	struct passwd user;

	publish_with_shell("/bin/old");
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	check_int(rename(PP_INDEX_PATH, PP_INDEX_PATH ".kept"), 0);
	publish_with_shell("/bin/new"); /* finds none: marks none */
	wait_for_a_look();
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	check_text(user.pw_shell, "/bin/new");
	check_int(rename(PP_INDEX_PATH ".kept", PP_INDEX_PATH), 0);
	wait_for_a_look();
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	check_text(user.pw_shell, "/bin/old");
}

static void
a_good_mapping_is_kept_when_the_path_is_gone(void)
{
	struct passwd user;

	publish_with_shell("/bin/kept");
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	check_int(unlink(PP_INDEX_PATH), 0);
	wait_for_a_look();
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	check_text(user.pw_shell, "/bin/kept");
}

/* As sshd's child does it: look up, chroot, look up again. */
static void
a_chroot_without_the_file_keeps_it(void)
{
	struct passwd user;
	int status = -1;
	pid_t child;

	publish_with_shell("/bin/before");
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	child = fork();
	if (child == 0) {
		bool good = chroot("/proc/self") == 0 && chdir("/") == 0;

		wait_for_a_look();
		good = good && look("alice", &user) == NSS_STATUS_SUCCESS;
		_exit(good ? 0 : 1);
	}
	if (check_int(waitpid(child, &status, 0), child))
		check_int(status, 0);
}

/* Whether the old one answers, time and again, and no descriptor is lost. */
static bool
keeps_answering(const char *shell)
{
	int before = place_count_fds();
	bool good = true;

	for (int i = 0; good && i < 20; i++) {
		struct passwd user;

		if (i % 10 == 9)
			wait_for_a_look();
		good = look("alice", &user) == NSS_STATUS_SUCCESS &&
		       strcmp(user.pw_shell, shell) == 0;
	}
	return good && place_count_fds() == before;
}

static void
a_chroot_keeps_it_when_a_new_one_is_published(void)
{
	struct passwd user;
	int ends[2], status = -1;
	pid_t child;
	char byte;

	publish_with_shell("/bin/before");
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	check_int(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		bool good = chroot("/proc/self") == 0 && chdir("/") == 0 &&
			    read(ends[0], &byte, 1) == 1;

		_exit(good && keeps_answering("/bin/before") ? 0 : 1);
	}
	publish_with_shell("/bin/after");
	check_int(write(ends[1], "", 1), 1);
	if (check_int(waitpid(child, &status, 0), child))
		check_int(status, 0);
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	check_text(user.pw_shell, "/bin/after");
	close(ends[0]);
	close(ends[1]);
}

/* The limit that it was. */
static struct rlimit
allow_no_descriptors(void)
{
	struct rlimit old = {0}, none = {0};

	check_int(getrlimit(RLIMIT_NOFILE, &old), 0);
	none.rlim_max = old.rlim_max;
	check_int(setrlimit(RLIMIT_NOFILE, &none), 0);
	return old;
}

static void
without_a_descriptor_the_old_one_answers_until_there_is_one(void)
{
	struct passwd user;
	struct rlimit old;

	publish_with_shell("/bin/before");
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	publish_with_shell("/bin/after");
	old = allow_no_descriptors();
	check(keeps_answering("/bin/before"));
	check_int(setrlimit(RLIMIT_NOFILE, &old), 0);
	wait_for_a_look();
	check(keeps_answering("/bin/after"));
}

static void
without_a_descriptor_the_first_look_up_is_unavail(void)
{
	int status = -1;
	pid_t child;

	place_publish_sample();
	child = fork();
	if (child == 0) {
		struct rlimit old = allow_no_descriptors();
		struct passwd user;
		bool good = look("alice", &user) == NSS_STATUS_UNAVAIL &&
			    setrlimit(RLIMIT_NOFILE, &old) == 0 &&
			    look("alice", &user) == NSS_STATUS_SUCCESS;

		_exit(good ? 0 : 1);
	}
	if (check_int(waitpid(child, &status, 0), child))
		check_int(status, 0);
	unlink(PP_INDEX_PATH);
}

static void
a_chroot_without_the_file_has_nobody(void)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		struct passwd user;
		char path[4096];

		module_path(path, sizeof(path), "playpen");
		if (chroot("/proc/self") != 0 || chdir("/") != 0)
			_exit(2);
		_exit(look("alice", &user) == NSS_STATUS_NOTFOUND ? 0 : 1);
	}
	check_int(waitpid(child, &status, 0), child);
	check_int(status, 0);
}

static void
write_text(const char *text, mode_t mode)
{
	int fd = open(PP_INDEX_PATH ".tmp",
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	check_cmp(fd, >=, 0);
	check_int(write(fd, text, strlen(text)), (ssize_t) strlen(text));
	check_int(fchmod(fd, mode), 0);
	close(fd);
	check_int(rename(PP_INDEX_PATH ".tmp", PP_INDEX_PATH), 0);
}

static void
a_bad_file_is_unavail_and_a_good_one_heals_it(void)
{
	struct passwd user;
	struct group group;
	gid_t *gids = calloc(4, sizeof(*gids));
	long start = 1, size = 4;
	int code;

	publish_with_shell("/bin/sh");
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	write_text("", 0644);
	wait_for_a_look();
	check_int(look("alice", &user), NSS_STATUS_UNAVAIL);
	write_text("PPINDEX\n but not quite", 0644);
	check_int(look("alice", &user), NSS_STATUS_UNAVAIL);
	check_int(module.getpwuid(SAMPLE_ALICE, &user, buffer, 4096, &code),
		NSS_STATUS_UNAVAIL);
	check_int(module.getgrnam("dev", &group, buffer, 4096, &code),
		NSS_STATUS_UNAVAIL);
	check_int(module.getgrgid(SAMPLE_DEV, &group, buffer, 4096, &code),
		NSS_STATUS_UNAVAIL);
	check_int(module.getpwent(&user, buffer, 4096, &code),
		NSS_STATUS_UNAVAIL);
	check_int(module.getgrent(&group, buffer, 4096, &code),
		NSS_STATUS_UNAVAIL);
	check_int(module.initgroups("alice", SAMPLE_ALICE, &start, &size, &gids,
			  -1, &code),
		NSS_STATUS_UNAVAIL);
	check_int(code, ENOENT);
	check_int(start, 1);
	publish_with_shell("/bin/sh");
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	free(gids);
}

static void
an_unsafe_file_is_unavail(void)
{
	struct passwd user;

	publish_with_shell("/bin/sh");
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	unlink(PP_INDEX_PATH);
	publish_with_shell("/bin/sh");
	check_int(chmod(PP_INDEX_PATH, 0664), 0);
	wait_for_a_look();
	check_int(look("alice", &user), NSS_STATUS_UNAVAIL);
	check_int(chmod(PP_INDEX_PATH, 0644), 0);
	check_int(look("alice", &user), NSS_STATUS_SUCCESS);
	check_int(rename(PP_INDEX_PATH, PP_INDEX_PATH ".real"), 0);
	check_int(symlink(PP_INDEX_PATH ".real", PP_INDEX_PATH), 0);
	wait_for_a_look();
	check_int(look("alice", &user), NSS_STATUS_UNAVAIL);
	unlink(PP_INDEX_PATH);
	publish_with_shell("/bin/sh");
	if (chown(PP_INDEX_PATH, 1234, 0) != 0)
		return; /* a user namespace with one user */
	check_int(look("alice", &user), NSS_STATUS_UNAVAIL);
	unlink(PP_INDEX_PATH);
}

static void
no_descriptor_stays_open(void)
{
	struct passwd user;
	int before = place_count_fds();

	for (int i = 0; i < 50; i++) {
		publish_with_shell(i % 2 == 0 ? "/bin/a" : "/bin/b");
		look("alice", &user);
		look("nobody-here", &user);
		check_int(place_count_fds(), before);
	}
}

/* Mappings of the index that this process has. */
static int
count_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	int count = 0;

	while (fgets(line, sizeof(line), maps) != NULL)
		count += strstr(line, "/index.v1") != NULL;
	fclose(maps);
	return count;
}

static void
only_the_current_mapping_stays(void)
{
	struct passwd user;

	for (int i = 0; i < 50; i++) {
		publish_with_shell(i % 2 == 0 ? "/bin/a" : "/bin/b");
		check_int(look("alice", &user), NSS_STATUS_SUCCESS);
		check_int(count_mappings(), 1);
	}
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	module_load();
	run(a_chroot_without_the_file_has_nobody);
	run(without_a_descriptor_the_first_look_up_is_unavail);
	run(no_index_is_notfound_until_the_first_one);
	run(a_new_index_is_seen_at_once);
	run(a_foreign_replacement_is_seen_by_the_next_look);
	run(a_good_mapping_is_kept_when_the_path_is_gone);
	run(a_chroot_without_the_file_keeps_it);
	run(a_chroot_keeps_it_when_a_new_one_is_published);
	run(without_a_descriptor_the_old_one_answers_until_there_is_one);
	run(a_bad_file_is_unavail_and_a_good_one_heals_it);
	run(an_unsafe_file_is_unavail);
	run(no_descriptor_stays_open);
	run(only_the_current_mapping_stays);
	return tap_end();
}
