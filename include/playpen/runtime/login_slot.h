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

/* Maximum number of slots of a pool, whatever the limits say. */
#define PP_LOGIN_SLOTS_MAX 4096

/* Why there is no slot. */
enum pp_login_slot_full {
	PP_LOGIN_SLOT_FREE = 0,
	PP_LOGIN_SLOT_FULL_OWN,    /* of this name from this source */
	PP_LOGIN_SLOT_FULL_SOURCE, /* from this source */
	PP_LOGIN_SLOT_FULL_CALLER, /* of this user, as other users */
	PP_LOGIN_SLOT_FULL_NAME,   /* of this name, from all sources */
	PP_LOGIN_SLOT_FULL_POOL,   /* of the pool */
};

/* A slot that is held as long as the descriptor is open; fd -1: no slot. full
 * says why, pending how many logins there are of that kind. */
struct pp_login_slot {
	int fd;
	enum pp_login_slot_full full;
	int64_t pending;
};

/* Limits of one login; 0: no limit. Only the first is one that the logins of
 * other sources and other names do not count for. */
struct pp_login_slot_limits {
	int64_t own;        /* of this name from this source */
	int64_t source;     /* from this source */
	int64_t caller;     /* from this source, which is a user of the node */
	int64_t name;       /* of this name */
	int64_t pool;       /* of the pool */
	bool unknown_names; /* the last three count names that are not bound */
};

/*
 * Takes a slot of pool (PP_RUN_POOL_...) for the name and source of wanted. The
 * bytes of wanted->source after its end must be zero. Returns PP_OK and the
 * slot, which the caller frees. Fails with PP_REASON_TOO_MANY_PENDING and says
 * why in *ret_slot if a limit is reached, or with PP_REASON_SYSTEM.
 */
enum pp_kind pp_login_slot_take(const char *pool,
	const struct pp_run_slot *wanted,
	const struct pp_login_slot_limits *limits,
	struct pp_login_slot *ret_slot, struct pp_err *err) PP_NODISCARD;

void pp_login_slot_free(struct pp_login_slot *slot);
