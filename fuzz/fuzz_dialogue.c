/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <playpen/accounts/admission.h>
#include <playpen/base/file_mark.h>
#include <playpen/ipc/child.h>
#include <playpen/runtime/decisions.h>
#include <playpen/runtime/offer.h>
#include <playpen/runtime/process.h>
#include <playpen/runtime/refresh_store.h>
#include <playpen/runtime/refusal.h>
#include <playpen/runtime/session_id.h>
#include <playpen/runtime/sshd_refusal.h>
#include <playpen/runtime/timestamp.h>
#include <playpen/runtime/token_life.h>

#include "playpen_policy/authorize.h"
#include "playpen_policy/terminal.h"
#include "target.h"
#include "tests/scratch.h"

/*
 * The dialogue of playpen-policy with both sides hostile: the module's, which
 * an attacker inside the application would speak, and the worker's, which one
 * has who took playpen-oidc over. main.c of playpen-policy is run as it is. An
 * input is a setup and a list of steps: who speaks next, how late, and a frame,
 * whole or raw. A step is taken when policy waits (poll); after the last one
 * both sides are gone.
 *
 * Fakes, because the real ones cannot be asked a thousand times a second: the
 * clock, the state on disk (accounts, slots, timestamps, offers), the start of
 * the worker, and the last decision, which the setup makes for an identity that
 * has the name of the request.
 */

const char fuzz_name[] = "dialogue";

#define POLLS_MAX 400 /* after both sides are gone no wait is long */
#define SENT_MAX 220  /* frames to one side in one request */
#define SECRET "a-client-secret-that-is-for-the-worker"

enum side { MODULE, WORKER };

/* What the setup byte says. */
enum setup {
	SETUP_CODE = 1,     /* flow = code */
	SETUP_KNOWN = 2,    /* the name has a bound account */
	SETUP_TERMINAL = 4, /* the application has one */
	SETUP_REFUSED = 8,  /* the table of checks refuses the identity */
	SETUP_FRESH = 16,   /* a timestamp counts */
	SETUP_LOCKED = 32,  /* the account is */
	SETUP_BY_SSHD = 64, /* sshd has refused the user */
};

static const uint8_t *input;
static size_t left;
static uint8_t setup;
static int64_t now_ms;
static int peers[2];
static struct pp_channel heard[2]; /* what policy sends */
static int sent[2], polls, results, codes;
static bool accepted, prompt_open, signs_in;
static int policy_socket; /* the end of the module's socket that policy has */
static struct pp_conf *confs[2];

static int64_t
fake_wall(void *context)
{
	(void) context;
	return 1800000000 + now_ms / 1000;
}

static int64_t
fake_boot_ms(void *context)
{
	(void) context;
	return now_ms;
}

static const struct pp_clock fake_clock = {fake_wall, fake_boot_ms, NULL};

/* main.c is part of this file: its static functions are the real ones. */
int policy_main(void);
#define main policy_main
#define pp_clock_system fake_clock
#undef PP_CHILD_SOCKET
#define PP_CHILD_SOCKET policy_socket
#include "playpen_policy/main.c"
#undef main
#undef pp_clock_system

static uint8_t
take_byte(void)
{
	if (left == 0)
		return 0;
	left--;
	return *input++;
}

/* A terminal may be shown this: line ends, and no other control character, C1
 * ones in UTF-8 included. */
static void
check_shown(const char *text)
{
	for (const unsigned char *at = (const unsigned char *) text; *at != 0;
		at++) {
		fuzz_must(*at == '\n' || (*at >= 0x20 && *at != 0x7f));
		fuzz_must(*at != 0xc2 || at[1] >= 0xa0);
	}
	fuzz_must(strstr(text, SECRET) == NULL);
}

