/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "data.h"
#include "module.h"

/*
 * lookups MODULE PATH USERS [KEYS]: the mean time of each kind of lookup in a
 * loop, called directly, over keys in no order. Each answer is compared with
 * the data set before anything is timed; an operation with a wrong one gets no
 * row, and the program fails at the end. Prints rows of module, users,
 * operation and nanoseconds, tabs between.
 *
 * PATH is the shared object, the floor's file, or - for a module of libc.
 *
 * "hit and stat" is a hit in which the module looks at the path of its index,
 * as it otherwise does every 10 ms: its clock runs ahead. The floor does an
 * lstat() of its file besides.
 */

/* The time that this thread has run: what others do on the machine meanwhile
 * does not count, and no module that is measured here lets a daemon answer. */
#define OWN_TIME CLOCK_THREAD_CPUTIME_ID

#define KEYS 8192U
#define BUFFER ((size_t) 4 * 1024 * 1024)
#define GIDS 64L
#define ROUNDS 5
#define ROUND_NS 200000000LL
#define CHECK_NS 5000000000LL /* slow modules are checked in part */

enum operation {
	HIT,
	MISS,
	BY_ID,
	INITGROUPS,
	GROUP,
	HIT_AND_STAT,
	OPERATIONS
};

static const char *const names[OPERATIONS] = {
	"hit", "miss", "by id", "initgroups", "group by name", "hit and stat"};

struct key {
	uint32_t user;
	uint32_t group;
	char user_name[DATA_NAME];
	char group_name[DATA_NAME];
	char missing[DATA_NAME];
};

static struct module module;
static struct key *keys;
static uint32_t key_count = KEYS;
static char *buffer;
static gid_t *gids;
static long gid_count;
static struct passwd user;
static struct group group;
static const char *floor_path; /* of the floor, to look at */
static time_t ahead;           /* how far the module's clock is */

/* In front of libc's for the module that is measured. */
__attribute__((visibility("default"))) int
clock_gettime(clockid_t clock, struct timespec *ret)
{
	static int (*real)(clockid_t, struct timespec *);
	int result;

	if (real == NULL) {
		void *found = dlsym(RTLD_NEXT, "clock_gettime");

		memcpy(&real, &found, sizeof(real));
	}
	result = real(clock, ret);
	if (clock == CLOCK_MONOTONIC_COARSE)
		ret->tv_sec += ahead;
	return result;
}

static long long
now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (long long) now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
make_keys(uint32_t users)
{
	uint64_t state = 88172645463325252U;

	keys = calloc(key_count, sizeof(*keys));
	buffer = calloc(1, BUFFER);
	gids = calloc(GIDS, sizeof(*gids));
	if (keys == NULL || buffer == NULL || gids == NULL)
		err(1, "calloc");
	for (uint32_t i = 0; i < key_count; i++) {
		struct key *key = &keys[i];

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		key->user = (uint32_t) (state >> 11) % users;
		key->group = data_group_of(key->user, i % DATA_EACH);
		data_user_name(key->user, key->user_name);
		data_group_name(key->group, key->group_name);
		data_missing_name(i, key->missing);
	}
}

static enum nss_status
hit_and_stat(const struct key *key)
{
	struct stat info;
	int code;

	ahead++;
	if (floor_path != NULL && lstat(floor_path, &info) != 0)
		err(1, "%s", floor_path);
	return module.getpwnam(key->user_name, &user, buffer, BUFFER, &code);
}

static enum nss_status
call(enum operation operation, const struct key *key)
{
	uid_t uid = DATA_FIRST_UID + key->user;
	long size = GIDS;
	int code;

	switch (operation) {
	case HIT:
		return module.getpwnam(
			key->user_name, &user, buffer, BUFFER, &code);
	case MISS:
		return module.getpwnam(
			key->missing, &user, buffer, BUFFER, &code);
	case BY_ID:
		return module.getpwuid(uid, &user, buffer, BUFFER, &code);
	case INITGROUPS:
		gid_count = 1;
		gids[0] = uid;
		return module_initgroups(&module, key->user_name, uid,
			&gid_count, &size, &gids, buffer, BUFFER);
	case GROUP:
		return module.getgrnam(
			key->group_name, &group, buffer, BUFFER, &code);
	default:
		return hit_and_stat(key);
	}
}

