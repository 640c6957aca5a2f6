/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include <security/pam_appl.h>
#include <security/pam_ext.h>

#include <playpen/runtime/offer.h>

#include "pam_playpen/used_certificate.h"
#include "tests/tap.h"

/* What sshd says of the certificate that was used, in a handle of libpam. Runs
 * in a namespace of its own (tests/policy/run-private): /run is empty there. */

#define TYPE "ssh-ed25519-cert-v01@openssh.com"
#define USED "publickey " TYPE " AAAA"
#define CONFIGURATION "/run/pam.d"

static pam_handle_t *pamh;
static char logged[4096];
static int logged_at;

/* In the place of libpam's. */
void
pam_syslog(const pam_handle_t *handle, int priority, const char *format, ...)
{
	va_list args;

	(void) handle;
	logged_at = priority;
	va_start(args, format);
	vsnprintf(logged, sizeof(logged), format, args);
	va_end(args);
}

static int
answer_nothing(int count, const struct pam_message **messages,
	struct pam_response **responses, void *data)
{
	(void) count;
	(void) messages;
	(void) responses;
	(void) data;
	return PAM_CONV_ERR;
}

/* A handle as sshd has it when it opens a session; info is SSH_AUTH_INFO_0, or
 * NULL for none. */
static bool
begin(const char *info)
{
	static const struct pam_conv conversation = {answer_nothing, NULL};
	char *variable = NULL;
	bool done;

	logged[0] = '\0';
	if (pam_start_confdir("sshd", "alice", &conversation, CONFIGURATION,
		    &pamh) != PAM_SUCCESS)
		return false;
	done = pam_set_item(pamh, PAM_RHOST, "192.0.2.7") == PAM_SUCCESS;
	if (info != NULL)
		done = done &&
		       asprintf(&variable, "SSH_AUTH_INFO_0=%s", info) > 0 &&
		       pam_putenv(pamh, variable) == PAM_SUCCESS;
	free(variable);
	return done;
}

static void
end(void)
{
	pam_end(pamh, PAM_SUCCESS);
	pamh = NULL;
}

static bool
is_info(const char *info)
{
	const char *found;
	bool same;

	if (!check(begin(info)))
		return false;
	found = used_certificate_info(pamh);
	same = found != NULL;
	if (same)
		check_text(found, info);
	end();
	return same;
}

