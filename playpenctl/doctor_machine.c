/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/clock.h>
#include <playpen/worker.h>

#include "doctor.h"

/* The running machine: its clock, nscd, sshd, and the way to the provider. */

#define NSCD_SOCKET "/var/run/nscd/socket"
#define SSHD "/usr/sbin/sshd"
#define SSHD_TIME_MS (100 * 1000) /* what a login may take under sshd */
#define PROBE_MS 20000
#define GRACE_MS 1000
#define LINE_SIZE 1024U

static void
check_clock(struct doctor *doctor)
{
	struct timex clock = {0};

	if (adjtimex(&clock) == TIME_ERROR)
		doctor_say(doctor, DOCTOR_WARNING, "clock",
			"Tokens are good for a minute around their times: run chrony or systemd-timesyncd.",
			"the kernel says that nothing keeps it right");
	else
		doctor_say(doctor, DOCTOR_FINE, "clock", NULL,
			"kept right by somebody");
}

/* Everybody's group, by whatever glibc makes of nsswitch.conf. */
static void
check_answer(struct doctor *doctor)
{
	const struct pp_index *index = doctor->status->mapping;
	const struct pp_conf *conf = doctor->ctl->conf;
	const struct group *group;

	if (index == NULL || conf == NULL)
		return;
	group = getgrnam(conf->people);
	if (group == NULL || group->gr_gid != pp_index_people_gid(index))
		doctor_say(doctor, DOCTOR_FAULT, "NSS",
			"See the lines on nsswitch; programs that run keep the old order until they are restarted.",
			"the group %s is not found, or is somebody else's",
			conf->people);
	else
		doctor_say(doctor, DOCTOR_FINE, "NSS", NULL,
			"the group %s is found, gid %u", conf->people,
			group->gr_gid);
}

/* nscd is no login service: a stranger's first login ends in its "unknown". */
static void
check_nscd(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;

	if (access(NSCD_SOCKET, F_OK) != 0 || conf == NULL ||
		strcmp(conf->first_login, "off") == 0)
		return;
	doctor_say(doctor, DOCTOR_WARNING, "nscd",
		"Set enable-cache passwd no in /etc/nscd.conf, or import people with a roster.",
		"nscd runs: nobody who was not here before can come by first_login");
}

void
doctor_machine(struct doctor *doctor)
{
	check_answer(doctor);
	check_nscd(doctor);
	check_clock(doctor);
}

/* Someone whom `Match Group` of ours is about, or "" when nobody is known. */
static const char *
find_person(const struct doctor *doctor)
{
	const struct pp_index *index = doctor->status->mapping;
	struct pp_index_user user;

	if (index != NULL && pp_index_user_count(index) > 0 &&
		pp_index_user_at(index, 0, &user) == PP_INDEX_FOUND)
		return user.name;
	return "";
}

/* Starts `sshd -T`, which prints the settings that count; a stream of it. */
static FILE *
run_sshd(const char *person, pid_t *ret_pid)
{
	char who[64];
	char *argv[] = {(char *) SSHD, (char *) "-T", (char *) "-C", who, NULL};
	char *environment[] = {NULL};
	posix_spawn_file_actions_t files;
	int ends[2];
	int failed;

	snprintf(who, sizeof(who), "user=%s,host=localhost,addr=127.0.0.1",
		person);
	if (person[0] == '\0')
		argv[2] = NULL;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return NULL;
	posix_spawn_file_actions_init(&files);
	failed = posix_spawn_file_actions_adddup2(&files, ends[1], 1);
	failed |= posix_spawn_file_actions_addopen(
		&files, 2, "/dev/null", O_WRONLY, 0);
	if (failed == 0)
		failed = posix_spawn(
			ret_pid, SSHD, &files, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&files);
	close(ends[1]);
	if (failed == 0)
		return fdopen(ends[0], "r");
	close(ends[0]);
	return NULL;
}

/* What sshd says of itself; -1 where it does not. */
struct sshd {
	int pam;
	int interactive;
	int64_t grace; /* seconds */
	bool told;
};

static void
take_setting(const char *line, struct sshd *sshd)
{
	sshd->told = true;
	if (strncmp(line, "usepam ", 7) == 0)
		sshd->pam = strncmp(line + 7, "yes", 3) == 0;
	else if (strncmp(line, "kbdinteractiveauthentication ", 29) == 0)
		sshd->interactive = strncmp(line + 29, "yes", 3) == 0;
	else if (strncmp(line, "logingracetime ", 15) == 0)
		sshd->grace = atoi(line + 15);
}

