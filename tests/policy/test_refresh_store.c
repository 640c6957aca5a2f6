/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/str.h>
#include <playpen/ipc/message.h>
#include <playpen/runtime/refresh_store.h>

#include "tests/tap.h"

/* Runs in a namespace of its own (tests/policy/run-private): /run is empty
 * there. */

#define UID 10007
#define FILE_PATH PP_REFRESH_STORE_DIR "/10007"
#define SUB "CgVhbGljZRIFbG9jYWw"
#define SIGNED_IN 1699990000

static struct pp_err err;

static enum pp_kind
keep(const char *text, int64_t due_ms)
{
	pp_cleanup(
		pp_refresh_store_token) struct pp_refresh_store_token token = {
		.due_ms = due_ms,
		.auth_time = SIGNED_IN,
		.sub = pp_str_copy(SUB, strlen(SUB))};

	check_kind(pp_secret_append_text(&token.token, text, &err), PP_OK);
	return pp_refresh_store_put(UID, &token, &err);
}

/* The token that is due at now_ms, "" for none. Static. */
static const char *
take(const char *sub, int64_t now_ms)
{
	static char text[64];
	struct pp_refresh request = {.auth_time = 0};

	text[0] = '\0';
	if (pp_refresh_store_take(
		    UID, sub, now_ms, now_ms + 60, &request, &err) == PP_OK) {
		snprintf(text, sizeof(text), "%s",
			pp_secret_text(&request.token));
		check_text(request.subject, SUB);
		check_int(request.auth_time, SIGNED_IN);
	} else
		check_reason(err.reason, PP_REASON_NOT_FOUND);
	pp_message_free(PP_MESSAGE_REFRESH, &request);
	return text;
}

static void
settle(const char *tried, const char *next)
{
	pp_cleanup(pp_secret) struct pp_secret old = {0};
	pp_cleanup(
		pp_refresh_store_token) struct pp_refresh_store_token token = {
		.auth_time = SIGNED_IN, .sub = pp_str_copy(SUB, strlen(SUB))};

	check_kind(pp_secret_append_text(&old, tried, &err), PP_OK);
	if (next != NULL)
		check_kind(
			pp_secret_append_text(&token.token, next, &err), PP_OK);
	check_kind(pp_refresh_store_replace(
			   UID, &old, next != NULL ? &token : NULL, &err),
		PP_OK);
}

static void
gives_a_token_when_it_is_due_and_to_one_at_a_time(void)
{
	check_kind(keep("first", 1000), PP_OK);
	check_text(take(SUB, 999), "");
	check_text(take(SUB, 1000), "first");
	check_text(take(SUB, 1059), "");
	check_text(take(SUB, 1060), "first");
}

static void
gives_a_token_for_its_own_sub_only(void)
{
	check_kind(keep("first", 0), PP_OK);
	check_text(take("CgNib2ISBWxvY2Fs", 1), "");
	check_text(take(SUB, 1), "first");
}

static void
keeps_the_file_for_root_alone(void)
{
	struct stat info;

	check_kind(keep("first", 0), PP_OK);
	check_int(stat(FILE_PATH, &info), 0);
	check_int(info.st_mode & 07777, 0600);
	check_int(info.st_uid, 0);
	check_int(stat(PP_REFRESH_STORE_DIR, &info), 0);
	check_int(info.st_mode & 07777, 0700);
	check_int(info.st_uid, 0);
	check_int(chmod(FILE_PATH, 0640), 0);
	check_text(take(SUB, 1), "");
	check_int(chmod(FILE_PATH, 0600), 0);
	check_text(take(SUB, 1), "first");
}

static void
believes_no_file_of_another_boot(void)
{
	FILE *file;

	check_kind(keep("first", 0), PP_OK);
	check_text(take(SUB, 1), "first");
	file = fopen(FILE_PATH, "w");
	check(file != NULL);
	fputs("00000000-0000-4000-8000-000000000000 0 1699990000\n" SUB
	      "\nfirst\n",
		file);
	check_int(fclose(file), 0);
	check_text(take(SUB, 1), "");
}

static void
keeps_the_next_token_in_the_place_of_the_one_that_was_tried(void)
{
	check_kind(keep("first", 0), PP_OK);
	settle("first", "second");
	check_text(take(SUB, 1), "second");
	settle("second", NULL);
	check_text(take(SUB, 1000), "");
}

static void
leaves_alone_what_a_sign_in_has_kept_meanwhile(void)
{
	check_kind(keep("of a new sign-in", 0), PP_OK);
	settle("first", "second");
	check_text(take(SUB, 1), "of a new sign-in");
	settle("first", NULL);
	check_text(take(SUB, 1000), "of a new sign-in");
}

static void
takes_no_token_of_two_lines(void)
{
	check_kind(keep("first\nsecond", 0), PP_UNTRUSTED);
	check_kind(keep("first second", 0), PP_OK);
}

int
main(void)
{
	run(gives_a_token_when_it_is_due_and_to_one_at_a_time);
	run(gives_a_token_for_its_own_sub_only);
	run(keeps_the_file_for_root_alone);
	run(believes_no_file_of_another_boot);
	run(keeps_the_next_token_in_the_place_of_the_one_that_was_tried);
	run(leaves_alone_what_a_sign_in_has_kept_meanwhile);
	run(takes_no_token_of_two_lines);
	return tap_end();
}
