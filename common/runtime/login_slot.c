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
	int64_t unknown_names; /* of names that are not bound */
	int64_t from_source;
	int64_t for_name;
	int64_t from_source_for_name; /* of that name from that source */
	int64_t free_slot;            /* -1: all are taken */
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
	struct slot_counts *slot_counts)
{
	bool source =
		memcmp(slot->source, wanted->source, PP_RUN_SOURCE_SIZE) == 0;
	bool name = strncmp(slot->name, wanted->name, PP_NAME_SIZE) == 0;

	slot_counts->unknown_names += !slot->bound;
	slot_counts->from_source += source;
	slot_counts->for_name += name;
	slot_counts->from_source_for_name += source && name;
}

/*
 * Counts the slots that are held. One with a record of another version or size
 * is held by a login that began before an upgrade: it is not free, but nothing
 * is known of its name and source.
 */
static enum pp_kind
count_slots(int fd, int64_t total, const struct pp_run_slot *wanted,
	struct slot_counts *slot_counts, struct pp_err *err)
{
	for (int64_t i = 0; i < total; i++) {
		struct pp_run_slot slot;
		struct pp_err cause;
		enum pp_kind kind;

		if (!pp_run_slot_is_held(fd, i)) {
			slot_counts->free_slot = i;
			continue;
		}
		kind = pp_run_read_slot(fd, i, &slot, &cause);
		if (kind == PP_OK)
			count_slot(&slot, wanted, slot_counts);
		else if (kind != PP_NOT_FOUND)
			return pp_propagate(err, &cause);
	}
	return PP_OK;
}

static enum pp_kind
check_unknown_name(const struct pp_login_slot_limits *limits,
	const struct slot_counts *slot_counts, struct pp_err *err)
{
	if (slot_counts->unknown_names >= limits->total / 2)
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"%lld logins of unknown names are pending",
			(long long) slot_counts->unknown_names);
	if (slot_counts->for_name > 0)
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"a login of this unknown name is pending");
	return PP_OK;
}

/*
 * Limits the pending logins of a name, and of each source within a name, so
 * that an attacker at one address cannot lock out a known user.
 */
static enum pp_kind
check_known_name(const struct pp_login_slot_limits *limits,
	const struct pp_run_slot *wanted, const struct slot_counts *slot_counts,
	struct pp_err *err)
{
	int64_t per_name = limits->per_name;
	bool full = slot_counts->for_name >= per_name;

	if (!full && (per_name == 1 ||
			     slot_counts->from_source_for_name < per_name - 1))
		return PP_OK;
	return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
		"%lld logins of this name%s%s are pending",
		(long long) (full ? slot_counts->for_name
				  : slot_counts->from_source_for_name),
		full ? "" : " from ", full ? "" : wanted->source);
}

static enum pp_kind
check_limits(const struct pp_login_slot_limits *limits,
	const struct pp_run_slot *wanted, const struct slot_counts *slot_counts,
	struct pp_err *err)
{
	if (slot_counts->free_slot < 0)
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"all %lld login slots are taken",
			(long long) limits->total);
	if (slot_counts->from_source >= limits->per_source)
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"%lld logins from %s are pending",
			(long long) slot_counts->from_source, wanted->source);
	if (!wanted->bound)
		return check_unknown_name(limits, slot_counts, err);
	return limits->per_name > 0
		       ? check_known_name(limits, wanted, slot_counts, err)
		       : PP_OK;
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
	struct slot_counts slot_counts = {.free_slot = -1};
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = open_pool(pool, &fd, err);

	if (kind != PP_OK)
		return kind;
	/* Held for the few system calls in which the slots are counted. */
	kind = pp_file_lock(fd, LOCK_WAIT_MS, PP_RUN_SLOTS, err);
	if (kind == PP_OK)
		kind = count_slots(
			fd, limits->total, wanted, &slot_counts, err);
	if (kind == PP_OK)
		kind = check_limits(limits, wanted, &slot_counts, err);
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
