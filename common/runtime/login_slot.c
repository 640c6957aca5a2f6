/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/runtime/login_slot.h>

#define LOCK_WAIT_MS 5000

/* Slots that are taken, as they count for a login that wants another one. */
struct slot_counts {
	int64_t own;
	int64_t source;
	int64_t name;
	int64_t pool;
	int64_t free_slot;
};

static struct flock
byte_lock(int64_t at)
{
	return (struct flock){.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = at,
		.l_len = 1};
}

static void
count_slot(const struct pp_run_slot *slot, const struct pp_run_slot *wanted,
	const struct pp_login_slot_limits *limits,
	struct slot_counts *slot_counts)
{
	bool source =
		memcmp(slot->source, wanted->source, PP_RUN_SOURCE_SIZE) == 0;
	bool name = strncmp(slot->name, wanted->name, PP_NAME_SIZE) == 0;

	slot_counts->own += source && name;
	if (limits->unknown_names && slot->bound)
		return;
	slot_counts->source += source;
	slot_counts->name += name;
	slot_counts->pool++;
}

/*
 * Counts the slots that are held. One with a record of another version or size
 * is held by a login that began before an upgrade: it is not free, but nothing
 * is known of its name and source.
 */
static enum pp_kind
count_slots(int fd, const struct pp_run_slot *wanted,
	const struct pp_login_slot_limits *limits,
	struct slot_counts *slot_counts, struct pp_err *err)
{
	int64_t count = pp_run_slot_count(fd);

	slot_counts->free_slot = count;
	for (int64_t i = 0; i < count; i++) {
		struct pp_run_slot slot;
		struct pp_err cause;
		enum pp_kind kind;

		if (!pp_run_slot_is_held(fd, i)) {
			slot_counts->free_slot = i;
			continue;
		}
		kind = pp_run_read_slot(fd, i, &slot, &cause);
		if (kind == PP_OK)
			count_slot(&slot, wanted, limits, slot_counts);
		else if (kind != PP_NOT_FOUND)
			return pp_propagate(err, &cause);
	}
	return PP_OK;
}

static bool
is_reached(int64_t count, int64_t limit)
{
	return limit > 0 && count >= limit;
}

/* Returns the first limit that is reached, and how many logins reach it. */
static enum pp_login_slot_full
find_limit(const struct pp_login_slot_limits *limits,
	const struct slot_counts *slot_counts, int64_t *ret_pending)
{
	const struct {
		int64_t count;
		int64_t limit;
		enum pp_login_slot_full full;
	} checks[] = {
		{slot_counts->own, limits->own, PP_LOGIN_SLOT_FULL_OWN},
		{slot_counts->source, limits->source,
			PP_LOGIN_SLOT_FULL_SOURCE},
		{slot_counts->source, limits->caller,
			PP_LOGIN_SLOT_FULL_CALLER},
		{slot_counts->name, limits->name, PP_LOGIN_SLOT_FULL_NAME},
		{slot_counts->pool, limits->pool, PP_LOGIN_SLOT_FULL_POOL},
		{slot_counts->free_slot, PP_LOGIN_SLOTS_MAX,
			PP_LOGIN_SLOT_FULL_POOL},
	};

	for (size_t i = 0; i < PP_COUNT(checks); i++) {
		*ret_pending = checks[i].count;
		if (is_reached(checks[i].count, checks[i].limit))
			return checks[i].full;
	}
	return PP_LOGIN_SLOT_FREE;
}

static enum pp_kind
check_limits(const struct pp_login_slot_limits *limits,
	const struct pp_run_slot *wanted, const struct slot_counts *slot_counts,
	struct pp_login_slot *ret_slot, struct pp_err *err)
{
	long long pending;

	ret_slot->full = find_limit(limits, slot_counts, &ret_slot->pending);
	pending = (long long) ret_slot->pending;
	switch (ret_slot->full) {
	case PP_LOGIN_SLOT_FREE:
		return PP_OK;
	case PP_LOGIN_SLOT_FULL_OWN:
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"%lld logins of this name from %s are pending", pending,
			wanted->source);
	case PP_LOGIN_SLOT_FULL_SOURCE:
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"%lld logins%s from %s are pending", pending,
			limits->unknown_names ? " of unknown names" : "",
			wanted->source);
	case PP_LOGIN_SLOT_FULL_CALLER:
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"%lld logins as other users from %s are pending",
			pending, wanted->source);
	case PP_LOGIN_SLOT_FULL_NAME:
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"%lld logins of this name are pending", pending);
	case PP_LOGIN_SLOT_FULL_POOL:
	default:
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"%lld logins%s are pending", pending,
			limits->unknown_names ? " of unknown names" : "");
	}
}

static enum pp_kind
open_pool(const char *pool, int *ret_fd, struct pp_err *err)
{
	char path[PATH_MAX];
	enum pp_kind kind = pp_run_make_dir(PP_RUN_SLOTS, err);

	if (kind != PP_OK)
		return kind;
	snprintf(path, sizeof(path), PP_RUN_SLOTS "/%s", pool);
	*ret_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*ret_fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return PP_OK;
}

/* Writes the record before the slot counts as held. */
static enum pp_kind
lock_slot(int fd, const struct pp_run_slot *wanted, int64_t at,
	struct pp_err *err)
{
	struct flock lock = byte_lock(at);
	enum pp_kind kind = pp_run_write_slot(fd, at, wanted, err);

	if (kind == PP_OK && fcntl(fd, F_OFD_SETLK, &lock) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, PP_RUN_SLOTS);
	return kind;
}

enum pp_kind
pp_login_slot_take(const char *pool, const struct pp_run_slot *wanted,
	const struct pp_login_slot_limits *limits,
	struct pp_login_slot *ret_slot, struct pp_err *err)
{
	struct slot_counts slot_counts = {0};
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = open_pool(pool, &fd, err);

	if (kind != PP_OK)
		return kind;
	/* Held for the few system calls in which the slots are counted. */
	kind = pp_file_lock(fd, LOCK_WAIT_MS, PP_RUN_SLOTS, err);
	if (kind == PP_OK)
		kind = count_slots(fd, wanted, limits, &slot_counts, err);
	if (kind == PP_OK)
		kind = check_limits(
			limits, wanted, &slot_counts, ret_slot, err);
	if (kind == PP_OK)
		kind = lock_slot(fd, wanted, slot_counts.free_slot, err);
	flock(fd, LOCK_UN); /* the slot's own lock stays */
	if (kind == PP_OK)
		ret_slot->fd = pp_fd_steal(&fd);
	return kind;
}

void
pp_login_slot_free(struct pp_login_slot *slot)
{
	pp_fd_free(&slot->fd);
}
