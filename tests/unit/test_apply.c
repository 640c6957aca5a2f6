/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <playpen/accounts/db.h>
#include <playpen/roster/apply.h>

#include "tests/unit/killed.h"
#include "tests/unit/node.h"

/*
 * Any sequence of files, locks by hand, sign-ins and crashes ends in what the
 * last whole files and the administrator say: random steps, beside a model
 * that is a few lines long. $PLAYPEN_SEED repeats one; it is printed.
 */

#define PEOPLE 4
#define FILES 2
#define STEPS 600
#define FUTURE "2040-01-01T00:00:00Z" /* behind NOW */
#define PAST "2020-01-01T00:00:00Z"

static const char *const names[PEOPLE] = {"alice", "bob", "carol", "mallory"};

/* What a line says of a person. */
enum said {
	NOT_LISTED,
	OPEN,
	OPEN_UNTIL_LATER,
	LOCKED,
	LOCKED_SINCE,
	CLOSED,
	SAID_COUNT,
};

/* What is in the directory under a file's name. */
struct on_disk {
	bool readable; /* whole, and root's */
	bool broken;   /* one line is */
	int64_t serial;
	enum said said[PEOPLE];
};

struct model {
	bool there[FILES]; /* a file is in the directory */
	struct on_disk disk[FILES];
	int64_t serial[FILES]; /* of what was applied */
	bool locked[FILES][PEOPLE];
	bool closed[FILES][PEOPLE];
	bool hand_locked[PEOPLE];
	bool hand_closed[PEOPLE];
	bool known[PEOPLE]; /* has an account */
};

static int64_t failures;

static int
pick(int count)
{
	return (int) (random() % count);
}

static const char *
file_path(int file)
{
	return file == 0 ? PP_APPLY_DIR "/a.jsonl" : PP_APPLY_DIR "/b.jsonl";
}

static bool
keeps_out(enum said said)
{
	return said >= LOCKED;
}

/* Writes a line about a person; some have the subject as well. */
static int
print_line(char *text, size_t size, int person, enum said said)
{
	static const char *const members[SAID_COUNT] = {[OPEN] = "",
		[OPEN_UNTIL_LATER] = ",\"until\":\"" FUTURE "\"",
		[LOCKED] = ",\"locked\":true",
		[LOCKED_SINCE] = ",\"until\":\"" PAST "\"",
		[CLOSED] = ",\"closed\":true"};

	return snprintf(text, size, "{\"name\":\"%s\"%s%s%s%s}\n",
		names[person],
		pick(2) == 0 ? ",\"subject\":\"" : ",\"gecos\":\"",
		names[person], "\"", members[said]);
}

/* Puts a file there: whole, with a broken line, cut off, or not root's. */
static void
write_file(struct model *model, int file)
{
	struct on_disk *disk = &model->disk[file];
	char text[2048];
	int count = 0;
	int len;
	int cut = pick(8);
	mode_t mode = cut == 1 ? 0666 : 0644;

	*disk = (struct on_disk){.readable = cut > 1,
		.broken = pick(3) == 0,
		.serial = model->serial[file] + pick(3) - (pick(4) == 0)};
	if (disk->serial < 0)
		disk->serial = 0;
	len = snprintf(text, sizeof(text), "{\"serial\":%lld}\n",
		(long long) disk->serial);
	for (int i = 0; i < PEOPLE; i++) {
		disk->said[i] = (enum said) pick(SAID_COUNT);
		if (disk->said[i] == NOT_LISTED)
			continue;
		len += print_line(text + len, sizeof(text) - (size_t) len, i,
			disk->said[i]);
		count++;
	}
	if (disk->broken)
		len += snprintf(text + len, sizeof(text) - (size_t) len,
			"{\"name\":\"mallory2\",\"loked\":true}\n");
	len += snprintf(text + len, sizeof(text) - (size_t) len,
		"{\"end\":%d}\n", count + disk->broken);
	if (cut == 0)
		text[pick(len)] = '\0';
	model->there[file] = true;
	unlink(scratch_path(file_path(file)));
	check(scratch_write(file_path(file), text, mode));
}

/* What the model takes from the files that are there. */
static void
model_apply(struct model *model)
{
	for (int f = 0; f < FILES; f++) {
		const struct on_disk *disk = &model->disk[f];

		if (!model->there[f] || !disk->readable ||
			disk->serial < model->serial[f])
			continue;
		model->serial[f] = disk->serial;
		for (int i = 0; i < PEOPLE; i++) {
			bool locked = keeps_out(disk->said[i]);
			bool closed = disk->said[i] == CLOSED;

			model->locked[f][i] =
				locked || (disk->broken && model->locked[f][i]);
			model->closed[f][i] =
				closed || (disk->broken && model->closed[f][i]);
		}
	}
}

