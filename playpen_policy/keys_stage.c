/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <playpen/base/file_mark.h>
#include <playpen/ipc/oidc_worker.h>
#include <playpen/runtime/login_slot.h>
#include <playpen/runtime/offer.h>
#include <playpen/runtime/refusal.h>

#include "authorize.h"
#include "handlers.h"
#include "session.h"
#include "worker.h"

/*
 * sshd asks, by playpen-keys, whether a certificate lets a name in. The worker
 * has read it; here the table of checks decides, as it would at a sign-in, and
 * nothing is stored: the person has not proven to have the key yet.
 */

#define KEYS_MS 20000
#define CLOCK_EARLIEST 1767225600 /* 2026-01-01: playpen is younger */
#define SLOT_MS 3000              /* longest wait for a slot */
#define SLOT_STEP_MS 50
#define SLOTS_PER_SSHD 2                    /* of one connection */
#define MARKS_SIZE_MAX ((size_t) 24 * 1024) /* of what is remembered */

/* A certificate while it is decided on. */
struct decision {
	struct pp_child worker;
	struct pp_certificate_found found;
};

static void
decision_free(struct decision *decision)
{
	pp_child_free(&decision->worker);
	pp_message_free(PP_MESSAGE_CERTIFICATE, &decision->found);
}

/*
 * Certificates come before any proof, so their number at a time is limited: per
 * connection, and for names that are not bound to half of all. A check takes
 * some milliseconds, so a full pool is waited for.
 */
static enum pp_kind
take_slot(struct request *request, struct pp_login_slot *slot)
{
	const struct pp_login_slot_limits bound = {.own = SLOTS_PER_SSHD};
	const struct pp_login_slot_limits unbound = {.source = SLOTS_PER_SSHD,
		.pool = (request->conf->max_pending_logins + 1) / 2,
		.unknown_names = true};
	struct pp_run_slot wanted = {.bound = request->was_bound};
	int64_t latest = pp_clock_boot_ms(request->clock) + SLOT_MS;
	enum pp_kind kind;

	snprintf(wanted.name, sizeof(wanted.name), "%s", request->start.user);
	snprintf(wanted.source, sizeof(wanted.source), "sshd %lld",
		(long long) request->start.sshd_pid);
	do {
		request->err = (struct pp_err){0};
		kind = pp_login_slot_take(PP_RUN_POOL_KEYS, &wanted,
			request->was_bound ? &bound : &unbound, slot,
			&request->err);
		if (request->err.reason != PP_REASON_TOO_MANY_PENDING)
			return kind;
		(void) poll(NULL, 0, SLOT_STEP_MS);
	} while (pp_clock_boot_ms(request->clock) < latest);
	return kind;
}

static enum pp_kind
send_request(struct request *request, struct decision *decision)
{
	const struct pp_conf *conf = request->conf;
	const struct pp_verify_certificate message = {
		.type = request->start.certificate_type,
		.text = request->start.certificate,
		.user = request->start.user,
		.max_age = conf->ssh_token_max_age,
		.not_before = conf->ssh_not_before,
		.openpubkey = conf->ssh_openpubkey};

	return worker_send(&decision->worker, PP_MESSAGE_VERIFY_CERTIFICATE,
		&message, &request->err);
}

static enum pp_kind
receive_found(struct request *request, struct decision *decision)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = pp_channel_wait(&decision->worker.channel,
		request->clock, request->deadline_ms, &frame, &request->err);

	if (kind != PP_OK)
		return pp_prefix(&request->err, kind, "playpen-oidc");
	if (frame.type == PP_MESSAGE_FAILED)
		return pp_worker_failure(&frame, &request->err);
	return pp_message_unpack(&frame, PP_MESSAGE_CERTIFICATE,
		&decision->found, &request->err);
}

static enum pp_kind
verify_once(struct request *request, struct decision *decision)
{
	enum pp_kind kind =
		worker_start(request, &decision->worker, &request->err);

	if (kind == PP_OK)
		kind = send_request(request, decision);
	if (kind == PP_OK)
		kind = receive_found(request, decision);
	if (kind == PP_OK)
		kind = pp_worker_wait_identity(&decision->worker,
			request->clock, request->deadline_ms,
			&request->identity, NULL, &request->err);
	return kind;
}

/* Has the keys fetched once more, by a worker that reads nothing of a stranger
 * and may write the cache. */
