/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <playpen/accounts/admin.h>
#include <playpen/accounts/locks.h>
#include <playpen/index/index.h>
#include <playpen/publish/publish.h>

#include "data.h"

/*
 * publishing ROOT USERS: publishes a state below ROOT ("" is the machine
 * itself: other sources of nsswitch.conf are asked then) that holds the data
 * set: all of it, one changed user, nothing changed, one new time. Prints rows
 * as lookups does, each by the clock on the wall, for syncing and locks are
 * part of it, and by the process's own time, for a machine that has other work.
 */

#define ROUNDS 5

static struct pp_conf *conf;
static struct pp_accounts *accounts;
static const char *root;
static uint32_t users;

static void
must(enum pp_kind kind, const struct pp_err *cause)
{
	if (kind != PP_OK)
		errx(1, "%s", cause->message);
}

struct times {
	double wall;
	double own; /* of the process */
};

static double
now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}

static struct times
publish(void)
{
	struct times begin = {
		now_ns(CLOCK_MONOTONIC), now_ns(CLOCK_PROCESS_CPUTIME_ID)};
	struct pp_err cause = {0};

	must(pp_publish_accounts(accounts, &cause), &cause);
	return (struct times){now_ns(CLOCK_MONOTONIC) - begin.wall,
		now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin.own};
}

static void
change_nothing(int round)
{
	(void) round;
}

/* There is no index that could be compared with. */
static void
change_all(int round)
{
	char path[4096];

	(void) round;
	snprintf(path, sizeof(path), "%s%s", root, PP_INDEX_PATH);
	unlink(path);
}

static void
change_one(int round)
{
	struct pp_err cause = {0};
	char name[DATA_NAME];
	const struct pp_lock lock = {.name = name};
	bool changed;

	data_user_name(users / 2, name);
	must(round % 2 == 0 ? pp_locks_add(accounts, &lock, &changed, &cause)
			    : pp_locks_release(
				      accounts, &lock, &changed, &cause),
		&cause);
}

/* The same person signs in again with the same groups. */
static void
change_time(int round)
{
	struct pp_sign_in_result result = {0};
	struct pp_strv groups = {0};
	struct pp_err cause = {0};
	char name[DATA_NAME];
	struct pp_sign_in sign_in = {.purpose = PP_FOR_SIGN_IN,
		.name = name,
		.username = name,
		.iss = conf->provider.url,
		.sub = "bench",
		.connector = "local",
		.groups_known = true,
		.claims = &groups,
		.now = time(NULL) + round};

	data_user_name(0, name);
	sign_in.groups_expire_at = sign_in.now + conf->groups_ttl;
	must(pp_accounts_sign_in(accounts, &sign_in, &result, &cause), &cause);
	pp_sign_in_result_free(&result);
}

static int
compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void
print(const char *operation, const char *kind, double rounds[ROUNDS])
{
	qsort(rounds, ROUNDS, sizeof(rounds[0]), compare);
	printf("playpen\t%u\t%s%s\t%.1f\n", users, operation, kind,
		rounds[ROUNDS / 2]);
}

static void
measure(const char *operation, void (*change)(int round))
{
	double wall[ROUNDS], own[ROUNDS];

	change(0);
	(void) publish();
	for (int i = 0; i < ROUNDS; i++) {
		struct times times;

		change(i + 1);
		times = publish();
		wall[i] = times.wall;
		own[i] = times.own;
	}
	print(operation, "", wall);
	print(operation, ", CPU", own);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct pp_err cause = {0};

	if (argc != 3)
		errx(2, "usage: publishing ROOT USERS");
	root = argv[1];
	users = (uint32_t) strtoul(argv[2], NULL, 10);
	must(pp_conf_load(root, &conf, &cause), &cause);
	must(pp_accounts_open(root, conf, PP_ACCOUNTS_WRITE, &accounts, &cause),
		&cause);
	measure("publish all", change_all);
	measure("publish one changed user", change_one);
	measure("publish nothing changed", change_nothing);
	measure("publish a new time", change_time);
	pp_accounts_free(&accounts);
	pp_conf_free(&conf);
	return 0;
}
