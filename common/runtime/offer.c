/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/runtime/process.h>
#include <playpen/runtime/run.h>

#include "offer_file.h"

bool
pp_offer_file_path(pid_t sshd, char path[PATH_MAX])
{
	int64_t started = pp_process_start_ms(sshd);

	return started >= 0 &&
	       snprintf(path, PATH_MAX, PP_OFFER_DIR "/%d.%lld", (int) sshd,
		       (long long) started) < PATH_MAX;
}

enum pp_kind
pp_offer_put_identity(struct pp_offer *offer,
	const struct pp_identity *identity, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind =
		pp_message_pack(PP_MESSAGE_IDENTITY, identity, &frame, err);

	offer->identity.max = PP_OFFER_IDENTITY_MAX;
	return kind == PP_OK ? pp_secret_set(&offer->identity,
				       frame.fields.data, frame.fields.len, err)
			     : kind;
}

enum pp_kind
pp_offer_get_identity(const struct pp_offer *offer,
	struct pp_identity *ret_identity, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = PP_MESSAGE_IDENTITY, .fields.max = PP_FRAME_MAX};
	enum pp_kind kind = pp_secret_set(
		&frame.fields, offer->identity.data, offer->identity.len, err);

	return kind == PP_OK ? pp_message_unpack(&frame, PP_MESSAGE_IDENTITY,
				       ret_identity, err)
			     : kind;
}

/* Removes the offers of processes that have ended. */
static void
sweep(void)
{
	DIR *directory = opendir(PP_OFFER_DIR);
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
pp_offer_write(pid_t sshd, const struct pp_offer *offer, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	char path[PATH_MAX];
	enum pp_kind kind = pp_run_make_dir(PP_OFFER_DIR, err);

	sweep();
	if (kind == PP_OK && !pp_offer_file_path(sshd, path))
		kind = pp_fail(err, PP_REASON_SYSTEM, "no process of sshd");
	if (kind == PP_OK)
		kind = pp_message_pack(PP_MESSAGE_OFFER, offer, &frame, err);
	return kind == PP_OK ? pp_file_replace(path, 0600, &frame.fields, err)
			     : kind;
}

bool
pp_offer_file_load(const char *path, struct pp_offer *ret_offer)
{
	const struct pp_file_trust trust = {.owner = 0, .forbidden = 0077};
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = PP_MESSAGE_OFFER, .fields.max = PP_FRAME_MAX};

	return pp_file_load(path, &trust, &frame.fields, NULL) == PP_OK &&
	       pp_message_unpack(&frame, PP_MESSAGE_OFFER, ret_offer, NULL) ==
		       PP_OK;
}

enum pp_kind
pp_offer_read(pid_t sshd, const char *name, struct pp_offer *ret_offer,
	struct pp_err *err)
{
	char path[PATH_MAX];

	if (!pp_offer_file_path(sshd, path) ||
		!pp_offer_file_load(path, ret_offer))
		return pp_fail(err, PP_REASON_NOT_FOUND, "no offer");
	if (strcmp(ret_offer->name, name) == 0)
		return PP_OK;
	pp_offer_free(ret_offer);
	return pp_fail(err, PP_REASON_NOT_FOUND, "an offer for another name");
}

void
pp_offer_remove(pid_t sshd)
{
	char path[PATH_MAX];

	if (pp_offer_file_path(sshd, path))
		(void) unlink(path);
}

void
pp_offer_free(struct pp_offer *offer)
{
	pp_message_free(PP_MESSAGE_OFFER, offer);
}