static void
check_to_module(const struct pp_frame *frame)
{
	struct pp_info info = {0};
	struct pp_prompt prompt = {0};
	struct pp_pam_result result = {0};
	struct pp_setenv variable = {0};
	struct pp_err err;

	fuzz_must(results == 0);
	switch (frame->type) {
	case PP_MESSAGE_INFO:
		fuzz_must(pp_message_unpack(frame, PP_MESSAGE_INFO, &info,
				  &err) == PP_OK);
		check_shown(info.text);
		pp_message_free(PP_MESSAGE_INFO, &info);
		return;
	case PP_MESSAGE_PROMPT:
		fuzz_must(!prompt_open);
		prompt_open = true;
		fuzz_must(pp_message_unpack(frame, PP_MESSAGE_PROMPT, &prompt,
				  &err) == PP_OK);
		check_shown(prompt.text);
		pp_message_free(PP_MESSAGE_PROMPT, &prompt);
		return;
	case PP_MESSAGE_RESULT:
		fuzz_must(pp_message_unpack(frame, PP_MESSAGE_RESULT, &result,
				  &err) == PP_OK);
		results++;
		codes = (int) result.code;
		return;
	case PP_MESSAGE_SETENV: /* a ticket, or none any more */
		fuzz_must(pp_message_unpack(frame, PP_MESSAGE_SETENV, &variable,
				  &err) == PP_OK);
		fuzz_must(accepted || variable.value == NULL);
		pp_message_free(PP_MESSAGE_SETENV, &variable);
		return;
	case PP_MESSAGE_KEY_LINE:
		fuzz_must(accepted);
		return;
	default:
		fuzz_must(frame->type == PP_MESSAGE_IDENTITY ||
			  frame->type == PP_MESSAGE_DRY_RUN);
	}
}

static void
check_to_worker(const struct pp_frame *frame)
{
	static const uint16_t requests[] = {PP_MESSAGE_PROVIDER,
		PP_MESSAGE_DEVICE, PP_MESSAGE_CODE, PP_MESSAGE_CODE_REPLY,
		PP_MESSAGE_CLIENT_CREDENTIALS, PP_MESSAGE_VERIFY_TOKEN,
		PP_MESSAGE_REFRESH, PP_MESSAGE_VERIFY_CERTIFICATE,
		PP_MESSAGE_RENEW_KEYS};
	bool known = false;

	for (size_t i = 0; i < PP_COUNT(requests); i++)
		known |= frame->type == requests[i];
	fuzz_must(known);
}

/* Reads what policy has said, so that it never waits for room. */
static void
listen_to(enum side side)
{
	for (;;) {
		pp_cleanup(pp_frame) struct pp_frame frame = {0};
		struct pp_err err;

		if (heard[side].fd < 0 ||
			pp_channel_receive(&heard[side], &frame, &err) != PP_OK)
			return;
		fuzz_must(++sent[side] <= SENT_MAX);
		if (side == MODULE)
			check_to_module(&frame);
		else
			check_to_worker(&frame);
	}
}

static void
hang_up(enum side side)
{
	listen_to(side);
	pp_channel_free(&heard[side]);
	peers[side] = -1;
}

