/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include <playpen/base/file_mark.h>

#include "tests/scratch.h"
#include "tests/tap.h"

static struct pp_strv marks;

/* Marks FILE and the directory DIR, in which A is. */
static void
begin(void)
{
	pp_strv_free(&marks);
	check(scratch_write("/file", "text", 0644));
	check(scratch_write("/dir/a", "text", 0644));
	remove(scratch_path("/dir/b"));
	check_kind(
		pp_file_mark_add(&marks, scratch_path("/file"), NULL), PP_OK);
	check_kind(
		pp_file_mark_add(&marks, scratch_path("/none"), NULL), PP_OK);
	check_kind(pp_file_mark_add_directory(
			   &marks, scratch_path("/dir"), 8, NULL),
		PP_OK);
	check_int(marks.count, 4);
	check(pp_file_mark_all_hold(&marks));
}

static void
what_is_written_again_does_not_hold(void)
{
	begin();
	check(scratch_write("/dir/a", "texT", 0644));
	check(!pp_file_mark_all_hold(&marks));
}

static void
a_file_that_comes_goes_or_is_replaced_does_not_hold(void)
{
	begin();
	check(scratch_write("/dir/b", "", 0644));
	check(!pp_file_mark_all_hold(&marks));
	begin();
	remove(scratch_path("/dir/a"));
	check(!pp_file_mark_all_hold(&marks));
	begin();
	check(scratch_write("/none", "", 0644));
	check(!pp_file_mark_all_hold(&marks));
	remove(scratch_path("/none"));
	begin();
	check(scratch_write("/new", "text", 0644));
	check_int(rename(scratch_path("/new"), scratch_path("/file")), 0);
	check(!pp_file_mark_all_hold(&marks));
}

static void
another_mode_does_not_hold(void)
{
	begin();
	check_int(chmod(scratch_path("/file"), 0600), 0);
	check(!pp_file_mark_all_hold(&marks));
}

static void
what_has_no_room_is_refused(void)
{
	char path[PP_FILE_MARK_SIZE + 2];
	struct pp_err err = {0};

	begin();
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	check_kind(pp_file_mark_add(&marks, path, &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_TOO_LONG);
	err = (struct pp_err){0};
	check_kind(pp_file_mark_add_directory(
			   &marks, scratch_path("/dir"), 5, &err),
		PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_TOO_LONG);
}

int
main(void)
{
	scratch_begin();
	run(what_is_written_again_does_not_hold);
	run(a_file_that_comes_goes_or_is_replaced_does_not_hold);
	run(another_mode_does_not_hold);
	run(what_has_no_room_is_refused);
	pp_strv_free(&marks);
	return tap_end();
}
