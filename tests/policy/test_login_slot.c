/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "playpen_policy/auth.h"
#include "tests/tap.h"

/* Runs in a namespace of its own (tests/policy/run-private): /run is empty
 * there. */

static struct pp_conf conf = {.max_pending_logins = 8,
	.max_pending_logins_per_source = 4,
	.max_pending_logins_per_name = 4,
	.max_pending_logins_per_user = 2};
static struct pp_login_slot held[64];
static size_t held_count;

static enum pp_reason
take_for(const char *service, const char *user, const char *rhost, int64_t uid,
	bool bound)
{
	struct request request = {.conf = &conf,
		.start = {.pam_service = (char *) service,
			.user = (char *) user,
			.rhost = (char *) rhost,
			.caller_uid = uid}};
	struct pp_login_slot slot = {.fd = -1};
	struct pp_err err = {0};

	if (auth_take_slot(&request, bound, &slot, &err) != PP_OK)
		return err.reason;
	held[held_count++] = slot;
	return PP_REASON_NONE;
}

static enum pp_reason
take_bound(const char *user, const char *rhost)
{
	return take_for("sshd", user, rhost, 0, true);
}

static enum pp_reason
take_stranger(const char *user, const char *rhost)
{
	return take_for("sshd", user, rhost, 0, false);
}

static void
free_all(void)
{
	while (held_count > 0)
		pp_login_slot_free(&held[--held_count]);
}

static const char *
address(int number)
{
	static char text[32];

	snprintf(text, sizeof(text), "192.0.2.%d", number);
	return text;
}

static const char *
person(int number)
{
	static char text[32];

	snprintf(text, sizeof(text), "person%d", number);
	return text;
}

static void
the_pool_is_limited(void)
{
	for (int i = 0; i < 8; i++)
		check_reason(take_bound(person(i), address(i)), PP_REASON_NONE);
	check_reason(
		take_bound("alice", address(9)), PP_REASON_TOO_MANY_PENDING);
	pp_login_slot_free(&held[--held_count]);
	check_reason(take_bound("alice", address(9)), PP_REASON_NONE);
	free_all();
}

static void
a_source_is_limited(void)
{
	for (int i = 0; i < 4; i++)
		check_reason(
			take_bound(person(i), "192.0.2.1"), PP_REASON_NONE);
	check_reason(
		take_bound("alice", "192.0.2.1"), PP_REASON_TOO_MANY_PENDING);
	check_reason(take_bound("alice", "192.0.2.2"), PP_REASON_NONE);
	free_all();
}

static void
an_ipv6_64_is_one_source(void)
{
	check_reason(take_bound("alice", "2001:db8:1:2::1"), PP_REASON_NONE);
	check_reason(
		take_bound("alice", "2001:db8:1:2:ffff::2"), PP_REASON_NONE);
	check_reason(take_bound("alice", "2001:db8:1:2::3"), PP_REASON_NONE);
	check_reason(take_bound("bob", "2001:db8:1:2::4"), PP_REASON_NONE);
	check_reason(take_bound("bob", "2001:db8:1:2::5"),
		PP_REASON_TOO_MANY_PENDING);
	check_reason(take_bound("bob", "2001:db8:1:3::5"), PP_REASON_NONE);
	free_all();
}

/* A stranger who guesses a name never holds all slots, and from one address not
 * even all slots of the name. */
static void
a_known_name_is_limited(void)
{
	for (int i = 0; i < 3; i++)
		check_reason(take_bound("alice", address(1)), PP_REASON_NONE);
	check_reason(
		take_bound("alice", address(1)), PP_REASON_TOO_MANY_PENDING);
	check_reason(take_bound("bob", address(1)), PP_REASON_NONE);
	check_reason(take_bound("alice", address(2)), PP_REASON_NONE);
	check_reason(
		take_bound("alice", address(3)), PP_REASON_TOO_MANY_PENDING);
	check_reason(take_bound("bob", address(3)), PP_REASON_NONE);
	conf.max_pending_logins_per_name = 5;
	check_reason(take_bound("alice", address(3)), PP_REASON_NONE);
	free_all();
	conf.max_pending_logins_per_name = 1;
	check_reason(take_bound("alice", address(1)), PP_REASON_NONE);
	check_reason(
		take_bound("alice", address(2)), PP_REASON_TOO_MANY_PENDING);
	conf.max_pending_logins_per_name = 4;
	free_all();
}

static void
unknown_names_have_half_of_the_pool_and_one_slot_each(void)
{
	check_reason(take_stranger("n1", address(1)), PP_REASON_NONE);
	check_reason(
		take_stranger("n1", address(2)), PP_REASON_TOO_MANY_PENDING);
	check_reason(take_stranger("n2", address(2)), PP_REASON_NONE);
	check_reason(take_stranger("n3", address(3)), PP_REASON_NONE);
	check_reason(take_stranger("n4", address(4)), PP_REASON_NONE);
	check_reason(
		take_stranger("n5", address(5)), PP_REASON_TOO_MANY_PENDING);
	check_reason(take_bound("alice", address(5)), PP_REASON_NONE);
	free_all();
}

