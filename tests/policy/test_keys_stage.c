/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/runtime/offer.h>
#include <playpen/runtime/refusal.h>

#include "playpen_policy/handlers.h"
#include "tests/policy/identity.h"

/*
 * What playpen-policy makes of a certificate that sshd asks about. The worker
 * is tests/policy/fake_worker, which says what the test wrote into /run/fake.
 */

#define TYPE "ssh-ed25519-cert-v01@openssh.com"
#define LINE                                                                   \
	"cert-authority,expiry-time=\"20270115090000Z\",principals=\"%s\" "    \
	"ssh-ed25519 AAAA"
#define WAIT_MS 20000

static int64_t wall;
static pid_t sshd;
static int64_t patience_ms;
static bool certificates;
static char line[512]; /* the last answer, "" for none */
static char fake[512]; /* where the fake worker is */

static int64_t
tell_wall(void *context)
{
	(void) context;
	return wall;
}

static int64_t
tell_boot(void *context)
{
	return pp_clock_system.boot_ms(context);
}

static struct pp_clock at_will = {tell_wall, tell_boot, NULL};

static void
say(const char *file, const char *word)
{
	char path[64];

	snprintf(path, sizeof(path), "/run/fake/%s", file);
	check(scratch_write(path, word, 0600));
}

static void
end_sshd(void)
{
	if (sshd > 0) {
		kill(sshd, SIGKILL);
		waitpid(sshd, NULL, 0);
	}
	sshd = -1;
}

/* Another connection. */
static void
connect_anew(void)
{
	end_sshd();
	sshd = fork();
	while (sshd == 0)
		pause();
}

static void
begin(void)
{
	node_reset();
	check(scratch_write(
		"/etc/nsswitch.conf", "passwd: files\ngroup: files\n", 0644));
	check_int(system("rm -rf /run/fake /run/playpen /home/alice"), 0);
	say("verdict", "");
	say("after", "");
	say("renewal", "");
	say("type", "ssh-ed25519");
	say("key", "AAAA");
	say("username", "alice");
	say("keys-to", "600000");
	say("format", "playpen");
	wall = NOW;
	patience_ms = WAIT_MS;
	certificates = true;
	connect_anew();
}

/* Reads the answer into line, and closes fd. */
static void
read_answer(int fd)
{
	struct pp_channel channel = {.fd = fd};
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	struct pp_key_line answer = {0};

	line[0] = '\0';
	if (pp_channel_receive(&channel, &frame, NULL) != PP_OK) {
		pp_channel_free(&channel);
		return;
	}
	check_kind(
		pp_message_unpack(&frame, PP_MESSAGE_KEY_LINE, &answer, NULL),
		PP_OK);
	snprintf(line, sizeof(line), "%s", answer.text);
	pp_message_free(PP_MESSAGE_KEY_LINE, &answer);
	pp_channel_free(&channel);
}

