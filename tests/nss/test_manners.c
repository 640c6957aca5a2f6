/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "tests/nss/counting.h"
#include "tests/nss/module.h"

/*
 * What a look-up leaves alone in its host: memory, descriptors, stderr, and the
 * thread that is being cancelled.
 */

#define ROOM 4096

static char room[ROOM];

/* Each a look-up; the answer. */
static enum nss_status
ask_name(void)
{
	struct passwd user;
	int code;

	return module.getpwnam("alice", &user, room, ROOM, &code);
}

static enum nss_status
ask_stranger(void)
{
	struct passwd user;
	int code;
	enum nss_status status =
		module.getpwnam("stranger", &user, room, ROOM, &code);

	return status == NSS_STATUS_NOTFOUND ? NSS_STATUS_SUCCESS : status;
}

static enum nss_status
ask_uid(void)
{
	struct passwd user;
	int code;

	return module.getpwuid(SAMPLE_ALICE, &user, room, ROOM, &code);
}

static enum nss_status
ask_group(void)
{
	struct group group;
	int code;

	return module.getgrnam("dev", &group, room, ROOM, &code);
}

static enum nss_status
ask_gid(void)
{
	struct group group;
	int code;

	return module.getgrgid(SAMPLE_OPS, &group, room, ROOM, &code);
}

static gid_t *gids;
static long gid_room = 32;

static enum nss_status
ask_groups(void)
{
	long start = 1;
	int code;

	gids[0] = SAMPLE_ALICE;
	return module.initgroups(
		"alice", SAMPLE_ALICE, &start, &gid_room, &gids, 0, &code);
}

static enum nss_status
walk(void)
{
	struct passwd user;
	struct group group;
	int code;

	module.setpwent(0);
	while (module.getpwent(&user, room, ROOM, &code) == NSS_STATUS_SUCCESS)
		;
	module.endpwent();
	module.setgrent(0);
	while (module.getgrent(&group, room, ROOM, &code) == NSS_STATUS_SUCCESS)
		;
	module.endgrent();
	return NSS_STATUS_SUCCESS;
}

typedef enum nss_status lookup(void);

static lookup *const lookups[] = {
	ask_name, ask_stranger, ask_uid, ask_group, ask_gid, ask_groups, walk};

#define LOOKUPS (sizeof(lookups) / sizeof(lookups[0]))

/* Other content each time, so that the next look-up maps a new file. */
static void
publish_again(void)
{
	static unsigned int times;
	struct sample sample;
	char gecos[32];

	snprintf(gecos, sizeof(gecos), "The %uth", ++times);
	sample_fill(&sample);
	sample.users[BOB].gecos = gecos;
	place_publish(&sample);
}

static void
no_look_up_allocates(void)
{
	if (!COUNTS) {
		tap_skip("built with a sanitizer");
		return;
	}
	for (size_t i = 0; i < LOOKUPS; i++)
		for (int again = 0; again < 2; again++) {
			if (again == 0)
				publish_again();
			allocations = 0;
			counting = true;
			check_int(lookups[i](), NSS_STATUS_SUCCESS);
			counting = false;
			check_int(allocations, 0);
		}
	/* The documented one, and proof that the count works. */
	gid_room = 1;
	counting = true;
	check_int(ask_groups(), NSS_STATUS_SUCCESS);
	counting = false;
	check_cmp(allocations, >, 0);
}

static void
nothing_is_said_on_stderr(void)
{
	int saved = dup(STDERR_FILENO);
	int ends[2];
	char byte;

	check_int(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	dup2(ends[1], STDERR_FILENO);
	for (size_t i = 0; i < LOOKUPS; i++) {
		publish_again();
		check_int(lookups[i](), NSS_STATUS_SUCCESS);
	}
	check_int(unlink(PP_INDEX_PATH), 0);
	check_int(symlink("/etc/passwd", PP_INDEX_PATH), 0);
	usleep(20000);
	check_int(ask_name(), NSS_STATUS_UNAVAIL);
	check_int(unlink(PP_INDEX_PATH), 0);
	publish_again();
	dup2(saved, STDERR_FILENO);
	close(saved);
	if (check_cmp(read(ends[0], &byte, 1), <, 0))
		check_int(errno, EAGAIN);
	close(ends[0]);
	close(ends[1]);
	usleep(20000);
	check_int(ask_name(), NSS_STATUS_SUCCESS);
}

/* A thread that is cancelled already asks; how it goes. */
struct cancelled {
	lookup *ask; /* NULL: the thread opens a file itself */
	enum nss_status status;
	bool came_back;
};

static void *
ask_while_cancelled(void *context)
{
	struct cancelled *cancelled = context;

	pthread_cancel(pthread_self());
	if (cancelled->ask != NULL)
		cancelled->status = cancelled->ask();
	else
		close(open("/dev/null", O_RDONLY | O_CLOEXEC));
	cancelled->came_back = true;
	pthread_testcancel();
	return NULL;
}

/* Runs it to its end, which is its cancellation. */
static struct cancelled
cancel_in(lookup *ask)
{
	struct cancelled cancelled = {.ask = ask, .status = NSS_STATUS_UNAVAIL};
	pthread_t thread;
	void *result = NULL;

	check_int(
		pthread_create(&thread, NULL, ask_while_cancelled, &cancelled),
		0);
	check_int(pthread_join(thread, &result), 0);
	check(result == PTHREAD_CANCELED);
	return cancelled;
}

static void
a_cancelled_thread_finishes_its_look_up_first(void)
{
	int descriptors;

	check(!cancel_in(NULL).came_back);
	gid_room = 32;
	descriptors = place_count_fds();
	for (size_t i = 0; i < LOOKUPS; i++)
		for (int times = 0; times < 20; times++) {
			struct cancelled cancelled;

			publish_again();
			cancelled = cancel_in(lookups[i]);
			check(cancelled.came_back);
			check_int(cancelled.status, NSS_STATUS_SUCCESS);
		}
	check_int(place_count_fds(), descriptors);
	check_int(ask_name(), NSS_STATUS_SUCCESS);
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	gids = calloc(64, sizeof(*gids));
	place_publish_sample();
	module_load();
	run(no_look_up_allocates);
	run(nothing_is_said_on_stderr);
	run(a_cancelled_thread_finishes_its_look_up_first);
	free(gids);
	return tap_end();
}
