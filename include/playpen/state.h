/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_H
#define PLAYPEN_STATE_H

#include <playpen/clock.h>
#include <playpen/conf.h>

/*
 * state.db: the accounts of this node, to whom each is bound, what groups Dex
 * gave them and when. The source of truth; the index is made from it. Root
 * only. Every change is one transaction; no transaction is open while anybody
 * waits. The library neither logs nor talks to the network.
 */

#define PP_STATE_DIR "/var/lib/playpen"
#define PP_STATE_PATH PP_STATE_DIR "/state.db"

struct pp_state; /* an open database, opaque */

/* An account. Owned texts; free with pp_account_free. */
struct pp_account {
	char name[PP_NAME_SIZE];
	uint32_t uid; /* its private group has the same number */
	char *gecos;
	char *home;
	char *shell;
	bool bound; /* iss and sub are known */
	bool locked;
	bool tombstone;
	bool service;   /* of an [account] section */
	bool signed_in; /* at least once, on this node */
	char *iss;
	char *sub;
	char *connector;
	int64_t bound_at;      /* seconds since 1970, as all of these */
	int64_t last_sign_in;  /* interactive or by token */
	int64_t checked_until; /* groups count until then */
	bool groups_known;     /* Dex said which at the last check */
	struct pp_strv groups; /* local names, sorted */
};

/* A verified sign-in that is to be recorded. All texts borrowed. */
struct pp_sign_in {
	const char *name;
	const char *iss;
	const char *sub;
	const char *connector; /* NULL for services */
	const char *gecos;     /* NULL keeps what is on record */
	bool service;
	bool groups_known;
	const struct pp_strv *groups; /* local names, already mapped */
	int64_t now;
	int64_t checked_until;
};

/*
 * Opens root's state.db, creating or migrating it when writable is asked for.
 * conf and clock stay the caller's and must outlive the state. Fails with
 * PP_REASON_STATE_UNREADABLE.
 */
enum pp_kind pp_state_open(const char *root, const struct pp_conf *conf,
	bool writable, struct pp_state **ret_state,
	struct pp_err *err) PP_NODISCARD;

void pp_state_free(struct pp_state **state);

/* PP_NOT_FOUND (PP_REASON_NOT_BOUND) when there is no account of that name. */
enum pp_kind pp_state_find(struct pp_state *state, const char *name,
	struct pp_account *ret_account, struct pp_err *err) PP_NODISCARD;

/*
 * Whether this sign-in may be, without changing anything: bindings both ways,
 * lock, tombstone, first_login, id key, collisions with our table and with
 * every other NSS source. What a first login would get is in *ret_account.
 */
enum pp_kind pp_state_judge(struct pp_state *state,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	struct pp_err *err) PP_NODISCARD;

/*
 * Judges again inside the transaction, binds a first login, replaces the whole
 * set of groups, notes the time. *ret_account is the account afterwards. When
 * the database cannot be written: fine (*ret_stored false) if the answer takes
 * nothing away from a bound person, PP_REASON_STATE_UNWRITABLE otherwise.
 */
enum pp_kind pp_state_sign_in(struct pp_state *state,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	bool *ret_stored, struct pp_err *err) PP_NODISCARD;

/* Makes index and provision file from the state; nothing when they are so. */
enum pp_kind pp_state_publish(
	struct pp_state *state, struct pp_err *err) PP_NODISCARD;

void pp_account_free(struct pp_account *account);

#endif
