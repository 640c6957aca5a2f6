/* SPDX-License-Identifier: MIT */
#include "provider_answers.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/clock.h>
#include <playpen/ipc/oidc_worker.h>

#include "sshd_settings.h"

#define PROBE_MS 20000
#define GRACE_MS 1000

/* Keeps an answer; one more than fits is dropped, which the check's absence
 * shows. */
static enum pp_kind
take_answer(struct provider_answers *answers, const struct pp_frame *frame,
	struct pp_err *err)
{
	struct pp_probe_answer body = {0};
	struct provider_answer *answer = &answers->answers[answers->count];
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_PROBE_ANSWER, &body, err);
	enum pp_reason reason;

	if (kind == PP_OK && answers->count < PROVIDER_ANSWERS_MAX) {
		answers->count++;
		snprintf(answer->question, sizeof(answer->question), "%s",
			body.question);
		reason = pp_reason_from_word(body.reason);
		if (reason != PP_REASON_NONE)
			pp_ignore(pp_fail(&answer->err, reason, "%s",
				body.message != NULL ? body.message : ""));
	}
	pp_message_free(PP_MESSAGE_PROBE_ANSWER, &body);
	return kind;
}

/* Reads one message. Returns PP_PENDING while there are more to come. */
static enum pp_kind
receive_answer(struct pp_child *worker, int64_t deadline_ms,
	struct provider_answers *answers, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_channel_wait(
		&worker->channel, &pp_clock_system, deadline_ms, &frame, err);

	if (kind != PP_OK)
		return pp_prefix(err, kind, "playpen-oidc");
	if (frame.type == PP_MESSAGE_FAILED)
		return pp_worker_failure(&frame, err);
	if (frame.type == PP_MESSAGE_VERIFY_DONE)
		return PP_OK;
	kind = take_answer(answers, &frame, err);
	return kind == PP_OK ? PP_PENDING : kind;
}

/* Returns what the configuration uses of the provider. */
static struct pp_probe
find_uses(const struct pp_conf *conf)
{
	struct pp_probe request = {.refresh = conf->refresh_groups,
		.device = conf->flow == PP_FLOW_DEVICE,
		.code = conf->flow == PP_FLOW_CODE,
		.code_seconds = sshd_settings_sign_in_seconds(conf),
		.ssh_client = conf->ssh_certificates ? conf->ssh_client : NULL};

	for (size_t i = 0; i < conf->service_count; i++) {
		request.device |= conf->services[i].flow == PP_FLOW_DEVICE;
		request.code |= conf->services[i].flow == PP_FLOW_CODE;
	}
	request.client_credentials = conf->service_account_count > 0;
	return request;
}

/* Lists the scopes that a sign-in asks for, the one of refresh tokens too. */
static enum pp_kind
list_scopes(const struct pp_conf *conf, struct pp_strv *scopes,
	struct pp_err *err)
{
	enum pp_kind kind =
		pp_strv_append_list(scopes, &conf->provider.scopes, err);

	if (kind == PP_OK && conf->refresh_groups)
		kind = pp_strv_append(scopes, PP_SCOPE_OFFLINE,
			strlen(PP_SCOPE_OFFLINE), err);
	return kind;
}

static enum pp_kind
run_probe(const struct ctl *ctl, struct pp_child *worker,
	struct provider_answers *answers, struct pp_err *err)
{
	struct pp_provider provider = ctl->conf->provider;
	struct pp_probe request = find_uses(ctl->conf);
	pp_cleanup(pp_strv) struct pp_strv scopes = {0};
	int64_t deadline_ms = pp_clock_boot_ms(&pp_clock_system) + PROBE_MS;
	enum pp_kind kind = pp_conf_load_secret(
		ctl->conf, ctl->root, &provider.client_secret, err);

	if (kind == PP_OK)
		kind = list_scopes(ctl->conf, &scopes, err);
	provider.scopes = scopes;
	provider.version = PP_MESSAGE_VERSION;
	provider.deadline_ms = deadline_ms;
	if (kind == PP_OK)
		kind = pp_message_send(
			&worker->channel, PP_MESSAGE_PROVIDER, &provider, err);
	pp_secret_free(&provider.client_secret);
	if (kind == PP_OK)
		kind = pp_message_send(
			&worker->channel, PP_MESSAGE_PROBE, &request, err);
	if (kind == PP_OK)
		do
			kind = receive_answer(
				worker, deadline_ms + GRACE_MS, answers, err);
		while (kind == PP_PENDING);
	return kind;
}

void
provider_answers_read(
	const struct ctl *ctl, struct provider_answers *ret_answers)
{
	pp_cleanup(pp_child) struct pp_child worker = PP_CHILD_NONE;
	const char *directory = args_option(&ctl->args, "--libexec");
	char path[PATH_MAX];
	struct pp_err *err = &ret_answers->err;

	*ret_answers = (struct provider_answers){0};
	snprintf(path, sizeof(path), "%s/playpen-oidc",
		directory != NULL ? directory : PP_LIBEXEC_DIR);
	if (pp_child_start(path, &worker, err) == PP_OK)
		pp_ignore(run_probe(ctl, &worker, ret_answers, err));
	pp_child_end(&worker, GRACE_MS);
}

const struct pp_err *
provider_answers_find(
	const struct provider_answers *answers, const char *question)
{
	for (size_t i = 0; i < answers->count; i++)
		if (strcmp(answers->answers[i].question, question) == 0)
			return &answers->answers[i].err;
	return NULL;
}
