/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include <playpen/ipc/message.h>
#include <playpen/runtime/run.h>

/*
 * An offer: what a verified certificate says (struct pp_offer), from the moment
 * that sshd asked about it until the session of the same sshd process is
 * opened. It is the provider's word about a name, no proof that the person is
 * there: sshd may let the connection in by another key. Root only, in
 * /run/playpen/offers; one for each process of sshd, gone when the process is.
 *
 * An offer that let a person in is remembered in /run/playpen/certificates, so
 * that the next connections need no worker. There it is the same file under
 * another name. A remembered offer counts for the same certificate, byte by
 * byte, while nothing is changed that the decision came from.
 */

#define PP_OFFER_DIR PP_RUN_DIR "/offers"
#define PP_OFFER_MEMORY_DIR PP_RUN_DIR "/certificates"

/* Limits of what is remembered. */
#define PP_OFFER_REMEMBERED_MS (INT64_C(3600) * 1000)
#define PP_OFFER_PER_NAME 4
#define PP_OFFER_MEMORY_MAX ((int64_t) 4 * 1024 * 1024) /* bytes, all names */

/* Fills offer->identity from an identity. Fails with PP_REASON_TOO_LONG. */
enum pp_kind pp_offer_put_identity(struct pp_offer *offer,
	const struct pp_identity *identity, struct pp_err *err) PP_NODISCARD;

/* Fills the zeroed *ret_identity, which the caller frees. Fails with
 * PP_REASON_FRAME_INVALID. */
enum pp_kind pp_offer_get_identity(const struct pp_offer *offer,
	struct pp_identity *ret_identity, struct pp_err *err) PP_NODISCARD;

/* Stores the offer for the running process sshd; the last one stays. Returns
 * PP_OK or fails with PP_REASON_SYSTEM. */
enum pp_kind pp_offer_write(pid_t sshd, const struct pp_offer *offer,
	struct pp_err *err) PP_NODISCARD;

/* Reads the offer of the running process sshd for this name. Returns PP_OK;
 * PP_NOT_FOUND if there is none that is well-formed. */
enum pp_kind pp_offer_read(pid_t sshd, const char *name,
	struct pp_offer *ret_offer, struct pp_err *err) PP_NODISCARD;

/* Removes the offer of a process. */
void pp_offer_remove(pid_t sshd);

/* Remembers the offer of the running process sshd, which let name in. Does
 * nothing if it cannot: the next connection is only slower. */
void pp_offer_remember(pid_t sshd, const char *name);

/*
 * Reads the offer for this certificate and name: the one that the running
 * process sshd has already, or a remembered one, which becomes that of the
 * process as if it had been written for it. wanted has name, certificate_type
 * and certificate. Returns PP_OK; PP_NOT_FOUND if none
 * counts.
 */
enum pp_kind pp_offer_recall(pid_t sshd, const struct pp_offer *wanted,
	const struct pp_clock *clock, struct pp_offer *ret_offer,
	struct pp_err *err) PP_NODISCARD;

/* Returns true if sshd says in auth_info, which is SSH_AUTH_INFO_0, that the
 * client has used the certificate of the offer. */
bool pp_offer_is_used(const struct pp_offer *offer, const char *auth_info);

void pp_offer_free(struct pp_offer *offer);
