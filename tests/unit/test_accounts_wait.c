/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <playpen/base/clock.h>

#include "tests/unit/node.h"
#include "tests/unit/sql.h"

/*
 * A process that waits for the database has no lock of it, and none of the
 * publication: whatever makes the wait long, others go on.
 */

/* SQLite's lock bytes (its file format, section 2.1). */
#define PENDING 0x40000000
#define LOCK_BYTES 512 /* PENDING, RESERVED and the shared ones */
#define SAMPLES 400
#define PATIENCE_MS 1000

/* The process that reads, and the pipe by whose end it is let go. */
struct reader {
	pid_t pid;
	int hold;
};

static void
begin_and_hold(const char *begin, int ready, int hold)
{
	sqlite3 *db = NULL;
	char byte = 1;

	if (sqlite3_open(scratch_path(PP_ACCOUNTS_PATH), &db) != SQLITE_OK ||
		sqlite3_exec(db, begin, NULL, NULL, NULL) != SQLITE_OK ||
		write(ready, &byte, 1) != 1)
		_exit(EXIT_FAILURE);
	_exit(read(hold, &byte, 1) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* Starts a process that holds the database with the statements of begin. */
static struct reader
start_reader(const char *begin)
{
	struct reader reader;
	int ready[2];
	int hold[2];
	char byte;

	if (check_int(pipe2(ready, O_CLOEXEC), 0))
		check_int(pipe2(hold, O_CLOEXEC), 0);
	reader.pid = fork();
	if (reader.pid == 0) {
		close(hold[1]);
		begin_and_hold(begin, ready[1], hold[0]);
	}
	close(ready[1]);
	close(hold[0]);
	check_int(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	reader.hold = hold[1];
	return reader;
}

static bool
ends_well(pid_t pid)
{
	int status = 0;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static void
let_go(const struct reader *reader)
{
	close(reader->hold);
	check(ends_well(reader->pid));
}

/* Starts a process that does something to the node. */
static pid_t
start(enum pp_reason (*what)(void), int also_close)
{
	pid_t pid = fork();

	if (pid == 0) {
		close(also_close);
		_exit(what() == PP_REASON_NONE ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	return pid;
}

static enum pp_reason
lock_alice(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	struct pp_err err = {0};

	(void) !node_lock(accounts, "alice", true, &err);
	return err.reason;
}

/* A process that was stopped with Ctrl-Z in a transaction is let go on. */
static void
a_stopped_process_keeps_nothing_up(const char *begin)
{
	struct reader reader;
	int64_t began;

	node_reset();
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	reader = start_reader(begin);
	check_int(kill(reader.pid, SIGSTOP), 0);
	close(reader.hold);
	check_int(waitpid(reader.pid, NULL, WUNTRACED), reader.pid);
	began = pp_clock_boot_ms(&pp_clock_system);
	check_reason(lock_alice(), PP_REASON_NONE);
	check_cmp(pp_clock_boot_ms(&pp_clock_system) - began, <, PATIENCE_MS);
	check(ends_well(reader.pid));
}

static void
a_stopped_writer_keeps_nothing_up(void)
{
	a_stopped_process_keeps_nothing_up("BEGIN EXCLUSIVE");
}

static void
a_stopped_reader_keeps_no_writer_up(void)
{
	a_stopped_process_keeps_nothing_up("BEGIN; SELECT * FROM accounts");
}

/* Returns true if pid, or any other process, keeps writers or new readers of
 * the database out. */
static bool
is_kept_out(int fd)
{
	struct flock lock = {.l_type = F_RDLCK,
		.l_whence = SEEK_SET,
		.l_start = PENDING,
		.l_len = LOCK_BYTES};

	return fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

static bool
is_locked(int fd)
{
	bool locked = flock(fd, LOCK_SH | LOCK_NB) != 0;

	flock(fd, LOCK_UN);
	return locked;
}

/* Counts the samples in which the lock was found: a wait with it would be in
 * all of them. */
static int
count_locked(const char *path, bool (*is_held)(int fd))
{
	const struct timespec pause = {0, 1000000};
	int fd = open(scratch_path(path), O_RDWR | O_CLOEXEC);
	int count = 0;

	check_cmp(fd, >=, 0);
	for (int i = 0; i < SAMPLES; i++) {
		count += is_held(fd);
		nanosleep(&pause, NULL);
	}
	close(fd);
	return count;
}

static void
a_writer_that_waits_for_a_reader_keeps_no_other_reader_out(void)
{
	struct reader reader;
	pid_t writer;
	int64_t began;

	node_reset();
	check_reason(node_sign_in("alice", "sub-a", "dev"), PP_REASON_NONE);
	reader = start_reader("BEGIN; SELECT * FROM accounts");
	writer = start(lock_alice, reader.hold);
	check_cmp(count_locked(PP_ACCOUNTS_PATH, is_kept_out), <, SAMPLES / 4);
	check_int(waitpid(writer, NULL, WNOHANG), 0);
	began = pp_clock_boot_ms(&pp_clock_system);
	let_go(&reader);
	check(ends_well(writer));
	check_cmp(pp_clock_boot_ms(&pp_clock_system) - began, <, PATIENCE_MS);
	check_int(run_sql("SELECT locked FROM accounts"), 1);
}

/* The twin of the one above: the samples see a lock that is held. */
static void
a_writer_that_writes_keeps_readers_out(void)
{
	struct reader writer;

	node_reset();
	check_reason(node_sign_in("alice", "sub-a", "dev"), PP_REASON_NONE);
	writer = start_reader("BEGIN EXCLUSIVE");
	check_int(count_locked(PP_ACCOUNTS_PATH, is_kept_out), SAMPLES);
	let_go(&writer);
}

static void
a_reader_waits_for_a_writer_and_then_reads(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct reader writer;
	pid_t reader;

	node_reset();
	check_reason(node_sign_in("alice", "sub-a", "dev"), PP_REASON_NONE);
	writer = start_reader("BEGIN EXCLUSIVE");
	reader = start(node_publish, writer.hold);
	check_int(waitpid(reader, NULL, WNOHANG), 0);
	let_go(&writer);
	check(ends_well(reader));
	check_reason(node_find("alice", &account), PP_REASON_NONE);
}

static void
a_publication_that_waits_for_the_database_keeps_no_other_out(void)
{
	struct reader writer;
	pid_t publisher;

	node_reset();
	check_reason(node_sign_in("alice", "sub-a", "dev"), PP_REASON_NONE);
	check_reason(node_publish(), PP_REASON_NONE);
	writer = start_reader("BEGIN EXCLUSIVE");
	publisher = start(node_publish, writer.hold);
	check_cmp(count_locked("/var/lib/playpen/publish.lock", is_locked), <,
		SAMPLES / 4);
	check_int(waitpid(publisher, NULL, WNOHANG), 0);
	let_go(&writer);
	check(ends_well(publisher));
}

int
main(void)
{
	node_begin();
	run(a_writer_that_waits_for_a_reader_keeps_no_other_reader_out);
	run(a_writer_that_writes_keeps_readers_out);
	run(a_reader_waits_for_a_writer_and_then_reads);
	run(a_publication_that_waits_for_the_database_keeps_no_other_out);
	run(a_stopped_writer_keeps_nothing_up);
	run(a_stopped_reader_keeps_no_writer_up);
	return node_end();
}