static enum pp_kind
renew_keys(struct request *request)
{
	pp_cleanup(pp_child) struct pp_child worker = PP_CHILD_NONE;
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind = worker_start(request, &worker, &request->err);

	if (kind == PP_OK)
		kind = worker_send(
			&worker, PP_MESSAGE_RENEW_KEYS, NULL, &request->err);
	if (kind == PP_OK)
		kind = pp_channel_wait(&worker.channel, request->clock,
			request->deadline_ms, &frame, &request->err);
	return kind == PP_OK && frame.type == PP_MESSAGE_FAILED
		       ? pp_worker_failure(&frame, &request->err)
		       : kind;
}

static enum pp_kind
verify(struct request *request, struct decision *decision)
{
	enum pp_kind kind = verify_once(request, decision);

	if (kind == PP_OK || request->err.reason != PP_REASON_KID_UNKNOWN)
		return kind;
	decision_free(decision);
	*decision = (struct decision){.worker = PP_CHILD_NONE};
	request->err = (struct pp_err){0};
	kind = renew_keys(request);
	if (kind == PP_OK)
		kind = verify_once(request, decision);
	if (kind != PP_OK && request->err.reason == PP_REASON_KID_UNKNOWN) {
		const struct pp_err cause = request->err;

		return pp_fail(&request->err, PP_REASON_CERT_KEY_GONE, "%s",
			cause.message);
	}
	return kind;
}

/* Checks that the clock was set since the node started: a machine without a
 * battery begins with an old time, by which every token would be good. */
static enum pp_kind
check_clock(struct request *request)
{
	int64_t now = pp_clock_wall(request->clock);

	if (now >= CLOCK_EARLIEST)
		return PP_OK;
	return pp_fail(&request->err, PP_REASON_CLOCK_UNSET,
		"the clock says %lld seconds since 1970", (long long) now);
}

/*
 * Checks that a name without an account has no home directory. One that is
 * there already may hold keys of another person, which sshd takes without
 * asking here: then a copy of a certificate would bind the name.
 */
static enum pp_kind
check_home(struct request *request)
{
	const struct pp_account *account = &request->account;
	struct stat info;

	if (request->was_bound || account->home == NULL ||
		lstat(account->home, &info) != 0)
		return PP_OK;
	return pp_fail(&request->err, PP_REASON_CERT_HOME, "%s is there",
		account->home);
}

/* Notes whether the name is bound already. */
static enum pp_kind
look_up(struct request *request)
{
	pp_cleanup(pp_account) struct pp_account known = {0};
	struct pp_err cause = {0};
	enum pp_kind kind = request_open_accounts(request, PP_ACCOUNTS_READ);

	if (kind != PP_OK)
		return kind;
	kind = pp_accounts_find(
		request->accounts, request->start.user, &known, &cause);
	request->was_bound = kind == PP_OK && known.bound;
	if (kind != PP_OK && cause.reason != PP_REASON_NO_ACCOUNT)
		return pp_propagate(&request->err, &cause);
	return PP_OK;
}

/* Returns true if text can stand in a line that sshd reads. */
static bool
is_plain(const char *text)
{
	/* lint: clang-analyzer-core.NullDereference: a text of a message that
	 * was read is never NULL. */
	return *text != '\0' &&
	       text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq"
				 "rstuvwxyz0123456789+/=-")] == '\0';
}

/* Writes the line of authorized_keys that lets the key in. Nothing in it was
 * chosen by the person but the key. */
static enum pp_kind
make_line(struct request *request, const struct pp_certificate_found *found,
	char **ret_line)
{
	const char *principal =
		found->openpubkey ? "opkssh-wildcard" : request->start.user;
	char end_text[32] = "";
	struct tm end;

	if (!is_plain(found->key_type) || !is_plain(found->key) ||
		gmtime_r(&(time_t){found->end}, &end) == NULL ||
		strftime(end_text, sizeof(end_text), "%Y%m%d%H%M%SZ", &end) ==
			0)
		return pp_fail(&request->err, PP_REASON_FRAME_INVALID,
			"playpen-oidc described the key in other letters");
	return pp_str_format(ret_line, &request->err,
		"cert-authority,expiry-time=\"%s\",principals=\"%s\" %s %s",
		end_text, principal, found->key_type, found->key);
}

void
keys_stage_mark_conf(struct request *request)
{
	static const char *const directories[] = {PP_CONF_DIR,
		PP_CONF_DIR "/playpen.conf.d", PP_CONF_DIR "/accounts.d",
		PP_LIBEXEC_DIR};
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < PP_COUNT(directories); i++)
		kind = pp_file_mark_add_directory(&request->marks,
			directories[i], PP_OFFER_MARKS_MAX - 2, NULL);
	if (kind != PP_OK)
		pp_strv_free(&request->marks);
}

