/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <sys/wait.h>

#include <playpen/base/cleanup.h>
#include <playpen/runtime/decisions.h>

#include "tests/scratch.h"
#include "tests/tap.h"

#define PROCESSES 4
#define TIMES 20000

static char seen[512];

static void
note(void *context, int64_t stage, enum pp_reason reason, uint64_t count)
{
	size_t len = strlen(seen);

	(void) context;
	snprintf(seen + len, sizeof(seen) - len, "%" PRId64 ":%s:%" PRIu64 " ",
		stage, pp_reason_word(reason), count);
}

static const char *
all(void)
{
	seen[0] = '\0';
	pp_decisions_each(scratch_root, note, NULL);
	return seen;
}

static void
without_a_file_nothing_was_decided(void)
{
	check_text(all(), "");
}

static void
each_stage_and_reason_has_a_counter(void)
{
	pp_decisions_count(scratch_root, 1, PP_REASON_NONE);
	pp_decisions_count(scratch_root, 1, PP_REASON_NONE);
	pp_decisions_count(scratch_root, 2, PP_REASON_LOCKED);
	check_text(all(), "1:none:2 2:locked:1 ");
	/* What is out of range counts nowhere. */
	pp_decisions_count(scratch_root, 8, PP_REASON_NONE);
	pp_decisions_count(scratch_root, -1, PP_REASON_NONE);
	check_text(all(), "1:none:2 2:locked:1 ");
}

static void
no_decision_of_several_processes_is_lost(void)
{
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0) {
			for (int n = 0; n < TIMES; n++)
				pp_decisions_count(
					scratch_root, 7, PP_REASON_NONE);
			_exit(0);
		}
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		wait(&status);
		check_int(status, 0);
	}
	check_text(all(), "1:none:2 2:locked:1 7:none:80000 ");
}

static void
the_file_is_root_s_and_does_not_grow(void)
{
	char command[256];

	snprintf(command, sizeof(command),
		"test \"$(stat -c '%%a %%s' %s/run/playpen/decisions-*)\" = '600 16384'",
		scratch_root);
	check_int(system(command), 0);
}

/* A process was killed between making the file and giving it its size. */
static void
a_file_of_another_size_gets_its_own(void)
{
	char command[256];

	snprintf(command, sizeof(command),
		"truncate -s 0 %s/run/playpen/decisions-*", scratch_root);
	check_int(system(command), 0);
	check_text(all(), "");
	pp_decisions_count(scratch_root, 1, PP_REASON_NONE);
	check_text(all(), "1:none:1 ");
}

int
main(void)
{
	char path[PATH_MAX];

	scratch_begin();
	snprintf(path, sizeof(path), "%s/run", scratch_root);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/run/playpen", scratch_root);
	mkdir(path, 0755);
	run(without_a_file_nothing_was_decided);
	run(each_stage_and_reason_has_a_counter);
	run(no_decision_of_several_processes_is_lost);
	run(the_file_is_root_s_and_does_not_grow);
	run(a_file_of_another_size_gets_its_own);
	scratch_end();
	return tap_end();
}
