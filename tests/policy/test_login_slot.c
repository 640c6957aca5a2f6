/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "playpen_policy/auth.h"
#include "playpen_policy/user_messages.h"
#include "tests/tap.h"

/*
 * Who is kept out by other logins, and who is not. Runs in a namespace of its
 * own (tests/policy/run-private): /run is empty there.
 */

#define ALICE 1001
#define BOB 1002
#define SUBORDINATE 100000
#define REFUSED PP_REASON_TOO_MANY_PENDING

/* The limits that a node begins with. */
static struct pp_conf conf;
static struct pp_login_slot held[2048];
static size_t held_count;
static char message[USER_MESSAGE_SIZE]; /* of the last refusal */

static void
begin(void)
{
	while (held_count > 0)
		pp_login_slot_free(&held[--held_count]);
	pp_strv_free(&conf.trusted_sources);
	conf.max_pending_logins = 32;
	conf.max_pending_logins_per_source = 4;
	conf.max_pending_logins_per_name = 6;
	conf.max_pending_logins_per_user = 6;
	message[0] = '\0';
}

static enum pp_reason
take(struct pp_start start, bool bound)
{
	struct request request = {.conf = &conf, .start = start};
	struct pp_login_slot slot = {.fd = -1};

	if (auth_take_slot(&request, bound, &slot, &request.err) != PP_OK) {
		user_message_write(&request, message);
		return request.err.reason;
	}
	held[held_count++] = slot;
	return PP_REASON_NONE;
}

static enum pp_reason
take_remote(
	const char *service, const char *user, const char *rhost, bool bound)
{
	return take((struct pp_start){.pam_service = (char *) service,
			    .user = (char *) user,
			    .uid = ALICE,
			    .rhost = (char *) rhost},
		bound);
}

static enum pp_reason
take_bound(const char *user, const char *rhost)
{
	return take_remote("sshd", user, rhost, true);
}

static enum pp_reason
take_stranger(const char *user, const char *rhost)
{
	return take_remote("sshd", user, rhost, false);
}

/* su to user, who has uid, by a caller. */
static enum pp_reason
take_su(const char *user, int64_t uid, int64_t caller)
{
	return take((struct pp_start){.pam_service = (char *) "su",
			    .user = (char *) user,
			    .uid = uid,
			    .caller_uid = caller},
		true);
}

static enum pp_reason
take_sudo(const char *user, int64_t uid)
{
	return take((struct pp_start){.pam_service = (char *) "sudo",
			    .user = (char *) user,
			    .ruser = (char *) user,
			    .uid = uid},
		true);
}

static enum pp_reason
take_console(const char *user, const char *tty, bool bound)
{
	return take((struct pp_start){.pam_service = (char *) "login",
			    .user = (char *) user,
			    .uid = ALICE,
			    .tty = (char *) tty},
		bound);
}

static const char *
numbered(const char *before, int number, const char *after)
{
	static char texts[2][64]; /* a name and an address */
	static unsigned int calls;
	char *text = texts[calls++ % 2];

	snprintf(text, sizeof(texts[0]), "%s%d%s", before, number, after);
	return text;
}

static char *
address(int number)
{
	static char text[32];

	snprintf(text, sizeof(text), "10.0.%d.%d", number / 250,
		number % 250 + 1);
	return text;
}

static void
two_hundred_strangers_keep_out_new_names_alone(void)
{
	int taken = 0;

	begin();
	for (int i = 0; i < 200; i++)
		taken += take_stranger(numbered("stranger", i, ""),
				 address(i)) == PP_REASON_NONE;
	check_int(taken, 16);
	check_reason(take_stranger("carol", "192.0.2.9"), REFUSED);
	check_text(message,
		"16 sign-ins are waiting on this node already. Try again in a minute.");
	check_reason(take_bound("alice", "192.0.2.9"), PP_REASON_NONE);
	check_reason(take_sudo("alice", ALICE), PP_REASON_NONE);
	check_reason(take_console("bob", "tty1", true), PP_REASON_NONE);
	begin();
	check_reason(take_stranger("carol", "192.0.2.9"), PP_REASON_NONE);
}

static void
one_address_has_four_unknown_names(void)
{
	begin();
	for (int i = 0; i < 4; i++)
		check_reason(take_stranger(numbered("n", i, ""), "192.0.2.1"),
			PP_REASON_NONE);
	check_reason(take_stranger("n5", "192.0.2.1"), REFUSED);
	check_text(message,
		"4 sign-ins from the same place are waiting already. Try again in a minute.");
	check_reason(take_stranger("n5", "192.0.2.2"), PP_REASON_NONE);
	check_reason(take_bound("alice", "192.0.2.1"), PP_REASON_NONE);
}

/* The bastion's address is that of all of them. */
static void
thirty_known_people_come_through_one_bastion(void)
{
	begin();
	for (int i = 0; i < 30; i++)
		check_reason(take_bound(numbered("person", i, ""), "192.0.2.1"),
			PP_REASON_NONE);
	check_reason(take_bound("alice", "192.0.2.1"), PP_REASON_NONE);
	check_reason(take_stranger("carol", "192.0.2.1"), PP_REASON_NONE);
}

