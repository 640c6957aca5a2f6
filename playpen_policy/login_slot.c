/* SPDX-License-Identifier: MIT */
#include "login_slot.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/runtime/run.h>

#include "application.h"

#define SLOT_DIR PP_RUN_SLOTS
#define LOCK_WAIT_MS 5000

/* How many places are taken, seen from one who wants another. */
struct slot_counts {
	int64_t unknown_names;
	int64_t from_source;
	int64_t for_name;
	int64_t from_source_for_name; /* of that name from that source */
	int64_t free_slot;            /* -1 for none */
};

/* IPv6 hosts have a /64 each; the rest of the address is theirs to choose. */
static void
describe_source(const struct pp_start *start, char source[PP_RUN_SOURCE_SIZE])
{
	struct in6_addr address;
	char text[INET6_ADDRSTRLEN];

	memset(source, 0, PP_RUN_SOURCE_SIZE);
	if (!app_is_remote(start)) {
		snprintf(source, PP_RUN_SOURCE_SIZE, "uid %lld",
			(long long) start->caller_uid);
		return;
	}
	snprintf(source, PP_RUN_SOURCE_SIZE, "%.*s",
		(int) PP_RUN_SOURCE_SIZE - 1,
		start->rhost != NULL ? start->rhost : "unknown");
	if (inet_pton(AF_INET6, source, &address) != 1 ||
		IN6_IS_ADDR_V4MAPPED(&address))
		return;
	memset(&address.s6_addr[8], 0, 8);
	memset(source, 0, PP_RUN_SOURCE_SIZE);
	snprintf(source, PP_RUN_SOURCE_SIZE, "%s",
		inet_ntop(AF_INET6, &address, text, sizeof(text)));
}

static struct flock
byte_lock(int64_t at)
{
	return (struct flock){.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = at,
		.l_len = 1};
}

static enum pp_kind
count_slots(int fd, int64_t places, const struct pp_run_slot *wanted,
	struct slot_counts *slot_counts, struct pp_err *err)
{
	for (int64_t i = 0; i < places; i++) {
		struct pp_run_slot slot;
		bool source;
		bool name;
		ssize_t got;

		if (!pp_run_slot_is_held(fd, i)) {
			slot_counts->free_slot = i;
			continue;
		}
		got = pread(fd, &slot, sizeof(slot), i * (off_t) sizeof(slot));
		if (got != sizeof(slot))
			return pp_fail_errno(err, PP_REASON_SYSTEM, SLOT_DIR);
		source = memcmp(slot.source, wanted->source,
				 PP_RUN_SOURCE_SIZE) == 0;
		name = strncmp(slot.name, wanted->name, PP_NAME_SIZE) == 0;
		slot_counts->unknown_names += !slot.bound;
		slot_counts->from_source += source;
		slot_counts->for_name += name;
		slot_counts->from_source_for_name += source && name;
	}
	return PP_OK;
}

static enum pp_kind
check_unknown_name(const struct pp_conf *conf,
	const struct slot_counts *slot_counts, struct pp_err *err)
{
	if (slot_counts->unknown_names >= conf->max_pending_logins / 2)
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"%lld logins of unknown names are pending",
			(long long) slot_counts->unknown_names);
	if (slot_counts->for_name > 0)
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"a login of this unknown name is pending");
	return PP_OK;
}

/*
 * Whoever guesses a known name waits in its queue: so one name never has all
 * places, and one source never all of a name's, or a single address would keep
 * that person out.
 */
static enum pp_kind
check_known_name(const struct pp_conf *conf, const struct pp_run_slot *wanted,
	const struct slot_counts *slot_counts, struct pp_err *err)
{
	int64_t per_name = conf->max_pending_logins_per_name;
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
check_limits(const struct pp_conf *conf, bool remote,
	const struct pp_run_slot *wanted, const struct slot_counts *slot_counts,
	struct pp_err *err)
{
	int64_t per_source = remote ? conf->max_pending_logins_per_source
				    : conf->max_pending_logins_per_user;

	if (slot_counts->free_slot < 0)
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"all %lld login slots are taken",
			(long long) conf->max_pending_logins);
	if (slot_counts->from_source >= per_source)
		return pp_fail(err, PP_REASON_TOO_MANY_PENDING,
			"%lld logins from %s are pending",
			(long long) slot_counts->from_source, wanted->source);
	if (!wanted->bound)
		return check_unknown_name(conf, slot_counts, err);
	/* Here the source is a user, and has places of their own. */
	return remote ? check_known_name(conf, wanted, slot_counts, err)
		      : PP_OK;
}

static enum pp_kind
open_pool(bool remote, int *ret_fd, struct pp_err *err)
{
	const char *path = remote ? SLOT_DIR "/sshd" : SLOT_DIR "/local";
	enum pp_kind kind = pp_run_make_dir(SLOT_DIR, err);

	if (kind != PP_OK)
		return kind;
	*ret_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*ret_fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return PP_OK;
}

static enum pp_kind
lock_slot(int fd, const struct pp_run_slot *wanted, int64_t at,
	struct pp_err *err)
{
	struct flock lock = byte_lock(at);

	if (pwrite(fd, wanted, sizeof(*wanted), at * (off_t) sizeof(*wanted)) !=
			sizeof(*wanted) ||
		fcntl(fd, F_OFD_SETLK, &lock) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, SLOT_DIR);
	return PP_OK;
}

enum pp_kind
login_slot_take(const struct request *request, bool bound,
	struct login_slot *ret_slot, struct pp_err *err)
{
	bool remote = app_is_remote(&request->start);
	struct pp_run_slot wanted = {.bound = bound};
	struct slot_counts slot_counts = {.free_slot = -1};
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = open_pool(remote, &fd, err);

	if (kind != PP_OK)
		return kind;
	snprintf(wanted.name, sizeof(wanted.name), "%s", request->start.user);
	describe_source(&request->start, wanted.source);
	/* Held for the few system calls in which the places are counted. */
	kind = pp_file_lock(fd, LOCK_WAIT_MS, SLOT_DIR, err);
	if (kind != PP_OK)
		return kind;
	kind = count_slots(fd, request->conf->max_pending_logins, &wanted,
		&slot_counts, err);
	if (kind == PP_OK)
		kind = check_limits(
			request->conf, remote, &wanted, &slot_counts, err);
	if (kind == PP_OK)
		kind = lock_slot(fd, &wanted, slot_counts.free_slot, err);
	flock(fd, LOCK_UN); /* the slot's own lock stays */
	if (kind == PP_OK)
		ret_slot->fd = pp_fd_steal(&fd);
	return kind;
}

void
login_slot_free(struct login_slot *slot)
{
	pp_fd_free(&slot->fd);
}
