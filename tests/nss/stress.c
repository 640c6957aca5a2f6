/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/nss/module.h"

/*
 * stress [SECONDS]: one process publishes without a pause while threads and
 * forked children read. Each publication has a number that stands in every text
 * of every user: an answer of two publications, or one older than an answer
 * before it, is a failure. Built with ThreadSanitizer where the compiler has
 * it, and then of the module's own sources.
 */

#define SECONDS 5
#define SECONDS_MAX 3600L
#define THREADS 4
#define USERS 400U
#define WAYS 7U

/* Longer than any machine takes: a hang is a failure and not a wait. */
#define GRACE 120

/*
 * AddressSanitizer's allocator has locks that a fork may leave taken in the
 * child for ever; the module has none. Under it nobody forks.
 */
#ifdef __has_feature
#define CLANG_ASAN __has_feature(address_sanitizer)
#else
#define CLANG_ASAN 0
#endif
#ifdef __SANITIZE_ADDRESS__
#define FORKS false
#else
#define FORKS (!CLANG_ASAN)
#endif

static _Atomic bool stopping;
static _Atomic unsigned long answered;
static _Atomic unsigned long forked;
static _Atomic unsigned long wrong;
static _Atomic unsigned int newest; /* publication that was ever answered */

static void
complain(const char *what, const char *detail)
{
	if (wrong++ == 0)
		printf("# %s: %s\n", what, detail);
}

/* Publishes number: every text says it; odd ones have another group. */
static void
publish(unsigned int number)
{
	static struct pp_index_entry users[USERS];
	static char names[USERS][12];
	static const uint32_t odd[] = {DEV, SUDO}, even[] = {OPS, SUDO};
	char text[32], home[32];
	struct sample sample;

	sample_fill(&sample);
	snprintf(text, sizeof(text), "%u", number);
	snprintf(home, sizeof(home), "/home/%u", number);
	for (uint32_t i = 0; i < USERS; i++) {
		snprintf(names[i], sizeof(names[i]), "u%u", i);
		users[i] = sample_user(
			names[i], home, 100000 + i, PP_INDEX_SIGNED_IN);
		users[i].gecos = text;
		users[i].shell = text;
		users[i].groups = number % 2 == 1 ? odd : even;
		users[i].group_count = 2;
	}
	sample.content.users = users;
	sample.content.user_count = USERS;
	place_publish(&sample);
}

/*
 * These two take the place of libc's and stop a process where the scheduler
 * may: the writer between the new name and the mark on the old file, a reader
 * between the opening of a file and the use of it. A reader that was stopped
 * must not be ahead of the others nor behind them.
 */
int
rename(const char *from, const char *to)
{
	int result = renameat(AT_FDCWD, from, AT_FDCWD, to);

	usleep(300);
	return result;
}

int
madvise(void *start, size_t size, int advice)
{
	static _Atomic unsigned int calls;

	if (calls++ % 3 == 0)
		usleep(3000);
	return (int) syscall(SYS_madvise, start, size, advice);
}

static void
write_without_a_pause(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned int number = 2;; number++)
		publish(number);
}

/* Numbers of answers only grow, in all threads together. */
static void
judge_number(const char *text, unsigned int floor)
{
	unsigned int number = (unsigned int) strtoul(text, NULL, 10);
	unsigned int seen = newest;

	if (number < floor)
		complain("an answer from the past", text);
	while (number > seen &&
		!atomic_compare_exchange_weak(&newest, &seen, number))
		continue;
	answered++;
}

static void
judge_user(enum nss_status status, const struct passwd *user, uint32_t i,
	unsigned int floor)
{
	if (status != NSS_STATUS_SUCCESS) {
		complain("a user is missing", "");
		return;
	}
	if (user->pw_uid != 100000 + i)
		complain("another user", user->pw_name);
	if (strcmp(user->pw_gecos, user->pw_shell) != 0 ||
		strcmp(user->pw_dir + strlen("/home/"), user->pw_shell) != 0)
		complain("two publications in one answer", user->pw_shell);
	judge_number(user->pw_shell, floor);
}

static void
judge_groups(uint32_t i)
{
	gid_t *gids = calloc(1, sizeof(*gids));
	long start = 1, size = 1;
	char name[12];
	int code = 0;

	gids[0] = 100000 + i;
	snprintf(name, sizeof(name), "u%u", i);
	if (module.initgroups(name, 100000 + i, &start, &size, &gids, -1,
		    &code) != NSS_STATUS_SUCCESS)
		complain("groups are missing", name);
	else if (start != 4 || gids[1] != SAMPLE_PEOPLE ||
		 (gids[2] != SAMPLE_DEV && gids[2] != SAMPLE_OPS) ||
		 gids[3] != SAMPLE_SUDO)
		complain("wrong groups", name);
	free(gids);
	answered++;
}

/* All are in one of two groups: the other is not there in the same file. */
static void
judge_members(enum nss_status status, const struct group *group)
{
	size_t count = 0;

	while (status == NSS_STATUS_SUCCESS && group->gr_mem[count] != NULL)
		count++;
	if (status != NSS_STATUS_NOTFOUND && count != USERS)
		complain("a group is not whole", "dev or ops");
	answered++;
}

