/* SPDX-License-Identifier: MIT */
#include "login.h"

#include <stdio.h>
#include <string.h>

#include <playpen/base/clock.h>
#include <playpen/ipc/oidc_worker.h>

#include "ask_person.h"
#include "day_key.h"
#include "listener.h"

/*
 * playpen-oidc does what needs the network, in its sandbox and as the person;
 * here are the key, the loopback address and the terminal.
 */

#define LOGIN_MS 300000  /* for the person to sign in */
#define LOCK_MS 310000   /* another login has no longer */
#define GRACE_MS 500     /* the worker ends by itself */
#define CLOCK_LEEWAY 300 /* seconds: a node's clock may be behind */
#define STATE_BYTES 16U
#define SCOPES "openid profile groups federated:id"

/* A sign-in on its way. */
struct login {
	const struct settings *settings;
	const struct login_options *options;
	int64_t deadline_ms;
	struct day_key key;
	struct listener listener; /* fd -1: the person pastes a code */
	int terminal;             /* -1: none */
	char redirect[64];
	struct pp_code_for_key request;
	struct pp_child worker;
	struct pp_identity identity;
	struct pp_token token;
};

static void
login_free(struct login *login)
{
	day_key_free(&login->key);
	listener_free(&login->listener);
	pp_fd_free(&login->terminal);
	pp_secret_free(&login->request.nonce);
	pp_secret_free(&login->request.state);
	pp_child_end(&login->worker, GRACE_MS);
	pp_message_free(PP_MESSAGE_IDENTITY, &login->identity);
	pp_message_free(PP_MESSAGE_TOKEN, &login->token);
}

/* Decides how the code will come back. */
static enum pp_kind
choose_way(struct login *login, struct pp_err *err)
{
	bool paste = login->options->paste || !ask_person_has_display();
	enum pp_kind kind;

	login->terminal = ask_person_open_terminal();
	if (paste && login->terminal < 0)
		return pp_fail(err, PP_REASON_CONVERSATION_FAILED,
			"there is neither a browser nor a terminal: run playpen-ssh login where you have one; for jobs without a person there are service accounts");
	if (paste)
		return PP_OK;
	kind = listener_open(login->settings, &login->listener, err);
	if (kind != PP_OK)
		return kind;
	snprintf(login->redirect, sizeof(login->redirect),
		"http://127.0.0.1:%d/", login->listener.port);
	login->request.redirect_uri = login->redirect;
	return PP_OK;
}

static enum pp_kind
make_request(struct login *login, struct pp_err *err)
{
	enum pp_kind kind = day_key_new(&login->key, err);

	if (kind == PP_OK)
		kind = day_key_put_nonce(
			&login->key, &login->request.nonce, err);
	if (kind == PP_OK)
		kind = pp_secret_append_random_hex(
			&login->request.state, STATE_BYTES, err);
	return kind;
}

static enum pp_kind
send_provider(struct login *login, struct pp_err *err)
{
	static char username[] = "preferred_username";
	const struct settings *settings = login->settings;
	struct pp_provider provider = {.version = PP_MESSAGE_VERSION,
		.deadline_ms = login->deadline_ms,
		.url = settings->url,
		.ca_file = settings->ca_file,
		.proxy = settings->proxy,
		.allow_http = settings->allow_http,
		/* Which connectors count is each node's to say. */
		.profile = PP_PROFILE_GENERIC,
		.client_id = settings->client_id,
		.token_auth = PP_TOKEN_AUTH_BASIC,
		.username_claim = username};
	enum pp_kind kind = pp_strv_append_words(&provider.scopes, SCOPES, err);

	if (kind == PP_OK)
		kind = pp_message_send(&login->worker.channel,
			PP_MESSAGE_PROVIDER, &provider, err);
	pp_strv_free(&provider.scopes);
	return kind;
}

static enum pp_kind
start_worker(struct login *login, struct pp_err *err)
{
	const char *directory = login->options->libexec != NULL
					? login->options->libexec
					: PP_LIBEXEC_DIR;
	pp_cleanup(pp_text) char *path = NULL;
	enum pp_kind kind =
		pp_str_format(&path, err, "%s/playpen-oidc", directory);

	if (kind == PP_OK)
		kind = pp_child_start(path, &login->worker, err);
	if (kind == PP_OK)
		kind = send_provider(login, err);
	if (kind == PP_OK)
		kind = pp_message_send(&login->worker.channel,
			PP_MESSAGE_CODE_FOR_KEY, &login->request, err);
	return kind;
}

/* Waits for a message of the worker; FAILED becomes the failure it reports. */
static enum pp_kind
wait_frame(struct login *login, struct pp_frame *ret_frame, struct pp_err *err)
{
	enum pp_kind kind = pp_channel_wait(&login->worker.channel,
		&pp_clock_system, login->deadline_ms, ret_frame, err);

	if (kind != PP_OK)
		return pp_prefix(err, kind, "playpen-oidc");
	return ret_frame->type == PP_MESSAGE_FAILED
		       ? pp_worker_failure(ret_frame, err)
		       : PP_OK;
}

/* Shows what the worker says, which has checked the address. */
static enum pp_kind
show_address(struct login *login, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	struct pp_device_prompt prompt = {0};
	enum pp_kind kind = wait_frame(login, &frame, err);

	if (kind == PP_OK)
		kind = pp_message_unpack(
			&frame, PP_MESSAGE_DEVICE_PROMPT, &prompt, err);
	if (kind == PP_OK && !pp_str_is_graphic(prompt.uri, strlen(prompt.uri)))
		kind = pp_fail(err, PP_REASON_FRAME_INVALID,
			"playpen-oidc sent an address that cannot be shown");
	if (kind == PP_OK)
		ask_person_to_open(prompt.uri, login->listener.fd >= 0);
	pp_message_free(PP_MESSAGE_DEVICE_PROMPT, &prompt);
	return kind;
}