static void
what_sshd_says_counts_if_a_certificate_is_in_it(void)
{
	static const struct {
		const char *info;
		bool counts;
	} rows[] = {
		{USED, true},
		{USED "\n", true},
		{"keyboard-interactive/pam\n" USED "\n", true},
		{"publickey ssh-ed25519 AAAA\n" USED "\n", true},
		{"publickey ecdsa-sha2-nistp256-cert-v01@openssh.com AAAA\n",
			true},
		{NULL, false},
		{"\n", false},
		{"password\n", false},
		{"keyboard-interactive/pam\n", false},
		{"publickey ssh-ed25519 AAAA\n", false},
		{"publickey " TYPE, false},
		{"publickey " TYPE "\tAAAA", false},
		{"publickey SSH-ED25519-CERT-V01@OPENSSH.COM AAAA", false},
		{"publickey ssh-ed25519-cert-v00@openssh.com AAAA", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!check_int(is_info(rows[i].info), rows[i].counts))
			printf("# row %zu\n", i);
}

/* A text of this length with a certificate in it; the caller frees it. */
static char *
text_of(size_t len)
{
	char *text = malloc(len + 1);

	if (text != NULL) {
		memset(text, 'A', len);
		memcpy(text, USED, strlen(USED));
		text[len] = '\0';
	}
	return text;
}

static void
what_is_too_long_for_a_frame_does_not_count(void)
{
	char *longest = text_of(PP_START_AUTH_INFO_MAX);
	char *longer = text_of(PP_START_AUTH_INFO_MAX + 1);

	check(longest != NULL && is_info(longest));
	check(longer != NULL && !is_info(longer));
	free(longest);
	free(longer);
}

static void
write_offer(pid_t sshd, const char *name, bool signs_in)
{
	const struct pp_identity identity = {.type = PP_IDENTITY_USER,
		.iss = (char *) "https://dex.example/dex",
		.sub = (char *) "CgVhbGljZQ",
		.connector = (char *) "local",
		.username = (char *) "Alice"};
	char boot[PP_CLOCK_BOOT_ID_SIZE];
	struct pp_offer offer = {.name = (char *) name,
		.certificate_type = (char *) TYPE,
		.line = (char *) "cert-authority ssh-ed25519 AAAA",
		.fingerprint = (char *) "SHA256:abc",
		.end = 1700003600,
		.boot = boot,
		.signs_in = signs_in};

	check(pp_clock_boot_id(boot));
	offer.certificate.max = PP_START_CERTIFICATE_MAX;
	check_kind(
		pp_secret_append_text(&offer.certificate, "AAAA", NULL), PP_OK);
	check_kind(pp_offer_put_identity(&offer, &identity, NULL), PP_OK);
	check_kind(pp_offer_write(sshd, &offer, NULL), PP_OK);
	pp_secret_free(&offer.identity);
	pp_secret_free(&offer.certificate);
}

static bool
has_offer(const char *name)
{
	pp_cleanup(pp_offer) struct pp_offer offer = {0};

	return pp_offer_read(getpid(), name, &offer, NULL) == PP_OK;
}

/* Returns what used_certificate_log() returns. Only then a line is logged. */
static bool
is_logged(const char *info, const char *user)
{
	bool done;

	if (!check(begin(info)))
		return false;
	done = used_certificate_log(pamh, user);
	check_int(logged[0] != '\0', done);
	end();
	return done;
}

static void
a_session_by_the_certificate_of_the_offer_is_logged_once(void)
{
	write_offer(getpid(), "alice", false);
	check(is_logged(USED "\n", "alice"));
	check_int(logged_at, LOG_INFO);
	check_text(logged,
		"result=accept reason=none stage=open service=sshd name=alice "
		"iss=https://dex.example/dex sub=CgVhbGljZQ connector=local "
		"rhost=192.0.2.7 said=Alice notes=\"certificate SHA256: SHA256:abc\"");
	check(!has_offer("alice"));
	check(!is_logged(USED "\n", "alice"));
}

static void
each_shape_that_names_the_certificate_is_logged_and_no_other_is(void)
{
	static const struct {
		const char *info;
		bool used;
	} rows[] = {
		{USED, true},
		{USED "\n", true},
		{"keyboard-interactive/pam\n" USED "\n", true},
		{USED "\nkeyboard-interactive/pam\n", true},
		{"publickey ssh-ed25519 AAAA\n" USED "\n", true},
		{"publickey " TYPE " BBBB\n" USED "\n", true},
		{USED "\n" USED "\n", true},
		{"\n\n" USED "\n", true},
		{NULL, false},
		{"password\n", false},
		{"publickey ssh-ed25519 AAAA\n", false},
		{"publickey " TYPE " BBBB\n", false},
		{"publickey " TYPE " AAA\n", false},
		{"publickey " TYPE " AAAAA\n", false},
		{"publickey " TYPE " aaaa\n", false},
		{"publickey " TYPE "  AAAA\n", false},
		{"publickey ssh-rsa-cert-v01@openssh.com AAAA\n", false},
		{"hostbased " TYPE " AAAA\n", false},
		{"password " USED "\n", false},
		{" " USED "\n", false},
		{USED " \n", false},
		{USED "\r\n", false},
		{USED " comment\n", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_offer(getpid(), "alice", false);
		if (!check_int(is_logged(rows[i].info, "alice"), rows[i].used))
			printf("# row %zu\n", i);
		check_int(has_offer("alice"), !rows[i].used);
	}
	pp_offer_remove(getpid());
}

static void
an_offer_of_another_kind_name_or_process_is_left_to_policy(void)
{
	pid_t other = fork();

	if (other == 0)
		for (;;)
			pause();
	write_offer(getpid(), "alice", true);
	check(!is_logged(USED, "alice"));
	write_offer(getpid(), "alice", false);
	check(!is_logged(USED, "bob"));
	check(is_logged(USED, "alice"));
	write_offer(other, "alice", false);
	check(!is_logged(USED, "alice"));
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
}

static void
a_process_that_is_not_root_logs_nothing(void)
{
	write_offer(getpid(), "alice", false);
	if (seteuid(1) == 0) {
		bool done = is_logged(USED, "alice");

		check_int(seteuid(0), 0);
		check(!done);
	} else
		tap_skip("this namespace has one user");
	check(is_logged(USED, "alice"));
}

int
main(void)
{
	FILE *stack;

	mkdir(CONFIGURATION, 0755);
	stack = fopen(CONFIGURATION "/sshd", "w");
	if (stack == NULL ||
		fputs("session required pam_permit.so\n", stack) < 0 ||
		fclose(stack) != 0)
		return EXIT_FAILURE;
	run(what_sshd_says_counts_if_a_certificate_is_in_it);
	run(what_is_too_long_for_a_frame_does_not_count);
	run(a_session_by_the_certificate_of_the_offer_is_logged_once);
	run(each_shape_that_names_the_certificate_is_logged_and_no_other_is);
	run(an_offer_of_another_kind_name_or_process_is_left_to_policy);
	run(a_process_that_is_not_root_logs_nothing);
	return tap_end();
}
