/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/message.h>
#include <playpen/oidc.h>
#include <playpen/spawn.h>

#include "examine.h"
#include "sandbox.h"

/*
 * playpen-oidc: one process for one sign-in. It gives up its rights, reads who
 * the provider is and what is wanted, and answers with a verified identity or
 * with the reason why there is none. Whoever started it is the only one it
 * talks to beside the provider; it writes no log.
 */

#define USER "playpen"
#define CACHE_DIR "/var/cache/playpen"
#define PROVIDER_MS 5000 /* our starter sends PROVIDER at once */

/* The other end, and what came from it while a flow was running. */
struct worker {
	struct pp_channel starter;
	struct pp_provider provider;
	struct pp_frame heard; /* a frame that a flow waits for; type 0: none */
	bool examined;         /* verdicts were sent, and not an identity */
	bool probed;           /* nobody wants an identity, nor a cache */
};

/* Takes what came, without waiting. CANCEL and the end of the other end both
 * mean that nobody wants us any more. */
static enum pp_kind
listen_to_starter(void *context, struct pp_err *err)
{
	struct worker *worker = context;
	struct pp_err cause;
	enum pp_kind kind;

	if (worker->heard.type != 0)
		return PP_OK;
	kind = pp_channel_receive(&worker->starter, &worker->heard, &cause);
	if (kind == PP_PENDING ||
		(kind == PP_OK && worker->heard.type == PP_MESSAGE_CODE_REPLY))
		return PP_OK;
	return pp_fail(err, PP_REASON_CANCELLED, "nobody waits any more");
}

static enum pp_kind
sleep_and_listen(void *context, int64_t ms, struct pp_err *err)
{
	struct worker *worker = context;
	int64_t end = pp_clock_boot_ms(&pp_clock_system) + ms;
	enum pp_kind kind = PP_OK;
	int left;

	while (kind == PP_OK &&
		(left = pp_clock_until(&pp_clock_system, end, 1000)) > 0) {
		struct pollfd poll_fd = {
			.fd = worker->starter.fd, .events = POLLIN};

		if (poll(&poll_fd, 1, left) > 0)
			kind = listen_to_starter(worker, err);
	}
	return kind;
}

static enum pp_kind
show(void *context, const struct pp_show *shown, struct pp_err *err)
{
	struct worker *worker = context;

	return pp_message_send(&worker->starter, PP_MESSAGE_SHOW, shown, err);
}

/* WAITING in the code flow says: that code was none, ask for another. */
static enum pp_kind
ask(void *context, bool again, struct pp_secret *ret_code, struct pp_err *err)
{
	struct worker *worker = context;
	struct pp_code_reply reply = {0};
	int64_t deadline = worker->provider.deadline_ms;
	enum pp_kind kind = PP_OK;

	if (again)
		kind = pp_message_send(
			&worker->starter, PP_MESSAGE_WAITING, NULL, err);
	while (kind == PP_OK && worker->heard.type == 0) {
		if (pp_clock_until(&pp_clock_system, deadline, 1000) == 0)
			return pp_fail(err, PP_REASON_DEADLINE,
				"nobody pasted a code in time");
		kind = sleep_and_listen(worker, 100, err);
	}
	if (kind == PP_OK)
		kind = pp_message_unpack(
			&worker->heard, PP_MESSAGE_CODE_REPLY, &reply, err);
	pp_frame_free(&worker->heard);
	worker->heard = (struct pp_frame){0};
	if (kind == PP_OK)
		kind = pp_secret_set(
			ret_code, reply.code.data, reply.code.len, err);
	pp_message_free(PP_MESSAGE_CODE_REPLY, &reply);
	return kind;
}

static enum pp_kind
run_credentials(struct pp_oidc *oidc, const struct pp_frame *frame,
	struct pp_outcome *outcome, struct pp_err *err)
{
	struct pp_client_credentials request = {0};
	enum pp_kind kind = pp_message_unpack(
		frame, PP_MESSAGE_CLIENT_CREDENTIALS, &request, err);

