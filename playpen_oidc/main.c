/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <playpen/ipc/oidc_worker.h>
#include <playpen/oidc/oidc.h>
#include <playpen/provider/endpoint.h>

#include "certificate_request.h"
#include "probe_request.h"
#include "sandbox.h"
#include "verify_request.h"

/*
 * playpen-oidc: one process for one sign-in. It gives up its rights, reads the
 * settings of the provider and one request, and answers with a verified
 * identity or with the reason why there is none. Besides the provider it talks
 * to its parent process alone; it writes no log.
 */

#define USER "playpen"
#define PROVIDER_MS 5000 /* the parent sends PROVIDER at once */

/* Connection to the parent process, and a message received while a flow was
 * waiting. */
struct worker {
	struct pp_channel parent;
	int file_count; /* files inherited, from PP_CHILD_FILES on */
	struct pp_provider provider;
	struct pp_frame
		code_frame; /* a frame that a flow waits for; type 0: none */
	bool is_verify;     /* the answer is verdicts, not an identity */
	bool is_probe;      /* neither an identity nor a cache is wanted */
	bool is_renewal;    /* no identity is wanted */
};

/* Receives a message without waiting. Fails with PP_REASON_CANCELLED on CANCEL
 * and if the parent has closed its end. */
static enum pp_kind
receive_from_parent(void *context, struct pp_err *err)
{
	struct worker *worker = context;
	struct pp_err cause;
	enum pp_kind kind;

	if (worker->code_frame.type != 0)
		return PP_OK;
	kind = pp_channel_receive(&worker->parent, &worker->code_frame, &cause);
	if (kind == PP_PENDING ||
		(kind == PP_OK &&
			worker->code_frame.type == PP_MESSAGE_CODE_REPLY))
		return PP_OK;
	return pp_fail(err, PP_REASON_CANCELLED, "the sign-in was cancelled");
}

static enum pp_kind
sleep_or_cancel(void *context, int64_t ms, struct pp_err *err)
{
	struct worker *worker = context;
	int64_t end = pp_clock_boot_ms(&pp_clock_system) + ms;
	enum pp_kind kind = PP_OK;
	int left;

	while (kind == PP_OK &&
		(left = pp_clock_until(&pp_clock_system, end, 1000)) > 0) {
		struct pollfd poll_fd = {
			.fd = worker->parent.fd, .events = POLLIN};

		if (poll(&poll_fd, 1, left) > 0)
			kind = receive_from_parent(worker, err);
	}
	return kind;
}

static enum pp_kind
show_page(
	void *context, const struct pp_device_prompt *shown, struct pp_err *err)
{
	struct worker *worker = context;

	return pp_message_send(
		&worker->parent, PP_MESSAGE_DEVICE_PROMPT, shown, err);
}

static enum pp_kind
say_not_approved(void *context, int64_t asked_ms, struct pp_err *err)
{
	struct worker *worker = context;
	const struct pp_not_approved body = {asked_ms};

	return pp_message_send(
		&worker->parent, PP_MESSAGE_NOT_APPROVED, &body, err);
}

/* Asks for the pasted code; CODE_REJECTED comes first if the last one was
 * malformed. */
static enum pp_kind
ask_code(void *context, bool again, struct pp_secret *ret_code,
	struct pp_err *err)
{
	struct worker *worker = context;
	struct pp_code_reply reply = {0};
	int64_t deadline = worker->provider.deadline_ms;
	enum pp_kind kind = PP_OK;

	if (again)
		kind = pp_message_send(
			&worker->parent, PP_MESSAGE_CODE_REJECTED, NULL, err);
	while (kind == PP_OK && worker->code_frame.type == 0) {
		if (pp_clock_until(&pp_clock_system, deadline, 1000) == 0)
			return pp_fail(err, PP_REASON_DEADLINE,
				"no code was pasted in time");
		kind = sleep_or_cancel(worker, 100, err);
	}
	if (kind == PP_OK)
		kind = pp_message_unpack(&worker->code_frame,
			PP_MESSAGE_CODE_REPLY, &reply, err);
	pp_frame_free(&worker->code_frame);
	worker->code_frame = (struct pp_frame){0};
	if (kind == PP_OK)
		kind = pp_secret_set(
			ret_code, reply.code.data, reply.code.len, err);
	pp_message_free(PP_MESSAGE_CODE_REPLY, &reply);
	return kind;
}

/* Runs a request that has a body. */
static enum pp_kind
run_flow_with_body(struct pp_oidc *oidc, const struct pp_frame *frame,
	struct pp_oidc_result *result, struct pp_err *err)
{
	union {
		struct pp_client_credentials credentials;
		struct pp_code_for_key code_for_key;
		struct pp_verify_token token;
		struct pp_refresh refresh;
	} body = {0};
	enum pp_kind kind = pp_message_unpack(frame, frame->type, &body, err);

