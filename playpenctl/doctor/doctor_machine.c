/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#include <playpen/base/clock.h>
#include <playpen/ipc/oidc_worker.h>

#include "doctor.h"
#include "playpenctl/cli/advice.h"

/* The running machine: its clock, nscd, and the way to the provider. */

#define NSCD_SOCKET "/var/run/nscd/socket"
#define PROBE_MS 20000
#define GRACE_MS 1000

static void
check_clock(struct doctor *doctor)
{
	struct timex clock = {0};

	if (adjtimex(&clock) == TIME_ERROR)
		doctor_report(doctor, DOCTOR_WARNING, "clock",
			"Tokens are good for a minute around their times: run chrony or systemd-timesyncd.",
			"the kernel says that nothing keeps it right");
	else
		doctor_report(doctor, DOCTOR_OK, "clock", NULL,
			"kept right by an administrator");
}

/* Looks the all-users group up by the sources that glibc uses. */
static void
check_nss_lookup(struct doctor *doctor)
{
	const struct pp_index *index = doctor->status->mapping;
	const struct pp_conf *conf = doctor->ctl->conf;
	const struct group *group;

	if (index == NULL || conf == NULL)
		return;
	group = getgrnam(conf->all_users_group);
	if (group == NULL || group->gr_gid != pp_index_all_users_gid(index))
		doctor_report(doctor, DOCTOR_FAULT, "NSS",
			"See the lines on nsswitch; programs that run keep the old order until they are restarted.",
			"the group %s is not found, or is another one",
			conf->all_users_group);
	else
		doctor_report(doctor, DOCTOR_OK, "NSS", NULL,
			"the group %s is found, gid %u", conf->all_users_group,
			group->gr_gid);
}

/* nscd is no first-login program: the first login of a new user ends in its
 * "unknown". */
static void
check_nscd(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;

	if (access(NSCD_SOCKET, F_OK) != 0 || conf == NULL ||
		strcmp(conf->allow_new_users, "off") == 0)
		return;
	doctor_report(doctor, DOCTOR_WARNING, "nscd",
		"Set enable-cache passwd no in /etc/nscd.conf, or import people with a roster.",
		"nscd runs: no new user can sign in by allow_new_users");
}

void
doctor_machine(struct doctor *doctor)
{
	check_nss_lookup(doctor);
	check_nscd(doctor);
	check_clock(doctor);
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
doctor_provider(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	struct pp_err err = {0};
	const char *advice;
	enum pp_kind kind;

	if (conf == NULL)
		return;
	kind = probe(doctor->ctl, &err);
	advice = advice_for(err.reason);
	if (kind == PP_OK)
		doctor_report(doctor, DOCTOR_OK, "provider", NULL,
			"%s answers, with keys, to the worker in its sandbox",
			conf->issuer_url);
	else
		doctor_report(doctor, DOCTOR_FAULT, "provider",
			advice != NULL
				? advice
				: "No user can sign in until it answers; playpen-reasons(7) explains the word.",
			"%s: %s: %s", conf->issuer_url,
			pp_reason_word(err.reason), err.message);
}
