/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <playpen/runtime/groups_mark.h>
#include <playpen/runtime/process.h>
#include <playpen/runtime/run.h>

#define DIRECTORY PP_RUN_DIR "/groups"
#define PATH_SIZE 64U

static void
write_path(uid_t uid, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, DIRECTORY "/%u", uid);
}

static enum pp_kind
write_mark(uid_t uid, int64_t when_ms, struct pp_err *err)
{
	const struct pp_run_timestamp mark = {.uid = uid, .when_ms = when_ms};
	enum pp_kind kind = pp_run_make_dir(DIRECTORY, err);
	char path[PATH_SIZE];

	write_path(uid, path);
	return kind == PP_OK ? pp_run_write_timestamp(path, &mark, err) : kind;
}

enum pp_kind
pp_groups_mark_begin(uid_t uid, struct pp_err *err)
{
	return write_mark(uid, INT64_MAX, err);
}

enum pp_kind
pp_groups_mark_end(uid_t uid, const struct pp_clock *clock, struct pp_err *err)
{
	return write_mark(uid, pp_clock_boot_ms(clock), err);
}

/* Returns when the groups changed last; -1 if they have not. */
static int64_t
read_mark(uid_t uid)
{
	struct pp_run_timestamp mark;
	char path[PATH_SIZE];

	write_path(uid, path);
	return pp_run_read_timestamp(path, 0, &mark) && mark.uid == uid
		       ? mark.when_ms
		       : -1;
}

bool
pp_groups_mark_is_open(uid_t uid)
{
	return read_mark(uid) == INT64_MAX;
}

bool
pp_groups_mark_is_after(uid_t uid, pid_t process)
{
	return read_mark(uid) > pp_process_start_ms(process);
}
