/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "playpen_policy/login_slot.h"
#include "tests/tap.h"

/* Runs in a namespace of its own (tests/policy/run-private): /run is empty
 * there. */

static struct pp_conf conf = {.max_pending_logins = 8,
	.max_pending_logins_per_source = 4,
	.max_pending_logins_per_name = 4,
	.max_pending_logins_per_user = 2};
static struct login_slot held[64];
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
	struct login_slot slot = {.fd = -1};
	struct pp_err err = {0};

	if (login_slot_take(&request, bound, &slot, &err) != PP_OK)
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
give_all_back(void)
{
	while (held_count > 0)
		login_slot_free(&held[--held_count]);
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
a_node_has_so_many_places(void)
{
	for (int i = 0; i < 8; i++)
		check(take_bound(person(i), address(i)) == PP_REASON_NONE);
	check(take_bound("alice", address(9)) == PP_REASON_TOO_MANY_PENDING);
	login_slot_free(&held[--held_count]);
	check(take_bound("alice", address(9)) == PP_REASON_NONE);
	give_all_back();
}

static void
a_source_has_so_many_places(void)
{
	for (int i = 0; i < 4; i++)
		check(take_bound(person(i), "192.0.2.1") == PP_REASON_NONE);
	check(take_bound("alice", "192.0.2.1") == PP_REASON_TOO_MANY_PENDING);
	check(take_bound("alice", "192.0.2.2") == PP_REASON_NONE);
	give_all_back();
}

static void
a_64_is_one_source(void)
{
	check(take_bound("alice", "2001:db8:1:2::1") == PP_REASON_NONE);
	check(take_bound("alice", "2001:db8:1:2:ffff::2") == PP_REASON_NONE);
	check(take_bound("alice", "2001:db8:1:2::3") == PP_REASON_NONE);
	check(take_bound("bob", "2001:db8:1:2::4") == PP_REASON_NONE);
	check(take_bound("bob", "2001:db8:1:2::5") ==
		PP_REASON_TOO_MANY_PENDING);
	check(take_bound("bob", "2001:db8:1:3::5") == PP_REASON_NONE);
	give_all_back();
}

/* A stranger who guesses a name: never all places, and from one address not
 * even all of the name's. */
static void
a_known_name_has_so_many_places(void)
{
	for (int i = 0; i < 3; i++)
		check(take_bound("alice", address(1)) == PP_REASON_NONE);
	check(take_bound("alice", address(1)) == PP_REASON_TOO_MANY_PENDING);
	check(take_bound("bob", address(1)) == PP_REASON_NONE);
	check(take_bound("alice", address(2)) == PP_REASON_NONE);
	check(take_bound("alice", address(3)) == PP_REASON_TOO_MANY_PENDING);
	check(take_bound("bob", address(3)) == PP_REASON_NONE);
	conf.max_pending_logins_per_name = 5;
	check(take_bound("alice", address(3)) == PP_REASON_NONE);
	give_all_back();
	conf.max_pending_logins_per_name = 1;
	check(take_bound("alice", address(1)) == PP_REASON_NONE);
	check(take_bound("alice", address(2)) == PP_REASON_TOO_MANY_PENDING);
	conf.max_pending_logins_per_name = 4;
	give_all_back();
}

static void
strangers_have_half_and_one_a_name(void)
{
	check(take_stranger("n1", address(1)) == PP_REASON_NONE);
	check(take_stranger("n1", address(2)) == PP_REASON_TOO_MANY_PENDING);
	check(take_stranger("n2", address(2)) == PP_REASON_NONE);
	check(take_stranger("n3", address(3)) == PP_REASON_NONE);
	check(take_stranger("n4", address(4)) == PP_REASON_NONE);
	check(take_stranger("n5", address(5)) == PP_REASON_TOO_MANY_PENDING);
	check(take_bound("alice", address(5)) == PP_REASON_NONE);
	give_all_back();
}

static void
local_services_have_a_pool_of_their_own(void)
{
	for (int i = 0; i < 8; i++)
		check(take_bound(person(i), address(i)) == PP_REASON_NONE);
	check(take_for("sudo", "alice", NULL, 1001, true) == PP_REASON_NONE);
	check(take_for("su", "bob", NULL, 1001, true) == PP_REASON_NONE);
	check(take_for("sudo", "alice", NULL, 1001, true) ==
		PP_REASON_TOO_MANY_PENDING);
	check(take_for("sudo", "alice", NULL, 1002, true) == PP_REASON_NONE);
	give_all_back();
}

static void
a_killed_holder_leaves_its_place(void)
{
	int fds[2];
	char ready = 0;
	pid_t child;

	check(pipe(fds) == 0);
	child = fork();
	if (child == 0) {
		ready = take_stranger("n1", address(1)) == PP_REASON_NONE;
		if (write(fds[1], &ready, 1) != 1)
			_exit(EXIT_FAILURE);
		for (;;)
			pause();
	}
	check(read(fds[0], &ready, 1) == 1 && ready == 1);
	check(take_stranger("n1", address(2)) == PP_REASON_TOO_MANY_PENDING);
	kill(child, SIGKILL);
	check(waitpid(child, NULL, 0) == child);
	check(take_stranger("n1", address(2)) == PP_REASON_NONE);
	give_all_back();
	close(fds[0]);
	close(fds[1]);
}

/* Many processes at once: never more places than there are. */
static void
a_crowd_never_gets_more_than_there_is(void)
{
	enum { CROWD = 40 };
	int results[2];
	int gate[2];
	int taken = 0;
	char byte;

	check(pipe(results) == 0 && pipe(gate) == 0);
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
	check(taken == 8);
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
	run(a_node_has_so_many_places);
	run(a_source_has_so_many_places);
	run(a_64_is_one_source);
	run(a_known_name_has_so_many_places);
	run(strangers_have_half_and_one_a_name);
	run(local_services_have_a_pool_of_their_own);
	run(a_killed_holder_leaves_its_place);
	run(a_crowd_never_gets_more_than_there_is);
	return tap_end();
}
