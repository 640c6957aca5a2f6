/* SPDX-License-Identifier: MIT */
#include <playpen/roster/accounts_file.h>
#include <playpen/roster/roster_line.h>
#include <playpen/roster/utc_time.h>

#include "tests/scratch.h"
#include "tests/tap.h"

/* Which files are whole, and which lines are lines. */

#define PATH "/etc/playpen/accounts.d/people.jsonl"
#define FIRST "{\"serial\":7,\"confirmed\":\"2026-12-01T00:00:00Z\"}\n"
#define ALICE "{\"name\":\"alice\"}\n"

static enum pp_reason
load(const char *text, mode_t mode, struct pp_accounts_file *ret_file)
{
	struct pp_err err = {0};

	check(scratch_write(PATH, text, mode));
	(void) !pp_accounts_file_load(
		scratch_path(PATH), geteuid(), ret_file, &err);
	return err.reason;
}

static enum pp_reason
reason_of(const char *text)
{
	pp_cleanup(pp_accounts_file) struct pp_accounts_file file = {0};

	return load(text, 0644, &file);
}

static void
a_whole_file_gives_its_lines(void)
{
	pp_cleanup(pp_accounts_file) struct pp_accounts_file file = {0};
	struct pp_accounts_file_line line = {0};

	check_reason(load(FIRST ALICE "\n{\"name\":\"bob\"}\n{\"end\":2}\n",
			     0644, &file),
		PP_REASON_NONE);
	check_int(file.serial, 7);
	check_int(file.confirmed, 1796083200);
	check_int(file.count, 2);
	require(pp_accounts_file_next(&file, &line));
	check_int(line.number, 2);
	check_int(line.len, strlen(ALICE) - 1);
	require(pp_accounts_file_next(&file, &line));
	check_int(line.number, 4);
	check(!pp_accounts_file_next(&file, &line));
}

static void
a_file_without_people_is_whole(void)
{
	check_reason(
		reason_of("{\"serial\":0}\n{\"end\":0}\n"), PP_REASON_NONE);
}

static void
a_file_that_is_not_whole_is_refused(void)
{
	static const char whole[] = FIRST ALICE "{\"end\":1}\n";
	static const char *const wrong[] = {
		ALICE "{\"end\":1}\n",
		FIRST ALICE,
		FIRST ALICE "{\"end\":0}\n",
		FIRST ALICE "{\"end\":2}\n",
		FIRST ALICE "{\"end\":1,\"more\":1}\n",
		FIRST ALICE "{\"end\":1}\n\n",
		FIRST ALICE "{\"end\":\"1\"}\n",
		FIRST FIRST "{\"end\":0}\n",
		"{\"serial\":-1}\n{\"end\":0}\n",
		"{\"serial\":1.5}\n{\"end\":0}\n",
		"{\"serial\":1,\"serial\":2}\n{\"end\":0}\n",
		"{\"serial\":1,\"confirmed\":\"2026-12-01\"}\n{\"end\":0}\n",
		"{\"serial\":1,\"comment\":\"x\"}\n{\"end\":0}\n",
		"\n{\"serial\":1}\n{\"end\":0}\n",
	};
	char cut[sizeof(whole)];

	check_reason(reason_of(whole), PP_REASON_NONE);
	for (size_t i = 0; i < PP_COUNT(wrong); i++)
		check_reason(reason_of(wrong[i]), PP_REASON_FILE_INCOMPLETE);
	for (size_t len = 0; len < strlen(whole); len++) {
		snprintf(cut, sizeof(cut), "%.*s", (int) len, whole);
		check_reason(reason_of(cut), PP_REASON_FILE_INCOMPLETE);
	}
}

static void
a_file_that_others_can_write_or_reach_by_a_link_is_refused(void)
{
	static const char whole[] = FIRST ALICE "{\"end\":1}\n";
	static const mode_t modes[] = {0664, 0646, 0755, 04644};
	pp_cleanup(pp_accounts_file) struct pp_accounts_file file = {0};
	struct pp_err err = {0};

	for (size_t i = 0; i < PP_COUNT(modes); i++)
		check_reason(
			load(whole, modes[i], &file), PP_REASON_FILE_UNSAFE);
	check_cmp(pp_accounts_file_load(
			  scratch_path(PATH), geteuid() + 1, &file, &err),
		!=, PP_OK);
	check_reason(err.reason, PP_REASON_FILE_UNSAFE);
	check_int(rename(scratch_path(PATH), scratch_path("/people")), 0);
	check_int(symlink(scratch_path("/people"), scratch_path(PATH)), 0);
	check_cmp(pp_accounts_file_load(
			  scratch_path(PATH), geteuid(), &file, &err),
		!=, PP_OK);
	check_reason(err.reason, PP_REASON_FILE_UNSAFE);
	check_reason(load(whole, 0600, &file), PP_REASON_NONE);
}

