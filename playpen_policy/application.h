/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_APPLICATION_H
#define PLAYPEN_POLICY_APPLICATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/clock.h>
#include <playpen/conf/conf.h>
#include <playpen/ipc/pam_messages.h>
#include <playpen/runtime/run.h>

/*
 * What we know of the program that a person is signing in to: which kind of
 * service it is, how long it will wait for us, where it runs. Facts from the
 * kernel about our parent process; nothing is written.
 */

/* playpenctl test-login: there is no host, whatever service is named. */
bool app_is_playpenctl(const struct pp_start *start);

/* A person behind sshd, somewhere else. */
bool app_is_remote(const struct pp_start *start);

/*
 * Writes where the login comes from: the address of the peer under sshd (of
 * IPv6 the first 64 bits), otherwise the real uid of the caller. The rest of
 * source is filled with zeros.
 */
void app_write_source(
	const struct pp_start *start, char source[PP_RUN_SOURCE_SIZE]);

/*
 * The moment (boot clock, milliseconds) when our part of the login must be
 * over: the service's timeout, or what the host is known to allow, counted from
 * the start of the process that serves the connection under sshd; and never
 * later than an alarm that ticks in the host.
 */
int64_t app_deadline_ms(const struct pp_conf_pam_service *service,
	const struct pp_start *start, const struct pp_clock *clock);

#endif
