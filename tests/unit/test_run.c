/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <playpen/runtime/run.h>
#include <playpen/runtime/token_life.h>

#include "tests/scratch.h"
#include "tests/tap.h"

#define ALICE ((uid_t) 1879048200)
#define BOB ((uid_t) 1879048201)

/* What a walk came by, in words. */
static char seen[512];

static void
write_record(const char *file, const char *boot, uid_t uid)
{
	char own[PP_CLOCK_BOOT_ID_SIZE];
	char path[128];
	char text[PP_RUN_TIMESTAMP_SIZE];

	pp_clock_boot_id(own);
	snprintf(path, sizeof(path), PP_RUN_SIGN_INS "/%s", file);
	snprintf(text, sizeof(text), "%s %u 5000\n", boot != NULL ? boot : own,
		uid);
	check(scratch_write(path, text, 0600));
}

static enum pp_kind
note_sign_in(void *context, const char *session,
	const struct pp_run_timestamp *timestamp, struct pp_err *err)
{
	size_t len = strlen(seen);

	(void) context;
	(void) err;
	check_int(timestamp->when_ms, 5000);
	snprintf(seen + len, sizeof(seen) - len, "%s:%u ", session,
		timestamp->uid);
	return PP_OK;
}

static const char *
all_sign_ins(void)
{
	seen[0] = '\0';
	check_kind(pp_run_each_sign_in(scratch_root, note_sign_in, NULL, NULL),
		PP_OK);
	return seen;
}

static void
without_a_directory_nobody_has_signed_in(void)
{
	int64_t ended = -1;

	check_text(all_sign_ins(), "");
	check_kind(
		pp_run_end_sign_ins(scratch_root, ALICE, &ended, NULL), PP_OK);
	check_int(ended, 0);
}

static void
shows_good_records_of_this_boot_alone(void)
{
	write_record("logind-3.1879048200", NULL, ALICE);
	write_record("logind-4.1879048200",
		"00000000-0000-0000-0000-000000000000", ALICE);
	write_record("ticket-00112233445566778899aabbccddeeff", NULL, ALICE);
	check(scratch_write(
		PP_RUN_SIGN_INS "/logind-5.1879048200", "nonsense", 0600));
	write_record("logind-6.1879048200", NULL, ALICE);
	check_int(chmod(scratch_path(PP_RUN_SIGN_INS "/logind-6.1879048200"),
			  0644),
		0);
	check_text(all_sign_ins(), "logind-3:1879048200 ");
}

static void
ends_all_sign_ins_of_one_person(void)
{
	int64_t ended = -1;

	write_record("logind-3.1879048200", NULL, ALICE);
	write_record("audit-7.1879048200", NULL, ALICE);
	write_record("ticket-ffeeddccbbaa99887766554433221100", NULL, ALICE);
	write_record("audit-8.1879048201", NULL, BOB);
	check(scratch_write(PP_RUN_REFRESH "/1879048200", "token", 0600));
	check(scratch_write(PP_RUN_REFRESH "/1879048201", "token", 0600));
	check(scratch_write(PP_RUN_REFRESH "/lock", "", 0600));
	unlink(scratch_path(
		PP_RUN_SIGN_INS "/ticket-00112233445566778899aabbccddeeff"));
	check_kind(
		pp_run_end_sign_ins(scratch_root, ALICE, &ended, NULL), PP_OK);
	check_int(ended, 3);
	check_text(all_sign_ins(), "audit-8:1879048201 ");
	check_cmp(access(scratch_path(PP_RUN_REFRESH "/1879048200"), F_OK), !=,
		0);
	check_int(access(scratch_path(PP_RUN_REFRESH "/1879048201"), F_OK), 0);
}

/* Writes the file of token lives as playpen-policy does, or of another boot. */
static void
write_life(const char *boot, long long milliseconds)
{
	char own[PP_CLOCK_BOOT_ID_SIZE];
	char text[PP_RUN_TIMESTAMP_SIZE];

	pp_clock_boot_id(own);
	snprintf(text, sizeof(text), "%s 0 %lld\n", boot != NULL ? boot : own,
		milliseconds);
	check(scratch_write(PP_RUN_DIR "/provider/token-life", text, 0600));
}

static void
the_life_of_the_last_token_is_known_until_the_next_boot(void)
{
	int64_t seconds = -1;

	check(!pp_token_life_read(scratch_root, &seconds));
	write_life(NULL, 86400000);
	check(pp_token_life_read(scratch_root, &seconds));
	check_int(seconds, 86400);
	write_life("00112233-4455-6677-8899-aabbccddeeff", 86400000);
	check(!pp_token_life_read(scratch_root, &seconds));
}

