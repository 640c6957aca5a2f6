/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/clock.h>
#include <playpen/conf/conf.h>
#include <playpen/ipc/pam_messages.h>
#include <playpen/runtime/run.h>

/*
 * Facts about the application, the program that called PAM: what kind of PAM
 * service it is, where its user is, how long it will wait. They come from START
 * and from the kernel. Nothing is written.
 */

/* Returns true for playpenctl test-login, which may name any PAM service but
 * runs none. */
bool app_is_playpenctl(const struct pp_start *start);

/* Returns true if the user is at another machine, behind sshd. */
bool app_is_remote(const struct pp_start *start);

/*
 * Writes where the login comes from: the address of the peer under sshd (of
 * IPv6 the first 64 bits), otherwise the real uid of the caller. The rest of
 * source is filled with zeros.
 */
void app_write_source(
	const struct pp_start *start, char source[PP_RUN_SOURCE_SIZE]);

/*
 * Returns when the request must be finished, in milliseconds of the boot clock.
 * This is the timeout of the service, or what the application is known to
 * allow. Under sshd it counts from the start of the process that serves the
 * connection. It is never later than an alarm that is set in the application.
 */
int64_t app_deadline_ms(const struct pp_conf_pam_service *service,
	const struct pp_start *start, const struct pp_clock *clock);