/* Of a walk. Everybody's group lists nobody, nor does a private one, whose name
 * and number are its user's. */
static void
judge_group(const struct group *group)
{
	char name[12];

	snprintf(name, sizeof(name), "u%u", group->gr_gid - 100000);
	if (group->gr_gid == SAMPLE_DEV || group->gr_gid == SAMPLE_OPS)
		judge_members(NSS_STATUS_SUCCESS, group);
	else if (group->gr_mem[0] != NULL ||
		 (group->gr_gid != SAMPLE_PEOPLE &&
			 strcmp(group->gr_name, name) != 0))
		complain("another group", group->gr_name);
	answered++;
}

static void
read_groups_once(unsigned int way)
{
	char buffer[32768];
	struct group group;
	int code = 0;

	if (way == 0)
		judge_members(module.getgrnam("dev", &group, buffer,
				      sizeof(buffer), &code),
			&group);
	else if (way == 1)
		judge_members(module.getgrgid(SAMPLE_OPS, &group, buffer,
				      sizeof(buffer), &code),
			&group);
	else if (module.getgrent(&group, buffer, sizeof(buffer), &code) ==
		 NSS_STATUS_SUCCESS)
		judge_group(&group);
	else
		module.setgrent(0);
}

static void
read_once(uint32_t i, unsigned int way)
{
	unsigned int floor = newest;
	char buffer[512], name[12];
	struct passwd user;
	int code = 0;

	snprintf(name, sizeof(name), "u%u", i);
	if (way == 0)
		judge_user(module.getpwnam(
				   name, &user, buffer, sizeof(buffer), &code),
			&user, i, floor);
	else if (way == 1)
		judge_user(module.getpwuid(100000 + i, &user, buffer,
				   sizeof(buffer), &code),
			&user, i, floor);
	else if (way == 2)
		judge_groups(i);
	else if (way > 3)
		read_groups_once(way - 4);
	else if (module.getpwent(&user, buffer, sizeof(buffer), &code) ==
		 NSS_STATUS_SUCCESS)
		judge_user(NSS_STATUS_SUCCESS, &user, user.pw_uid - 100000, 0);
	else
		module.setpwent(0);
}

static void *
read_until_the_end(void *seed)
{
	uint32_t state = (uint32_t) (uintptr_t) seed;

	while (!stopping) {
		state = state * 1664525U + 1013904223U;
		read_once((state >> 8) % USERS, (state >> 24) % WAYS);
	}
	return NULL;
}

/* A child that was forked while other threads are inside lookups reads on. */
static void *
fork_until_the_end(void *unused)
{
	while (FORKS && !stopping) {
		pid_t child = fork();
		int status = 0;

		if (child == 0) {
			unsigned long before = wrong;

			for (uint32_t i = 0; i < 200; i++)
				read_once(i % USERS, i % WAYS);
			_exit(wrong == before ? 0 : 1);
		}
		if (child < 0)
			continue;
		waitpid(child, &status, 0);
		if (status != 0)
			complain("a forked child", "");
		forked++;
	}
	return unused;
}

/* The functions are linked in, where others load the built module. */
static void
use_linked_functions(void)
{
	module.getpwnam = _nss_playpen_getpwnam_r;
	module.getpwuid = _nss_playpen_getpwuid_r;
	module.setpwent = _nss_playpen_setpwent;
	module.getpwent = _nss_playpen_getpwent_r;
	module.getgrnam = _nss_playpen_getgrnam_r;
	module.getgrgid = _nss_playpen_getgrgid_r;
	module.setgrent = _nss_playpen_setgrent;
	module.getgrent = _nss_playpen_getgrent_r;
	module.initgroups = _nss_playpen_initgroups_dyn;
}

static long seconds = SECONDS;

static void
readers_see_whole_publications_in_order(void)
{
	pthread_t threads[THREADS + 1];
	pid_t writer;
	int status;

	publish(1);
	writer = fork();
	if (writer == 0)
		write_without_a_pause();
	for (intptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, read_until_the_end,
			(void *) (i + 1));
	pthread_create(&threads[THREADS], NULL, fork_until_the_end, NULL);
	for (long i = 0; i < seconds * 10; i++)
		usleep(100000);
	stopping = true;
	for (int i = 0; i <= THREADS; i++)
		pthread_join(threads[i], NULL);
	kill(writer, SIGKILL);
	waitpid(writer, &status, 0);
	printf("# %lu answers, %lu forks, %u publications in %ld s\n", answered,
		forked, newest, seconds);
	check_int(wrong, 0);
	check_cmp(newest, >, 1);
	check_cmp(answered, >, 0);
	check(forked > 0 || !FORKS);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		seconds = strtol(argv[1], NULL, 10);
	if (seconds < 1 || seconds > SECONDS_MAX)
		return EXIT_FAILURE;
	if (!place_enter())
		return EXIT_SUCCESS;
	alarm((unsigned int) seconds + GRACE);
	use_linked_functions();
	run(readers_see_whole_publications_in_order);
	return tap_end();
}