static bool
model_keeps_out(const struct model *model, int person)
{
	bool out = model->hand_locked[person] || model->hand_closed[person];

	for (int f = 0; f < FILES; f++)
		out |= model->locked[f][person];
	return out;
}

static void
count_failures(void *context, const struct pp_apply_note *note)
{
	(void) context;
	failures += note->reason != PP_REASON_NONE;
}

/* Applies and publishes, as the command does. */
static int
be_the_writer(const void *what)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_apply_totals totals;

	(void) what;
	if (pp_accounts_open(scratch_root, node_conf, PP_ACCOUNTS_WRITE,
		    &accounts, NULL) != PP_OK)
		return 1;
	if (pp_apply_files(accounts, NOW, count_failures, NULL, &totals,
		    NULL) != PP_OK)
		return 2;
	return pp_publish_accounts(accounts, NULL) == PP_OK ? 0 : 3;
}

static bool
is_out(enum pp_reason reason)
{
	return reason == PP_REASON_LOCKED || reason == PP_REASON_ACCOUNT_CLOSED;
}

/* Compares what each sign-in would get with the model. */
static bool
compare(const struct model *model)
{
	bool good = true;

	for (int i = 0; i < PEOPLE; i++) {
		enum pp_reason reason = node_try(names[i], names[i]);

		if (model_keeps_out(model, i))
			good &= check(is_out(reason));
		else
			good &= check_reason(reason, PP_REASON_NONE);
	}
	return good;
}

/* Is killed somewhere in between: who is out before and after it is out then,
 * too. Another application ends it. */
static void
apply_killed(struct model *model)
{
	struct model after = *model;

	model_apply(&after);
	(void) !killed_at(be_the_writer, NULL, 2 * pick(400) + 1);
	for (int i = 0; i < PEOPLE; i++)
		if (model_keeps_out(model, i) && model_keeps_out(&after, i))
			check(is_out(node_try(names[i], names[i])));
	check_int(be_the_writer(NULL), 0);
	*model = after;
}

static void
lock_by_hand(struct model *model, int person, bool locked)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	const struct pp_lock lock = {.name = names[person], .said_at = NOW};
	bool changed = false;
	struct pp_err err = {0};
	bool by_file = false;

	for (int f = 0; f < FILES; f++)
		by_file |= model->locked[f][person];
	if (locked) {
		check_kind(
			pp_locks_add(accounts, &lock, &changed, NULL), PP_OK);
		model->hand_locked[person] = true;
		return;
	}
	(void) !pp_locks_release(accounts, &lock, &changed, &err);
	if (by_file)
		check_reason(err.reason, PP_REASON_LOCKED);
	else
		model->hand_locked[person] = false;
}

static void
close_by_hand(struct model *model, int person, bool closed)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	bool changed = false;
	struct pp_err err = {0};
	bool by_file = false;

	for (int f = 0; f < FILES; f++)
		by_file |= model->closed[f][person];
	(void) !pp_admin_close(accounts, names[person], closed, &changed, &err);
	if (err.reason == PP_REASON_NO_ACCOUNT)
		return;
	if (!closed && by_file)
		check_reason(err.reason, PP_REASON_ACCOUNT_CLOSED);
	else if (check_reason(err.reason, PP_REASON_NONE))
		model->hand_closed[person] = closed;
}

static void
do_step(struct model *model)
{
	int file = pick(FILES);
	int person = pick(PEOPLE);

	switch (pick(9)) {
	case 0:
	case 1:
		write_file(model, file);
		break;
	case 2:
		unlink(scratch_path(file_path(file)));
		model->there[file] = false;
		break;
	case 3:
		lock_by_hand(model, person, pick(2) == 0);
		break;
	case 4:
		close_by_hand(model, person, pick(3) == 0);
		break;
	case 5:
		if (is_out(node_sign_in(names[person], names[person], "dev")))
			check(model_keeps_out(model, person));
		else
			check(!model_keeps_out(model, person));
		break;
	case 6:
		apply_killed(model);
		break;
	default:
		check_int(be_the_writer(NULL), 0);
		model_apply(model);
	}
}