	if (kind != PP_OK)
		return kind;
	if (frame->type == PP_MESSAGE_CLIENT_CREDENTIALS)
		kind = pp_oidc_credentials(
			oidc, &body.credentials, result, err);
	else if (frame->type == PP_MESSAGE_CODE_FOR_KEY)
		kind = pp_oidc_code_for_key(
			oidc, &body.code_for_key, result, err);
	else if (frame->type == PP_MESSAGE_VERIFY_TOKEN)
		kind = pp_oidc_check_token(oidc, &body.token, result, err);
	else
		kind = pp_oidc_refresh(oidc, &body.refresh, result, err);
	pp_message_free(frame->type, &body);
	return kind;
}

static enum pp_kind
run_flow(struct pp_oidc *oidc, const struct pp_frame *frame,
	struct pp_oidc_result *result, struct pp_err *err)
{
	switch (frame->type) {
	case PP_MESSAGE_DEVICE:
		return pp_oidc_device(oidc, result, err);
	case PP_MESSAGE_CODE:
		return pp_oidc_code(oidc, result, err);
	case PP_MESSAGE_CLIENT_CREDENTIALS:
	case PP_MESSAGE_CODE_FOR_KEY:
	case PP_MESSAGE_VERIFY_TOKEN:
	case PP_MESSAGE_REFRESH:
		return run_flow_with_body(oidc, frame, result, err);
	default:
		return pp_fail(err, PP_REASON_FRAME_INVALID, "%s is no request",
			pp_message_name(frame->type));
	}
}

/* Opens a session with the provider and runs the request in it. */
static enum pp_kind
run_request(struct worker *worker, const struct pp_frame *request,
	struct pp_oidc_result *result, struct pp_err *err)
{
	const struct pp_provider *provider = &worker->provider;
	const struct pp_http_settings settings = {
		.connect_to = provider->connect_to,
		.url = provider->url,
		.ca_file = provider->ca_file,
		.proxy = provider->proxy,
		.allow_http = provider->allow_http};
	const struct pp_http_watch watch = {
		worker->parent.fd, receive_from_parent, worker};
	pp_cleanup(pp_http_client) struct pp_http_client *client = NULL;
	pp_cleanup(pp_oidc) struct pp_oidc *oidc = NULL;
	struct pp_oidc_ops ops = {.clock = &pp_clock_system,
		.cache_dir = access(PP_OIDC_CACHE_DIR, W_OK) == 0
				     ? PP_OIDC_CACHE_DIR
				     : NULL,
		.is_probe = worker->is_probe,
		.file_owner = geteuid(),
		.sleep = sleep_or_cancel,
		.show = show_page,
		.not_approved = say_not_approved,
		.ask_code = ask_code,
		.context = worker};
	struct pp_http http;
	enum pp_kind kind = pp_http_client_new(
		&settings, &watch, &pp_clock_system, &client, err);

	if (kind != PP_OK)
		return kind;
	http = pp_http_client_transport(client);
	ops.http = &http;
	kind = pp_oidc_open(&ops, provider, &oidc, err);
	if (kind != PP_OK)
		return kind;
	if (worker->is_probe)
		return probe_request_run(&worker->parent, request, oidc, err);
	if (worker->is_verify)
		return verify_request_run(&worker->parent, request,
			worker->file_count, oidc, err);
	if (worker->is_renewal) {
		/* Too soon after the last time is no failure. */
		(void) pp_oidc_keys(oidc, true);
		return PP_OK;
	}
	if (request->type == PP_MESSAGE_VERIFY_CERTIFICATE)
		return certificate_request_run(
			&worker->parent, request, oidc, result, err);
	return run_flow(oidc, request, result, err);
}

/* Returns false also for a refresh token that was not asked for, as some
 * providers give it. */
static bool
has_wanted_refresh(
	const struct worker *worker, const struct pp_oidc_result *result)
{
	/* lint: ctunullpointer: the requests that have no result returned
	 * above. */
	return result->refresh.token.len > 0 &&
	       pp_strv_contains(&worker->provider.scopes, PP_SCOPE_OFFLINE);
}

static enum pp_kind
send_result(struct worker *worker, enum pp_kind kind,
	struct pp_oidc_result *result, struct pp_err *err)
{
	const struct pp_failed failed = {
		.reason = (char *) pp_reason_word(err->reason),
		.message = err->message,
		.said = err->said[0] != '\0' ? err->said : NULL};
	struct pp_err gone;

