/* SPDX-License-Identifier: MIT */
#include "cmd_verify.h"

#include <limits.h>
#include <string.h>

#include <playpen/ipc/child.h>
#include <playpen/json/json.h>

#include "commands.h"

/*
 * verify: the files are opened here, with the rights of the caller, and read by
 * playpen-oidc, which has none and inherits them. With --jwks neither the
 * configuration nor the network is used.
 */

#define ONLINE_MS 60000 /* the provider answers within that */
#define GRACE_MS 1000   /* the worker ends by itself */
#define BLANKS ", "     /* between names of algorithms */

/* The client whose tokens certificates carry, unless --audience names one. */
#define CERTIFICATE_AUDIENCE "playpen-ssh"

enum verify_file { INPUT, KEYS, ACCESS_TOKEN, FILES };

struct verify_input {
	struct pp_verify_request request;
	struct pp_provider provider;
	bool online;
	int fds[FILES]; /* -1 for what is not given */
};

static void
verify_input_free(struct verify_input *verify_input)
{
	pp_secret_free(&verify_input->request.nonce);
	pp_strv_free(&verify_input->request.connectors);
	pp_strv_free(&verify_input->request.algorithms);
	for (int i = 0; i < FILES; i++)
		pp_fd_free(&verify_input->fds[i]);
}

static bool
has_empty_option(const struct ctl *ctl)
{
	for (size_t i = 0; i < ctl->args.option_count; i++)
		if (ctl->args.options[i].value[0] == '\0')
			return true;
	return false;
}

/* Prints which option is missing or wrong. The worker checks the rules
 * themselves. */
static bool
has_usage_error(struct ctl *ctl)
{
	bool certificate = args_option(&ctl->args, "--certificate") != NULL;
	bool alone = args_option(&ctl->args, "--jwks") != NULL &&
		     args_option(&ctl->args, "--batch") == NULL;
	const char *at_time = args_option(&ctl->args, "--at-time");
	int64_t ignored;

	if (has_empty_option(ctl))
		ctl_usage_error(ctl, "verify: an option is empty");
	else if (alone &&
		 (args_option(&ctl->args, "--issuer") == NULL ||
			 (args_option(&ctl->args, "--audience") == NULL &&
				 !certificate)))
		ctl_usage_error(
			ctl, "verify: --jwks needs --issuer and --audience");
	else if (at_time != NULL &&
		 !pp_str_to_i64(at_time, 1, PP_JSON_SECONDS_MAX, &ignored))
		ctl_usage_error(
			ctl, "verify: --at-time needs seconds since 1970");
	return ctl->status != 0;
}

static enum pp_kind
fill_connectors(const struct ctl *ctl, struct pp_strv *list, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;
	const char *value;

	for (size_t i = 0; kind == PP_OK; i++) {
		value = args_option_at(&ctl->args, "--connector", i);
		if (value == NULL)
			return PP_OK;
		kind = pp_strv_append(list, value, strlen(value), err);
	}
	return kind;
}

/* Fills the list. One without a name becomes one empty name, which the worker
 * refuses. */