static void
any_sequence_ends_in_what_the_last_files_and_the_administrator_say(void)
{
	const char *given = getenv("PLAYPEN_SEED");
	unsigned seed =
		given != NULL ? (unsigned) atoi(given) : (unsigned) time(NULL);
	struct model model = {0};
	int step = 0;

	node_reset();
	scratch_directories(PP_APPLY_DIR "/x");
	printf("# PLAYPEN_SEED=%u\n", seed);
	srandom(seed);
	while (step < STEPS) {
		do_step(&model);
		if (!compare(&model)) {
			printf("# at step %d\n", step);
			return;
		}
		step++;
	}
	check_cmp(failures, >, 0);
}

#define PEOPLE_FILE PP_APPLY_DIR "/a.jsonl"

/* What another process stores that has the next version of the file. */
static enum pp_kind
store_newer(struct pp_accounts *accounts)
{
	enum pp_kind kind = pp_db_exec(accounts, PP_SQL_FILE_LOCK_INSERT, NULL,
		"ttttitibbi", "bob", "", "", PEOPLE_FILE, (int64_t) NOW, "left",
		(int64_t) 0, true, false, (int64_t) 0);

	return kind == PP_OK
		       ? pp_db_exec(accounts, PP_SQL_ACCOUNTS_FILE_SET, NULL,
				 "tiiiib", "a.jsonl", (int64_t) 6, (int64_t) 0,
				 (int64_t) 1, (int64_t) 1, true)
		       : kind;
}

/* Applies as soon as the peer says so. */
static int
apply_when_told(int peer)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_apply_totals totals = {0};
	char byte = 0;

	if (pp_accounts_open(scratch_root, node_conf, PP_ACCOUNTS_WRITE,
		    &accounts, NULL) != PP_OK ||
		write(peer, &byte, 1) != 1 || read(peer, &byte, 1) != 1)
		return 2;
	return pp_apply_files(accounts, NOW, count_failures, NULL, &totals,
		       NULL) == PP_OK &&
			       totals.failures == 1
		       ? 0
		       : 1;
}

/* Returns the state letter of a process, as /proc says it. */
static char
state_of(pid_t pid)
{
	char path[64];
	char state = '?';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int) pid);
	file = fopen(path, "re");
	if (file == NULL)
		return state;
	(void) !fscanf(file, "%*d (%*[^)]) %c", &state);
	fclose(file);
	return state;
}

/* Stores the newer file while the process, which has read the older one, opens
 * the local users: they are a pipe. */
static void
overtake(pid_t pid, int peer)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	char path[PATH_MAX];
	pp_cleanup(pp_fd) int pipe = -1;
	int unread = 1;
	char byte = 0;

	check_int(read(peer, &byte, 1), 1);
	snprintf(path, sizeof(path), "%s", scratch_path("/etc/passwd"));
	unlink(path);
	check_int(mkfifo(path, 0644), 0);
	check_int(write(peer, &byte, 1), 1);
	while (ioctl(peer, SIOCOUTQ, &unread) == 0 && unread > 0)
		;
	while (state_of(pid) != 'S') /* until it waits for the pipe */
		;
	check_kind(pp_db_begin(accounts, NULL), PP_OK);
	check_kind(store_newer(accounts), PP_OK);
	check_kind(pp_db_end(accounts, PP_OK, NULL), PP_OK);
	pipe = open(path, O_WRONLY | O_CLOEXEC);
	unlink(path);
	check(scratch_write(
		"/etc/passwd", "root:x:0:0::/root:/bin/sh\n", 0644));
}

static void
a_file_that_was_overtaken_ends_no_lock(void)
{
	int peers[2];
	int status = -1;
	pid_t pid;

	node_reset();
	scratch_directories(PP_APPLY_DIR "/x");
	check_reason(node_sign_in("bob", "bob", ""), PP_REASON_NONE);
	check(scratch_write(
		PEOPLE_FILE, "{\"serial\":5}\n{\"end\":0}\n", 0644));
	check_int(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, peers), 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(apply_when_told(peers[1]));
	close(peers[1]);
	overtake(pid, peers[0]);
	close(peers[0]);
	check_int(waitpid(pid, &status, 0), pid);
	check_int(WEXITSTATUS(status), 0);
	check_reason(node_try("bob", "bob"), PP_REASON_LOCKED);
	check(scratch_write(
		PEOPLE_FILE, "{\"serial\":7}\n{\"end\":0}\n", 0644));
	check_int(be_the_writer(NULL), 0);
	check_reason(node_try("bob", "bob"), PP_REASON_NONE);
	unlink(scratch_path(PEOPLE_FILE));
}

int
main(void)
{
	node_begin();
	run(a_file_that_was_overtaken_ends_no_lock);
	run(any_sequence_ends_in_what_the_last_files_and_the_administrator_say);
	return node_end();
}
