/* SPDX-License-Identifier: MIT */
#include "tests/nss/module.h"

static gid_t *gids;
static long start;
static long size;

/* This one stands before glibc's: memory is out when the test says so. */
static bool memory_is_out;

__attribute__((visibility("default"))) void *
reallocarray(void *old, size_t count, size_t each)
{
	if (!memory_is_out)
		return realloc(old, count * each);
	errno = ENOMEM;
	return NULL;
}

/* As glibc begins: the primary group stands first. */
static void
begin(gid_t primary, long room)
{
	free(gids);
	gids = calloc((size_t) room, sizeof(*gids));
	gids[0] = primary;
	start = 1;
	size = room;
}

static enum nss_status
ask(const char *name, gid_t gid, long limit)
{
	int code = 0;
	enum nss_status status;

	errno = 4321;
	status = module.initgroups(
		name, gid, &start, &size, &gids, limit, &code);
	check_int(errno, 4321);
	check_int(code, (status == NSS_STATUS_SUCCESS ? 0 : ENOENT));
	return status;
}

static void
adds_everybodys_group_and_the_claims(void)
{
	place_publish_sample();
	begin(SAMPLE_ALICE, 16);
	check_int(ask("alice", SAMPLE_ALICE, -1), NSS_STATUS_SUCCESS);
	check_int(start, 5);
	check_int(size, 16);
	check_int(gids[0], SAMPLE_ALICE);
	check_int(gids[1], SAMPLE_PEOPLE);
	check_int(gids[2], SAMPLE_DEV);
	check_int(gids[3], SAMPLE_OPS);
	check_int(gids[4], SAMPLE_SUDO); /* an explicit local group */
}

static void
adds_nothing_for_another_gid(void)
{
	place_publish_sample();
	begin(1000, 16);
	check_int(ask("alice", 1000, -1), NSS_STATUS_NOTFOUND);
	check_int(start, 1);
	check_int(ask("alice", 0, -1), NSS_STATUS_NOTFOUND);
	check_int(start, 1);
}

static void
adds_nothing_for_others(void)
{
	place_publish_sample();
	begin(0, 16);
	check_int(ask("root", 0, -1), NSS_STATUS_NOTFOUND);
	check_int(ask("nobody-here", SAMPLE_ALICE, -1), NSS_STATUS_NOTFOUND);
	check_int(ask("gone", SAMPLE_GONE, -1), NSS_STATUS_NOTFOUND);
	check_int(start, 1);
}

static void
after_their_time_only_everybodys_group_stays(void)
{
	place_publish_sample();
	begin(SAMPLE_BOB, 16);
	check_int(ask("bob", SAMPLE_BOB, -1), NSS_STATUS_SUCCESS);
	check_int(start, 2);
	check_int(gids[1], SAMPLE_PEOPLE);
}

static void
a_time_that_changes_in_place_is_seen_at_once(void)
{
	place_publish_sample();
	begin(SAMPLE_BOB, 16);
	check_int(ask("bob", SAMPLE_BOB, -1), NSS_STATUS_SUCCESS);
	check_int(start, 2);
	check_kind(pp_index_set_groups_expiry(
			   PP_INDEX_PATH, "bob", SAMPLE_FUTURE, NULL),
		PP_OK);
	begin(SAMPLE_BOB, 16);
	check_int(ask("bob", SAMPLE_BOB, -1), NSS_STATUS_SUCCESS);
	check_int(start, 3);
	check_int(gids[2], SAMPLE_DEV);
}

static void
a_locked_account_keeps_no_claim_group(void)
{
	place_publish_sample();
	begin(SAMPLE_MALLORY, 16);
	check_int(ask("mallory", SAMPLE_MALLORY, -1), NSS_STATUS_SUCCESS);
	check_int(start, 2);
	check_int(gids[1], SAMPLE_PEOPLE);
}

static void
a_service_accounts_groups_never_age(void)
{
	place_publish_sample();
	begin(SAMPLE_BACKUP, 16);
	check_int(ask("svc-backup", SAMPLE_BACKUP, -1), NSS_STATUS_SUCCESS);
	check_int(start, 3);
	check_int(gids[2], SAMPLE_DEV);
}

static void
a_roster_account_is_in_everybodys_group(void)
{
	place_publish_sample();
	begin(SAMPLE_ROSTER, 16);
	check_int(ask("roster", SAMPLE_ROSTER, -1), NSS_STATUS_SUCCESS);
	check_int(start, 2);
	check_int(gids[1], SAMPLE_PEOPLE);
}