static void
a_trusted_source_signs_in_as_many_new_people_as_there_are_slots(void)
{
	begin();
	check_int(pp_strv_append_words(
			  &conf.trusted_sources, "192.0.2.0/28", NULL),
		PP_OK);
	for (int i = 0; i < 16; i++)
		check_reason(take_stranger(numbered("new", i, ""), "192.0.2.1"),
			PP_REASON_NONE);
	check_reason(take_stranger("new17", "192.0.2.1"), REFUSED);
}

static void
six_terminals_of_one_user_sign_in_at_once(void)
{
	begin();
	for (int i = 0; i < 6; i++)
		check_reason(take_bound("alice", "192.0.2.1"), PP_REASON_NONE);
	check_reason(take_bound("alice", "192.0.2.1"), REFUSED);
	check_text(message,
		"6 sign-ins as alice are waiting already. Finish one of them, or try again in a minute.");
	check_reason(take_bound("alice", "192.0.2.2"), PP_REASON_NONE);
	for (int i = 0; i < 6; i++)
		check_reason(take_sudo("alice", ALICE), PP_REASON_NONE);
	message[0] = '\0';
	check_reason(take_sudo("alice", ALICE), REFUSED);
	check_text(message,
		"6 sign-ins as alice are waiting already. Finish one of them, or try again in a minute.");
	check_reason(take_sudo("bob", BOB), PP_REASON_NONE);
}

/* From a hundred addresses they hold slots of alice, and none of hers. */
static void
nothing_that_others_do_takes_a_known_user_s_slots(void)
{
	begin();
	for (int i = 0; i < 100; i++)
		for (int n = 0; n < 6; n++)
			check_reason(take_bound("alice", address(i)),
				PP_REASON_NONE);
	check_reason(take_bound("alice", "192.0.2.1"), PP_REASON_NONE);
}

static void
eight_subordinate_uids_keep_out_su_to_other_users_alone(void)
{
	int taken = 0;

	begin();
	for (int i = 0; i < 8; i++)
		for (int n = 0; n < 4; n++)
			taken += take_su("alice", ALICE, SUBORDINATE + i) ==
				 PP_REASON_NONE;
	check_int(taken, 6);
	check_text(message,
		"6 sign-ins as alice, by other users, are waiting already. Try again in a minute.");
	for (int i = 0; i < 8; i++)
		for (int n = 0; n < 4; n++)
			taken += take_su(numbered("person", i, ""), 2000 + i,
					 SUBORDINATE + i) == PP_REASON_NONE;
	check_int(taken, 16);
	check_reason(take_su("carol", 1003, BOB), REFUSED);
	check_text(message,
		"16 sign-ins are waiting on this node already. Try again in a minute.");
	check_reason(take_su("bob", BOB, BOB), PP_REASON_NONE);
	check_reason(take_sudo("bob", BOB), PP_REASON_NONE);
	check_reason(take_console("bob", "tty1", true), PP_REASON_NONE);
	check_reason(take_bound("bob", "192.0.2.1"), PP_REASON_NONE);
}

static void
one_user_has_six_logins_as_other_users(void)
{
	begin();
	for (int i = 0; i < 6; i++)
		check_reason(take_su(numbered("person", i, ""), 2000 + i, BOB),
			PP_REASON_NONE);
	check_reason(take_su("alice", ALICE, BOB), REFUSED);
	check_text(message,
		"6 sign-ins of yours as other users are waiting already. Finish one of them, or try again in a minute.");
	check_reason(take_su("alice", ALICE, 1003), PP_REASON_NONE);
	check_reason(take_sudo("bob", BOB), PP_REASON_NONE);
}

static void
remote_hosts_at_login_do_not_close_the_console(void)
{
	begin();
	for (int host = 0; host < 4; host++)
		for (int i = 0; i < 4; i++)
			check_reason(take_remote("login",
					     numbered("n", 10 * host + i, ""),
					     address(host), false),
				PP_REASON_NONE);
	check_reason(take_remote("remote", "n99", "192.0.2.1", false), REFUSED);
	check_reason(take_console("alice", "tty1", true), PP_REASON_NONE);
	check_reason(take_console("carol", "tty1", false), PP_REASON_NONE);
}

static void
consoles_are_sources_of_their_own(void)
{
	begin();
	for (int i = 0; i < 4; i++)
		check_reason(take_console(numbered("n", i, ""), "tty1", false),
			PP_REASON_NONE);
	check_reason(take_console("n5", "tty1", false), REFUSED);
	check_text(message,
		"4 sign-ins from the same place are waiting already. Try again in a minute.");
	check_reason(take_console("n5", "tty2", false), PP_REASON_NONE);
}

