/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/file.h>
#include <playpen/proof.h>
#include <playpen/worker.h>

#include "ctl.h"

/*
 * The other side of a service account: gets the service's own token from the
 * provider, by way of playpen-oidc, which runs as the caller here. The secret
 * is read from a file and goes into a frame, never to argv or environment.
 */

#define SECONDS 30 /* for all of it */
#define GRACE_MS 500
#define SECRET_MAX 4096U
#define KEY_ID "client-id"
#define KEY_SECRET "client-secret"

static enum pp_kind
trim(struct pp_secret *text, const char *what, struct pp_err *err)
{
	if (text->len > 0 && text->data[text->len - 1] == '\n')
		text->data[--text->len] = '\0';
	if (text->len == 0 || pp_secret_has_nul(text) ||
		strpbrk(pp_secret_text(text), "\r\n") != NULL)
		return pp_fail(err, PP_REASON_SECRET_UNREADABLE,
			"%s is empty or more than a line", what);
	return PP_OK;
}

/* One file of a mounted Kubernetes secret: links to where the kubelet has put
 * the version of today, readable as the pod's administrator chose. */
static enum pp_kind
read_member(const char *directory, const char *name, struct pp_secret *ret,
	struct pp_err *err)
{
	pp_auto(pp_text) char *path = NULL;
	pp_auto(pp_fd) int fd = -1;
	enum pp_kind kind = pp_str_format(&path, err, "%s/%s", directory, name);

	if (kind == PP_OK)
		kind = ctl_open_file(path, &fd, err);
	ret->max = SECRET_MAX;
	if (kind == PP_OK)
		kind = pp_file_read(fd, ret, err);
	return kind == PP_OK ? trim(ret, path, err) : kind;
}

/* The line "key=value" of a file, all that is behind the first "=". */
static enum pp_kind
find_line(const struct pp_secret *text, const char *key, struct pp_secret *ret,
	struct pp_err *err)
{
	const char *at = pp_secret_text(text);

	while (*at != '\0') {
		size_t len = strcspn(at, "\n");

		if (pp_str_starts_with(at, key) && at[strlen(key)] == '=') {
			size_t skip = strlen(key) + 1;

			ret->max = SECRET_MAX;
			return pp_secret_set(ret, at + skip, len - skip, err);
		}
		at += len + (at[len] == '\n');
	}
	return pp_fail(
		err, PP_REASON_SECRET_UNREADABLE, "there is no %s=", key);
}

static enum pp_kind
read_file(const char *path, struct pp_secret *id, struct pp_secret *secret,
	struct pp_err *err)
{
	const struct pp_file_trust trust = {geteuid(), 0077};
	pp_auto(pp_secret) struct pp_secret text = {.max = 2 * SECRET_MAX};
	enum pp_kind kind = pp_file_load(path, &trust, &text, err);

	if (kind == PP_OK)
		kind = find_line(&text, KEY_ID, id, err);
	if (kind == PP_OK)
		kind = find_line(&text, KEY_SECRET, secret, err);
	if (kind == PP_OK)
		kind = trim(id, KEY_ID, err);
	return kind == PP_OK ? trim(secret, KEY_SECRET, err) : kind;
}

static enum pp_kind
read_credentials(struct ctl *ctl, struct pp_client_credentials *ret_request,
	struct pp_err *err)
{
	const char *path = ctl_option(ctl, "--credentials");
	pp_auto(pp_secret) struct pp_secret id = {0};
	struct stat status;
	bool directory =
		stat(path, &status) == 0 && S_ISDIR(status.st_mode) != 0;
	enum pp_kind kind;

	if (directory) {
		kind = read_member(path, KEY_ID, &id, err);
		if (kind == PP_OK)
			kind = read_member(path, KEY_SECRET,
				&ret_request->client_secret, err);
	} else
		kind = read_file(path, &id, &ret_request->client_secret, err);
	if (kind != PP_OK)
		return kind;
	ret_request->client_id = pp_str_copy(pp_secret_text(&id), id.len);
	return ret_request->client_id != NULL ? PP_OK : pp_fail_memory(err);
}

/* The provider as this machine knows it: it need not be a node. */
static enum pp_kind
start_worker(struct ctl *ctl, struct pp_client_credentials *request,
	int64_t deadline_ms, struct pp_helper *ret_worker, struct pp_err *err)
{
	static char username[] = "preferred_username";
	static const char algorithms[] =
		"RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA";
	const char *directory = ctl_option(ctl, "--libexec");
	struct pp_provider provider = {.version = PP_MESSAGE_VERSION,
		.deadline_ms = deadline_ms,
		.url = (char *) ctl_option(ctl, "--issuer"),
		.ca_file = (char *) ctl_option(ctl, "--ca-file"),
		.allow_http = ctl_option(ctl, "--allow-http") != NULL,
		.profile = PP_PROFILE_DEX,
		.client_id = request->client_id,
		.token_auth = PP_TOKEN_AUTH_BASIC,
		.username_claim = username};
	pp_auto(pp_text) char *path = NULL;
	enum pp_kind kind = pp_str_format(&path, err, "%s/playpen-oidc",
		directory != NULL ? directory : PP_LIBEXEC_DIR);

	if (kind == PP_OK)
		kind = pp_strv_append_words(
			&provider.algorithms, algorithms, err);
	/* No person's token will do: no connector has this name. */
	if (kind == PP_OK)
		kind = pp_strv_append(&provider.connectors, "/", 1, err);
	if (kind == PP_OK)
		kind = pp_helper_start(path, ret_worker, err);
	if (kind == PP_OK)
		kind = pp_message_send(&ret_worker->channel,
			PP_MESSAGE_PROVIDER, &provider, err);
	pp_strv_free(&provider.algorithms);
	pp_strv_free(&provider.connectors);
	return kind;
}

