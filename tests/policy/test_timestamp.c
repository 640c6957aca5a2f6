/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/runtime/timestamp.h>

#include "tests/tap.h"

/* Runs in a namespace of its own (tests/policy/run-private): /run is empty
 * there. */

#define ALICE ((uid_t) 1879048200)
#define BOB ((uid_t) 1879048201)

static int64_t now_ms;

static int64_t
test_boot_ms(void *context)
{
	(void) context;
	return now_ms;
}

static const struct pp_clock test_clock = {.boot_ms = test_boot_ms};

static void
a_handle_is_good_once_and_for_its_own_user(void)
{
	char handle[PP_TIMESTAMP_TICKET_SIZE];
	int64_t when = 0;
	struct pp_err err;

	now_ms = 5000;
	check_kind(pp_timestamp_issue_ticket(ALICE, &test_clock, handle, NULL),
		PP_OK);
	check_int(strlen(handle), PP_TIMESTAMP_TICKET_SIZE - 1);
	check_kind(
		pp_timestamp_take_ticket(handle, BOB, &test_clock, &when, &err),
		PP_NOT_FOUND);
	now_ms = 6000;
	check_kind(pp_timestamp_take_ticket(
			   handle, ALICE, &test_clock, &when, NULL),
		PP_OK);
	check_int(when, 5000);
	check_kind(pp_timestamp_take_ticket(
			   handle, ALICE, &test_clock, &when, &err),
		PP_NOT_FOUND);
}

static void
a_handle_grows_old(void)
{
	char handle[PP_TIMESTAMP_TICKET_SIZE];
	int64_t when = 0;
	struct pp_err err;

	now_ms = 1000;
	check_kind(pp_timestamp_issue_ticket(ALICE, &test_clock, handle, NULL),
		PP_OK);
	now_ms += PP_TIMESTAMP_TICKET_LIFE_MS + 1;
	check_kind(pp_timestamp_take_ticket(
			   handle, ALICE, &test_clock, &when, &err),
		PP_NOT_FOUND);
}

static void
handles_nobody_came_for_are_swept(void)
{
	char handle[PP_TIMESTAMP_TICKET_SIZE];
	DIR *directory;
	int files = 0;

	now_ms = 1000;
	for (int i = 0; i < 3; i++)
		check_kind(pp_timestamp_issue_ticket(
				   ALICE, &test_clock, handle, NULL),
			PP_OK);
	now_ms += PP_TIMESTAMP_TICKET_LIFE_MS + 1;
	check_kind(pp_timestamp_issue_ticket(ALICE, &test_clock, handle, NULL),
		PP_OK);
	directory = opendir(PP_TIMESTAMP_DIR);
	for (struct dirent *entry = readdir(directory); entry != NULL;
		entry = readdir(directory))
		files += entry->d_name[0] == 't';
	closedir(directory);
	check_int(files, 1);
}

static void
rejects_handles_that_are_paths(void)
{
	static const char *const bad[] = {"", "../../../etc/passwd",
		"0123456789abcdef0123456789abcde/",
		"0123456789ABCDEF0123456789ABCDEF",
		"0123456789abcdef0123456789abcdef0"};
	int64_t when = 0;
	struct pp_err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_kind(pp_timestamp_take_ticket(
				   bad[i], ALICE, &test_clock, &when, &err),
			PP_NOT_FOUND);
}

static void
a_sign_in_counts_for_its_session_and_user_only(void)
{
	now_ms = 10000;
	check_kind(pp_timestamp_write("logind-1", ALICE, now_ms, NULL), PP_OK);
	now_ms = 14000;
	check_int(pp_timestamp_age_ms("logind-1", ALICE, &test_clock), 4000);
	check_int(pp_timestamp_age_ms("logind-2", ALICE, &test_clock), -1);
	check_int(pp_timestamp_age_ms("logind-1", BOB, &test_clock), -1);
	pp_timestamp_remove("logind-1", ALICE);
	check_int(pp_timestamp_age_ms("logind-1", ALICE, &test_clock), -1);
}

static void
a_sign_in_from_the_future_never_counts(void)
{
	now_ms = 10000;
	check_kind(pp_timestamp_write("audit-7", ALICE, now_ms, NULL), PP_OK);
	now_ms = 9999;
	check_int(pp_timestamp_age_ms("audit-7", ALICE, &test_clock), -1);
	now_ms = 10000;
	check_int(pp_timestamp_age_ms("audit-7", ALICE, &test_clock), 0);
}

static void
a_sign_in_of_another_boot_never_counts(void)
{
	static const char other[] = "/run/other-boot";
	FILE *file = fopen(other, "we");

	now_ms = 10000;
	check_kind(pp_timestamp_write("audit-8", ALICE, now_ms, NULL), PP_OK);
	check_int(pp_timestamp_age_ms("audit-8", ALICE, &test_clock), 0);
	if (check(file != NULL))
		if (check_cmp(fputs("00000000-0000-4000-8000-000000000000\n",
				      file),
			    >=, 0))
			check_int(fclose(file), 0);
	check_int(mount(other, "/proc/sys/kernel/random/boot_id", NULL, MS_BIND,
			  NULL),
		0);
	check_int(pp_timestamp_age_ms("audit-8", ALICE, &test_clock), -1);
	check_int(umount("/proc/sys/kernel/random/boot_id"), 0);
	check_int(pp_timestamp_age_ms("audit-8", ALICE, &test_clock), 0);
}

static void
a_record_that_others_could_write_never_counts(void)
{
	now_ms = 10000;
	check_kind(pp_timestamp_write("audit-9", ALICE, now_ms, NULL), PP_OK);
	check_int(chmod(PP_TIMESTAMP_DIR "/audit-9.1879048200", 0666), 0);
	check_int(pp_timestamp_age_ms("audit-9", ALICE, &test_clock), -1);
}

int
main(void)
{
	run(a_handle_is_good_once_and_for_its_own_user);
	run(a_handle_grows_old);
	run(handles_nobody_came_for_are_swept);
	run(rejects_handles_that_are_paths);
	run(a_sign_in_counts_for_its_session_and_user_only);
	run(a_sign_in_from_the_future_never_counts);
	run(a_sign_in_of_another_boot_never_counts);
	run(a_record_that_others_could_write_never_counts);
	return tap_end();
}
