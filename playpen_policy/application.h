/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <playpen/base/clock.h>
#include <playpen/base/err.h>
#include <playpen/conf/conf.h>
#include <playpen/ipc/pam_messages.h>
#include <playpen/runtime/run.h>

/*
 * Facts about the application, the program that called PAM: what kind of PAM
 * service it is, where its user is, how long it will wait. They come from START
 * and from the kernel. Nothing is written.
 */

/*
 * Checks the numbers of START, before one is counted with or is taken for a uid
 * or a process, and that user and service can be shown: printable ASCII without
 * blanks. Fails with PP_REASON_FRAME_INVALID.
 */
enum pp_kind app_check_start(
	const struct pp_start *start, struct pp_err *err) PP_NODISCARD;

/* Returns true for playpenctl test-login, which may name any PAM service but
 * runs none. */
bool app_is_playpenctl(const struct pp_start *start);

/* Returns true if the user is at another machine, behind sshd. */
bool app_is_remote(const struct pp_start *start);

/* Returns the pool (PP_RUN_POOL_...) whose login slots the login takes. */
const char *app_slot_pool(const struct pp_start *start);

/*
 * Writes where the login comes from: the address of the peer (of IPv6 the first
 * 64 bits), the user, or the terminal. All addresses of the node itself are one
 * source, and so is whatever is no address. The rest of source is filled with
 * zeros. *ret_trusted says that trusted_sources has the address; it is a source
 * of its own then.
 */
void app_write_source(const struct pp_start *start, const struct pp_conf *conf,
	char source[PP_RUN_SOURCE_SIZE], bool *ret_trusted);

/*
 * Returns when the request must be finished, in milliseconds of the boot clock.
 * This is the timeout of the service, or what the application is known to
 * allow. Under sshd it counts from the start of the process that serves the
 * connection. It is never later than an alarm that is set in the application.
 */
int64_t app_deadline_ms(const struct pp_conf_pam_service *service,
	const struct pp_start *start, const struct pp_clock *clock);
