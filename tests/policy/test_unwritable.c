/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include <playpen/runtime/timestamp.h>

#include "playpen_policy/handlers.h"
#include "tests/policy/identity.h"

/*
 * Sign-ins while the disk is full, the file system read-only, or the index
 * cannot be replaced. Runs in a mount namespace (tests/policy/run-private)
 * where /etc and /var/lib are the test's own.
 */

#define INDEX_NEW PP_INDEX_PATH ".new"

/* Two days on: what was said today counts no more. */
static int64_t
later_wall(void *context)
{
	(void) context;
	return pp_clock_wall(&pp_clock_system) + 2 * TTL;
}

/* Returns the reason of the account stage of sshd two days later, with the
 * ticket of a sign-in or without one. */
static enum pp_reason
account_later(const char *name, const char *ticket)
{
	struct pp_clock later = pp_clock_system;
	struct request request = {.clock = &later};
	enum pp_kind kind;
	enum pp_reason reason;

	later.wall = later_wall;
	check_kind(pp_conf_load("", &request.conf, NULL), PP_OK);
	request.start.user = strdup(name);
	request.start.pam_service = strdup("sshd");
	request.start.ticket = ticket != NULL ? strdup(ticket) : NULL;
	request.start.uid = node_uid(name);
	request.start.gid = request.start.uid;
	request.service = pp_conf_find_pam_service(request.conf, "sshd");
	kind = handle_account(&request);
	reason = kind == PP_OK ? PP_REASON_NONE : request.err.reason;
	request_free(&request);
	return reason;
}

/* alice is in two groups, and the index says so. */
static void
begin(void)
{
	rmdir(INDEX_NEW);
	node_reset();
	check(scratch_write(
		"/etc/nsswitch.conf", "passwd: files\ngroup: files\n", 0644));
	check_reason(apply("alice", "dev ops"), PP_REASON_NONE);
	check_text(notes, "");
}

static uint32_t
published_groups(const char *name)
{
	struct pp_index *index = NULL;
	struct pp_index_user user = {0};

	if (pp_index_open(PP_INDEX_PATH, &index) == PP_INDEX_FOUND)
		check_int(pp_index_user_by_name(index, name, &user),
			PP_INDEX_FOUND);
	pp_index_release(&index);
	return user.group_count;
}

/* The mount alone: a file that is gone but mapped would keep the whole busy. */
static void
set_read_only(bool yes)
{
	check_int(mount("", "/var/lib", "",
			  MS_REMOUNT | MS_BIND | (yes ? MS_RDONLY : 0), NULL),
		0);
}

/* Fills what is left, to the last byte. */
static void
fill(void)
{
	static const char zeros[4096];
	int fd = open("/var/lib/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	while (write(fd, zeros, sizeof(zeros)) > 0)
		;
	while (write(fd, zeros, 1) > 0)
		;
	close(fd);
}

static void
check_refusals_and_their_twins(void)
{
	check_reason(apply("alice", "dev"), PP_REASON_STATE_UNWRITABLE);
	check_reason(apply("alice", ""), PP_REASON_STATE_UNWRITABLE);
	check_reason(apply("alice", "dev web"), PP_REASON_STATE_UNWRITABLE);
	check_reason(apply("bob", "dev"), PP_REASON_STATE_UNWRITABLE);
	check_reason(apply("alice", "dev ops"), PP_REASON_NONE);
	check_reason(apply("alice", "dev ops web"), PP_REASON_NONE);
	check_int(published_groups("alice"), 2);
}

static void
check_all_is_well_again(void)
{
	check_reason(apply("alice", "dev"), PP_REASON_NONE);
	check_text(notes, "");
	check_int(published_groups("alice"), 1);
	check_reason(apply("bob", "dev"), PP_REASON_NONE);
	check_int(published_groups("bob"), 1);
}

static void
a_full_disk_keeps_out_whom_the_answer_takes_from(void)
{
	begin();
	fill();
	check_refusals_and_their_twins();
	check_int(unlink("/var/lib/filler"), 0);
	check_all_is_well_again();
}

static void
a_read_only_file_system_does_the_same(void)
{
	begin();
	set_read_only(true);
	check_refusals_and_their_twins();
	check_reason(apply("alice", "dev ops"), PP_REASON_NONE);
	check_contains(notes, "not stored: state.db: ");
	set_read_only(false);
	check_all_is_well_again();
}

/*
 * The account stage reads what is on record, and that is old: the sign-in that
 * could not be stored is known by its ticket, for its own user and not long.
 */
static void
a_sign_in_that_was_not_stored_passes_the_account_stage(void)
{
	char ticket[PP_TIMESTAMP_TICKET_SIZE];
	char bobs[PP_TIMESTAMP_TICKET_SIZE];

	begin();
	check_reason(apply("bob", "dev"), PP_REASON_NONE);
	check_reason(account_later("alice", NULL), PP_REASON_GROUPS_EXPIRED);
	set_read_only(true);
	check_reason(apply("alice", "dev ops"), PP_REASON_NONE);
	check_kind(pp_timestamp_issue_ticket(
			   node_uid("alice"), &pp_clock_system, ticket, NULL),
		PP_OK);
	check_kind(pp_timestamp_issue_ticket(
			   node_uid("bob"), &pp_clock_system, bobs, NULL),
		PP_OK);
	check_reason(account_later("alice", ticket), PP_REASON_NONE);
	check_reason(account_later("alice", ticket), PP_REASON_NONE);
	check_reason(account_later("alice", bobs), PP_REASON_GROUPS_EXPIRED);
	check_reason(
		account_later("alice", "../ticket"), PP_REASON_GROUPS_EXPIRED);
	check_reason(account_later("alice", NULL), PP_REASON_GROUPS_EXPIRED);
	set_read_only(false);
	node_configure(CONF "[service.sshd]\nrequire_groups = web\n");
	check_reason(account_later("alice", ticket), PP_REASON_GROUP_MISSING);
	node_configure(CONF "[service.sshd]\nrequire_groups = ops\n");
	check_reason(account_later("alice", ticket), PP_REASON_NONE);
	node_configure(CONF);
	check_all_is_well_again();
}

/* Dies in the middle of a change that is half in the file already. */
static void
leave_a_hot_journal(void)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		sqlite3 *db = NULL;

		sqlite3_open(PP_ACCOUNTS_PATH, &db);
		sqlite3_exec(db,
			"PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
			"UPDATE accounts SET locked = 1;"
			"CREATE TABLE filler AS WITH RECURSIVE n(x) AS"
			" (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 200)"
			" SELECT x, randomblob(2000) FROM n",
			NULL, NULL, NULL);
		raise(SIGKILL);
	}
	if (check_int(waitpid(child, &status, 0), child))
		check(WIFSIGNALED(status));
}