static void
judge_sshd(struct doctor *doctor, const struct sshd *sshd, const char *person)
{
	int64_t faults = doctor->counts[DOCTOR_FAULT];

	if (sshd->pam == 0)
		doctor_say(doctor, DOCTOR_FAULT, "sshd", "Set UsePAM yes.",
			"UsePAM is off");
	if (sshd->interactive == 0 && person[0] != '\0')
		doctor_say(doctor, DOCTOR_FAULT, "sshd",
			"See packaging/sshd.conf: Match Group playpen-users.",
			"KbdInteractiveAuthentication is off for %s", person);
	if (sshd->grace > 0 && sshd->grace * 1000 <= SSHD_TIME_MS)
		doctor_say(doctor, DOCTOR_WARNING, "sshd",
			"Set LoginGraceTime 120, or timeout in [service.sshd] below it.",
			"LoginGraceTime is %lld s, shorter than a sign-in may take",
			(long long) sshd->grace);
	if (doctor->counts[DOCTOR_FAULT] == faults)
		doctor_say(doctor, DOCTOR_FINE, "sshd", NULL, "%s",
			person[0] != '\0'
				? "its settings let people of ours answer"
				: "asked for nobody in particular: no account is known yet");
}

void
doctor_sshd(struct doctor *doctor)
{
	struct sshd sshd = {-1, -1, -1, false};
	const char *person = find_person(doctor);
	char line[LINE_SIZE];
	pid_t pid = -1;
	FILE *file;

	if (access(SSHD, X_OK) != 0)
		return;
	file = run_sshd(person, &pid);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		take_setting(line, &sshd);
	pp_stream_free(&file);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (!sshd.told)
		doctor_say(doctor, DOCTOR_WARNING, "sshd", "Try sshd -t.",
			"sshd -T does not say its settings");
	else
		judge_sshd(doctor, &sshd, person);
}

static enum pp_kind
hear(struct pp_helper *worker, int64_t deadline_ms, struct pp_err *err)
{
	pp_auto(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_channel_wait(
		&worker->channel, &pp_clock_system, deadline_ms, &frame, err);

	if (kind != PP_OK)
		return pp_wrap(err, kind, "playpen-oidc");
	if (frame.type == PP_MESSAGE_FAILED)
		return pp_worker_failure(&frame, err);
	return frame.type == PP_MESSAGE_DONE
		       ? PP_OK
		       : pp_fail(err, PP_REASON_FRAME_INVALID,
				 "%s from playpen-oidc",
				 pp_message_name(frame.type));
}

static enum pp_kind
probe(const struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_helper) struct pp_helper worker = PP_HELPER_NONE;
	const char *directory = ctl_option(ctl, "--libexec");
	struct pp_provider provider = pp_conf_provider(ctl->conf);
	char path[PATH_MAX];
	enum pp_kind kind;

	snprintf(path, sizeof(path), "%s/playpen-oidc",
		directory != NULL ? directory : PP_LIBEXEC_DIR);
	provider.version = PP_MESSAGE_VERSION;
	provider.deadline_ms = pp_clock_boot_ms(&pp_clock_system) + PROBE_MS;
	kind = pp_helper_start(path, &worker, err);
	if (kind == PP_OK)
		kind = pp_message_send(
			&worker.channel, PP_MESSAGE_PROVIDER, &provider, err);
	if (kind == PP_OK)
		kind = pp_message_send(
			&worker.channel, PP_MESSAGE_PROBE, NULL, err);
	if (kind == PP_OK)
		kind = hear(&worker, provider.deadline_ms + GRACE_MS, err);
	pp_helper_end(&worker, GRACE_MS);
	return kind;
}

void
doctor_provider(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	struct pp_err err = {0};

	if (conf == NULL)
		return;
	if (probe(doctor->ctl, &err) == PP_OK)
		doctor_say(doctor, DOCTOR_FINE, "provider", NULL,
			"%s answers, with keys, to the worker in its sandbox",
			conf->issuer_url);
	else
		doctor_say(doctor, DOCTOR_FAULT, "provider",
			"Nobody can sign in until it answers; playpen-reasons(7) explains the word.",
			"%s: %s: %s", conf->issuer_url,
			pp_reason_word(err.reason), err.message);
}