static bool
is_user_right(const struct key *key)
{
	char home[64];

	snprintf(home, sizeof(home), "/home/%s", key->user_name);
	return strcmp(user.pw_name, key->user_name) == 0 &&
	       user.pw_uid == DATA_FIRST_UID + key->user &&
	       strcmp(user.pw_dir, home) == 0 &&
	       strcmp(user.pw_shell, "/bin/bash") == 0;
}

static bool
are_groups_right(const struct key *key)
{
	uint32_t found = 0;

	for (uint32_t n = 0; n < DATA_EACH; n++)
		for (long i = 1; i < gid_count; i++)
			found += gids[i] ==
				 DATA_FIRST_GID + data_group_of(key->user, n);
	return found == DATA_EACH;
}

static bool
is_group_right(const struct key *key)
{
	if (strcmp(group.gr_name, key->group_name) != 0 ||
		group.gr_gid != DATA_FIRST_GID + key->group)
		return false;
	for (char **member = group.gr_mem; *member != NULL; member++)
		if (strcmp(*member, key->user_name) == 0)
			return true;
	return false;
}

static bool
is_right(enum operation operation, const struct key *key)
{
	enum nss_status status = call(operation, key);

	if (operation == MISS)
		return status == NSS_STATUS_NOTFOUND;
	if (status != NSS_STATUS_SUCCESS)
		return false;
	if (operation == INITGROUPS)
		return are_groups_right(key);
	return operation == GROUP ? is_group_right(key) : is_user_right(key);
}

static int
compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* The mean of one round; at least one call, however slow. */
static double
time_round(enum operation operation)
{
	static uint32_t next;
	long long begin = now_ns(OWN_TIME), end;
	unsigned long calls = 0;
	unsigned int batch = 1;

	do {
		for (unsigned int i = 0; i < batch; i++)
			(void) call(operation, &keys[next++ % key_count]);
		calls += batch;
		end = now_ns(OWN_TIME);
		if (end - begin < ROUND_NS / 100)
			batch = 64;
	} while (end - begin < ROUND_NS);
	return (double) (end - begin) / (double) calls;
}

static bool
measure(const char *name, uint32_t users, enum operation operation)
{
	double rounds[ROUNDS];
	long long begin = now_ns(OWN_TIME);

	for (uint32_t i = 0;
		i < key_count && now_ns(OWN_TIME) - begin < CHECK_NS; i++)
		if (!is_right(operation, &keys[i])) {
			warnx("%s: %s of %s: a wrong answer", name,
				names[operation], keys[i].user_name);
			return false;
		}
	for (int i = 0; i < ROUNDS; i++)
		rounds[i] = time_round(operation);
	qsort(rounds, ROUNDS, sizeof(rounds[0]), compare);
	printf("%s\t%u\t%s\t%.1f\n", name, users, names[operation],
		rounds[ROUNDS / 2]);
	fflush(stdout);
	return true;
}

int
main(int argc, char **argv)
{
	enum operation first = HIT, count = HIT_AND_STAT;
	uint32_t users;
	bool right = true;

	if (argc < 4)
		errx(2, "usage: lookups MODULE PATH USERS [KEYS]");
	users = (uint32_t) strtoul(argv[3], NULL, 10);
	if (argc > 4)
		key_count = (uint32_t) strtoul(argv[4], NULL, 10);
	if (users == 0 || key_count == 0)
		errx(2, "USERS and KEYS are numbers above 0");
	make_keys(users);
	module_load(
		argv[1], strcmp(argv[2], "-") == 0 ? NULL : argv[2], &module);
	if (strcmp(argv[1], "floor") == 0)
		floor_path = argv[2];
	if (floor_path != NULL || strcmp(argv[1], "playpen") == 0)
		count = OPERATIONS;
	if (strcmp(argv[1], "playpen_new") == 0) {
		first = MISS; /* it has no users */
		count = MISS + 1;
	}
	for (enum operation i = first; i < count; i++)
		right &= measure(argv[1], users, i);
	return right ? 0 : 1;
}