static void
say(enum side side, const void *bytes, size_t len)
{
	if (peers[side] >= 0)
		(void) send(
			peers[side], bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* A step: who (and if the bytes are raw), how late, what. */
static void
take_step(void)
{
	uint8_t who = take_byte();
	enum side side = (who & 1) != 0 ? WORKER : MODULE;
	uint8_t late = take_byte();
	uint8_t type = take_byte();
	size_t len = (size_t) take_byte() << 8;
	unsigned char head[6];

	len |= take_byte();
	len = len < left ? len : left;
	now_ms += late < 200 ? late : (late - 199) * 1000;
	pp_frame_write_number(head, 4, len + 2);
	pp_frame_write_number(head + 4, 2, type);
	if ((who & 2) == 0)
		say(side, head, sizeof(head));
	if (side == MODULE && type == PP_MESSAGE_REPLY && (who & 2) == 0)
		prompt_open = false;
	if ((who & 4) != 0)
		prompt_open = false;
	say(side, input, len);
	input += len;
	left -= len;
}

/* Named as the linker wants it (--wrap). */
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int
__wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	listen_to(MODULE);
	listen_to(WORKER);
	if (count == 0 || (fds->events & POLLOUT) != 0) {
		now_ms += timeout;
		return 0;
	}
	if (left > 0) {
		take_step();
		return 1;
	}
	fuzz_must(++polls < POLLS_MAX);
	hang_up(MODULE);
	hang_up(WORKER);
	now_ms += timeout > 0 ? timeout : 0;
	return 1;
}

static int
connect_side(enum side side)
{
	int pair[2];

	fuzz_must(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	pp_channel_free(&heard[side]);
	heard[side] = (struct pp_channel){.fd = pair[0]};
	peers[side] = pair[0];
	return pair[1];
}

enum pp_kind __wrap_pp_child_start(
	const char *path, struct pp_child *ret, struct pp_err *err);
enum pp_kind
__wrap_pp_child_start(
	const char *path, struct pp_child *ret, struct pp_err *err)
{
	(void) err;
	fuzz_must(path[0] == '/');
	*ret = (struct pp_child){.channel.fd = connect_side(WORKER)};
	return PP_OK;
}

void __wrap_pp_child_end(struct pp_child *helper, int grace_ms);
void
__wrap_pp_child_end(struct pp_child *helper, int grace_ms)
{
	(void) grace_ms;
	pp_channel_free(&helper->channel);
	*helper = (struct pp_child) PP_CHILD_NONE;
}

void __wrap_pp_child_free(struct pp_child *helper);
void
__wrap_pp_child_free(struct pp_child *helper)
{
	__wrap_pp_child_end(helper, 0);
}

/* The last decision, which is believed only for what it was asked about. */
static enum pp_kind
decide(struct request *request)
{
	const struct pp_identity *identity = &request->identity;

	fuzz_must(identity->iss != NULL && identity->sub != NULL);
	if ((setup & SETUP_REFUSED) != 0 || identity->username == NULL ||
		strcmp(identity->username, request->start.user) != 0)
		return pp_fail(&request->err, PP_REASON_WRONG_PERSON,
			"the fake decision");
	snprintf(request->account.name, sizeof(request->account.name), "%s",
		"alice");
	request->account.uid = 5000;
	accepted = true;
	return PP_OK;
}

#define DECISION(name)                                                         \
	enum pp_kind __wrap_##name(struct request *request);                   \
	enum pp_kind __wrap_##name(struct request *request)                    \
	{                                                                      \
		return decide(request);                                        \
	}
DECISION(authorize_identity)
DECISION(authorize_proof)
DECISION(authorize_carried)
DECISION(authorize_refreshed)

/* Functions of the state on disk that do nothing here. */
#define NOTHING(name, ...)                                                     \
	enum pp_kind __wrap_##name(__VA_ARGS__);                               \
	enum pp_kind __wrap_##name(__VA_ARGS__)                                \
	{                                                                      \
		return PP_OK;                                                  \
	}
#define NOTHING_AT_ALL(name, ...)                                              \
	void __wrap_##name(__VA_ARGS__);                                       \
	void __wrap_##name(__VA_ARGS__)                                        \
	{                                                                      \
	}
#pragma GCC diagnostic ignored "-Wunused-parameter"
NOTHING(detach_from_parent, struct pp_err *err)
NOTHING(authorize_prompt, struct request *request)
NOTHING(authorize_no_longer, struct request *request)
NOTHING(groups_changed_check, struct request *request)
NOTHING(groups_changed_remember, struct request *request,
	const struct pp_account *known)
NOTHING(pp_accounts_reopen, struct pp_accounts *accounts,
	enum pp_accounts_mode mode, struct pp_err *err)
NOTHING(pp_login_slot_take, const char *pool, const struct pp_run_slot *wanted,
	const struct pp_login_slot_limits *limits,
	struct pp_login_slot *ret_slot, struct pp_err *err)
NOTHING(pp_timestamp_write, const char *session, uid_t uid, int64_t when_ms,
	struct pp_err *err)
NOTHING(pp_offer_write, pid_t sshd, const struct pp_offer *offer,
	struct pp_err *err)
NOTHING(pp_token_life_note, int64_t seconds, struct pp_err *err)
NOTHING(pp_refusal_write, pid_t sshd, const struct pp_refusal *refusal,
	struct pp_err *err)
NOTHING(pp_refresh_store_put, uid_t uid,
	const struct pp_refresh_store_token *token, struct pp_err *err)
NOTHING(pp_refresh_store_replace, uid_t uid, const struct pp_secret *tried,
	const struct pp_refresh_store_token *next, struct pp_err *err)
NOTHING(pp_admission_check_account, const struct pp_conf *conf,
	struct pp_admission *admission, struct pp_err *err)
NOTHING(pp_file_mark_add, struct pp_strv *marks, const char *path,
	struct pp_err *err)
NOTHING(pp_file_mark_add_directory, struct pp_strv *marks,
	const char *directory, size_t max, struct pp_err *err)
NOTHING_AT_ALL(pp_accounts_free, struct pp_accounts **accounts)
NOTHING_AT_ALL(pp_conf_free, struct pp_conf **conf)
NOTHING_AT_ALL(pp_login_slot_free, struct pp_login_slot *slot)
NOTHING_AT_ALL(pp_timestamp_remove, const char *session, uid_t uid)
NOTHING_AT_ALL(pp_offer_remember, pid_t sshd, const char *name)
NOTHING_AT_ALL(pp_offer_remove, pid_t sshd)
NOTHING_AT_ALL(pp_refusal_remove, pid_t sshd)
NOTHING_AT_ALL(pp_decisions_count, const char *root, int64_t stage,
	enum pp_reason reason)
NOTHING_AT_ALL(pp_refresh_store_forget, uid_t uid)
NOTHING_AT_ALL(syslog, int priority, const char *format, ...)

enum pp_kind __wrap_pp_accounts_open(const char *root,
	const struct pp_conf *conf, enum pp_accounts_mode mode,
	struct pp_accounts **ret_accounts, struct pp_err *err);
enum pp_kind
__wrap_pp_accounts_open(const char *root, const struct pp_conf *conf,
	enum pp_accounts_mode mode, struct pp_accounts **ret_accounts,
	struct pp_err *err)
{
	*ret_accounts = NULL;
	return PP_OK;
}

enum pp_kind __wrap_pp_accounts_find(struct pp_accounts *accounts,
	const char *name, struct pp_account *ret_account, struct pp_err *err);
enum pp_kind
__wrap_pp_accounts_find(struct pp_accounts *accounts, const char *name,
	struct pp_account *ret_account, struct pp_err *err)
{
	if ((setup & SETUP_KNOWN) == 0)
		return pp_fail(err, PP_REASON_NO_ACCOUNT, "none");
	*ret_account = (struct pp_account){
		.name = "alice", .uid = 5000, .bound = true};
	return PP_OK;
}

enum pp_kind __wrap_pp_accounts_issuer_sends_at_hash(
	struct pp_accounts *accounts, bool *ret_sends, struct pp_err *err);
enum pp_kind
__wrap_pp_accounts_issuer_sends_at_hash(
	struct pp_accounts *accounts, bool *ret_sends, struct pp_err *err)
{
	*ret_sends = true;
	return PP_OK;
}

enum pp_kind __wrap_pp_conf_load(
	const char *root, struct pp_conf **ret_conf, struct pp_err *err);
enum pp_kind __real_pp_conf_load(
	const char *root, struct pp_conf **ret_conf, struct pp_err *err);
enum pp_kind
__wrap_pp_conf_load(
	const char *root, struct pp_conf **ret_conf, struct pp_err *err)
{
	*ret_conf = confs[(setup & SETUP_CODE) != 0];
	return PP_OK;
}

enum pp_kind __wrap_pp_conf_load_secret(const struct pp_conf *conf,
	const char *root, struct pp_secret *secret, struct pp_err *err);
enum pp_kind
__wrap_pp_conf_load_secret(const struct pp_conf *conf, const char *root,
	struct pp_secret *secret, struct pp_err *err)
{
	return pp_secret_set(secret, SECRET, strlen(SECRET), err);
}

enum pp_kind __wrap_pp_timestamp_issue_ticket(uid_t uid,
	const struct pp_clock *clock, char *ticket, struct pp_err *err);
enum pp_kind
__wrap_pp_timestamp_issue_ticket(uid_t uid, const struct pp_clock *clock,
	char *ticket, struct pp_err *err)
{
	snprintf(ticket, PP_TIMESTAMP_TICKET_SIZE, "ticket");
	return PP_OK;
}

int64_t __wrap_pp_timestamp_age_ms(
	const char *session, uid_t uid, const struct pp_clock *clock);
int64_t
__wrap_pp_timestamp_age_ms(
	const char *session, uid_t uid, const struct pp_clock *clock)
{
	return (setup & SETUP_FRESH) != 0 ? 1 : -1;
}

enum pp_kind __wrap_pp_timestamp_take_ticket(const char *ticket, uid_t uid,
	const struct pp_clock *clock, int64_t *ret_when_ms, struct pp_err *err);
enum pp_kind
__wrap_pp_timestamp_take_ticket(const char *ticket, uid_t uid,
	const struct pp_clock *clock, int64_t *ret_when_ms, struct pp_err *err)
{
	return pp_fail(err, PP_REASON_NOT_FOUND, "none");
}

bool __wrap_pp_timestamp_ticket_is_valid(
	const char *ticket, uid_t uid, const struct pp_clock *clock);
bool
__wrap_pp_timestamp_ticket_is_valid(
	const char *ticket, uid_t uid, const struct pp_clock *clock)
{
	return false;
}

/* An offer is what policy itself has written of a worker's identity. */
enum pp_kind __wrap_pp_offer_read(pid_t sshd, const char *name,
	struct pp_offer *ret_offer, struct pp_err *err);
enum pp_kind
__wrap_pp_offer_read(pid_t sshd, const char *name, struct pp_offer *ret_offer,
	struct pp_err *err)
{
	return pp_fail(err, PP_REASON_NOT_FOUND, "none");
}

/* What has no fake must not write to this machine. */
static bool running;

#define NO_WRITER(name, parameters, arguments)                                 \
	int __wrap_##name parameters;                                          \
	int __real_##name parameters;                                          \
	int __wrap_##name parameters                                           \
	{                                                                      \
		fuzz_must(!running);                                           \
		return __real_##name arguments;                                \
	}
NO_WRITER(mkdir, (const char *path, mode_t mode), (path, mode))
NO_WRITER(rename, (const char *from, const char *to), (from, to))
NO_WRITER(unlink, (const char *path), (path))
NO_WRITER(link, (const char *from, const char *to), (from, to))

int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
int
__wrap_open(const char *path, int flags, ...)
{
	fuzz_must(!running || (flags & O_ACCMODE) == O_RDONLY);
	return __real_open(path, flags, 0600);
}

enum pp_kind __wrap_pp_refusal_read(pid_t sshd, const char *name,
	struct pp_refusal *ret_refusal, struct pp_err *err);
enum pp_kind
__wrap_pp_refusal_read(pid_t sshd, const char *name,
	struct pp_refusal *ret_refusal, struct pp_err *err)
{
	return pp_fail(err, PP_REASON_NOT_FOUND, "none");
}

/* Who is refused before a code is made. */
/* What former users have left is no part of the dialogue. */
enum pp_kind __wrap_pp_accounts_check_unused(struct pp_accounts *accounts,
	const struct pp_account *account, struct pp_err *err);
enum pp_kind
__wrap_pp_accounts_check_unused(struct pp_accounts *accounts,
	const struct pp_account *account, struct pp_err *err)
{
	(void) accounts;
	(void) account;
	(void) err;
	return PP_OK;
}

enum pp_kind __wrap_authorize_note_user_rules(struct request *request);
enum pp_kind
__wrap_authorize_note_user_rules(struct request *request)
{
	(void) request;
	return PP_OK;
}

enum pp_kind __wrap_pp_accounts_check_attempt(struct pp_accounts *accounts,
	const char *name, const struct pp_application *application, int64_t now,
	struct pp_account *ret_account, struct pp_err *err);
enum pp_kind
__wrap_pp_accounts_check_attempt(struct pp_accounts *accounts, const char *name,
	const struct pp_application *application, int64_t now,
	struct pp_account *ret_account, struct pp_err *err)
{
	if ((setup & SETUP_LOCKED) != 0)
		return pp_fail(err, PP_REASON_LOCKED, "the fake state");
	return PP_OK;
}

bool __wrap_pp_sshd_refusal_in_title_of_parent(const char *name);
bool
__wrap_pp_sshd_refusal_in_title_of_parent(const char *name)
{
	return (setup & SETUP_BY_SSHD) != 0;
}

enum pp_kind __wrap_pp_refresh_store_take(uid_t uid, const char *sub,
	int64_t now, int64_t again_ms, struct pp_refresh *ret_request,
	struct pp_err *err);
enum pp_kind
__wrap_pp_refresh_store_take(uid_t uid, const char *sub, int64_t now,
	int64_t again_ms, struct pp_refresh *ret_request, struct pp_err *err)
{
	return PP_NOT_FOUND;
}

enum pp_kind __wrap_pp_session_id_of_process(
	pid_t process, char *session, struct pp_err *err);
enum pp_kind
__wrap_pp_session_id_of_process(
	pid_t process, char *session, struct pp_err *err)
{
	snprintf(session, PP_SESSION_ID_SIZE, "session");
	return PP_OK;
}

bool __wrap_pp_sudo_line_of_parent_forbids_prompts(void);
bool
__wrap_pp_sudo_line_of_parent_forbids_prompts(void)
{
	return false;
}

bool __wrap_terminal_is_there(const struct pp_start *start);
bool
__wrap_terminal_is_there(const struct pp_start *start)
{
	return (setup & SETUP_TERMINAL) != 0;
}

enum terminal_qr __wrap_terminal_qr_form(
	const struct pp_conf_pam_service *service, const struct pp_start *start,
	int side);
enum terminal_qr
__wrap_terminal_qr_form(const struct pp_conf_pam_service *service,
	const struct pp_start *start, int side)
{
	return (setup & SETUP_TERMINAL) != 0 ? TERMINAL_QR_UTF8
					     : TERMINAL_QR_NONE;
}

int64_t __wrap_pp_process_start_ms(pid_t pid);
int64_t
__wrap_pp_process_start_ms(pid_t pid)
{
	return now_ms - 1000;
}

static struct pp_conf *
make_conf(const char *flow)
{
	static const char format[] =
		"[issuer]\nurl = http://dex.test/dex\nallow_http = yes\n"
		"[client]\nid = playpen-login\nflow = %s\n"
		"[identity]\nconnectors = local\nallow_new_users = *\n"
		"[groups]\nrefresh_groups = yes\n"
		"[ssh]\ncertificates = yes\n"
		"[service.sudo]\nsign_in_max_age = 5m\n"
		"[service-account \"svc-backup\"]\nclient_id = svc-backup\n"
		"auth = id-token\npam_services = sshd\n"
		"[service-account \"svc-secret\"]\nclient_id = svc-secret\n"
		"auth = client-secret\npam_services = sshd\n";
	struct pp_conf *conf = NULL;
	struct pp_err err = {0};
	char text[2048];

	snprintf(text, sizeof(text), format, flow);
	fuzz_must(scratch_write_bytes(
		"/etc/playpen/playpen.conf", text, strlen(text), 0644));
	if (__real_pp_conf_load(scratch_root, &conf, &err) != PP_OK)
		fprintf(stderr, "%s\n", err.message);
	fuzz_must(conf != NULL);
	return conf;
}

/* The stages that let somebody in who has proven nothing before. */
#define WATCHED(name)                                                          \
	enum pp_kind __wrap_##name(struct request *request);                   \
	enum pp_kind __real_##name(struct request *request);                   \
	enum pp_kind __wrap_##name(struct request *request)                    \
	{                                                                      \
		signs_in = true;                                               \
		return __real_##name(request);                                 \
	}
WATCHED(handle_authenticate)
WATCHED(handle_dry_run)

/* Success is said only of an identity that was decided on, or of a timestamp.
 */
static void
check_end(void)
{
	fuzz_must(results <= 1);
	if (results == 1 && codes == PP_PAM_SUCCESS && signs_in)
		fuzz_must(accepted || (setup & SETUP_FRESH) != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (confs[0] == NULL) {
		scratch_begin();
		fuzz_must(scratch_write_bytes("/etc/passwd", "", 0, 0644));
		fuzz_must(scratch_write_bytes("/etc/group", "", 0, 0644));
		confs[0] = make_conf("device");
		confs[1] = make_conf("code");
	}
	input = data;
	left = len;
	setup = take_byte();
	now_ms = 1000000;
	sent[0] = sent[1] = polls = results = codes = 0;
	accepted = prompt_open = signs_in = false;
	heard[WORKER] = (struct pp_channel){.fd = -1};
	peers[WORKER] = -1;
	heard[MODULE] = (struct pp_channel){.fd = -1};
	policy_socket = connect_side(MODULE);
	running = true;
	policy_main();
	running = false;
	listen_to(MODULE);
	check_end();
	hang_up(MODULE);
	hang_up(WORKER);
	return 0;
}
