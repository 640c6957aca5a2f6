/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/root.h>
#include <playpen/conf/conf.h>
#include <playpen/runtime/decisions.h>
#include <playpen/runtime/run.h>

#define STAGES ((size_t) 8)
#define REASONS ((size_t) 256)
_Static_assert(PP_REASON_COUNT <= REASONS, "a counter for each reason");
#define FILE_SIZE (STAGES * REASONS * sizeof(uint64_t))
#define FNV_START 2166136261U
#define FNV_FACTOR 16777619U

/* Returns a number that another table of reasons does not have: a counter must
 * not get another meaning. */
static uint32_t
number_of_table(void)
{
	uint32_t number = FNV_START;

	for (size_t i = 0; i < REASONS; i++)
		for (const char *at = pp_reason_word((enum pp_reason) i);
			*at != '\0'; at++)
			number = (number ^ (unsigned char) *at) * FNV_FACTOR;
	return number;
}

/* Maps the file of this version. Returns NULL if it cannot be used. */
static uint64_t *
map_file(const char *root, bool writes)
{
	char name[PATH_MAX];
	char path[PATH_MAX];
	struct stat info;
	pp_cleanup(pp_fd) int fd = -1;
	void *map;

	snprintf(name, sizeof(name), PP_RUN_DIR "/decisions-%08x",
		number_of_table());
	pp_root_path(root, name, path);
	fd = open(path,
		(writes ? O_RDWR | O_CREAT : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC,
		0600);
	if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) ||
		info.st_uid != pp_conf_owner(root))
		return NULL;
	if (info.st_size != (off_t) FILE_SIZE &&
		(!writes || ftruncate(fd, (off_t) FILE_SIZE) != 0))
		return NULL;
	map = mmap(NULL, FILE_SIZE, writes ? PROT_READ | PROT_WRITE : PROT_READ,
		MAP_SHARED, fd, 0);
	return map != MAP_FAILED ? map : NULL;
}

void
pp_decisions_count(const char *root, int64_t stage, enum pp_reason reason)
{
	uint64_t *counters;

	if (stage < 0 || stage >= (int64_t) STAGES ||
		(size_t) reason >= REASONS)
		return;
	counters = map_file(root, true);
	if (counters == NULL)
		return;
	__atomic_fetch_add(&counters[(size_t) stage * REASONS + reason], 1,
		__ATOMIC_RELAXED);
	munmap(counters, FILE_SIZE);
}

void
pp_decisions_each(const char *root, pp_decisions_visitor *visit, void *context)
{
	uint64_t *counters = map_file(root, false);

	if (counters == NULL)
		return;
	for (size_t i = 0; i < STAGES * REASONS; i++) {
		uint64_t count =
			__atomic_load_n(&counters[i], __ATOMIC_RELAXED);

		if (count != 0)
			visit(context, (int64_t) (i / REASONS),
				(enum pp_reason)(i % REASONS), count);
	}
	munmap(counters, FILE_SIZE);
}
