/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <unistd.h>

#include <playpen/ipc/oidc_worker.h>

#include "tests/tap.h"

/*
 * The files of VERIFY_REQUEST: the worker refuses to read any other number of
 * them than the request names. Each refusal has its accepted twin.
 */

#define ANSWER_MS 20000

static char worker_path[4096];

/* Returns the reason of FAILED, PP_REASON_NONE for VERIFY_DONE. All files are
 * empty. */
static enum pp_reason
verify(size_t files, bool has_keys, bool has_access_token)
{
	pp_cleanup(pp_child) struct pp_child worker = PP_CHILD_NONE;
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	const struct pp_verify_request request = {.version = PP_MESSAGE_VERSION,
		.batch = true,
		.has_keys = has_keys,
		.has_access_token = has_access_token};
	pp_cleanup(pp_fd) int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
	const int fds[] = {empty, empty, empty, empty, empty};
	struct pp_err err = {0};

	check_kind(pp_child_start_with_files(
			   worker_path, fds, files, &worker, NULL),
		PP_OK);
	check_kind(pp_message_send(&worker.channel, PP_MESSAGE_VERIFY_REQUEST,
			   &request, NULL),
		PP_OK);
	check_kind(pp_channel_wait(&worker.channel, &pp_clock_system,
			   pp_clock_boot_ms(&pp_clock_system) + ANSWER_MS,
			   &frame, NULL),
		PP_OK);
	if (frame.type == PP_MESSAGE_VERIFY_DONE)
		return PP_REASON_NONE;
	pp_ignore(pp_worker_failure(&frame, &err));
	return err.reason;
}

static void
a_batch_needs_its_lines(void)
{
	check_reason(verify(0, false, false), PP_REASON_FRAME_INVALID);
	check_reason(verify(1, false, false), PP_REASON_NONE);
}

static void
an_access_token_must_have_been_handed_over(void)
{
	check_reason(verify(1, false, true), PP_REASON_FRAME_INVALID);
	check_reason(verify(2, false, true), PP_REASON_NONE);
}

/* An empty file is no key set: so far it has been read. */
static void
keys_must_have_been_handed_over(void)
{
	check_reason(verify(1, true, false), PP_REASON_FRAME_INVALID);
	check_reason(verify(2, true, false), PP_REASON_JSON_INVALID);
	check_reason(verify(2, true, true), PP_REASON_FRAME_INVALID);
	check_reason(verify(3, true, true), PP_REASON_JSON_INVALID);
}

static void
a_file_that_the_request_does_not_name_is_refused(void)
{
	check_reason(verify(2, false, false), PP_REASON_FRAME_INVALID);
	check_reason(verify(3, false, true), PP_REASON_FRAME_INVALID);
	check_reason(verify(4, true, true), PP_REASON_FRAME_INVALID);
	check_reason(verify(5, true, true), PP_REASON_FRAME_INVALID);
}

int
main(void)
{
	const char *builddir = getenv("builddir");

	snprintf(worker_path, sizeof(worker_path), "%s/playpen-oidc",
		builddir != NULL ? builddir : ".");
	run(a_batch_needs_its_lines);
	run(an_access_token_must_have_been_handed_over);
	run(keys_must_have_been_handed_over);
	run(a_file_that_the_request_does_not_name_is_refused);
	return tap_end();
}