static enum pp_kind
send_code(struct login *login, bool again, struct pp_err *err)
{
	struct pp_code_reply reply = {0};
	int worker = login->worker.channel.fd;
	enum pp_kind kind =
		login->listener.fd >= 0
			? listener_wait(&login->listener, &login->request.state,
				  login->deadline_ms, worker, &reply.code, err)
			: ask_person_for_code(login->terminal, again,
				  login->deadline_ms, worker, &reply.code, err);

	if (kind == PP_OK)
		kind = pp_message_send(&login->worker.channel,
			PP_MESSAGE_CODE_REPLY, &reply, err);
	pp_message_free(PP_MESSAGE_CODE_REPLY, &reply);
	return kind;
}

/* Gets what the worker says to a code: another one, please, or who it is. */
static enum pp_kind
get_identity(struct login *login, struct pp_err *err)
{
	bool again = false;
	enum pp_kind kind;

	do {
		pp_cleanup(pp_frame) struct pp_frame frame = {0};
		struct pp_err cause = {0};

		kind = send_code(login, again, &cause);
		/* The worker knows better why it ended. */
		if (kind != PP_OK && cause.reason != PP_REASON_PEER_GONE)
			return pp_propagate(err, &cause);
		kind = wait_frame(login, &frame, err);
		again = kind == PP_OK && frame.type == PP_MESSAGE_CODE_REJECTED;
		if (kind == PP_OK && !again)
			kind = pp_message_unpack(&frame, PP_MESSAGE_IDENTITY,
				&login->identity, err);
	} while (kind == PP_OK && again);
	/* lint: uninitvar: the loop above has run once and has set it. */
	return kind;
}

static enum pp_kind
get_token(struct login *login, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = wait_frame(login, &frame, err);

	return kind == PP_OK ? pp_message_unpack(&frame, PP_MESSAGE_TOKEN,
				       &login->token, err)
			     : kind;
}

static enum pp_kind
choose_name(
	const struct login *login, const char **ret_name, struct pp_err *err)
{
	const char *name = login->options->name;

	if (name == NULL)
		name = login->settings->name;
	if (name == NULL)
		name = login->identity.username;
	if (name == NULL || *name == '\0' ||
		strlen(name) > PP_MESSAGE_NAME_MAX ||
		!pp_str_is_graphic(name, strlen(name)))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"the provider gave no user name that ssh can carry; say it with --name");
	*ret_name = name;
	return PP_OK;
}

static enum pp_kind
fill_files(const struct login *login, const struct day_certificate *certificate,
	struct storage_files *files, struct pp_err *err)
{
	enum pp_kind kind =
		day_key_put_private(&login->key, &files->private_key, err);

	if (kind == PP_OK)
		kind = day_key_put_public(&login->key, &files->public_key, err);
	if (kind == PP_OK)
		kind = day_key_put_certificate(
			&login->key, certificate, &files->certificate, err);
	return kind;
}

/* Stores a certificate that lasts no longer than its token. */
static enum pp_kind
store(const struct login *login, const struct storage *storage,
	struct pp_err *err)
{
	pp_cleanup(storage_files) struct storage_files files = {0};
	int64_t now = pp_clock_wall(&pp_clock_system);
	struct day_certificate certificate = {.token = &login->token.token,
		.from = now - CLOCK_LEEWAY,
		.until = now + login->settings->hours * 3600};
	struct storage_day day = {.made = now, .issuer = login->settings->url};
	enum pp_kind kind = choose_name(login, &certificate.name, err);

	if (certificate.until > login->identity.exp)
		certificate.until = login->identity.exp;
	day.until = certificate.until;
	day.name = (char *) certificate.name;
	if (kind == PP_OK)
		kind = fill_files(login, &certificate, &files, err);
	if (kind == PP_OK)
		kind = storage_write(storage, &files, &day, err);
	return kind;
}

static enum pp_kind
sign_in(struct login *login, const struct storage *storage, struct pp_err *err)
{
	static enum pp_kind (*const steps[])(
		struct login *, struct pp_err *) = {choose_way, make_request,
		start_worker, show_address, get_identity, get_token};
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(steps); i++)
		kind = steps[i](login, err);
	return kind == PP_OK ? store(login, storage, err) : kind;
}

/* Returns true if another login has stored a key since this one began. */
static bool
was_done_meanwhile(const struct storage *storage, int64_t begun)
{
	pp_cleanup(storage_day) struct storage_day day = {0};

	return storage_read(storage, &day, NULL) == PP_OK && day.made >= begun;
}

enum pp_kind
login_run(const struct settings *settings, const struct storage *storage,
	const struct login_options *options, struct pp_err *err)
{
	pp_cleanup(login) struct login login = {.settings = settings,
		.options = options,
		.listener.fd = -1,
		.terminal = -1,
		.worker = PP_CHILD_NONE};
	pp_cleanup(pp_fd) int lock = -1;
	int64_t begun = pp_clock_wall(&pp_clock_system);
	enum pp_kind kind;

	if (settings->url == NULL)
		return pp_fail(err, PP_REASON_CONFIG_MISSING,
			"no url in [issuer]: write ~/.config/playpen/ssh.conf");
	kind = storage_lock(storage, LOCK_MS, &lock, err);
	if (kind != PP_OK || was_done_meanwhile(storage, begun))
		return kind;
	login.deadline_ms = pp_clock_boot_ms(&pp_clock_system) + LOGIN_MS;
	return sign_in(&login, storage, err);
}