	if (kind == PP_OK)
		kind = pp_oidc_credentials(oidc, &request, outcome, err);
	pp_message_free(PP_MESSAGE_CLIENT_CREDENTIALS, &request);
	return kind;
}

static enum pp_kind
run_verify(struct pp_oidc *oidc, const struct pp_frame *frame,
	struct pp_outcome *outcome, struct pp_err *err)
{
	struct pp_verify_token request = {0};
	enum pp_kind kind = pp_message_unpack(
		frame, PP_MESSAGE_VERIFY_TOKEN, &request, err);

	if (kind == PP_OK)
		kind = pp_oidc_verify(oidc, &request, outcome, err);
	pp_message_free(PP_MESSAGE_VERIFY_TOKEN, &request);
	return kind;
}

static enum pp_kind
run_refresh(struct pp_oidc *oidc, const struct pp_frame *frame,
	struct pp_outcome *outcome, struct pp_err *err)
{
	struct pp_refresh request = {0};
	enum pp_kind kind =
		pp_message_unpack(frame, PP_MESSAGE_REFRESH, &request, err);

	if (kind == PP_OK)
		kind = pp_oidc_refresh(oidc, &request, outcome, err);
	pp_message_free(PP_MESSAGE_REFRESH, &request);
	return kind;
}

static enum pp_kind
run_flow(struct pp_oidc *oidc, const struct pp_frame *frame,
	struct pp_outcome *outcome, struct pp_err *err)
{
	switch (frame->type) {
	case PP_MESSAGE_DEVICE:
		return pp_oidc_device(oidc, outcome, err);
	case PP_MESSAGE_CODE:
		return pp_oidc_code(oidc, outcome, err);
	case PP_MESSAGE_CLIENT_CREDENTIALS:
		return run_credentials(oidc, frame, outcome, err);
	case PP_MESSAGE_VERIFY_TOKEN:
		return run_verify(oidc, frame, outcome, err);
	case PP_MESSAGE_REFRESH:
		return run_refresh(oidc, frame, outcome, err);
	case PP_MESSAGE_PROBE:
		return PP_OK; /* the session stands: all has been fetched */
	default:
		return pp_fail(err, PP_REASON_FRAME_INVALID, "%s is no request",
			pp_message_name(frame->type));
	}
}

/* The session with its network, from the settings to the outcome. */
static enum pp_kind
work(struct worker *worker, const struct pp_frame *request,
	struct pp_outcome *outcome, struct pp_err *err)
{
	const struct pp_provider *provider = &worker->provider;
	const struct pp_http_settings settings = {
		.connect_to = provider->connect_to,
		.url = provider->url,
		.ca_file = provider->ca_file,
		.proxy = provider->proxy,
		.allow_http = provider->allow_http};
	const struct pp_http_watch watch = {
		worker->starter.fd, listen_to_starter, worker};
	pp_auto(pp_http_client) struct pp_http_client *client = NULL;
	pp_auto(pp_oidc) struct pp_oidc *oidc = NULL;
	struct pp_oidc_world world = {.clock = &pp_clock_system,
		.cache_dir = !worker->probed && access(CACHE_DIR, W_OK) == 0
				     ? CACHE_DIR
				     : NULL,
		.file_owner = geteuid(),
		.sleep = sleep_and_listen,
		.show = show,
		.ask = ask,
		.context = worker};
	struct pp_http http;
	enum pp_kind kind = pp_http_client_new(
		&settings, &watch, &pp_clock_system, &client, err);

	if (kind != PP_OK)
		return kind;
	http = pp_http_client_transport(client);
	world.http = &http;
	kind = pp_oidc_open(&world, provider, &oidc, err);
	if (kind != PP_OK)
		return kind;
	if (worker->examined)
		return pp_examine_run(&worker->starter, request, oidc, err);
	return run_flow(oidc, request, outcome, err);
}

