/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/file.h>
#include <playpen/ipc/oidc_worker.h>
#include <playpen/provider/proof_prompt.h>

#include "commands.h"
#include "credentials.h"
#include "playpenctl/cli/advice.h"
#include "playpenctl/cli/ctl.h"
#include "playpenctl/cli/ssh_caller.h"
#include "playpenctl/cli/token_parts.h"

/*
 * The other side of a service account: gets the service's own token from the
 * provider, by way of playpen-oidc, which runs as the caller here. The secret
 * is read from a file and goes into a frame, never to argv or environment.
 */

#define SECONDS INT64_C(30) /* for all of it */
#define GRACE_MS 500

/*
 * Starts the worker with the provider as this machine knows it, which need not
 * be a node. Without connectors the worker takes a service's token and no
 * person's.
 */
static enum pp_kind
start_worker(struct ctl *ctl, struct pp_client_credentials *request,
	int64_t deadline_ms, struct pp_child *ret_worker, struct pp_err *err)
{
	static char username[] = PP_CONF_USERNAME_CLAIM;
	const char *directory = args_option(&ctl->args, "--libexec");
	struct pp_provider provider = {.version = PP_MESSAGE_VERSION,
		.deadline_ms = deadline_ms,
		.url = (char *) args_option(&ctl->args, "--issuer"),
		.ca_file = (char *) args_option(&ctl->args, "--ca-file"),
		.allow_http = args_option(&ctl->args, "--allow-http") != NULL,
		.profile = PP_PROFILE_DEX,
		.client_id = request->client_id,
		.token_auth = PP_TOKEN_AUTH_BASIC,
		.username_claim = username};
	pp_cleanup(pp_text) char *path = NULL;
	enum pp_kind kind = pp_str_format(&path, err, "%s/playpen-oidc",
		directory != NULL ? directory : PP_LIBEXEC_DIR);

	if (kind == PP_OK)
		kind = pp_strv_append_words(
			&provider.algorithms, PP_CONF_ALGORITHMS, err);
	if (kind == PP_OK)
		kind = pp_child_start(path, ret_worker, err);
	if (kind == PP_OK)
		kind = pp_message_send(&ret_worker->channel,
			PP_MESSAGE_PROVIDER, &provider, err);
	pp_strv_free(&provider.algorithms);
	return kind;
}

/* Fetches a verified token of the service's own. */
static enum pp_kind
fetch_token(struct ctl *ctl, struct pp_client_credentials *request,
	struct pp_token *ret_token, struct pp_err *err)
{
	pp_cleanup(pp_child) struct pp_child worker = PP_CHILD_NONE;
	struct pp_identity identity = {0};
	int64_t deadline_ms =
		pp_clock_boot_ms(&pp_clock_system) + SECONDS * 1000;
	enum pp_kind kind =
		start_worker(ctl, request, deadline_ms, &worker, err);

	request->want_token = true;
	if (kind == PP_OK)
		kind = pp_message_send(&worker.channel,
			PP_MESSAGE_CLIENT_CREDENTIALS, request, err);
	if (kind == PP_OK)
		kind = pp_worker_wait_identity(&worker, &pp_clock_system,
			deadline_ms, &identity, ret_token, err);
	pp_message_free(PP_MESSAGE_IDENTITY, &identity);
	pp_child_end(&worker, GRACE_MS);
	return kind;
}

/* Reports a failure with the word of its reason and the advice for it, for the
 * owner of the service. Returns PP_OK: no more is to be said. */
static enum pp_kind
report_failure(struct ctl *ctl, enum pp_kind kind, const struct pp_err *err)
{
	const char *advice = advice_for(err->reason);

	if (kind == PP_OK)
		return PP_OK;
	ctl_error(ctl, "no token (%s): %s", pp_reason_word(err->reason),
		err->message);
	if (advice != NULL)
		ctl_error(ctl, "%s", advice);
	return PP_OK;
}

static enum pp_kind
print_secret(struct pp_secret *text, struct pp_err *err)
{
	enum pp_kind kind = pp_secret_append(text, "\n", 1, err);

	return kind == PP_OK ? pp_file_write(1, text->data, text->len, err)
			     : kind;
}

enum pp_kind
cmd_token(struct ctl *ctl, struct pp_err *err)
{
	struct pp_client_credentials request = {0};
	struct pp_token token = {0};
	const char *audience = args_option(&ctl->args, "--audience");
	enum pp_kind kind = credentials_read(
		args_option(&ctl->args, "--credentials"), &request, err);

	if (kind == PP_OK && audience != NULL)
		kind = pp_str_duplicate(
			&request.audience, audience, strlen(audience), err);
	if (kind == PP_OK)
		kind = fetch_token(ctl, &request, &token, err);
	if (kind == PP_OK)
		kind = print_secret(&token.token, err);
	pp_message_free(PP_MESSAGE_TOKEN, &token);
	pp_message_free(PP_MESSAGE_CLIENT_CREDENTIALS, &request);
	return report_failure(ctl, kind, err);
}

