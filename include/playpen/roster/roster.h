/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/accounts.h>

/*
 * A roster: people that a node is to know before their first login, with the
 * numbers that they have elsewhere. Taken over in pieces, each one transaction,
 * so that logins get their turn; the caller publishes at the end. Local users
 * and groups, and what other NSS sources enumerate, are read once at the start
 * (sources that enumerate nothing are asked when a person first signs in).
 * Locks are not taken over here: see <playpen/roster/apply.h>.
 */

/*
 * Entries that fit one transaction well. Each touches most pages of the index
 * of uids, which come in no order: larger pieces write less. A login that comes
 * meanwhile waits for one of them, a second or two.
 */
#define PP_ROSTER_BATCH_SIZE 50000U

/* One person. Texts are borrowed for the call, NULL where nothing was said. */
struct pp_roster_entry {
	const char *name;
	int64_t uid; /* -1: by the uid key */
	const char *issuer;
	const char *subject;
	const char *connector;
	const char *gecos;
	const char *home;
	const char *shell;
	bool groups_given;
	struct pp_strv groups; /* claims; count for nothing at a login */
	struct pp_strv former; /* names that the person had, the first one
				  first; none of them is an account's */
	bool locked;
	bool closed;
	bool kill;          /* end the processes when the lock begins */
	int64_t until;      /* locked from then on; 0: no such time */
	const char *reason; /* of the lock, for the log */
};

/* What became of it: PP_REASON_NONE when it is in. */
struct pp_roster_result {
	enum pp_reason reason;
	char message[160];
	uint32_t free_uid; /* after UID_COLLISION: free, and not proposed
			      before; or 0 */
	bool is_new;       /* the account was made or bound */
};

struct pp_roster; /* what the other NSS sources know, opaque */

/* Prepares a roster. The state is writable and outlives the roster. Fails with
 * the reasons of the uid key and with PP_REASON_SYSTEM. */
enum pp_kind pp_roster_open(struct pp_accounts *accounts,
	struct pp_roster **ret_roster, struct pp_err *err) PP_NODISCARD;

void pp_roster_free(struct pp_roster **roster);

/*
 * Takes count entries over in one transaction. What one entry says that cannot
 * be is in its result and hinders no other; a failure of the whole (nothing of
 * it is stored then) is the return value. What is there already with the same
 * uid and subject is brought up to date.
 */
enum pp_kind pp_roster_add(struct pp_roster *roster,
	const struct pp_roster_entry *entries, size_t count,
	struct pp_roster_result *ret_results, struct pp_err *err) PP_NODISCARD;
