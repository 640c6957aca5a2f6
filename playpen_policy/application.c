/* SPDX-License-Identifier: MIT */
#include "application.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/pam_service.h>
#include <playpen/runtime/process.h>

#define LOGIN_SECONDS 50  /* below LOGIN_TIMEOUT's 60 */
#define OTHER_SECONDS 290 /* below the 5 minutes that codes of Dex live */
#define ALARM_MARGIN_MS 3000

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

/* An IPv6 host has a /64 and chooses the rest of its address itself. */
void
app_write_source(const struct pp_start *start, char source[PP_RUN_SOURCE_SIZE])
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