/* Asks as playpen-keys does. Returns the reason; the answer is in line. */
static enum pp_reason
ask(const char *name)
{
	struct request request = begin_request(name, &at_will);
	enum pp_reason reason;
	int ends[2];
	enum pp_kind kind;

	check_int(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	request.start.stage = PP_STAGE_KEYS;
	request.start.pam_service = strdup("sshd");
	request.start.sshd_pid = sshd;
	request.start.certificate_type = strdup(TYPE);
	check_kind(
		pp_secret_set(&request.start.certificate, "AAAACERT", 8, NULL),
		PP_OK);
	request.conversation.module.fd = ends[0];
	request.conversation.clock = &at_will;
	request.conf->ssh_certificates = certificates;
	request.service = pp_conf_find_pam_service(request.conf, "sshd");
	request.deadline_ms = pp_clock_boot_ms(&at_will) + patience_ms;
	keys_stage_mark_conf(&request);
	kind = handle_keys(&request);
	check(request.silent);
	reason = end_request(&request, kind);
	close(ends[0]);
	read_answer(ends[1]);
	return reason;
}

/* Returns the word of the refusal that the connection has, or "". Static. */
static const char *
refusal(void)
{
	static char word[64];
	pp_cleanup(pp_refusal) struct pp_refusal found = {0};

	word[0] = '\0';
	if (pp_refusal_read(sshd, "alice", &found, NULL) == PP_OK)
		snprintf(word, sizeof(word), "%s", found.reason);
	return word;
}

/* Returns until when, in milliseconds from now, the offer that the connection
 * has is remembered; 0 for not at all, -1 without an offer. */
static int64_t
offer(void)
{
	pp_cleanup(pp_offer) struct pp_offer found = {0};

	if (pp_offer_read(sshd, "alice", &found, NULL) != PP_OK)
		return -1;
	return found.remembered_to_ms == 0
		       ? 0
		       : found.remembered_to_ms - pp_clock_boot_ms(&at_will);
}

static void
check_refused(enum pp_reason reason)
{
	check_reason(ask("alice"), reason);
	check_text(line, "");
	check_text(refusal(), pp_reason_word(reason));
	check_int(offer(), -1);
}

static void
check_accepted(const char *principal)
{
	char expected[sizeof(line)];

	snprintf(expected, sizeof(expected), LINE, principal);
	check_reason(ask("alice"), PP_REASON_NONE);
	check_text(line, expected);
	check_text(refusal(), "");
	check_cmp(offer(), >=, 0);
}

static int
count_workers(void)
{
	struct stat info = {0};

	return stat("/run/fake/started", &info) == 0 ? (int) info.st_size : 0;
}

static void
answers_with_a_line_that_has_the_end_and_the_name(void)
{
	begin();
	check_accepted("alice");
	check_int(count_workers(), 1);
	say("format", "openpubkey");
	check_accepted("opkssh-wildcard");
}

static void
answers_nothing_where_certificates_are_off(void)
{
	begin();
	certificates = false;
	check_reason(ask("alice"), PP_REASON_NONE);
	check_text(line, "");
	check_text(refusal(), "");
	check_int(count_workers(), 0);
}

static void
leaves_the_worker_s_reason_until_one_is_accepted(void)
{
	begin();
	say("verdict", "cert-age");
	check_refused(PP_REASON_CERT_AGE);
	say("verdict", "cert-nonce");
	check_refused(PP_REASON_CERT_NONCE);
	say("verdict", "");
	check_accepted("alice");
}

static void
nothing_of_a_broken_worker_gets_into_the_line(void)
{
	static const char *const words[] = {"ssh-ed25519 AAAA\nssh-rsa",
		"a\" b", "", "command=\"id\"", "a,b", "\x1b[2J"};

	begin();
	for (size_t i = 0; i < PP_COUNT(words); i++) {
		say("type", words[i]);
		check_refused(PP_REASON_FRAME_INVALID);
		say("type", "ssh-ed25519");
		say("key", words[i]);
		check_refused(PP_REASON_FRAME_INVALID);
		say("key", "AAAA");
	}
	check_accepted("alice");
}

static void
an_unknown_key_is_fetched_once(void)
{
	begin();
	say("verdict", "kid-unknown");
	check_accepted("alice");
	check_int(count_workers(), 3);
	begin();
	say("verdict", "kid-unknown");
	say("after", "kid-unknown");
	check_refused(PP_REASON_CERT_KEY_GONE);
	check_int(count_workers(), 3);
	begin();
	say("verdict", "kid-unknown");
	say("renewal", "http-unreachable");
	check_refused(PP_REASON_HTTP_UNREACHABLE);
	check_int(count_workers(), 2);
}

static void
without_a_clock_that_is_set_no_worker_is_started(void)
{
	begin();
	wall = 1767225599;
	check_refused(PP_REASON_CLOCK_UNSET);
	wall = 0;
	check_refused(PP_REASON_CLOCK_UNSET);
	check_int(count_workers(), 0);
	wall = 1767225600;
	check_accepted("alice");
}

static void
a_home_that_is_there_needs_an_account(void)
{
	begin();
	check_int(system("mkdir -p /home/alice"), 0);
	check_refused(PP_REASON_CERT_HOME);
	check_reason(node_sign_in("alice", "alice", "dev"), PP_REASON_NONE);
	check_accepted("alice");
}

static void
every_check_of_a_sign_in_holds(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	begin();
	say("username", "bob");
	check_refused(PP_REASON_WRONG_PERSON);
	say("username", "alice");
	check_reason(node_sign_in("alice", "mallory", ""), PP_REASON_NONE);
	check_refused(PP_REASON_NAME_TAKEN);
	begin();
	check_reason(node_sign_in("alice", "alice", ""), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(node_lock(accounts, "alice", true, NULL), PP_OK);
	check_refused(PP_REASON_LOCKED);
	check_kind(node_lock(accounts, "alice", false, NULL), PP_OK);
	check_accepted("alice");
}

/* The person has not proven to have the key. */
static void
nothing_is_stored(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	begin();
	check_accepted("alice");
	check_reason(node_find("alice", &account), PP_REASON_NO_ACCOUNT);
}

static void
a_worker_that_hangs_ends_with_the_time(void)
{
	int64_t begun;

	begin();
	say("verdict", "hang");
	patience_ms = 500;
	begun = pp_clock_boot_ms(&at_will);
	check_refused(PP_REASON_DEADLINE);
	check_cmp(pp_clock_boot_ms(&at_will) - begun, <, 5000);
}

static void
is_remembered_as_long_as_the_keys_and_an_hour_at_most(void)
{
	begin();
	check_accepted("alice");
	check_cmp(offer(), >, 590000);
	check_cmp(offer(), <=, 600000);
	say("keys-to", "86400000");
	check_accepted("alice");
	check_cmp(offer(), >, PP_OFFER_REMEMBERED_MS - 10000);
	check_cmp(offer(), <=, PP_OFFER_REMEMBERED_MS);
	/* By cached keys, while the provider cannot be reached. */
	say("keys-to", "-1");
	check_accepted("alice");
	check_int(offer(), 0);
}

/* Takes a slot of the stage for a name, as another connection would. */
static void
hold(const char *name, int64_t connection, struct pp_login_slot *slot)
{
	const struct pp_login_slot_limits none = {.unknown_names = true};
	struct pp_run_slot wanted = {.bound = false};

	snprintf(wanted.name, sizeof(wanted.name), "%s", name);
	snprintf(wanted.source, sizeof(wanted.source), "sshd %lld",
		(long long) connection);
	check_kind(pp_login_slot_take(
			   PP_RUN_POOL_KEYS, &wanted, &none, slot, NULL),
		PP_OK);
}

static void
certificates_of_strangers_leave_room_for_known_names(void)
{
	struct pp_login_slot slots[64];
	size_t half;

	begin();
	half = (size_t) (node_conf->max_pending_logins + 1) / 2;
	require(half <= PP_COUNT(slots));
	for (size_t i = 0; i < half; i++) {
		char name[16];

		snprintf(name, sizeof(name), "stranger%zu", i);
		hold(name, 100000 + (int64_t) i, &slots[i]);
	}
	check_refused(PP_REASON_TOO_MANY_PENDING);
	check_int(count_workers(), 0);
	check_reason(node_sign_in("alice", "alice", ""), PP_REASON_NONE);
	check_accepted("alice");
	for (size_t i = 0; i < half; i++)
		pp_login_slot_free(&slots[i]);
}

/* Puts the fake worker where the real one is installed. */
static void
install_worker(void)
{
	static const char command[] =
		"mount -t tmpfs -o mode=755 tmpfs /home && "
		"mkdir -p /run/place && d=%s && "
		"while [ ! -d \"$d\" ]; do d=${d%%/*}; done && "
		"mount -t tmpfs -o mode=755 tmpfs \"$d\" && mkdir -p %s && "
		"cp /run/fake-worker %s/playpen-oidc";
	char text[1024];

	snprintf(text, sizeof(text), "cp %s /run/fake-worker", fake);
	require(system(text) == 0);
	snprintf(text, sizeof(text), command, PP_LIBEXEC_DIR, PP_LIBEXEC_DIR,
		PP_LIBEXEC_DIR);
	require(system(text) == 0);
}

int
main(int count, char **words)
{
	(void) count;
	snprintf(fake, sizeof(fake), "%.*s/fake_worker",
		(int) (strrchr(words[0], '/') - words[0]), words[0]);
	umask(022);
	install_worker();
	enter();
	run(answers_with_a_line_that_has_the_end_and_the_name);
	run(answers_nothing_where_certificates_are_off);
	run(leaves_the_worker_s_reason_until_one_is_accepted);
	run(nothing_of_a_broken_worker_gets_into_the_line);
	run(an_unknown_key_is_fetched_once);
	run(without_a_clock_that_is_set_no_worker_is_started);
	run(a_home_that_is_there_needs_an_account);
	run(every_check_of_a_sign_in_holds);
	run(nothing_is_stored);
	run(a_worker_that_hangs_ends_with_the_time);
	run(is_remembered_as_long_as_the_keys_and_an_hour_at_most);
	run(certificates_of_strangers_leave_room_for_known_names);
	end_sshd();
	return node_end();
}
