/* SPDX-License-Identifier: MIT */
#include "offer.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/runtime/process.h>
#include <playpen/runtime/run.h>

#define DIRECTORY PP_RUN_DIR "/offers"
#define HEAD "playpen-offer 1 "
#define OFFER_MAX (PP_FRAME_MAX + 512)

/* Writes the path of the offer of a process, whose start time tells it from a
 * later one of the same number. */
static bool
path_of(pid_t sshd, char path[PATH_MAX])
{
	int64_t started = pp_process_start_ms(sshd);

	return started >= 0 &&
	       snprintf(path, PATH_MAX, DIRECTORY "/%d.%lld", (int) sshd,
		       (long long) started) < PATH_MAX;
}

/* Appends a line with the end and the name, then the fields of IDENTITY. */
static enum pp_kind
put_content(const char *name, const struct offer *offer,
	struct pp_secret *content, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	char head[PP_MESSAGE_NAME_MAX + 64];
	enum pp_kind kind = pp_message_pack(
		PP_MESSAGE_IDENTITY, &offer->identity, &frame, err);

	snprintf(head, sizeof(head), HEAD "%lld %s\n", (long long) offer->end,
		name);
	content->max = OFFER_MAX;
	if (kind == PP_OK)
		kind = pp_secret_append_text(content, head, err);
	if (kind == PP_OK)
		kind = pp_secret_append(
			content, frame.fields.data, frame.fields.len, err);
	return kind;
}

enum pp_kind
offer_write(pid_t sshd, const char *name, const struct offer *offer,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {0};
	char path[PATH_MAX];
	enum pp_kind kind = pp_run_make_dir(DIRECTORY, err);

	if (kind == PP_OK && !path_of(sshd, path))
		kind = pp_fail(err, PP_REASON_SYSTEM, "no process of sshd");
	if (kind == PP_OK)
		kind = put_content(name, offer, &content, err);
	return kind == PP_OK ? pp_file_replace(path, 0600, &content, err)
			     : kind;
}

static bool
parse(const struct pp_secret *content, const char *name, struct offer *offer)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = PP_MESSAGE_IDENTITY};
	char found[PP_MESSAGE_NAME_MAX + 1] = "";
	const char *text = pp_secret_text(content);
	size_t head = strcspn(text, "\n") + 1;
	long long end = 0;

	if (sscanf(text, HEAD "%lld %256[^\n]\n", &end, found) != 2 ||
		strcmp(found, name) != 0 || head > content->len)
		return false;
	offer->end = end;
	frame.fields.max = PP_FRAME_MAX;
	return pp_secret_set(&frame.fields, content->data + head,
		       content->len - head, NULL) == PP_OK &&
	       pp_message_unpack(&frame, PP_MESSAGE_IDENTITY, &offer->identity,
		       NULL) == PP_OK;
}

enum pp_kind
offer_read(pid_t sshd, const char *name, struct offer *ret_offer,
	struct pp_err *err)
{
	const struct pp_file_trust trust = {.owner = 0, .forbidden = 0077};
	pp_cleanup(pp_secret) struct pp_secret content = {.max = OFFER_MAX};
	char path[PATH_MAX];

	if (!path_of(sshd, path) ||
		pp_file_load(path, &trust, &content, NULL) != PP_OK ||
		!parse(&content, name, ret_offer))
		return pp_fail(err, PP_REASON_NOT_FOUND, "no offer");
	return PP_OK;
}

static void
sweep(void)
{
	DIR *directory = opendir(DIRECTORY);
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

void
offer_remove(pid_t sshd)
{
	char path[PATH_MAX];

	if (path_of(sshd, path))
		(void) unlink(path);
	sweep();
}

void
offer_free(struct offer *offer)
{
	pp_message_free(PP_MESSAGE_IDENTITY, &offer->identity);
}
