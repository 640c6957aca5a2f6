/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#include <playpen/base/clock.h>
#include <playpen/ipc/oidc_worker.h>

#include "looks.h"

/* The running machine: its clock, nscd, and the way to the provider. */

#define NSCD_SOCKET "/var/run/nscd/socket"
#define PROBE_MS 20000
#define GRACE_MS 1000

void
look_clock_sync(struct doctor *doctor)
{
	struct timex clock = {0};

	if (adjtimex(&clock) == TIME_ERROR)
		doctor_found(doctor, NULL);
}

/* Looks the all-users group up by the sources that glibc uses. */
void
look_nss_answers(struct doctor *doctor)
{
	const char *name = doctor->ctl->conf->all_users_group;
	const struct group *group = getgrnam(name);

	if (group == NULL || group->gr_gid != pp_index_all_users_gid(
						      doctor->status->mapping))
		doctor_found(doctor, name, NULL);
}

/* nscd is no first-login program: the first login of a new user ends in its
 * "unknown". */
void
look_nscd(struct doctor *doctor)
{
	if (access(NSCD_SOCKET, F_OK) == 0 &&
		strcmp(doctor->ctl->conf->allow_new_users, "off") != 0)
		doctor_found(doctor, NULL);
}

static enum pp_kind
receive_result(struct pp_child *worker, int64_t deadline_ms, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_channel_wait(
		&worker->channel, &pp_clock_system, deadline_ms, &frame, err);

	if (kind != PP_OK)
		return pp_prefix(err, kind, "playpen-oidc");
	if (frame.type == PP_MESSAGE_FAILED)
		return pp_worker_failure(&frame, err);
	return frame.type == PP_MESSAGE_VERIFY_DONE
		       ? PP_OK
		       : pp_fail(err, PP_REASON_FRAME_INVALID,
				 "%s from playpen-oidc",
				 pp_message_name(frame.type));
}

static enum pp_kind
probe(const struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_child) struct pp_child worker = PP_CHILD_NONE;
	const char *directory = args_option(&ctl->args, "--libexec");
	struct pp_provider provider = pp_conf_provider(ctl->conf);
	char path[PATH_MAX];
	enum pp_kind kind;

	snprintf(path, sizeof(path), "%s/playpen-oidc",
		directory != NULL ? directory : PP_LIBEXEC_DIR);
	provider.version = PP_MESSAGE_VERSION;
	provider.deadline_ms = pp_clock_boot_ms(&pp_clock_system) + PROBE_MS;
	kind = pp_child_start(path, &worker, err);
	if (kind == PP_OK)
		kind = pp_message_send(
			&worker.channel, PP_MESSAGE_PROVIDER, &provider, err);
	if (kind == PP_OK)
		kind = pp_message_send(
			&worker.channel, PP_MESSAGE_PROBE, NULL, err);
	if (kind == PP_OK)
		kind = receive_result(
			&worker, provider.deadline_ms + GRACE_MS, err);
	pp_child_end(&worker, GRACE_MS);
	return kind;
}

void
look_provider(struct doctor *doctor)
{
	struct pp_err err = {0};

	if (probe(doctor->ctl, &err) != PP_OK)
		doctor_found_err(doctor, &err);
}
