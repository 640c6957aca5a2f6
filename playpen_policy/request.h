/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/accounts.h>
#include <playpen/base/clock.h>
#include <playpen/conf/conf.h>
#include <playpen/runtime/login_slot.h>

#include "conversation.h"

#define REQUEST_REF_SIZE 9U /* 8 hexadecimal digits */

/*
 * One PAM call, from START to its decision. The handlers (handlers.h) fill err
 * and account. main turns these into the PAM code, the user message and the log
 * line, so that all three say the same.
 */
struct request {
	struct pp_start start;
	struct conversation conversation;
	const struct pp_clock *clock;
	struct pp_conf *conf;         /* NULL until it is read */
	struct pp_accounts *accounts; /* NULL until they are opened */
	const struct pp_conf_pam_service *service;
	struct pp_identity identity; /* after the worker verified one */
	bool identity_carried;       /* by a certificate */
	struct pp_account account;   /* after it was looked up */
	struct pp_strv groups_given; /* before: local names */
	bool groups_moved;           /* since the application looked them up */
	bool groups_differ;          /* this sign-in or refresh changed them */
	char *notes;                 /* for the log line; may be NULL */
	char *refusal; /* of a certificate, for the prompt; may be NULL */
	struct pp_strv marks;       /* stage keys: of what conf was read from */
	char ref[REQUEST_REF_SIZE]; /* names the log line of a failure */
	struct pp_err err;          /* of the failure, kind PP_OK otherwise */
	int64_t deadline_ms;        /* boot clock */
	enum pp_login_slot_full slot_full; /* why there is no login slot */
	int64_t pending;                   /* logins that reach that limit */
	bool silent;                       /* success is not logged */
	bool signed_in;       /* a dry run is in its account stage */
	bool require_at_hash; /* the provider has sent it before */
	bool was_bound;       /* before the sign-in */
	bool reason_hidden; /* the user reads that they are refused, no more */
};

/*
 * Opens request->accounts, or makes them those of this moment, because a wait
 * may lie between two uses: state.db is opened once for a request, unless it is
 * replaced meanwhile. Returns PP_OK, or the kind of the failure in
 * request->err.
 */
enum pp_kind request_open_accounts(
	struct request *request, enum pp_accounts_mode mode) PP_NODISCARD;

/* Returns what the table of checks wants to know of the application; borrowed
 * from request. */
struct pp_application request_application(const struct request *request);

/* Returns the PAM code for a request that returned kind. */
enum pp_pam_code request_pam_result(
	const struct request *request, enum pp_kind kind);

/*
 * Writes the log line of a decision into line, as printable ASCII: result,
 * reason, stage, service, name, uid, iss, sub, connector, rhost, as key=value.
 * What is not known is left out.
 */
void request_describe(const struct request *request, enum pp_kind kind,
	char *line, size_t size);

/*
 * Adds a note to the log line, after the ones that are there: what, then the
 * reason why unless it is NULL. Fails for want of memory only.
 */
enum pp_kind request_add_note(struct request *request, const char *what,
	const char *why, struct pp_err *err) PP_NODISCARD;

void request_free(struct request *request);
