/* SPDX-License-Identifier: MIT */
#include "tests/damage.h"
#include "tests/nss/calls.h"

/*
 * The module on an index that is damaged behind a header whose checksum is
 * right: it answers what it finds or says that it cannot, and never writes or
 * points outside the buffer, asks for a larger one without end, or walks on
 * for ever.
 */

#define FILE_MAX 8192U
#define ROOM 4096U
#define STEPS_MAX 64

static unsigned char file[FILE_MAX];
static size_t file_size;
static unsigned long seen[2]; /* UNAVAIL, SUCCESS */

static const struct call calls[] = {{alice, false}, {bob_by_uid, false},
	{dev, true}, {ops_by_gid, true}, {private_group, true},
	{private_group_by_gid, true}, {everybody, true}};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

static void
take_sample(void)
{
	int fd;

	unlink(PP_INDEX_PATH);
	place_publish_sample();
	fd = open(PP_INDEX_PATH, O_RDONLY | O_CLOEXEC);
	file_size = (size_t) read(fd, file, sizeof(file));
	close(fd);
	check_cmp(file_size, >, sizeof(struct pp_index_file_header));
	check_cmp(file_size, <, sizeof(file));
}

/* Puts the bytes in place as a writer does it: the old file says so. */
static void
put(void)
{
	static const uint32_t yes = 1;
	static int old = -1;
	int fd = open(PP_INDEX_PATH ".tmp",
		O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	check_int(write(fd, file, file_size), (ssize_t) file_size);
	check_int(rename(PP_INDEX_PATH ".tmp", PP_INDEX_PATH), 0);
	if (old >= 0) {
		pwrite(old, &yes, sizeof(yes),
			offsetof(struct pp_index_file_header, stale));
		close(old);
	}
	old = fd;
}

/* What fits in no buffer of ten times the file is no answer. */
static enum nss_status
ask(const struct call *call)
{
	enum nss_status status = sweep_ask(call, sweep_buffer, ROOM);

	if (status == NSS_STATUS_TRYAGAIN)
		status = sweep_ask(call, sweep_buffer, SWEEP_ROOM);
	check(status == NSS_STATUS_SUCCESS || status == NSS_STATUS_NOTFOUND ||
		status == NSS_STATUS_UNAVAIL);
	seen[0] += status == NSS_STATUS_UNAVAIL;
	seen[1] += status == NSS_STATUS_SUCCESS;
	return status;
}

static int
walk(const struct call *next)
{
	int steps = 0;

	while (steps < STEPS_MAX && ask(next) == NSS_STATUS_SUCCESS)
		steps++;
	check_cmp(steps, <, STEPS_MAX);
	return steps;
}

static int
walk_users(void)
{
	module.setpwent(0);
	return walk(&(struct call){next_user, false});
}

static int
walk_groups(void)
{
	module.setgrent(0);
	return walk(&(struct call){next_group, true});
}

static void
ask_groups(void)
{
	gid_t *gids = calloc(1, sizeof(*gids));
	long start = 1, size = 1;
	int code = 0;
	enum nss_status status = module.initgroups(
		"alice", SAMPLE_ALICE, &start, &size, &gids, -1, &code);

	check(status == NSS_STATUS_SUCCESS || code == ENOENT);
	check_cmp(start, >=, 1);
	check_cmp(start, <=, size);
	check_cmp((size_t) size, <, file_size);
	free(gids);
}

static void
ask_all(void)
{
	for (size_t i = 0; i < CALLS; i++)
		ask(&calls[i]);
	walk_users();
	walk_groups();
	ask_groups();
}

static void
the_sample_is_answered_whole(void)
{
	take_sample();
	put();
	for (size_t i = 0; i < CALLS; i++)
		check_int(ask(&calls[i]), NSS_STATUS_SUCCESS);
	check_int(walk_users(), 4);
	check_int(walk_groups(), 7);
}

static void
no_changed_byte_leads_outside_or_nowhere(void)
{
	static const unsigned char masks[] = {0xff, 0x10, 0x01};

	take_sample();
	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < file_size; i++)
		for (size_t k = 0; k < sizeof(masks); k++) {
			file[i] ^= masks[k];
			damage_mend(file);
			put();
			ask_all();
			file[i] ^= masks[k];
			if (tap_failed) {
				printf("# byte %zu ^ %#x\n", i, masks[k]);
				return;
			}
		}
	printf("# %lu unavailable, %lu answered\n", seen[0], seen[1]);
	check_cmp(seen[0], >, 0);
	check_cmp(seen[1], >, 0);
}

/* The places of the sample's users, by uid: roster, mallory, alice, bob, svc-
 * backup, gone. The first and the last are not shown. */
static void
a_walk_whose_order_is_a_circle_ends(void)
{
	static const int circle[SAMPLE_USERS] = {3, 5, 2, 5, 2, 1};
	struct pp_index_file_header header;
	uint32_t places[SAMPLE_USERS], *users;

	take_sample();
	memcpy(&header, file, sizeof(header));
	users = (void *) (file +
			  le64toh(header.sections[PP_INDEX_USERS].offset));
	memcpy(places, users, sizeof(places));
	for (int i = 0; i < SAMPLE_USERS; i++)
		users[i] = places[circle[i]];
	put();
	walk_users();
	walk_groups();
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	umask(022);
	module_load();
	run(the_sample_is_answered_whole);
	run(no_changed_byte_leads_outside_or_nowhere);
	run(a_walk_whose_order_is_a_circle_ends);
	return tap_end();
}
