/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/runtime/run.h>

/*
 * Login slots limit how many logins may wait for a person at the same time
 * (playpen.conf(5), [limits]). A login takes a slot before the provider is
 * asked, so that strangers can neither flood the provider nor lock out known
 * users. A pool is a file of PP_RUN_SLOTS with one record for each slot. The
 * holder of a slot keeps a byte of the file locked, so the slot is free as soon
 * as its holder ends, for whatever reason.
 *
 * Root only. May be called by any number of processes at the same time.
 */

/* A slot that is held as long as the descriptor is open. fd -1: no slot. */
struct pp_login_slot {
	int fd;
};

/* Limits of one pool. */
struct pp_login_slot_limits {
	int64_t total;      /* slots of the pool; half of them for names that
			       are not bound */
	int64_t per_source; /* slots of one source */
	int64_t per_name;   /* slots of one bound name, of which one source may
			       hold one fewer; 0: as many as per_source */
};

/*
 * Takes a slot of pool ("sshd" or "local") for the name and source of wanted.
 * A name that is not bound may hold one slot. The bytes of wanted->source after
 * its end must be zero. Returns PP_OK and the slot, which the caller frees.
 * Fails with PP_REASON_TOO_MANY_PENDING if a limit is reached, or with
 * PP_REASON_SYSTEM.
 */
enum pp_kind pp_login_slot_take(const char *pool,
	const struct pp_run_slot *wanted,
	const struct pp_login_slot_limits *limits,
	struct pp_login_slot *ret_slot, struct pp_err *err) PP_NODISCARD;

void pp_login_slot_free(struct pp_login_slot *slot);
