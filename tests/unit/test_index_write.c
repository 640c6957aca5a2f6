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

	if (!check_kind(pp_index_write(path, &sample->content, &changed, &err),
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

	check_int(stat(name, &info), 0);
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
	check_int(stat(path, &before), 0);
	check(!publish(&sample));
	check_int(stat(path, &after), 0);
	check_int(before.st_ino, after.st_ino);
	check_int(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	check_int(before.st_ctim.tv_nsec, after.st_ctim.tv_nsec);
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
	check_int(pp_index_open(path, &index), PP_INDEX_FOUND);
	sample.users[BOB].groups_expire_at = SAMPLE_FUTURE + 1;
	check(publish(&sample));
	check_int(inode_of(path), before);
	pp_index_user_by_name(index, "bob", &user);
	check_int(user.groups_expire_at, SAMPLE_FUTURE + 1);
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
	check_kind(pp_index_set_groups_expiry(path, "alice", 77, &err), PP_OK);
	check_int(inode_of(path), before);
	check_int(pp_index_open(path, &index), PP_INDEX_FOUND);
	pp_index_user_by_name(index, "alice", &user);
	check_int(user.groups_expire_at, 77);
	pp_index_user_by_name(index, "bob", &user);
	check_int(user.groups_expire_at, SAMPLE_PAST);
	pp_index_release(&index);
	check_kind(pp_index_set_groups_expiry(path, "nobody-here", 77, &err),
		PP_NOT_FOUND);
	unlink(path);
	check_kind(pp_index_set_groups_expiry(path, "alice", 77, &err),
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
	check_int(pp_index_open(path, &old), PP_INDEX_FOUND);
	check(!pp_index_map_is_stale(old));
	sample.users[BOB].shell = "/bin/zsh";
	check(publish(&sample));
	check(pp_index_map_is_stale(old));
	check_int(pp_index_user_by_name(old, "bob", &user), PP_INDEX_FOUND);
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
	check_int(link(path, other), 0);
	sample.users[BOB].shell = "/bin/zsh";
	publish(&sample);
	check_int(rename(other, path), 0);
	sample_fill(&sample);
	check(publish(&sample));
	check_int(pp_index_open(path, &index), PP_INDEX_FOUND);
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
	if (check_int(stat(path, &info), 0))
		check_int(info.st_mode & 07777, 0644);
}

static void
no_file_is_none_and_a_bad_one_is_invalid(void)
{
	struct pp_index *index = NULL;
	char far[96];

	unlink(path);
	snprintf(far, sizeof(far), "%s/none/index.v1", scratch_root);
	check_int(pp_index_open(path, &index), PP_INDEX_NONE);
	check_int(pp_index_open(far, &index), PP_INDEX_NONE);
	publish_sample();
	check_int(chmod(path, 0664), 0);
	check_int(pp_index_open(path, &index), PP_INDEX_INVALID);
	check_int(chmod(path, 0646), 0);
	check_int(pp_index_open(path, &index), PP_INDEX_INVALID);
	check_int(chmod(path, 0644), 0);
	check_int(pp_index_open(path, &index), PP_INDEX_FOUND);
	pp_index_release(&index);
}

static void
rejects_links_fifos_and_directories(void)
{
	struct pp_index *index = NULL;

	publish_sample();
	unlink(other);
	check_int(symlink(path, other), 0);
	check_int(pp_index_open(other, &index), PP_INDEX_INVALID);
	unlink(other);
	check_int(mkfifo(other, 0644), 0);
	check_int(pp_index_open(other, &index), PP_INDEX_INVALID);
	unlink(other);
	check_int(pp_index_open(scratch_root, &index), PP_INDEX_INVALID);
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
	check_int(chown(path, 1234, 0), 0);
	check_int(pp_index_open(path, &index), PP_INDEX_INVALID);
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
	check_cmp(fd, >=, 0);
	check_int(write(fd, "nonsense", 8), 8);
	close(fd);
	check_int(link(path, other), 0);
	publish_sample();
	check_int(pp_index_open(path, &index), PP_INDEX_FOUND);
	pp_index_release(&index);
	if (check_int(stat(other, &info), 0))
		check_int(info.st_size, 8);
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
	check_cmp(fd, >=, 0);
	check_int(write(fd, "half", 4), 4);
	close(fd);
	publish_sample();
	check_cmp(access(name, F_OK), !=, 0);
}

static void
a_write_that_cannot_be_leaves_the_old_file(void)
{
	struct sample sample;
	struct pp_err err = {0};
	bool changed = false;

	sample_fill(&sample);
	check_kind(pp_index_write("/proc/playpen/index.v1", &sample.content,
			   &changed, &err),
		PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_SYSTEM);
	check(!changed);
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