static void
a_refresh_token_is_forgotten_alone_too(void)
{
	int held;

	check(scratch_write(PP_RUN_REFRESH "/1879048200", "token", 0600));
	write_record("logind-3.1879048200", NULL, ALICE);
	/* Somebody who stopped with the lock in hand is not waited for. */
	held = open(scratch_path(PP_RUN_REFRESH "/lock"), O_RDWR | O_CLOEXEC);
	check_cmp(held, >=, 0);
	check_int(flock(held, LOCK_EX), 0);
	check_kind(
		pp_run_forget_refresh_token(scratch_root, ALICE, NULL), PP_OK);
	check_cmp(access(scratch_path(PP_RUN_REFRESH "/1879048200"), F_OK), !=,
		0);
	check_kind(
		pp_run_forget_refresh_token(scratch_root, ALICE, NULL), PP_OK);
	check_contains(all_sign_ins(), "logind-3");
	unlink(scratch_path(PP_RUN_SIGN_INS "/logind-3.1879048200"));
	close(held);
}

static enum pp_kind
refuse(void *context, const char *session,
	const struct pp_run_timestamp *timestamp, struct pp_err *err)
{
	(void) context;
	(void) session;
	(void) timestamp;
	return pp_fail(err, PP_REASON_LOCKED, "enough");
}

static void
a_visitor_ends_the_walk(void)
{
	struct pp_err err = {0};

	check_kind(pp_run_each_sign_in(scratch_root, refuse, NULL, &err),
		PP_DENIED);
	check_reason(err.reason, PP_REASON_LOCKED);
}

static enum pp_kind
note_slot(void *context, const char *pool, const struct pp_run_slot *slot,
	struct pp_err *err)
{
	size_t len = strlen(seen);

	(void) context;
	(void) err;
	snprintf(seen + len, sizeof(seen) - len, "%s:%s:%s:%d ", pool,
		slot->name, slot->source, slot->bound);
	return PP_OK;
}

static const char *
all_waiting(void)
{
	seen[0] = '\0';
	check_kind(
		pp_run_each_slot(scratch_root, note_slot, NULL, NULL), PP_OK);
	return seen;
}

static int
take_slot(const char *pool, int64_t at, const char *name, bool bound)
{
	struct pp_run_slot slot = {.source = "10.0.0.1", .bound = bound};
	struct flock lock = {.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = at,
		.l_len = 1};
	char path[64];
	int fd;

	snprintf(path, sizeof(path), PP_RUN_SLOTS "/%s", pool);
	scratch_directories(path);
	fd = open(scratch_path(path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	snprintf(slot.name, sizeof(slot.name), "%s", name);
	check_kind(pp_run_write_slot(fd, at, &slot, NULL), PP_OK);
	check_int(fcntl(fd, F_OFD_SETLK, &lock), 0);
	return fd;
}

static void
a_login_waits_as_long_as_its_lock_is_held(void)
{
	int alice;
	int bob;

	check_text(all_waiting(), "");
	alice = take_slot("remote", 5, "alice", true);
	bob = take_slot("system", 0, "bob", false);
	check_text(all_waiting(),
		"remote:alice:10.0.0.1:1 system:bob:10.0.0.1:0 ");
	close(alice);
	check_text(all_waiting(), "system:bob:10.0.0.1:0 ");
	close(bob);
	check_text(all_waiting(), "");
}

/* Adds 1 to the 32 bits at offset of the first record of sshd's pool. */
static void
change_record(off_t offset)
{
	uint32_t word = 0;
	int fd = open(scratch_path(PP_RUN_SLOTS "/remote"), O_RDWR | O_CLOEXEC);

	check_int(pread(fd, &word, sizeof(word), offset), sizeof(word));
	word++;
	check_int(pwrite(fd, &word, sizeof(word), offset), sizeof(word));
	close(fd);
}

static void
a_record_of_another_version_or_size_is_skipped(void)
{
	int alice = take_slot("remote", 0, "alice", true);
	int bob = take_slot("remote", 1, "bob", true);
	struct pp_run_slot slot;

	check_text(all_waiting(),
		"remote:alice:10.0.0.1:1 remote:bob:10.0.0.1:1 ");
	for (off_t offset = 0; offset <= 4; offset += 4) {
		check_kind(pp_run_read_slot(alice, 0, &slot, NULL), PP_OK);
		change_record(offset);
		check_kind(
			pp_run_read_slot(alice, 0, &slot, NULL), PP_NOT_FOUND);
		check_text(all_waiting(), "remote:bob:10.0.0.1:1 ");
		check_kind(pp_run_write_slot(alice, 0, &slot, NULL), PP_OK);
	}
	close(alice);
	close(bob);
}

static void
a_record_that_is_cut_off_is_skipped(void)
{
	int alice = take_slot("remote", 0, "alice", true);
	struct pp_run_slot slot;

	check_int(ftruncate(alice, 20), 0);
	check_kind(pp_run_read_slot(alice, 0, &slot, NULL), PP_NOT_FOUND);
	check_text(all_waiting(), "");
	close(alice);
}

int
main(void)
{
	scratch_begin();
	run(without_a_directory_nobody_has_signed_in);
	run(shows_good_records_of_this_boot_alone);
	run(ends_all_sign_ins_of_one_person);
	run(a_refresh_token_is_forgotten_alone_too);
	run(the_life_of_the_last_token_is_known_until_the_next_boot);
	run(a_visitor_ends_the_walk);
	run(a_login_waits_as_long_as_its_lock_is_held);
	run(a_record_of_another_version_or_size_is_skipped);
	run(a_record_that_is_cut_off_is_skipped);
	return tap_end();
}