static enum pp_reason
read_line(const char *text)
{
	struct pp_roster_line line = {.number = 1};
	struct pp_err err = {0};

	(void) !pp_roster_line_read(text, strlen(text), &line, &err);
	pp_roster_line_free(&line);
	return err.reason;
}

static void
a_line_says_what_an_administrator_says_of_a_person(void)
{
	static const char text[] =
		"{\"name\":\"carol\",\"uid\":5000,\"subject\":\"S\","
		"\"former\":[\"caro\"],\"locked\":true,\"kill\":true,"
		"\"until\":\"2026-12-01T00:00:00Z\",\"reason\":\"left\"}";
	struct pp_roster_line line = {.number = 3};

	check_kind(pp_roster_line_read(text, strlen(text), &line, NULL), PP_OK);
	check_int(line.number, 3);
	check_text(line.entry.name, "carol");
	check_int(line.entry.uid, 5000);
	check_int(line.entry.former.count, 1);
	check(line.entry.locked && line.entry.kill && !line.entry.closed);
	check_int(line.entry.until, 1796083200);
	check_text(line.entry.reason, "left");
	pp_roster_line_free(&line);
}

static void
a_line_that_says_nothing_clear_is_refused(void)
{
	static const char *const wrong[] = {
		"{\"name\":\"bob\",\"loked\":true}",
		"{\"name\":\"bob\",\"locked\":1}",
		"{\"name\":\"bob\",\"locked\":\"true\"}",
		"{\"name\":\"bob\",\"until\":\"2026-12-01\"}",
		"{\"name\":\"bob\",\"until\":\"2026-13-01T00:00:00Z\"}",
		"{\"name\":\"bob\",\"until\":1796083200}",
		"{\"name\":\"bob\",\"kill\":true}",
		"{\"name\":\"bob\",\"former\":[\"bob\"]}",
		"{\"name\":\"bob\",\"former\":[\"Bad\"]}",
		"{\"name\":\"bob\",\"former\":\"rob\"}",
		"{\"locked\":true}",
		"{\"subject\":\"S\"}",
		"{\"subject\":\"S\",\"closed\":true}",
		"{\"subject\":\"S\",\"locked\":true,\"uid\":5000}",
		"[]",
	};

	check_reason(read_line("{\"name\":\"bob\",\"locked\":true}"),
		PP_REASON_NONE);
	check_reason(read_line("{\"subject\":\"S\",\"locked\":true}"),
		PP_REASON_NONE);
	for (size_t i = 0; i < PP_COUNT(wrong); i++)
		check_reason(read_line(wrong[i]), PP_REASON_JSON_INVALID);
}

static void
a_time_is_written_in_one_way(void)
{
	static const char *const wrong[] = {"2026-12-01T00:00:00",
		"2026-12-01t00:00:00Z", "2026-12-01T00:00:00+00:00",
		"2026-2-1T00:00:00Z", "2026-02-30T00:00:00Z",
		"2026-12-01T23:59:60Z", " 2026-12-01T00:00:00Z",
		"1969-12-31T23:59:59Z", ""};
	char text[PP_UTC_TIME_SIZE];
	int64_t seconds = 1;

	check(pp_utc_time_parse("2028-02-29T12:34:56Z", &seconds));
	check_text(pp_utc_time_print(text, seconds), "2028-02-29T12:34:56Z");
	for (size_t i = 0; i < PP_COUNT(wrong); i++)
		check(!pp_utc_time_parse(wrong[i], &seconds));
}

int
main(void)
{
	scratch_begin();
	run(a_whole_file_gives_its_lines);
	run(a_file_without_people_is_whole);
	run(a_file_that_is_not_whole_is_refused);
	run(a_file_that_others_can_write_or_reach_by_a_link_is_refused);
	run(a_line_says_what_an_administrator_says_of_a_person);
	run(a_line_that_says_nothing_clear_is_refused);
	run(a_time_is_written_in_one_way);
	return tap_end();
}
