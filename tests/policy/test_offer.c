/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <playpen/base/file_mark.h>
#include <playpen/runtime/offer.h>
#include <playpen/runtime/refusal.h>

#include "tests/tap.h"

/* Offers and their memory. Runs in a namespace of its own
 * (tests/policy/run-private): /run is empty there. */

#define MARKED "/run/marked"
#define HOUR_MS PP_OFFER_REMEMBERED_MS

static int64_t wall = 1700000000, boot_ms = 5000000;
static struct pp_strv marks;
static char boot[PP_CLOCK_BOOT_ID_SIZE];
static const char *certificate = "AAAA";
static size_t padding; /* of the certificate, in bytes */
static struct pp_err err;

static int64_t
tell_wall(void *context)
{
	(void) context;
	return wall;
}

static int64_t
tell_boot(void *context)
{
	(void) context;
	return boot_ms;
}

static const struct pp_clock at_will = {tell_wall, tell_boot, NULL};

/* Stands for a process of sshd. */
static pid_t
start_sshd(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (;;)
		pause();
}

static void
end_sshd(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
mark(void)
{
	FILE *file = fopen(MARKED, "w");

	require(file != NULL);
	fclose(file);
	pp_strv_free(&marks);
	check_kind(pp_file_mark_add(&marks, MARKED, NULL), PP_OK);
}

static struct pp_offer
offer_for(const char *name)
{
	struct pp_offer offer = {.name = (char *) name,
		.certificate_type = (char *) "ssh-ed25519-cert-v01@openssh.com",
		.line = (char *) "cert-authority ssh-ed25519 AAAA",
		.fingerprint = (char *) "SHA256",
		.end = 1700003600,
		.boot = boot,
		.remembered_to_ms = 5000000 + HOUR_MS,
		.marks = marks};

	offer.certificate.max = PP_START_CERTIFICATE_MAX;
	check_kind(pp_secret_append_text(&offer.certificate, certificate, NULL),
		PP_OK);
	for (size_t i = 0; i < padding; i++)
		check_kind(pp_secret_append(&offer.certificate, "A", 1, NULL),
			PP_OK);
	return offer;
}

static void
write_offer(pid_t sshd, const char *name)
{
	const struct pp_identity identity = {.type = PP_IDENTITY_USER,
		.iss = (char *) "https://dex.example/dex",
		.sub = (char *) "subject",
		.iat = 1699999000};
	struct pp_offer offer = offer_for(name);

	check_kind(pp_offer_put_identity(&offer, &identity, NULL), PP_OK);
	check_kind(pp_offer_write(sshd, &offer, NULL), PP_OK);
	pp_secret_free(&offer.identity);
	pp_secret_free(&offer.certificate);
}

/* A login that a worker decided on and that let name in. */
static void
let_in(const char *name)
{
	pid_t sshd = start_sshd();

	write_offer(sshd, name);
	pp_offer_remember(sshd, name);
	end_sshd(sshd);
}

static bool
recall(const char *name)
{
	pid_t sshd = start_sshd();
	struct pp_offer wanted = offer_for(name);
	pp_cleanup(pp_offer) struct pp_offer found = {0}, read = {0};
	enum pp_kind kind =
		pp_offer_recall(sshd, &wanted, &at_will, &found, &err);

	/* It is the offer of the process as well, or none. */
	check_kind(pp_offer_read(sshd, name, &read, NULL), kind);
	if (kind == PP_OK)
		check_text(read.line, found.line);
	else
		check_reason(err.reason, PP_REASON_NOT_FOUND);
	pp_secret_free(&wanted.certificate);
	end_sshd(sshd);
	return kind == PP_OK;
}

static void
begin(void)
{
	check_int(system("rm -rf " PP_OFFER_MEMORY_DIR), 0);
	wall = 1700000000;
	boot_ms = 5000000;
	certificate = "AAAA";
	padding = 0;
	mark();
	let_in("alice");
	check(recall("alice"));
}

static void
an_offer_is_of_its_process_and_name(void)
{
	pid_t one = start_sshd(), other = start_sshd();
	pp_cleanup(pp_offer) struct pp_offer offer = {0};
	struct pp_identity identity = {0};
	struct stat info;
	char path[64];

	write_offer(one, "alice");
	check_kind(pp_offer_read(one, "alice", &offer, NULL), PP_OK);
	check_kind(pp_offer_get_identity(&offer, &identity, NULL), PP_OK);
	check_text(identity.sub, "subject");
	check_int(identity.iat, 1699999000);
	pp_message_free(PP_MESSAGE_IDENTITY, &identity);
	pp_offer_free(&offer);
	check_kind(pp_offer_read(other, "alice", &offer, NULL), PP_NOT_FOUND);
	check_kind(pp_offer_read(one, "bob", &offer, NULL), PP_NOT_FOUND);
	pp_offer_remove(one);
	check_kind(pp_offer_read(one, "alice", &offer, NULL), PP_NOT_FOUND);
	check_int(stat(PP_OFFER_DIR, &info), 0);
	check_int(info.st_mode & 0777, 0700);
	/* What a process left is removed when the next one has an offer. */
	write_offer(one, "alice");
	snprintf(path, sizeof(path), "ls " PP_OFFER_DIR "/%d.* >/dev/null 2>&1",
		(int) one);
	check_int(system(path), 0);
	end_sshd(one);
	write_offer(other, "alice");
	check_cmp(system(path), !=, 0);
	end_sshd(other);
}

static void
is_used_if_a_line_of_sshd_s_says_just_that(void)
{
	static const struct {
		const char *info;
		bool used;
	} rows[] = {
		{"publickey ssh-ed25519-cert-v01@openssh.com AAAA", true},
		{"publickey ssh-ed25519-cert-v01@openssh.com AAAA\n", true},
		{"password\npublickey ssh-ed25519-cert-v01@openssh.com AAAA\n",
			true},
		{"publickey ssh-ed25519-cert-v01@openssh.com AAAAA", false},
		{"publickey ssh-ed25519-cert-v01@openssh.com AAA", false},
		{"publickey ssh-rsa-cert-v01@openssh.com AAAA", false},
		{"xpublickey ssh-ed25519-cert-v01@openssh.com AAAA", false},
		{"publickey ssh-ed25519 AAAA", false},
		{"", false},
	};
	struct pp_offer offer;

	certificate = "AAAA";
	padding = 0;
	offer = offer_for("alice");
	for (size_t i = 0; i < PP_COUNT(rows); i++)
		check(pp_offer_is_used(&offer, rows[i].info) == rows[i].used);
	pp_secret_free(&offer.certificate);
}

static void
what_is_no_file_of_root_s_alone_is_no_offer(void)
{
	pid_t sshd = start_sshd();
	pp_cleanup(pp_offer) struct pp_offer offer = {0};

	write_offer(sshd, "alice");
	check_int(system("chmod 644 " PP_OFFER_DIR "/*.*"), 0);
	check_kind(pp_offer_read(sshd, "alice", &offer, NULL), PP_NOT_FOUND);
	check_int(system("chmod 600 " PP_OFFER_DIR "/*.*"), 0);
	check_kind(pp_offer_read(sshd, "alice", &offer, NULL), PP_OK);
	pp_offer_free(&offer);
	check_int(system("for f in " PP_OFFER_DIR "/*.*; do "
			 "printf x >>$f; done"),
		0);
	check_kind(pp_offer_read(sshd, "alice", &offer, NULL), PP_NOT_FOUND);
	end_sshd(sshd);
}

static void
another_certificate_or_name_is_not_remembered(void)
{
	begin();
	check(!recall("bob"));
	certificate = "AAAB";
	check(!recall("alice"));
	certificate = "AAAAA";
	check(!recall("alice"));
	certificate = "AAAA";
	check(recall("alice"));
	check(!recall("../certificates/alice"));
	check(!recall("."));
}

static void
memory_ends_with_the_hour_the_boot_and_the_certificate(void)
{
	begin();
	boot_ms += HOUR_MS - 1;
	check(recall("alice"));
	boot_ms++;
	check(!recall("alice"));
	boot_ms = 4000000; /* before it was written */
	check(!recall("alice"));
	boot_ms = 5000000;
	wall = 1700003599;
	check(recall("alice"));
	wall++;
	check(!recall("alice"));
	wall = 1700000000;
	boot[0] = boot[0] == 'x' ? 'y' : 'x';
	let_in("alice");
	check(!recall("alice"));
	check(pp_clock_boot_id(boot));
	let_in("alice");
	check(recall("alice"));
}

static void
memory_ends_when_a_file_is_changed(void)
{
	begin();
	mark();
	check(!recall("alice"));
	let_in("alice");
	check(recall("alice"));
}

static int
count_entries(const char *name)
{
	char command[128];
	int count = -1;
	FILE *pipe;

	snprintf(command, sizeof(command),
		"ls " PP_OFFER_MEMORY_DIR " | grep -c '^%s'", name);
	pipe = popen(command, "r");
	if (pipe == NULL || fscanf(pipe, "%d", &count) != 1)
		count = -1;
	if (pipe != NULL)
		pclose(pipe);
	return count;
}

static void
a_name_has_four_entries_and_the_oldest_goes(void)
{
	static const char *const texts[] = {"B", "C", "D", "E"};

	begin();
	let_in("alice");
	check_int(count_entries("alice"), 1);
	for (size_t i = 0; i < PP_COUNT(texts); i++) {
		certificate = texts[i];
		let_in("alice");
		check(recall("alice"));
	}
	check_int(count_entries("alice"), PP_OFFER_PER_NAME);
	certificate = "AAAA";
	check(!recall("alice"));
	certificate = "B";
	check(recall("alice"));
}

static void
all_of_it_has_four_mebibytes(void)
{
	char name[16];
	int left;

	begin();
	padding = 30000;
	for (int i = 0; i < 150; i++) {
		snprintf(name, sizeof(name), "bob%d", i);
		let_in(name);
	}
	left = count_entries("bob");
	check_cmp(left, >, 130);
	check_cmp(left, <=, PP_OFFER_MEMORY_MAX / 30000);
	check(recall("bob149"));
	check(!recall("bob0"));
}

static void
sshd_that_asks_twice_gets_the_same_answer(void)
{
	pid_t sshd = start_sshd(), other = start_sshd();
	pp_cleanup(pp_offer) struct pp_offer found = {0};
	struct pp_offer wanted;

	begin();
	check_int(system("rm -rf " PP_OFFER_MEMORY_DIR), 0);
	write_offer(sshd, "alice");
	wanted = offer_for("alice");
	check_kind(
		pp_offer_recall(sshd, &wanted, &at_will, &found, &err), PP_OK);
	pp_offer_free(&found);
	check_kind(pp_offer_recall(other, &wanted, &at_will, &found, &err),
		PP_NOT_FOUND);
	wall = 1700003600;
	check_kind(pp_offer_recall(sshd, &wanted, &at_will, &found, &err),
		PP_NOT_FOUND);
	wall = 1700000000;
	mark();
	check_kind(pp_offer_recall(sshd, &wanted, &at_will, &found, &err),
		PP_NOT_FOUND);
	pp_secret_free(&wanted.certificate);
	write_offer(sshd, "alice");
	certificate = "AAAB";
	wanted = offer_for("alice");
	check_kind(pp_offer_recall(sshd, &wanted, &at_will, &found, &err),
		PP_NOT_FOUND);
	pp_secret_free(&wanted.certificate);
	certificate = "AAAA";
	end_sshd(sshd);
	end_sshd(other);
}

/* Returns true if the certificate was refused for name in the process. */
static bool
is_refused(pid_t sshd, const char *name)
{
	struct pp_offer offer = offer_for(name);
	const struct pp_start start = {.user = offer.name,
		.sshd_pid = sshd,
		.certificate_type = offer.certificate_type,
		.certificate = offer.certificate};
	bool refused = pp_refusal_covers(&start);

	pp_secret_free(&offer.certificate);
	return refused;
}

static void
a_refusal_is_of_its_process_name_and_certificate(void)
{
	pid_t sshd = start_sshd(), other = start_sshd();
	struct pp_offer offer = offer_for("alice");
	const struct pp_refusal refusal = {.name = offer.name,
		.certificate_type = offer.certificate_type,
		.certificate = offer.certificate,
		.reason = (char *) "cert-age"};
	pp_cleanup(pp_refusal) struct pp_refusal read = {0};

	check(!is_refused(sshd, "alice"));
	check_kind(pp_refusal_write(sshd, &refusal, NULL), PP_OK);
	check(is_refused(sshd, "alice"));
	check(!is_refused(sshd, "bob"));
	check(!is_refused(other, "alice"));
	certificate = "AAAB";
	check(!is_refused(sshd, "alice"));
	certificate = "AAAA";
	check_kind(pp_refusal_read(sshd, "alice", &read, NULL), PP_OK);
	check_text(read.reason, "cert-age");
	pp_refusal_free(&read);
	check_kind(pp_refusal_read(sshd, "bob", &read, NULL), PP_NOT_FOUND);
	check_kind(pp_refusal_read(other, "alice", &read, NULL), PP_NOT_FOUND);
	check_int(system("stat -c %a " PP_REFUSAL_DIR "/* | grep -qx 600"), 0);
	check_int(system("chmod 644 " PP_REFUSAL_DIR "/*"), 0);
	check(!is_refused(sshd, "alice"));
	check_kind(pp_refusal_write(sshd, &refusal, NULL), PP_OK);
	check(is_refused(sshd, "alice"));
	pp_refusal_remove(sshd);
	check(!is_refused(sshd, "alice"));
	pp_secret_free(&offer.certificate);
	end_sshd(sshd);
	end_sshd(other);
}

int
main(void)
{
	check(pp_clock_boot_id(boot));
	run(an_offer_is_of_its_process_and_name);
	run(is_used_if_a_line_of_sshd_s_says_just_that);
	run(what_is_no_file_of_root_s_alone_is_no_offer);
	run(sshd_that_asks_twice_gets_the_same_answer);
	run(a_refusal_is_of_its_process_name_and_certificate);
	run(another_certificate_or_name_is_not_remembered);
	run(memory_ends_with_the_hour_the_boot_and_the_certificate);
	run(memory_ends_when_a_file_is_changed);
	run(a_name_has_four_entries_and_the_oldest_goes);
	run(all_of_it_has_four_mebibytes);
	pp_strv_free(&marks);
	return tap_end();
}