static void
skips_what_is_there_already(void)
{
	place_publish_sample();
	begin(SAMPLE_ALICE, 16);
	gids[1] = SAMPLE_DEV;
	start = 2;
	check_int(ask("alice", SAMPLE_ALICE, -1), NSS_STATUS_SUCCESS);
	check_int(start, 5);
	check_int(gids[1], SAMPLE_DEV);
	check_int(gids[2], SAMPLE_PEOPLE);
	check_int(gids[3], SAMPLE_OPS);
}

static void
stops_at_the_limit_without_an_error(void)
{
	for (long limit = 1; limit < 8; limit++) {
		long want = limit < 5 ? limit : 5;

		place_publish_sample();
		begin(SAMPLE_ALICE, 1);
		check_int(
			ask("alice", SAMPLE_ALICE, limit), NSS_STATUS_SUCCESS);
		check_int(start, want);
		check_cmp(size, <=, limit);
		check_cmp(size, >=, start);
	}
}

static void
grows_the_array_from_any_size(void)
{
	for (long room = 1; room < 8; room++) {
		place_publish_sample();
		begin(SAMPLE_ALICE, room);
		check_int(ask("alice", SAMPLE_ALICE, 0), NSS_STATUS_SUCCESS);
		check_int(start, 5);
		check_cmp(size, >=, 5);
		check_int(gids[4], SAMPLE_SUDO);
	}
}

static void
without_memory_the_array_stays_what_it_was(void)
{
	gid_t *before;
	int code = 0;

	place_publish_sample();
	begin(SAMPLE_ALICE, 2);
	before = gids;
	errno = 4321;
	memory_is_out = true;
	check_int(module.initgroups("alice", SAMPLE_ALICE, &start, &size, &gids,
			  -1, &code),
		NSS_STATUS_TRYAGAIN);
	memory_is_out = false;
	check_int(code, ENOMEM);
	check_int(errno, 4321);
	check(gids == before);
	check_int(start, 1);
	check_int(size, 2);
	check_int(gids[0], SAMPLE_ALICE);
	check_int(gids[1], 0);
	check_int(ask("alice", SAMPLE_ALICE, -1), NSS_STATUS_SUCCESS);
	check_int(start, 5);
}

static void
brings_an_array_when_there_is_none(void)
{
	place_publish_sample();
	free(gids);
	gids = NULL;
	start = size = 0;
	check_int(ask("alice", SAMPLE_ALICE, -1), NSS_STATUS_SUCCESS);
	check_int(start, 4);
	check_cmp(size, >=, 4);
	check_int(gids[0], SAMPLE_PEOPLE);
}

/* nscd asks without a gid: then the name must not be a local one. */
static void
without_a_gid_only_a_name_that_is_not_local_has_groups(void)
{
	char passwd[] = "/var/lib/passwd";
	int fd = open(passwd, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	check_cmp(fd, >=, 0);
	check_cmp(dprintf(fd, "bo:x:1:1::/:/bin/sh\nxbob:x:2:2::/:\n"
			      "alice:x:1001:1001::/:/bin/sh\nbob"),
		>, 0);
	close(fd);
	check_int(mount(passwd, "/etc/passwd", NULL, MS_BIND, NULL), 0);
	place_publish_sample();
	begin(0, 16);
	start = 0;
	check_int(ask("bob", (gid_t) -1, -1), NSS_STATUS_SUCCESS);
	check_int(start, 1);
	check_int(gids[0], SAMPLE_PEOPLE);
	start = 0;
	check_int(ask("alice", (gid_t) -1, -1), NSS_STATUS_NOTFOUND);
	check_int(start, 0);
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	module_load();
	run(adds_everybodys_group_and_the_claims);
	run(adds_nothing_for_another_gid);
	run(adds_nothing_for_others);
	run(after_their_time_only_everybodys_group_stays);
	run(a_time_that_changes_in_place_is_seen_at_once);
	run(a_locked_account_keeps_no_claim_group);
	run(a_service_accounts_groups_never_age);
	run(a_roster_account_is_in_everybodys_group);
	run(skips_what_is_there_already);
	run(stops_at_the_limit_without_an_error);
	run(grows_the_array_from_any_size);
	run(without_memory_the_array_stays_what_it_was);
	run(brings_an_array_when_there_is_none);
	run(without_a_gid_only_a_name_that_is_not_local_has_groups);
	free(gids);
	return tap_end();
}