static void
a_thousand_loopback_addresses_are_one_source(void)
{
	int taken = 0;

	begin();
	for (int i = 0; i < 1000; i++)
		taken += take_stranger(numbered("n", i, ""),
				 numbered("127.0.1.", i % 250, "")) ==
			 PP_REASON_NONE;
	check_int(taken, 4);
	check_reason(take_stranger("n", "::1"), REFUSED);
	check_reason(take_stranger("n", "::ffff:127.9.9.9"), REFUSED);
	check_reason(take_stranger("n", "192.0.2.1"), PP_REASON_NONE);
	begin();
	check_int(pp_strv_append_words(
			  &conf.trusted_sources, "127.0.0.1 127.0.0.2", NULL),
		PP_OK);
	for (int i = 0; i < 4; i++)
		check_reason(take_stranger(numbered("n", i, ""), "127.0.0.3"),
			PP_REASON_NONE);
	check_reason(take_stranger("n5", "127.0.0.4"), REFUSED);
	check_reason(take_stranger("n5", "127.0.0.1"), PP_REASON_NONE);
}

static void
an_ipv6_64_is_one_source(void)
{
	begin();
	for (int i = 0; i < 4; i++)
		check_reason(take_stranger(numbered("n", i, ""),
				     numbered("2001:db8:1:2:", i, "::1")),
			PP_REASON_NONE);
	check_reason(take_stranger("n5", "2001:db8:1:2::5"), REFUSED);
	check_reason(take_stranger("n5", "2001:db8:1:3::5"), PP_REASON_NONE);
}

/* The owner of an address chooses its name, as many as they like. */
static void
host_names_are_one_source(void)
{
	begin();
	for (int i = 0; i < 4; i++)
		check_reason(take_stranger(numbered("n", i, ""),
				     numbered("host", i, ".example")),
			PP_REASON_NONE);
	check_reason(take_stranger("n5", "other.example"), REFUSED);
	check_reason(take_stranger("n5", "192.0.2.1"), PP_REASON_NONE);
}

static void
a_killed_holder_frees_its_slot(void)
{
	int fds[2];
	char ready = 0;
	pid_t child;

	begin();
	conf.max_pending_logins_per_source = 1;
	check_int(pipe(fds), 0);
	child = fork();
	if (child == 0) {
		ready = take_stranger("n1", "192.0.2.1") == PP_REASON_NONE;
		if (write(fds[1], &ready, 1) != 1)
			_exit(EXIT_FAILURE);
		for (;;)
			pause();
	}
	if (check_int(read(fds[0], &ready, 1), 1))
		check_int(ready, 1);
	check_reason(take_stranger("n1", "192.0.2.1"), REFUSED);
	kill(child, SIGKILL);
	check_int(waitpid(child, NULL, 0), child);
	check_reason(take_stranger("n1", "192.0.2.1"), PP_REASON_NONE);
	close(fds[0]);
	close(fds[1]);
}

/* Adds 1 to the 32 bits at offset of each record of the remote pool. */
static void
change_records(off_t offset)
{
	int fd = open(PP_RUN_SLOTS "/" PP_RUN_POOL_REMOTE, O_RDWR | O_CLOEXEC);
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
		begin();
		for (int i = 0; i < 4; i++)
			check_reason(take_stranger(
					     numbered("n", i, ""), "192.0.2.1"),
				PP_REASON_NONE);
		check_reason(take_stranger("n5", "192.0.2.1"), REFUSED);
		change_records(offset);
		for (int i = 0; i < 4; i++)
			check_reason(take_stranger(
					     numbered("n", i, ""), "192.0.2.1"),
				PP_REASON_NONE);
		check_reason(take_stranger("n5", "192.0.2.1"), REFUSED);
	}
}

/* Many processes at once never hold more slots than there are. */
static void
a_crowd_never_holds_more_than_there_are(void)
{
	enum { CROWD = 40 };
	int results[2];
	int gate[2];
	int taken = 0;
	char byte;

	begin();
	check_int(pipe(results), 0);
	check_int(pipe(gate), 0);
	for (int i = 0; i < CROWD; i++) {
		if (fork() != 0)
			continue;
		close(gate[1]);
		byte = take_stranger(numbered("n", i, ""), address(i)) ==
		       PP_REASON_NONE;
		if (write(results[1], &byte, 1) != 1)
			_exit(EXIT_FAILURE);
		_exit(read(gate[0], &byte, 1) != 0);
	}
	for (int i = 0; i < CROWD; i++)
		taken += read(results[0], &byte, 1) == 1 && byte == 1;
	check_int(taken, 16);
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
	run(two_hundred_strangers_keep_out_new_names_alone);
	run(one_address_has_four_unknown_names);
	run(thirty_known_people_come_through_one_bastion);
	run(a_trusted_source_signs_in_as_many_new_people_as_there_are_slots);
	run(six_terminals_of_one_user_sign_in_at_once);
	run(nothing_that_others_do_takes_a_known_user_s_slots);
	run(eight_subordinate_uids_keep_out_su_to_other_users_alone);
	run(one_user_has_six_logins_as_other_users);
	run(remote_hosts_at_login_do_not_close_the_console);
	run(consoles_are_sources_of_their_own);
	run(a_thousand_loopback_addresses_are_one_source);
	run(an_ipv6_64_is_one_source);
	run(host_names_are_one_source);
	run(a_killed_holder_frees_its_slot);
	run(slots_of_another_version_or_size_are_held_but_not_counted);
	run(a_crowd_never_holds_more_than_there_are);
	begin();
	return tap_end();
}
