/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/stat.h>

#include "common/index/index_map.h"
#include "tests/sample.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static char path[64];
static char other[80];

static bool
publish(const struct sample *sample)
{
	struct pp_err err = {0};
	bool changed = false;

	if (!check(pp_index_write(path, &sample->content, &changed, &err) ==
		    PP_OK))
		printf("# %s\n", err.message);
	return changed;
}

static void
publish_sample(void)
{
	struct sample sample;

	sample_fill(&sample);
	publish(&sample);
}

static ino_t
inode_of(const char *name)
{
	struct stat info = {0};

	check(stat(name, &info) == 0);
	return info.st_ino;
}

static void
writes_nothing_when_nothing_changed(void)
{
	struct sample sample;
	struct stat before, after;

	unlink(path);
	sample_fill(&sample);
	check(publish(&sample));
	check(stat(path, &before) == 0);
	check(!publish(&sample));
	check(stat(path, &after) == 0);
	check(before.st_ino == after.st_ino);
	check(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec &&
		before.st_ctim.tv_nsec == after.st_ctim.tv_nsec);
}

static void
the_order_of_rows_does_not_matter(void)
{
	struct sample sample;
	struct pp_index_entry first;

	sample_fill(&sample);
	publish(&sample);
	first = sample.users[ALICE];
	sample.users[ALICE] = sample.users[GONE];
	sample.users[GONE] = first;
	check(!publish(&sample));
}

static void
a_new_time_is_one_word_in_place(void)
{
	struct sample sample;
	struct pp_index *index = NULL;
	struct pp_index_user user;
	ino_t before;

	sample_fill(&sample);
	publish(&sample);
	before = inode_of(path);
	check(pp_index_open(path, &index) == PP_INDEX_FOUND);
	sample.users[BOB].groups_expire_at = SAMPLE_FUTURE + 1;
	check(publish(&sample));
	check(inode_of(path) == before);
	pp_index_user_by_name(index, "bob", &user);
	check(user.groups_expire_at == SAMPLE_FUTURE + 1);
	check(!pp_index_map_is_stale(index));
	pp_index_release(&index);
}

static void
sets_one_users_time_alone(void)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	struct pp_err err;
	ino_t before;

	publish_sample();
	before = inode_of(path);
	check(pp_index_set_groups_expiry(path, "alice", 77, &err) == PP_OK);
	check(inode_of(path) == before);
	check(pp_index_open(path, &index) == PP_INDEX_FOUND);
	pp_index_user_by_name(index, "alice", &user);
	check(user.groups_expire_at == 77);
	pp_index_user_by_name(index, "bob", &user);
	check(user.groups_expire_at == SAMPLE_PAST);
	pp_index_release(&index);
	check(pp_index_set_groups_expiry(path, "nobody-here", 77, &err) ==
		PP_NOT_FOUND);
	unlink(path);
	check(pp_index_set_groups_expiry(path, "alice", 77, &err) ==
		PP_NOT_FOUND);
}

static void
the_old_file_says_that_it_is_superseded(void)
{
	struct sample sample;
	struct pp_index *old = NULL;
	struct pp_index_user user;

	sample_fill(&sample);
	publish(&sample);
	check(pp_index_open(path, &old) == PP_INDEX_FOUND);
	check(!pp_index_map_is_stale(old));
	sample.users[BOB].shell = "/bin/zsh";
	check(publish(&sample));
	check(pp_index_map_is_stale(old));
	check(pp_index_user_by_name(old, "bob", &user) == PP_INDEX_FOUND);
	check_text(user.shell, "/bin/bash"); /* whole, as it was */
	pp_index_release(&old);
}

static void
replaces_a_superseded_file_that_came_back(void)
{
	struct sample sample;
	struct pp_index *index = NULL;

	sample_fill(&sample);
	publish(&sample);
	unlink(other);
	check(link(path, other) == 0);
	sample.users[BOB].shell = "/bin/zsh";
	publish(&sample);
	check(rename(other, path) == 0);
	sample_fill(&sample);
	check(publish(&sample));
	check(pp_index_open(path, &index) == PP_INDEX_FOUND);
	check(!pp_index_map_is_stale(index));
	pp_index_release(&index);
}