	if (kind != PP_OK)
		return pp_message_send(
			&worker->parent, PP_MESSAGE_FAILED, &failed, &gone);
	if (worker->is_verify || worker->is_probe || worker->is_renewal)
		return pp_message_send(
			&worker->parent, PP_MESSAGE_VERIFY_DONE, NULL, err);
	if (has_wanted_refresh(worker, result))
		kind = pp_message_send(&worker->parent,
			PP_MESSAGE_REFRESH_TOKEN, &result->refresh, err);
	if (kind == PP_OK)
		kind = pp_message_send(&worker->parent, PP_MESSAGE_IDENTITY,
			&result->identity, err);
	if (kind == PP_OK && result->token.token.len > 0)
		kind = pp_message_send(
			&worker->parent, PP_MESSAGE_TOKEN, &result->token, err);
	return kind;
}

static enum pp_kind
receive_frame(struct worker *worker, int64_t deadline_ms,
	struct pp_frame *ret_frame, struct pp_err *err)
{
	return pp_channel_wait(
		&worker->parent, &pp_clock_system, deadline_ms, ret_frame, err);
}

/* Reads the request that follows PROVIDER and runs it. */
static enum pp_kind
serve_provider(struct worker *worker, struct pp_oidc_result *result,
	struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame request = {0};
	enum pp_kind kind = receive_frame(
		worker, worker->provider.deadline_ms, &request, err);

	worker->is_verify = request.type == PP_MESSAGE_VERIFY_REQUEST;
	worker->is_probe = request.type == PP_MESSAGE_PROBE;
	worker->is_renewal = request.type == PP_MESSAGE_RENEW_KEYS;
	if (kind == PP_OK && worker->is_probe)
		kind = sandbox_forbid_writing(err);
	return kind == PP_OK ? run_request(worker, &request, result, err)
			     : kind;
}

/* Verifies with inherited keys: nothing is connected to, and nothing written.
 */
static enum pp_kind
verify_offline(struct worker *worker, const struct pp_frame *request,
	struct pp_err *err)
{
	enum pp_kind kind = sandbox_limit_ports(NULL, 0, err);

	if (kind == PP_OK)
		kind = sandbox_forbid_writing(err);
	return kind == PP_OK ? verify_request_run(&worker->parent, request,
				       worker->file_count, NULL, err)
			     : kind;
}

static enum pp_kind
limit_ports(const struct pp_provider *provider, struct pp_err *err)
{
	unsigned int ports[PP_ENDPOINT_PORTS_MAX];
	size_t count = 0;
	enum pp_kind kind = pp_endpoint_ports(provider, ports, &count, err);

	return kind == PP_OK ? sandbox_limit_ports(ports, count, err) : kind;
}

static enum pp_kind
serve_parent(struct worker *worker, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame first = {0};
	pp_cleanup(pp_oidc_result) struct pp_oidc_result result = {0};
	enum pp_kind kind = receive_frame(worker,
		pp_clock_boot_ms(&pp_clock_system) + PROVIDER_MS, &first, err);

	worker->is_verify = first.type == PP_MESSAGE_VERIFY_REQUEST;
	if (kind == PP_OK && worker->is_verify) {
		kind = verify_offline(worker, &first, err);
		return send_result(worker, kind, &result, err);
	}
	if (kind == PP_OK)
		kind = pp_message_unpack(
			&first, PP_MESSAGE_PROVIDER, &worker->provider, err);
	if (kind == PP_OK)
		kind = limit_ports(&worker->provider, err);
	if (kind == PP_OK)
		kind = serve_provider(worker, &result, err);
	return send_result(worker, kind, &result, err);
}

/*
 * Counts the files that the parent has handed over; one more than a request has
 * is enough to refuse it. Must run before a descriptor is opened.
 */
static int
count_files(void)
{
	int count = 0;

	while (count <= VERIFY_FILES_MAX &&
		fcntl(PP_CHILD_FILES + count, F_GETFD) >= 0)
		count++;
	return count;
}

int
main(void)
{
	struct worker worker = {
		.parent = {.fd = PP_CHILD_SOCKET}, .file_count = count_files()};
	struct pp_err err = {0};
	enum pp_kind kind;

	/* A provider that closes a TLS connection early must not end this
	 * process. */
	(void) signal(SIGPIPE, SIG_IGN);
	kind = sandbox_drop_privileges(USER, &err);
	if (kind == PP_OK)
		kind = sandbox_enter(PP_OIDC_CACHE_DIR, &err);
	if (kind != PP_OK)
		kind = send_result(&worker, kind, NULL, &err);
	else
		kind = serve_parent(&worker, &err);
	pp_message_free(PP_MESSAGE_PROVIDER, &worker.provider);
	pp_frame_free(&worker.code_frame);
	pp_channel_free(&worker.parent);
	return kind == PP_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
