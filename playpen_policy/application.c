/* SPDX-License-Identifier: MIT */
#include "application.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/network.h>
#include <playpen/base/pam_service.h>
#include <playpen/base/str.h>
#include <playpen/runtime/process.h>

#define LOGIN_SECONDS 50  /* below LOGIN_TIMEOUT's 60 */
#define OTHER_SECONDS 290 /* below the 5 minutes that codes of Dex live */
#define ALARM_MARGIN_MS 3000

/* Returns true if text can be shown, as the name of a user or a service is. */
static bool
is_word(const char *text)
{
	return *text != '\0' && pp_str_is_graphic(text, strlen(text));
}

enum pp_kind
app_check_start(const struct pp_start *start, struct pp_err *err)
{
	const struct {
		const char *name;
		int64_t value;
		int64_t low;
		int64_t high;
	} numbers[] = {{"uid", start->uid, -1, UINT32_MAX - 1},
		{"gid", start->gid, -1, UINT32_MAX - 1},
		{"caller_uid", start->caller_uid, 0, UINT32_MAX - 1},
		{"flags", start->flags, INT32_MIN, INT32_MAX},
		{"alarm_ms", start->alarm_ms, -1, INT64_MAX / 2},
		{"sshd_pid", start->sshd_pid, 0, INT32_MAX}};

	for (size_t i = 0; i < PP_COUNT(numbers); i++)
		if (numbers[i].value < numbers[i].low ||
			numbers[i].value > numbers[i].high)
			return pp_fail(err, PP_REASON_FRAME_INVALID,
				"START: %s is %lld", numbers[i].name,
				(long long) numbers[i].value);
	if (!is_word(start->user) || !is_word(start->pam_service))
		return pp_fail(err, PP_REASON_FRAME_INVALID,
			"START: a name that is no word");
	return PP_OK;
}

bool
app_is_playpenctl(const struct pp_start *start)
{
	return start->stage == PP_STAGE_DRY_RUN ||
	       start->stage == PP_STAGE_BIND;
}

bool
app_is_remote(const struct pp_start *start)
{
	return pp_pam_service_is_sshd(start->pam_service) &&
	       !app_is_playpenctl(start);
}

/* Returns true if a user signs in as themselves on the node. sudo says who
 * called it in PAM_RUSER, whatever its own real uid is. */
static bool
is_own(const struct pp_start *start)
{
	if (start->uid <= 0)
		return false;
	if (pp_pam_service_is_sudo(start->pam_service))
		return start->ruser != NULL &&
		       strcmp(start->ruser, start->user) == 0;
	return start->caller_uid == start->uid;
}

const char *
app_slot_pool(const struct pp_start *start)
{
	if (app_is_playpenctl(start))
		return PP_RUN_POOL_SYSTEM;
	if (app_is_remote(start))
		return PP_RUN_POOL_REMOTE;
	if (is_own(start))
		return PP_RUN_POOL_OWN;
	if (start->caller_uid != 0 ||
		pp_pam_service_is_sudo(start->pam_service))
		return PP_RUN_POOL_OTHER;
	/* login -h and the like say where the user is. */
	return start->rhost != NULL && start->rhost[0] != '\0'
		       ? PP_RUN_POOL_REMOTE
		       : PP_RUN_POOL_SYSTEM;
}

static bool
is_trusted(const struct pp_conf *conf, const struct in6_addr *address)
{
	for (size_t i = 0; i < conf->trusted_sources.count; i++) {
		struct pp_network network;

		if (pp_network_parse(
			    conf->trusted_sources.items[i], &network) &&
			pp_network_contains(&network, address))
			return true;
	}
	return false;
}

/*
 * Writes the /64 of an IPv6 source, because such a host chooses the rest of its
 * address itself, and "this node" for an address of the node: a local user has
 * all of 127.0.0.0/8. A name (sshd's UseDNS) is one that the owner of the
 * address chooses.
 */
static void
write_remote(const struct pp_start *start, const struct pp_conf *conf,
	char *source, bool *ret_trusted)
{
	struct in6_addr address;
	char text[INET6_ADDRSTRLEN];

	if (start->rhost == NULL ||
		!pp_network_parse_address(start->rhost, &address)) {
		snprintf(source, PP_RUN_SOURCE_SIZE, "no address");
		return;
	}
	*ret_trusted = is_trusted(conf, &address);
	if (!*ret_trusted && pp_network_is_own(&address)) {
		snprintf(source, PP_RUN_SOURCE_SIZE, "this node");
		return;
	}
	if (IN6_IS_ADDR_V4MAPPED(&address)) {
		inet_ntop(AF_INET, &address.s6_addr[12], text, sizeof(text));
	} else {
		memset(&address.s6_addr[8], 0, 8);
		inet_ntop(AF_INET6, &address, text, sizeof(text));
	}
	snprintf(source, PP_RUN_SOURCE_SIZE, "%s", text);
}

void
app_write_source(const struct pp_start *start, const struct pp_conf *conf,
	char source[PP_RUN_SOURCE_SIZE], bool *ret_trusted)
{
	const char *pool = app_slot_pool(start);

	memset(source, 0, PP_RUN_SOURCE_SIZE);
	*ret_trusted = false;
	if (strcmp(pool, PP_RUN_POOL_REMOTE) == 0)
		write_remote(start, conf, source, ret_trusted);
	else if (strcmp(pool, PP_RUN_POOL_OWN) == 0)
		snprintf(source, PP_RUN_SOURCE_SIZE, "uid %lld",
			(long long) start->uid);
	else if (strcmp(pool, PP_RUN_POOL_OTHER) == 0 &&
		 start->caller_uid == 0 && start->ruser != NULL)
		snprintf(source, PP_RUN_SOURCE_SIZE, "user %.*s",
			PP_NAME_SIZE / 2, start->ruser);
	else if (start->caller_uid == 0 && start->tty != NULL &&
		 start->tty[0] != '\0')
		snprintf(source, PP_RUN_SOURCE_SIZE, "terminal %.*s",
			(int) PP_RUN_SOURCE_SIZE / 2, start->tty);
	else
		snprintf(source, PP_RUN_SOURCE_SIZE, "uid %lld",
			(long long) start->caller_uid);
}

/*
 * Returns when the time of the login began. sshd's LoginGraceTime begins when
 * sshd starts the process for the connection, which is the leader of its
 * session (sshd.c, server_accept_loop).
 */
static int64_t
begin_ms(const struct pp_start *start, const struct pp_clock *clock)
{
	int64_t now = pp_clock_boot_ms(clock);
	int64_t begin = -1;

	if (app_is_remote(start))
		begin = pp_process_start_ms(getsid(getppid()));
	return begin >= 0 && begin < now ? begin : now;
}

static int64_t
allowed_seconds(
	const struct pp_conf_pam_service *service, const struct pp_start *start)
{
	if (service->timeout > 0)
		return service->timeout;
	if (pp_pam_service_is_sshd(start->pam_service))
		return PP_PAM_SERVICE_SSHD_SECONDS;
	if (pp_pam_service_is_login(start->pam_service))
		return LOGIN_SECONDS;
	return OTHER_SECONDS;
}

int64_t
app_deadline_ms(const struct pp_conf_pam_service *service,
	const struct pp_start *start, const struct pp_clock *clock)
{
	int64_t deadline =
		begin_ms(start, clock) + allowed_seconds(service, start) * 1000;
	int64_t alarm;

	if (start->alarm_ms < 0)
		return deadline;
	alarm = pp_clock_boot_ms(clock) + start->alarm_ms - ALARM_MARGIN_MS;
	return alarm < deadline ? alarm : deadline;
}
