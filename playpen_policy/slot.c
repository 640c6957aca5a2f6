/* SPDX-License-Identifier: MIT */
#include "slot.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <playpen/file.h>
#include <playpen/run.h>

#include "host.h"

#define SLOT_DIR PP_RUN_WAITING
#define LOCK_WAIT_MS 5000

/* How many places are taken, seen from one who wants another. */
struct census {
	int64_t strangers;
	int64_t of_source;
	int64_t of_name;
	int64_t of_both;    /* of that name from that source */
	int64_t free_place; /* -1 for none */
};

/* IPv6 hosts have a /64 each; the rest of the address is theirs to choose. */
static void
describe_source(const struct pp_start *start, char source[PP_RUN_SOURCE_SIZE])
{
	struct in6_addr address;
	char text[INET6_ADDRSTRLEN];

	memset(source, 0, PP_RUN_SOURCE_SIZE);
	if (!host_is_remote(start)) {
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
count(int fd, int64_t places, const struct pp_run_place *wanted,
	struct census *census, struct pp_err *err)
{
	for (int64_t i = 0; i < places; i++) {
		struct pp_run_place place;
		bool source;
		bool name;
		ssize_t got;

		if (!pp_run_place_is_held(fd, i)) {
			census->free_place = i;
			continue;
		}
		got = pread(
			fd, &place, sizeof(place), i * (off_t) sizeof(place));
		if (got != sizeof(place))
			return pp_fail_errno(err, PP_REASON_SYSTEM, SLOT_DIR);
		source = memcmp(place.source, wanted->source,
				 PP_RUN_SOURCE_SIZE) == 0;
		name = strncmp(place.name, wanted->name, PP_NAME_SIZE) == 0;
		census->strangers += !place.bound;
		census->of_source += source;
		census->of_name += name;
		census->of_both += source && name;
	}
	return PP_OK;
}

static enum pp_kind
judge_stranger(const struct pp_conf *conf, const struct census *census,
	struct pp_err *err)
{
	if (census->strangers >= conf->waiting / 2)
		return pp_fail(err, PP_REASON_NO_SLOT,
			"%lld sign-ins of unknown names are waiting",
			(long long) census->strangers);
	if (census->of_name > 0)
		return pp_fail(err, PP_REASON_NO_SLOT,
			"a sign-in of this unknown name is waiting");
	return PP_OK;
}

/*
 * Whoever guesses a known name waits in its queue: so one name never has all
 * places, and one source never all of a name's, or a single address would keep
 * that person out.
 */
static enum pp_kind
judge_known(const struct pp_conf *conf, const struct pp_run_place *wanted,
	const struct census *census, struct pp_err *err)
{
	int64_t per_name = conf->waiting_per_name;
	bool full = census->of_name >= per_name;

	if (!full && (per_name == 1 || census->of_both < per_name - 1))
		return PP_OK;
	return pp_fail(err, PP_REASON_NO_SLOT,
		"%lld sign-ins of this name%s%s are waiting",
		(long long) (full ? census->of_name : census->of_both),
		full ? "" : " from ", full ? "" : wanted->source);
}

static enum pp_kind
judge(const struct pp_conf *conf, bool remote,
	const struct pp_run_place *wanted, const struct census *census,
	struct pp_err *err)
{
	int64_t per_source =
		remote ? conf->waiting_per_source : conf->waiting_per_user;

	if (census->free_place < 0)
		return pp_fail(err, PP_REASON_NO_SLOT,
			"all %lld places are taken", (long long) conf->waiting);
	if (census->of_source >= per_source)
		return pp_fail(err, PP_REASON_NO_SLOT,
			"%lld sign-ins from %s are waiting",
			(long long) census->of_source, wanted->source);
	if (!wanted->bound)
		return judge_stranger(conf, census, err);
	/* Here the source is a user, and has places of their own. */
	return remote ? judge_known(conf, wanted, census, err) : PP_OK;
}

static enum pp_kind
open_pool(bool remote, int *ret_fd, struct pp_err *err)
{
	const char *path = remote ? SLOT_DIR "/sshd" : SLOT_DIR "/local";
	enum pp_kind kind = pp_run_make(SLOT_DIR, err);

	if (kind != PP_OK)
		return kind;
	*ret_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*ret_fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	return PP_OK;
}

static enum pp_kind
occupy(int fd, const struct pp_run_place *wanted, int64_t at,
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
pp_slot_take(const struct pp_login *login, bool bound, struct pp_slot *ret_slot,
	struct pp_err *err)
{
	bool remote = host_is_remote(&login->start);
	struct pp_run_place wanted = {.bound = bound};
	struct census census = {.free_place = -1};
	pp_auto(pp_fd) int fd = -1;
	enum pp_kind kind = open_pool(remote, &fd, err);

	if (kind != PP_OK)
		return kind;
	snprintf(wanted.name, sizeof(wanted.name), "%s", login->start.user);
	describe_source(&login->start, wanted.source);
	/* Held for the few system calls in which the places are counted. */
	kind = pp_file_lock(fd, LOCK_WAIT_MS, SLOT_DIR, err);
	if (kind != PP_OK)
		return kind;
	kind = count(fd, login->conf->waiting, &wanted, &census, err);
	if (kind == PP_OK)
		kind = judge(login->conf, remote, &wanted, &census, err);
	if (kind == PP_OK)
		kind = occupy(fd, &wanted, census.free_place, err);
	flock(fd, LOCK_UN); /* the place's own lock stays */
	if (kind == PP_OK)
		ret_slot->fd = pp_fd_take(&fd);
	return kind;
}

void
pp_slot_free(struct pp_slot *slot)
{
	pp_fd_free(&slot->fd);
}