static void
local_services_have_a_pool_of_their_own(void)
{
	for (int i = 0; i < 8; i++)
		check_reason(take_bound(person(i), address(i)), PP_REASON_NONE);
	check_reason(
		take_for("sudo", "alice", NULL, 1001, true), PP_REASON_NONE);
	check_reason(take_for("su", "bob", NULL, 1001, true), PP_REASON_NONE);
	check_reason(take_for("sudo", "alice", NULL, 1001, true),
		PP_REASON_TOO_MANY_PENDING);
	check_reason(
		take_for("sudo", "alice", NULL, 1002, true), PP_REASON_NONE);
	free_all();
}

static void
a_killed_holder_frees_its_slot(void)
{
	int fds[2];
	char ready = 0;
	pid_t child;

	check_int(pipe(fds), 0);
	child = fork();
	if (child == 0) {
		ready = take_stranger("n1", address(1)) == PP_REASON_NONE;
		if (write(fds[1], &ready, 1) != 1)
			_exit(EXIT_FAILURE);
		for (;;)
			pause();
	}
	if (check_int(read(fds[0], &ready, 1), 1))
		check_int(ready, 1);
	check_reason(
		take_stranger("n1", address(2)), PP_REASON_TOO_MANY_PENDING);
	kill(child, SIGKILL);
	check_int(waitpid(child, NULL, 0), child);
	check_reason(take_stranger("n1", address(2)), PP_REASON_NONE);
	free_all();
	close(fds[0]);
	close(fds[1]);
}

/* Adds 1 to the 32 bits at offset of each record of sshd's pool. */
static void
change_records(off_t offset)
{
	int fd = open(PP_RUN_SLOTS "/sshd", O_RDWR | O_CLOEXEC);
	off_t end = lseek(fd, 0, SEEK_END);
	uint32_t size = 0;

	check_int(pread(fd, &size, sizeof(size), 4), sizeof(size));
	for (off_t at = offset; size > 0 && at < end; at += size) {
		uint32_t word = 0;

		check_int(pread(fd, &word, sizeof(word), at), sizeof(word));
		word++;
		check_int(pwrite(fd, &word, sizeof(word), at), sizeof(word));
	}
	close(fd);
}

/* Logins from before an upgrade hold their slots, and count for nothing else.
 */
static void
slots_of_another_version_or_size_are_held_but_not_counted(void)
{
	for (off_t offset = 0; offset <= 4; offset += 4) {
		for (int i = 0; i < 4; i++)
			check_reason(take_bound(person(i), "192.0.2.1"),
				PP_REASON_NONE);
		check_reason(take_bound("alice", "192.0.2.1"),
			PP_REASON_TOO_MANY_PENDING);
		change_records(offset);
		for (int i = 0; i < 4; i++)
			check_reason(take_bound(person(i), "192.0.2.1"),
				PP_REASON_NONE);
		check_reason(take_bound("alice", "192.0.2.2"),
			PP_REASON_TOO_MANY_PENDING);
		free_all();
		check_reason(take_bound("alice", "192.0.2.1"), PP_REASON_NONE);
		free_all();
	}
}

/* Many processes at once never hold more slots than there are. */
static void
a_crowd_never_holds_more_than_the_pool(void)
{
	enum { CROWD = 40 };
	int results[2];
	int gate[2];
	int taken = 0;
	char byte;

	if (check_int(pipe(results), 0))
		check_int(pipe(gate), 0);
	for (int i = 0; i < CROWD; i++) {
		if (fork() != 0)
			continue;
		close(gate[1]);
		byte = take_bound(person(i), address(i)) == PP_REASON_NONE;
		if (write(results[1], &byte, 1) != 1)
			_exit(EXIT_FAILURE);
		_exit(read(gate[0], &byte, 1) != 0);
	}
	for (int i = 0; i < CROWD; i++)
		taken += read(results[0], &byte, 1) == 1 && byte == 1;
	check_int(taken, 8);
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < CROWD; i++)
		wait(NULL);
	close(results[0]);
	close(results[1]);
}

int
main(void)
{
	run(the_pool_is_limited);
	run(a_source_is_limited);
	run(an_ipv6_64_is_one_source);
	run(a_known_name_is_limited);
	run(unknown_names_have_half_of_the_pool_and_one_slot_each);
	run(local_services_have_a_pool_of_their_own);
	run(a_killed_holder_frees_its_slot);
	run(slots_of_another_version_or_size_are_held_but_not_counted);
	run(a_crowd_never_holds_more_than_the_pool);
	return tap_end();
}