static enum pp_kind
fill_algorithms(const struct ctl *ctl, struct pp_strv *list, struct pp_err *err)
{
	const char *at = args_option(&ctl->args, "--algorithms");
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
fill_request(const struct ctl *ctl, struct pp_verify_request *request,
	struct pp_err *err)
{
	const char *at_time = args_option(&ctl->args, "--at-time");
	const char *nonce = args_option(&ctl->args, "--nonce");
	enum pp_kind kind = fill_connectors(ctl, &request->connectors, err);

	request->version = PP_MESSAGE_VERSION;
	request->batch = args_option(&ctl->args, "--batch") != NULL;
	request->certificate = args_option(&ctl->args, "--certificate") != NULL;
	request->issuer = (char *) args_option(&ctl->args, "--issuer");
	request->client_id = (char *) args_option(&ctl->args, "--audience");
	if (request->certificate && request->client_id == NULL)
		request->client_id = (char *) CERTIFICATE_AUDIENCE;
	request->profile = (char *) args_option(&ctl->args, "--profile");
	request->service_client_id =
		(char *) args_option(&ctl->args, "--service");
	if (at_time != NULL)
		(void) pp_str_to_i64(
			at_time, 1, PP_JSON_SECONDS_MAX, &request->at_time);
	if (kind == PP_OK && nonce != NULL)
		kind = pp_secret_set(
			&request->nonce, nonce, strlen(nonce), err);
	if (kind == PP_OK)
		kind = fill_algorithms(ctl, &request->algorithms, err);
	return kind;
}

/* Returns false after a usage error if a file cannot be opened. */
static bool
open_files(struct ctl *ctl, struct verify_input *verify_input)
{
	const char *batch = args_option(&ctl->args, "--batch");
	const char *certificate = args_option(&ctl->args, "--certificate");
	const char *paths[FILES] = {batch != NULL         ? batch
				    : certificate != NULL ? certificate
							  : "-",
		args_option(&ctl->args, "--jwks"),
		args_option(&ctl->args, "--access-token")};
	struct pp_err err = {0};

	for (int i = 0; i < FILES; i++)
		if (paths[i] != NULL &&
			args_open_file(paths[i], &verify_input->fds[i], &err) !=
				PP_OK) {
			ctl_usage_error(ctl, "verify: %s", err.message);
			return false;
		}
	verify_input->request.has_keys = paths[KEYS] != NULL;
	verify_input->request.has_access_token = paths[ACCESS_TOKEN] != NULL;
	return true;
}

/* Leaves out the client secret: it is not needed, and may not be readable. */
static enum pp_kind
fill_provider(
	struct ctl *ctl, struct verify_input *verify_input, struct pp_err *err)
{
	enum pp_kind kind = pp_conf_load(ctl->root, &ctl->conf, err);

	if (kind != PP_OK)
		return kind;
	verify_input->online = true;
	verify_input->provider = ctl->conf->provider;
	verify_input->provider.version = PP_MESSAGE_VERSION;
	verify_input->provider.require_at_hash =
		ctl->conf->require_at_hash == PP_REQUIRE_YES;
	verify_input->provider.deadline_ms =
		pp_clock_boot_ms(&pp_clock_system) + ONLINE_MS;
	return PP_OK;
}

static enum pp_kind
start_worker(const struct ctl *ctl, const struct verify_input *verify_input,
	struct pp_child *helper, struct pp_err *err)
{
	const char *directory = args_option(&ctl->args, "--libexec");
	char path[PATH_MAX];
	int files[FILES];
	size_t count = 0;

	for (int i = 0; i < FILES; i++)
		if (verify_input->fds[i] >= 0)
			files[count++] = verify_input->fds[i];

	snprintf(path, sizeof(path), "%s/playpen-oidc",
		directory != NULL ? directory : PP_LIBEXEC_DIR);
	return pp_child_start_with_files(path, files, count, helper, err);
}

static enum pp_kind
send_request(const struct verify_input *verify_input,
	struct pp_channel *channel, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (verify_input->online)
		kind = pp_message_send(channel, PP_MESSAGE_PROVIDER,
			&verify_input->provider, err);
	if (kind == PP_OK)
		kind = pp_message_send(channel, PP_MESSAGE_VERIFY_REQUEST,
			&verify_input->request, err);
	return kind;
}

enum pp_kind
cmd_verify(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_child) struct pp_child helper = PP_CHILD_NONE;
	pp_cleanup(verify_input) struct verify_input verify_input = {
		.fds = {-1, -1, -1}};
	enum pp_kind kind;

	if (has_usage_error(ctl) || !open_files(ctl, &verify_input))
		return PP_OK;
	kind = fill_request(ctl, &verify_input.request, err);
	if (kind == PP_OK && verify_input.fds[KEYS] < 0 &&
		!verify_input.request.batch)
		kind = fill_provider(ctl, &verify_input, err);
	if (kind == PP_OK)
		kind = start_worker(ctl, &verify_input, &helper, err);
	if (kind == PP_OK)
		kind = send_request(&verify_input, &helper.channel, err);
	if (kind == PP_OK)
		kind = verify_print(
			ctl, &helper.channel, verify_input.request.batch, err);
	pp_child_end(&helper, GRACE_MS);
	return kind;
}