/* People's client at Dex, as packaging/playpen.conf names it. */
#define LOGIN_CLIENT "playpen-login"

/*
 * Checks the audience, which the node never chooses. Another service that
 * accepts tokens of this service account may ignore the nonce, and with it the
 * host that the token was made for.
 */
static enum pp_kind
check_audience(struct ctl *ctl, const struct pp_proof_prompt *prompt,
	struct pp_err *err)
{
	const char *audience = args_option(&ctl->args, "--audience");

	if (audience == NULL)
		audience = LOGIN_CLIENT;
	if (strcmp(prompt->audience, audience) == 0)
		return PP_OK;
	return pp_fail(err, PP_REASON_PROOF_PROMPT,
		"the node asks for a token for %s, and gets one for %s alone (--audience)",
		prompt->audience, audience);
}

static enum pp_kind
fetch_for_prompt(struct ctl *ctl, const char *host,
	const struct pp_proof_prompt *prompt, struct pp_token *ret_token,
	struct pp_err *err)
{
	struct pp_client_credentials request = {0};
	enum pp_kind kind = credentials_read(
		args_option(&ctl->args, "--credentials"), &request, err);

	if (kind == PP_OK)
		kind = pp_secret_append_text(
			&request.nonce, prompt->random, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&request.nonce, ".", err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&request.nonce, host, err);
	if (kind == PP_OK)
		kind = pp_str_duplicate(&request.audience, prompt->audience,
			strlen(prompt->audience), err);
	if (kind == PP_OK)
		kind = fetch_token(ctl, &request, ret_token, err);
	pp_message_free(PP_MESSAGE_CLIENT_CREDENTIALS, &request);
	return kind;
}

/* Prints a part of the token, and keeps the rest for the prompt of the next
 * part. */
static enum pp_kind
print_part(const struct pp_proof_prompt *prompt, const struct pp_token *token,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret part = {0};
	pp_cleanup(pp_text) char *path = NULL;
	bool last = false;
	enum pp_kind kind = pp_proof_prompt_write_answer(
		&token->token, prompt->part, &part, &last, err);

	if (kind == PP_OK && !(prompt->part == 1 && last))
		kind = token_parts_path(prompt->random, &path, err);
	if (kind == PP_OK && prompt->part == 1 && !last)
		kind = token_parts_store(path, &token->token, err);
	if (kind == PP_OK && prompt->part > 1 && last)
		token_parts_remove(path);
	return kind == PP_OK ? print_secret(&part, err) : kind;
}

static enum pp_kind
load_parts(const struct pp_proof_prompt *prompt, struct pp_token *ret_token,
	struct pp_err *err)
{
	pp_cleanup(pp_text) char *path = NULL;
	enum pp_kind kind = token_parts_path(prompt->random, &path, err);

	return kind == PP_OK ? token_parts_load(path, &ret_token->token, err)
			     : kind;
}

/* Reads the prompt and the host that it comes from, which ssh or the caller
 * says and never the node. */
static enum pp_kind
read_prompt(struct ctl *ctl, char host[PP_PROOF_HOST_MAX + 1],
	struct pp_proof_prompt *prompt, struct pp_err *err)
{
	const char *known_host = args_option(&ctl->args, "--host");
	enum pp_kind kind = pp_proof_prompt_read(
		args_operand(&ctl->args, 0), known_host, host, prompt, err);

	return kind == PP_OK && known_host == NULL ? ssh_caller_check(err)
						   : kind;
}

enum pp_kind
cmd_askpass(struct ctl *ctl, struct pp_err *err)
{
	struct pp_proof_prompt prompt = {.part = 0};
	struct pp_token token = {0};
	char host[PP_PROOF_HOST_MAX + 1];
	enum pp_kind kind = read_prompt(ctl, host, &prompt, err);

	if (kind == PP_OK)
		kind = check_audience(ctl, &prompt, err);
	if (kind == PP_OK)
		kind = prompt.part == 1 ? fetch_for_prompt(ctl, host, &prompt,
						  &token, err)
					: load_parts(&prompt, &token, err);
	if (kind == PP_OK)
		kind = print_part(&prompt, &token, err);
	pp_message_free(PP_MESSAGE_TOKEN, &token);
	return report_failure(ctl, kind, err);
}