static void
the_file_is_0644_whatever_the_umask(void)
{
	struct stat info;
	mode_t old = umask(0077);

	unlink(path);
	publish_sample();
	umask(old);
	check(stat(path, &info) == 0 && (info.st_mode & 07777) == 0644);
}

static void
no_file_is_none_and_a_bad_one_is_invalid(void)
{
	struct pp_index *index = NULL;
	char far[96];

	unlink(path);
	snprintf(far, sizeof(far), "%s/none/index.v1", scratch_root);
	check(pp_index_open(path, &index) == PP_INDEX_NONE);
	check(pp_index_open(far, &index) == PP_INDEX_NONE);
	publish_sample();
	check(chmod(path, 0664) == 0);
	check(pp_index_open(path, &index) == PP_INDEX_INVALID);
	check(chmod(path, 0646) == 0);
	check(pp_index_open(path, &index) == PP_INDEX_INVALID);
	check(chmod(path, 0644) == 0);
	check(pp_index_open(path, &index) == PP_INDEX_FOUND);
	pp_index_release(&index);
}

static void
rejects_links_fifos_and_directories(void)
{
	struct pp_index *index = NULL;

	publish_sample();
	unlink(other);
	check(symlink(path, other) == 0);
	check(pp_index_open(other, &index) == PP_INDEX_INVALID);
	unlink(other);
	check(mkfifo(other, 0644) == 0);
	check(pp_index_open(other, &index) == PP_INDEX_INVALID);
	unlink(other);
	check(pp_index_open(scratch_root, &index) == PP_INDEX_INVALID);
}

static void
rejects_another_owner(void)
{
	struct pp_index *index = NULL;

	if (geteuid() != 0) {
		tap_skip("only root gives files away");
		return;
	}
	publish_sample();
	check(chown(path, 1234, 0) == 0);
	check(pp_index_open(path, &index) == PP_INDEX_INVALID);
	unlink(path);
}

static void
a_bad_file_is_replaced_and_not_touched(void)
{
	struct pp_index *index = NULL;
	struct stat info;
	int fd;

	unlink(path);
	unlink(other);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	check(fd >= 0 && write(fd, "nonsense", 8) == 8);
	close(fd);
	check(link(path, other) == 0);
	publish_sample();
	check(pp_index_open(path, &index) == PP_INDEX_FOUND);
	pp_index_release(&index);
	check(stat(other, &info) == 0 && info.st_size == 8);
	unlink(other);
}

static void
a_leftover_of_a_killed_writer_is_in_nobodys_way(void)
{
	char name[80];
	int fd;

	unlink(path);
	snprintf(name, sizeof(name), "%s.new", path);
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	check(fd >= 0 && write(fd, "half", 4) == 4);
	close(fd);
	publish_sample();
	check(access(name, F_OK) != 0);
}

static void
a_write_that_cannot_be_leaves_the_old_file(void)
{
	struct sample sample;
	struct pp_err err = {0};
	bool changed = false;

	sample_fill(&sample);
	check(pp_index_write("/proc/playpen/index.v1", &sample.content,
		      &changed, &err) == PP_LOCAL_ERROR);
	check(err.reason == PP_REASON_SYSTEM && !changed);
}

int
main(void)
{
	scratch_begin();
	snprintf(path, sizeof(path), "%s/index.v1", scratch_root);
	snprintf(other, sizeof(other), "%s/other", scratch_root);
	run(writes_nothing_when_nothing_changed);
	run(the_order_of_rows_does_not_matter);
	run(a_new_time_is_one_word_in_place);
	run(sets_one_users_time_alone);
	run(the_old_file_says_that_it_is_superseded);
	run(replaces_a_superseded_file_that_came_back);
	run(the_file_is_0644_whatever_the_umask);
	run(no_file_is_none_and_a_bad_one_is_invalid);
	run(rejects_links_fifos_and_directories);
	run(rejects_another_owner);
	run(a_bad_file_is_replaced_and_not_touched);
	run(a_leftover_of_a_killed_writer_is_in_nobodys_way);
	run(a_write_that_cannot_be_leaves_the_old_file);
	return tap_end();
}
