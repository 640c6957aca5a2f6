/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/stat.h>

#include "common/index/coarse_clock.h"
#include "common/index/index_live.h"
#include "tests/sample.h"
#include "tests/scratch.h"
#include "tests/tap.h"

/* The current mapping of a path: how many there may be, and when the path is
 * looked at. lstat below stands before glibc's and tells of another file. */

#define HELD (PP_INDEX_LIVE_POOL + 3)

static char path[64];
static struct pp_index_live live = {.path = path, .trust = {.caller = true}};

static unsigned int looks;
static dev_t other_device;
static ino_t other_inode;
static off_t other_size;

int
lstat(const char *restrict name, struct stat *restrict info)
{
	int result = fstatat(AT_FDCWD, name, info, AT_SYMLINK_NOFOLLOW);

	looks++;
	info->st_dev += other_device;
	info->st_ino += other_inode;
	info->st_size += other_size;
	return result;
}

static void
publish(const char *gecos)
{
	struct sample sample;
	bool changed;

	sample_fill(&sample);
	sample.users[BOB].gecos = gecos;
	check_kind(
		pp_index_write(path, &sample.content, &changed, NULL), PP_OK);
}

static bool
says(const struct pp_index *index, const char *gecos)
{
	struct pp_index_user user;

	return pp_index_user_by_name(index, "bob", &user) == PP_INDEX_FOUND &&
	       strcmp(user.gecos, gecos) == 0;
}

static struct pp_index *
get(void)
{
	struct pp_index *index = NULL;

	check_int(pp_index_live_get(&live, &index), PP_INDEX_FOUND);
	return index;
}

/* The next call looks at the path. */
static void
make_due(void)
{
	live.checked_ms = 0;
}

static int
count_places_taken(void)
{
	int count = 0;

	for (unsigned int i = 0; i < PP_INDEX_LIVE_POOL; i++)
		count += live.pool[i].life != 0;
	return count;
}

static int
count_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	int count = 0;

	while (fgets(line, sizeof(line), maps) != NULL)
		count += strstr(line, path) != NULL;
	fclose(maps);
	return count;
}

/* Each look-up that goes on keeps the mapping that it began with; those beyond
 * the pool are of one look-up each. */
static void
more_mappings_than_the_pool_holds_serve_and_end(void)
{
	struct pp_index *held[HELD];
	struct pp_index *last;
	char gecos[HELD][8];

	for (unsigned int i = 0; i < HELD; i++) {
		snprintf(gecos[i], sizeof(gecos[i]), "no %u", i);
		publish(gecos[i]);
		held[i] = get();
		check_int(held[i]->pooled, (i < PP_INDEX_LIVE_POOL));
	}
	for (unsigned int i = 0; i < HELD; i++)
		check(says(held[i], gecos[i]));
	check_int(count_mappings(), (int) HELD);
	for (unsigned int i = 0; i < HELD; i++)
		pp_index_release(&held[i]);
	last = get();
	check(last->pooled && says(last, gecos[HELD - 1]));
	pp_index_release(&last);
	if (check_int(count_places_taken(), 1))
		check_int(count_mappings(), 1);
}

/* By the clock that the live has: the machine may be slow. */
static void
the_path_is_looked_at_every_ten_milliseconds(void)
{
	int64_t begin;

	publish("");
	make_due();
	looks = 0;
	begin = pp_coarse_clock_ms();
	for (int i = 0; i < 1000; i++) {
		struct pp_index *index = get();

		pp_index_release(&index);
	}
	check_cmp(looks, >=, 1);
	check_cmp(looks, <=,
		(pp_coarse_clock_ms() - begin) / PP_INDEX_LIVE_CHECK_MS + 1);
}

/* Whether a look leads to another mapping. */
static bool
is_renewed(void)
{
	struct pp_index *before = get();
	struct pp_index *after;
	bool renewed;

	make_due();
	after = get();
	renewed = before != after;
	pp_index_release(&before);
	pp_index_release(&after);
	return renewed;
}

static void
another_device_inode_or_size_is_another_file(void)
{
	publish("");
	check(!is_renewed());
	other_device = 1;
	check(is_renewed());
	other_device = 0;
	check(!is_renewed());
	other_inode = 1;
	check(is_renewed());
	other_inode = 0;
	check(!is_renewed());
	other_size = 64;
	check(is_renewed());
	other_size = 0;
	check(!is_renewed());
	check_int(count_places_taken(), 1);
}

int
main(void)
{
	scratch_begin();
	snprintf(path, sizeof(path), "%s/index.v1", scratch_root);
	run(more_mappings_than_the_pool_holds_serve_and_end);
	run(the_path_is_looked_at_every_ten_milliseconds);
	run(another_device_inode_or_size_is_another_file);
	return tap_end();
}