/* A verified token of the service's own. */
static enum pp_kind
fetch(struct ctl *ctl, struct pp_client_credentials *request,
	struct pp_token *ret_token, struct pp_err *err)
{
	pp_auto(pp_helper) struct pp_helper worker = PP_HELPER_NONE;
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
		kind = pp_worker_identity(&worker, &pp_clock_system,
			deadline_ms, &identity, ret_token, err);
	pp_message_free(PP_MESSAGE_IDENTITY, &identity);
	pp_helper_end(&worker, GRACE_MS);
	return kind;
}

static enum pp_kind
print(struct pp_secret *text, struct pp_err *err)
{
	enum pp_kind kind = pp_secret_append(text, "\n", 1, err);

	return kind == PP_OK ? pp_file_write(1, text->data, text->len, err)
			     : kind;
}

enum pp_kind
ctl_token(struct ctl *ctl, struct pp_err *err)
{
	struct pp_client_credentials request = {0};
	struct pp_token token = {0};
	const char *audience = ctl_option(ctl, "--audience");
	enum pp_kind kind = read_credentials(ctl, &request, err);

	if (kind == PP_OK && audience != NULL) {
		request.audience = pp_str_copy(audience, strlen(audience));
		if (request.audience == NULL)
			kind = pp_fail_memory(err);
	}
	if (kind == PP_OK)
		kind = fetch(ctl, &request, &token, err);
	if (kind == PP_OK)
		kind = print(&token.token, err);
	pp_message_free(PP_MESSAGE_TOKEN, &token);
	pp_message_free(PP_MESSAGE_CLIENT_CREDENTIALS, &request);
	return kind;
}

/* Where the token waits for the prompt of its next part. The random number
 * makes the name; nobody else may read it, and it is good for one prompt. */
static enum pp_kind
name_rest(const char *random, char **ret_path, struct pp_err *err)
{
	const char *directory = getenv("XDG_RUNTIME_DIR");

	if (directory == NULL || directory[0] != '/')
		directory = "/tmp";
	return pp_str_format(
		ret_path, err, "%s/playpen-token-%s", directory, random);
}

static enum pp_kind
store_rest(const char *path, const struct pp_secret *token, struct pp_err *err)
{
	pp_auto(pp_fd) int fd = open(path,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return pp_file_write(fd, token->data, token->len, err);
}

static enum pp_kind
fetch_for_prompt(struct ctl *ctl, const char *host,
	const struct pp_proof_prompt *prompt, struct pp_token *ret_token,
	struct pp_err *err)
{
	struct pp_client_credentials request = {0};
	enum pp_kind kind = read_credentials(ctl, &request, err);

	if (kind == PP_OK)
		kind = pp_secret_append_text(
			&request.nonce, prompt->random, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&request.nonce, ".", err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&request.nonce, host, err);
	request.audience =
		pp_str_copy(prompt->audience, strlen(prompt->audience));
	if (kind == PP_OK && request.audience == NULL)
		kind = pp_fail_memory(err);
	if (kind == PP_OK)
		kind = fetch(ctl, &request, ret_token, err);
	pp_message_free(PP_MESSAGE_CLIENT_CREDENTIALS, &request);
	return kind;
}

static enum pp_kind
answer(const struct pp_proof_prompt *prompt, const struct pp_token *token,
	const char *rest, struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret part = {0};
	bool last = false;
	enum pp_kind kind = pp_proof_write_part(
		&token->token, prompt->part, &part, &last, err);

	if (kind == PP_OK && prompt->part == 1 && !last)
		kind = store_rest(rest, &token->token, err);
	if (kind == PP_OK && prompt->part > 1 && last)
		unlink(rest);
	return kind == PP_OK ? print(&part, err) : kind;
}

enum pp_kind
ctl_askpass(struct ctl *ctl, struct pp_err *err)
{
	const struct pp_file_trust trust = {geteuid(), 0077};
	struct pp_proof_prompt prompt = {.part = 0};
	struct pp_token token = {0};
	char host[PP_PROOF_HOST_MAX + 1];
	pp_auto(pp_text) char *rest = NULL;
	enum pp_kind kind =
		pp_proof_read_prompt(ctl_operand(ctl, 0), host, &prompt, err);

	if (kind == PP_OK)
		kind = name_rest(prompt.random, &rest, err);
	if (kind != PP_OK)
		return kind;
	kind = prompt.part == 1
		       ? fetch_for_prompt(ctl, host, &prompt, &token, err)
		       : pp_file_load(rest, &trust, &token.token, err);
	if (kind == PP_OK)
		kind = answer(&prompt, &token, rest, err);
	pp_message_free(PP_MESSAGE_TOKEN, &token);
	return kind;
}