/* Some providers give a refresh token unasked; nobody would take it. */
static bool
has_wanted_refresh(
	const struct worker *worker, const struct pp_outcome *outcome)
{
	return outcome->refresh.token.len > 0 &&
	       pp_strv_contains(&worker->provider.scopes, PP_SCOPE_OFFLINE);
}

static enum pp_kind
report(struct worker *worker, enum pp_kind kind, struct pp_outcome *outcome,
	struct pp_err *err)
{
	const struct pp_failed failed = {
		(char *) pp_reason_word(err->reason), err->message};
	struct pp_err gone;

	if (kind != PP_OK)
		return pp_message_send(
			&worker->starter, PP_MESSAGE_FAILED, &failed, &gone);
	if (worker->examined || worker->probed)
		return pp_message_send(
			&worker->starter, PP_MESSAGE_DONE, NULL, err);
	if (has_wanted_refresh(worker, outcome))
		kind = pp_message_send(&worker->starter,
			PP_MESSAGE_REFRESH_TOKEN, &outcome->refresh, err);
	if (kind == PP_OK)
		kind = pp_message_send(&worker->starter, PP_MESSAGE_IDENTITY,
			&outcome->identity, err);
	if (kind == PP_OK && outcome->token.token.len > 0)
		kind = pp_message_send(&worker->starter, PP_MESSAGE_TOKEN,
			&outcome->token, err);
	return kind;
}

static enum pp_kind
receive(struct worker *worker, int64_t deadline_ms, struct pp_frame *ret_frame,
	struct pp_err *err)
{
	return pp_channel_wait(&worker->starter, &pp_clock_system, deadline_ms,
		ret_frame, err);
}

/* PROVIDER is known: what is wanted of it, and that. */
static enum pp_kind
work_online(
	struct worker *worker, struct pp_outcome *outcome, struct pp_err *err)
{
	pp_auto(pp_frame) struct pp_frame request = {0};
	enum pp_kind kind =
		receive(worker, worker->provider.deadline_ms, &request, err);

	worker->examined = request.type == PP_MESSAGE_EXAMINE;
	worker->probed = request.type == PP_MESSAGE_PROBE;
	return kind == PP_OK ? work(worker, &request, outcome, err) : kind;
}

static enum pp_kind
serve(struct worker *worker, struct pp_err *err)
{
	pp_auto(pp_frame) struct pp_frame first = {0};
	pp_auto(pp_outcome) struct pp_outcome outcome = {0};
	enum pp_kind kind = receive(worker,
		pp_clock_boot_ms(&pp_clock_system) + PROVIDER_MS, &first, err);

	worker->examined = first.type == PP_MESSAGE_EXAMINE;
	if (kind == PP_OK && worker->examined) {
		kind = pp_examine_run(&worker->starter, &first, NULL, err);
		return report(worker, kind, &outcome, err);
	}
	if (kind == PP_OK)
		kind = pp_message_unpack(
			&first, PP_MESSAGE_PROVIDER, &worker->provider, err);
	if (kind == PP_OK)
		kind = work_online(worker, &outcome, err);
	return report(worker, kind, &outcome, err);
}

int
main(void)
{
	struct worker worker = {.starter = {.fd = PP_SPAWN_SOCKET}};
	struct pp_err err = {0};
	enum pp_kind kind;

	/* A provider that closes a TLS connection early must not end us. */
	signal(SIGPIPE, SIG_IGN);
	kind = pp_sandbox_drop(USER, &err);
	if (kind == PP_OK)
		kind = pp_sandbox_enter(CACHE_DIR, &err);
	if (kind != PP_OK)
		kind = report(&worker, kind, NULL, &err);
	else
		kind = serve(&worker, &err);
	pp_message_free(PP_MESSAGE_PROVIDER, &worker.provider);
	pp_frame_free(&worker.heard);
	pp_channel_free(&worker.starter);
	return kind == PP_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