/*
 * What is in the file is neither the old state nor the new one, so nobody of
 * ours is judged by it until somebody can write; then it is the old one.
 */
static void
a_half_written_table_is_not_believed_on_a_read_only_disk(void)
{
	begin();
	leave_a_hot_journal();
	set_read_only(true);
	check_reason(apply("alice", "dev ops"), PP_REASON_STATE_UNREADABLE);
	check_reason(account_later("alice", NULL), PP_REASON_STATE_UNREADABLE);
	set_read_only(false);
	check_reason(apply("alice", "dev ops"), PP_REASON_NONE);
	check_reason(account_later("alice", NULL), PP_REASON_GROUPS_EXPIRED);
	leave_a_hot_journal();
	fill();
	check_reason(apply("alice", "dev ops"), PP_REASON_NONE);
	check_int(unlink("/var/lib/filler"), 0);
	check_all_is_well_again();
}

/* The state takes it, the index does not: the second try is refused as well. */
static void
an_answer_that_is_stored_but_not_published_takes_nothing_back(void)
{
	begin();
	check_int(mkdir(INDEX_NEW, 0755), 0);
	check_reason(apply("alice", "dev"), PP_REASON_STATE_UNWRITABLE);
	check_reason(apply("alice", "dev"), PP_REASON_STATE_UNWRITABLE);
	check_reason(apply("alice", ""), PP_REASON_STATE_UNWRITABLE);
	check_int(published_groups("alice"), 2);
	check_reason(apply("alice", "dev ops web"), PP_REASON_NONE);
	check_contains(notes, "not published: publish: ");
	check_reason(apply("bob", "dev"), PP_REASON_STATE_UNWRITABLE);
	check_reason(apply("bob", "dev"), PP_REASON_STATE_UNWRITABLE);
	check_int(rmdir(INDEX_NEW), 0);
	check_all_is_well_again();
}

/* Left behind by a publication that failed, and then the disk is read-only. */
static void
an_index_that_gives_more_than_the_table_is_not_trusted(void)
{
	begin();
	check_int(mkdir(INDEX_NEW, 0755), 0);
	check_reason(apply("alice", "dev"), PP_REASON_STATE_UNWRITABLE);
	set_read_only(true);
	check_reason(apply("alice", "dev"), PP_REASON_STATE_UNWRITABLE);
	check_reason(apply("alice", "dev ops"), PP_REASON_NONE);
	set_read_only(false);
	check_int(rmdir(INDEX_NEW), 0);
	check_all_is_well_again();
}

/* The numbers of local groups are theirs, by whatever name a claim has. */
static void
a_mapped_group_is_found_again_by_its_local_number(void)
{
	begin();
	node_configure(CONF "[groups.map]\nmovies = video\n");
	check_reason(apply("alice", "dev movies"), PP_REASON_NONE);
	check_int(mkdir(INDEX_NEW, 0755), 0);
	check_reason(apply("alice", "dev movies web"), PP_REASON_NONE);
	check_reason(apply("alice", "dev web"), PP_REASON_STATE_UNWRITABLE);
	check_int(rmdir(INDEX_NEW), 0);
	check_reason(apply("alice", "dev web"), PP_REASON_NONE);
}

int
main(void)
{
	umask(022);
	enter();
	run(a_full_disk_keeps_out_whom_the_answer_takes_from);
	run(a_read_only_file_system_does_the_same);
	run(a_sign_in_that_was_not_stored_passes_the_account_stage);
	run(a_half_written_table_is_not_believed_on_a_read_only_disk);
	run(an_answer_that_is_stored_but_not_published_takes_nothing_back);
	run(an_index_that_gives_more_than_the_table_is_not_trusted);
	run(a_mapped_group_is_found_again_by_its_local_number);
	return node_end();
}
