/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include <playpen/ipc/message.h>

/*
 * An offer: what a verified certificate says, from the moment that sshd asked
 * about it until the account stage of the same sshd process. It is the
 * provider's word about a name, no proof that the person is there: sshd may let
 * the connection in by another key. Root only, in /run/playpen/offers; one for
 * each process of sshd, gone when the process is.
 */
struct offer {
	struct pp_identity identity;
	int64_t end; /* seconds since 1970 */
};

/* Stores the offer for the name and the running process sshd; the last one
 * stays. Returns PP_OK or fails with PP_REASON_SYSTEM. */
enum pp_kind offer_write(pid_t sshd, const char *name,
	const struct offer *offer, struct pp_err *err) PP_NODISCARD;

/* Reads the offer of the running process sshd for this name. Returns PP_OK;
 * PP_NOT_FOUND if there is none that is well-formed. */
enum pp_kind offer_read(pid_t sshd, const char *name, struct offer *ret_offer,
	struct pp_err *err) PP_NODISCARD;

/* Removes the offer of a process, and those of processes that have ended. */
void offer_remove(pid_t sshd);

void offer_free(struct offer *offer);
