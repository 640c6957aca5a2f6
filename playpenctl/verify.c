/* SPDX-License-Identifier: MIT */
#include "verify.h"

#include <limits.h>
#include <string.h>

#include <playpen/json.h>
#include <playpen/spawn.h>

/*
 * verify: the files are opened here, with the rights of whoever calls, and read
 * by playpen-oidc, which has none. Keys that are given make it independent of
 * configuration and network.
 */

#define ONLINE_MS 60000 /* the provider answers within that */
#define GRACE_MS 1000   /* the worker ends by itself */
#define BLANKS ", "     /* between names of algorithms */

enum file { INPUT, KEYS, ACCESS_TOKEN, FILES };

struct question {
	struct pp_examine request;
	struct pp_provider provider;
	bool online;
	int fds[FILES]; /* -1 for what is not given */
};

static void
question_free(struct question *question)
{
	pp_secret_free(&question->request.nonce);
	pp_strv_free(&question->request.connectors);
	pp_strv_free(&question->request.algorithms);
	for (int i = 0; i < FILES; i++)
		pp_fd_free(&question->fds[i]);
}

static bool
has_empty_option(const struct ctl *ctl)
{
	for (size_t i = 0; i < ctl->arguments.option_count; i++)
		if (ctl->arguments.options[i].value[0] == '\0')
			return true;
	return false;
}

/* Says what is missing or wrong; the rules themselves are the worker's to
 * judge. */
static bool
is_misused(struct ctl *ctl)
{
	bool alone = ctl_option(ctl, "--jwks") != NULL &&
		     ctl_option(ctl, "--batch") == NULL;
	const char *at_time = ctl_option(ctl, "--at-time");
	int64_t ignored;

	if (has_empty_option(ctl))
		ctl_misuse(ctl, "verify: an option is empty");
	else if (alone && (ctl_option(ctl, "--issuer") == NULL ||
				  ctl_option(ctl, "--audience") == NULL))
		ctl_misuse(ctl, "verify: --jwks needs --issuer and --audience");
	else if (at_time != NULL &&
		 !pp_str_to_i64(at_time, 1, PP_JSON_SECONDS_MAX, &ignored))
		ctl_misuse(ctl, "verify: --at-time needs seconds since 1970");
	return ctl->status != 0;
}

static enum pp_kind
take_connectors(const struct ctl *ctl, struct pp_strv *list, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;
	const char *value;

	for (size_t i = 0; kind == PP_OK; i++) {
		value = ctl_option_at(ctl, "--connector", i);
		if (value == NULL)
			return PP_OK;
		kind = pp_strv_append(list, value, strlen(value), err);
	}
	return kind;
}

/* A list without a name in it is one without a name that is known. */
static enum pp_kind
take_algorithms(const struct ctl *ctl, struct pp_strv *list, struct pp_err *err)
{
	const char *at = ctl_option(ctl, "--algorithms");
	enum pp_kind kind = PP_OK;

	if (at == NULL)
		return PP_OK;
	do {
		size_t len;

		at += strspn(at, BLANKS);
		len = strcspn(at, BLANKS);
		kind = pp_strv_append(list, at, len, err);
		at += len;
	} while (kind == PP_OK && *at != '\0');
	return kind;
}

static enum pp_kind
take_options(
	const struct ctl *ctl, struct pp_examine *request, struct pp_err *err)
{
	const char *at_time = ctl_option(ctl, "--at-time");
	const char *nonce = ctl_option(ctl, "--nonce");
	enum pp_kind kind = take_connectors(ctl, &request->connectors, err);

	request->version = PP_MESSAGE_VERSION;
	request->batch = ctl_option(ctl, "--batch") != NULL;
	request->issuer = (char *) ctl_option(ctl, "--issuer");
	request->client_id = (char *) ctl_option(ctl, "--audience");
	request->profile = (char *) ctl_option(ctl, "--profile");
	request->service = (char *) ctl_option(ctl, "--service");
	if (at_time != NULL)
		(void) pp_str_to_i64(
			at_time, 1, PP_JSON_SECONDS_MAX, &request->at_time);
	if (kind == PP_OK && nonce != NULL)
		kind = pp_secret_set(
			&request->nonce, nonce, strlen(nonce), err);
	if (kind == PP_OK)
		kind = take_algorithms(ctl, &request->algorithms, err);
	return kind;
}

/* A file that cannot be opened was named wrongly. */
static bool
open_files(struct ctl *ctl, struct question *question)
{
	const char *batch = ctl_option(ctl, "--batch");
	const char *paths[FILES] = {batch != NULL ? batch : "-",
		ctl_option(ctl, "--jwks"), ctl_option(ctl, "--access-token")};
	struct pp_err err = {0};

	for (int i = 0; i < FILES; i++)
		if (paths[i] != NULL &&
			ctl_open_file(paths[i], &question->fds[i], &err) !=
				PP_OK) {
			ctl_misuse(ctl, "verify: %s", err.message);
			return false;
		}
	question->request.has_keys = paths[KEYS] != NULL;
	question->request.has_access_token = paths[ACCESS_TOKEN] != NULL;
	return true;
}

/* The client's secret is of no use here, and may not be readable. */
static enum pp_kind
take_configuration(
	struct ctl *ctl, struct question *question, struct pp_err *err)
{
	enum pp_kind kind = pp_conf_load(ctl->root, &ctl->conf, err);

	if (kind != PP_OK)
		return kind;
	question->online = true;
	question->provider = pp_conf_provider(ctl->conf);
	question->provider.version = PP_MESSAGE_VERSION;
	question->provider.deadline_ms =
		pp_clock_boot_ms(&pp_clock_system) + ONLINE_MS;
	return PP_OK;
}

static enum pp_kind
start(const struct ctl *ctl, struct pp_helper *helper, struct pp_err *err)
{
	const char *directory = ctl_option(ctl, "--libexec");
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/playpen-oidc",
		directory != NULL ? directory : PP_LIBEXEC_DIR);
	return pp_helper_start(path, helper, err);
}

static enum pp_kind
ask(const struct question *question, struct pp_channel *channel,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;
	int fds[FILES];
	size_t count = 0;

	for (int i = 0; i < FILES; i++)
		if (question->fds[i] >= 0)
			fds[count++] = question->fds[i];
	if (question->online)
		kind = pp_message_send(
			channel, PP_MESSAGE_PROVIDER, &question->provider, err);
	if (kind == PP_OK)
		kind = pp_message_send_fds(channel, PP_MESSAGE_EXAMINE,
			&question->request, fds, count, err);
	return kind;
}

enum pp_kind
ctl_verify(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_helper) struct pp_helper helper = PP_HELPER_NONE;
	pp_auto(question) struct question question = {.fds = {-1, -1, -1}};
	enum pp_kind kind;

	if (is_misused(ctl) || !open_files(ctl, &question))
		return PP_OK;
	kind = take_options(ctl, &question.request, err);
	if (kind == PP_OK && question.fds[KEYS] < 0 && !question.request.batch)
		kind = take_configuration(ctl, &question, err);
	if (kind == PP_OK)
		kind = start(ctl, &helper, err);
	if (kind == PP_OK)
		kind = ask(&question, &helper.channel, err);
	if (kind == PP_OK)
		kind = ctl_verify_print(
			ctl, &helper.channel, question.request.batch, err);
	pp_helper_end(&helper, GRACE_MS);
	return kind;
}
