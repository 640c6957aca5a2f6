/* SPDX-License-Identifier: MIT */
#include "sshd_file.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/runtime/process.h>
#include <playpen/runtime/run.h>

bool
pp_sshd_file_path(const char *directory, pid_t sshd, char path[PATH_MAX])
{
	int64_t started = pp_process_start_ms(sshd);

	return started >= 0 &&
	       snprintf(path, PATH_MAX, "%s/%d.%lld", directory, (int) sshd,
		       (long long) started) < PATH_MAX;
}

/* Removes the files of processes that have ended. */
static void
sweep(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		long long started;
		int pid;

		if (sscanf(entry->d_name, "%d.%lld", &pid, &started) == 2 &&
			pp_process_start_ms(pid) != started)
			(void) unlinkat(dirfd(directory), entry->d_name, 0);
	}
	closedir(directory);
}

enum pp_kind
pp_sshd_file_write(const char *directory, pid_t sshd, enum pp_message_type type,
	const void *body, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	char path[PATH_MAX];
	enum pp_kind kind = pp_run_make_dir(directory, err);

	sweep(directory);
	if (kind == PP_OK && !pp_sshd_file_path(directory, sshd, path))
		kind = pp_fail(err, PP_REASON_SYSTEM, "no process of sshd");
	if (kind == PP_OK)
		kind = pp_message_pack(type, body, &frame, err);
	return kind == PP_OK ? pp_file_replace(path, 0600, &frame.fields, err)
			     : kind;
}

bool
pp_sshd_file_load(const char *path, enum pp_message_type type, void *ret_body)
{
	const struct pp_file_trust trust = {.owner = 0, .forbidden = 0077};
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = (uint16_t) type, .fields.max = PP_FRAME_MAX};

	return pp_file_load(path, &trust, &frame.fields, NULL) == PP_OK &&
	       pp_message_unpack(&frame, type, ret_body, NULL) == PP_OK;
}
