/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_LOGIN_SLOT_H
#define PLAYPEN_POLICY_LOGIN_SLOT_H

#include "request.h"

/*
 * Places for logins that wait for a person (playpen.conf(5)): a request takes
 * one before Dex is asked, so that strangers can neither flood Dex nor crowd
 * out people who are known here. sshd has a pool; local services have one of
 * their own. Each place is a byte of a file that its holder keeps locked, so a
 * place is free again when its holder ends, however it ends.
 */

/* A place; the lock lives as long as the descriptor. fd -1 is none. */
struct login_slot {
	int fd;
};

/*
 * Takes a place for request. bound says that the name is a known person's:
 * names never bound here share half of the places and have one each. A known
 * name has waiting_per_name of sshd's, and from one source one less. Fails with
 * PP_REASON_TOO_MANY_PENDING or PP_REASON_SYSTEM.
 */
enum pp_kind login_slot_take(const struct request *request, bool bound,
	struct login_slot *ret_slot, struct pp_err *err) PP_NODISCARD;

void login_slot_free(struct login_slot *slot);

#endif