/* Marks the keys that were used. Returns false if there are too many marks to
 * remember the certificate. */
static bool
mark_keys(struct request *request)
{
	const char *pinned = request->conf->provider.jwks_file;
	struct pp_strv *marks = &request->marks;
	size_t size = 0;

	if (marks->count == 0 ||
		pp_file_mark_add(marks, PP_OIDC_CACHE_DIR, NULL) != PP_OK ||
		(pinned != NULL &&
			pp_file_mark_add(marks, pinned, NULL) != PP_OK))
		return false;
	for (size_t i = 0; i < marks->count; i++)
		size += strlen(marks->items[i]);
	return size <= MARKS_SIZE_MAX;
}

/* Returns until when the certificate may be remembered, 0 for not at all. The
 * keys are asked for again when the provider says, so that a key which it has
 * removed is not used for longer. */
static int64_t
remembered_to(struct request *request, const struct pp_certificate_found *found)
{
	int64_t now = pp_clock_boot_ms(request->clock);
	int64_t latest = now + PP_OFFER_REMEMBERED_MS;

	if (!mark_keys(request) || found->keys_to_ms <= now) {
		pp_strv_free(&request->marks);
		return 0;
	}
	return found->keys_to_ms < latest ? found->keys_to_ms : latest;
}

/* Leaves the offer and answers. */
static enum pp_kind
make_offer(struct request *request, const struct pp_certificate_found *found)
{
	char boot[PP_CLOCK_BOOT_ID_SIZE] = "";
	pp_cleanup(pp_text) char *line = NULL;
	struct pp_offer offer = {.name = request->start.user,
		.certificate_type = request->start.certificate_type,
		.certificate = request->start.certificate,
		.fingerprint = found->fingerprint,
		.end = found->end,
		.signs_in = session_counts_certificates(request->conf),
		.boot = boot};
	enum pp_kind kind = make_line(request, found, &line);

	if (pp_clock_boot_id(boot))
		offer.remembered_to_ms = remembered_to(request, found);
	offer.line = line;
	offer.marks = request->marks;
	if (kind == PP_OK)
		kind = pp_offer_put_identity(
			&offer, &request->identity, &request->err);
	if (kind == PP_OK)
		kind = pp_offer_write(
			(pid_t) request->start.sshd_pid, &offer, &request->err);
	pp_secret_free(&offer.identity);
	if (kind == PP_OK)
		kind = pp_message_send(&request->conversation.module,
			PP_MESSAGE_KEY_LINE, &(struct pp_key_line){line},
			&request->err);
	return kind;
}

static enum pp_kind
decide(struct request *request)
{
	pp_cleanup(decision) struct decision decision = {
		.worker = PP_CHILD_NONE};
	int64_t latest = pp_clock_boot_ms(request->clock) + KEYS_MS;
	pp_cleanup(pp_login_slot) struct pp_login_slot slot = {.fd = -1};
	enum pp_kind kind = check_clock(request);

	if (request->deadline_ms > latest)
		request->deadline_ms = latest;
	if (kind == PP_OK)
		kind = look_up(request);
	if (kind == PP_OK)
		kind = take_slot(request, &slot);
	if (kind == PP_OK)
		kind = verify(request, &decision);
	if (kind == PP_OK)
		kind = authorize_identity(request);
	if (kind == PP_OK)
		kind = check_home(request);
	if (kind == PP_OK)
		kind = make_offer(request, &decision.found);
	return kind;
}

/* Leaves why the certificate was refused, for the next prompt of the connection
 * and for playpen-keys, should it be brought again. */
static void
leave_refusal(struct request *request)
{
	const struct pp_refusal refusal = {.name = request->start.user,
		.certificate_type = request->start.certificate_type,
		.certificate = request->start.certificate,
		.reason = (char *) pp_reason_word(request->err.reason)};
	struct pp_err ignored;

	pp_ignore(pp_refusal_write(
		(pid_t) request->start.sshd_pid, &refusal, &ignored));
}

enum pp_kind
handle_keys(struct request *request)
{
	enum pp_kind kind;

	request->silent = true;
	if (!request->conf->ssh_certificates)
		return PP_OK;
	kind = decide(request);
	if (kind == PP_OK)
		pp_refusal_remove((pid_t) request->start.sshd_pid);
	else
		leave_refusal(request);
	return kind;
}
