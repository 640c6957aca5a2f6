/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/clock.h>
#include <playpen/conf/conf.h>

/*
 * state.db: the accounts of this node, the subject each is bound to, what
 * groups Dex gave them and when. The source of truth; the index is made from
 * it. Root only. Every change is one transaction; no transaction is open while
 * a person is waited for. The library neither logs nor talks to the network.
 */

#define PP_ACCOUNTS_DIR "/var/lib/playpen"
#define PP_ACCOUNTS_PATH PP_ACCOUNTS_DIR "/state.db"
#define PP_ACCOUNT_GROUPS_MAX 256U /* of one account */

struct pp_accounts; /* an open database, opaque */

/* An account. Owned texts; free with pp_account_free. A zeroed struct is empty.
 */
struct pp_account {
	char name[PP_NAME_SIZE];
	uint32_t uid; /* its private group has the same number */
	char *gecos;
	char *home;
	char *shell;
	bool bound; /* iss and sub are known */
	bool locked;
	bool closed;
	bool is_service_account; /* of a [service-account] section: its groups
				    never age */
	bool signed_in;          /* at least once, on this node */
	char *iss;
	char *sub;
	char *connector;
	int64_t bound_at;         /* seconds since 1970, as all of these */
	int64_t last_sign_in;     /* interactive or by token */
	int64_t groups_expire_at; /* groups count until then */
	bool groups_known;        /* Dex said which at the last check */
	struct pp_strv groups;    /* local names, sorted */
};

/* A verified sign-in that is to be recorded. All texts borrowed. */
struct pp_sign_in {
	const char *name;
	const char *iss;
	const char *sub;
	const char *connector; /* NULL for services */
	const char *gecos;     /* fits a line of passwd; NULL keeps it */
	bool is_service_account;
	bool groups_known;
	const struct pp_strv *groups; /* local names, already mapped */
	int64_t now;
	int64_t groups_expire_at;
};

/* What pp_accounts_map_groups made of claims. A zeroed struct is empty. */
struct pp_group_map {
	struct pp_strv groups;  /* local names, for struct pp_sign_in */
	struct pp_strv dropped; /* claims that give no group, for the log */
};

/*
 * Opens root's state.db, creating it when writable is asked for, and migrating
 * it when its schema is older. Without a database a state that is not writable
 * is empty. One that cannot be written (a full or read-only file system) opens
 * all the same, and says so when something is to be stored. One that is gone or
 * has no tables while root's index has accounts is refused: it was lost, and
 * their locks and bindings with it. conf stays the
 * caller's and must outlive the state; it may be NULL for a caller that only
 * reads (pp_accounts_find, and what <playpen/accounts/admin.h> has for
 * looking). Fails with PP_REASON_STATE_UNREADABLE, PP_REASON_STATE_UNWRITABLE.
 */
enum pp_kind pp_accounts_open(const char *root, const struct pp_conf *conf,
	bool writable, struct pp_accounts **ret_state,
	struct pp_err *err) PP_NODISCARD;

void pp_accounts_free(struct pp_accounts **accounts);

/*
 * Reads the account of that name. Returns PP_DENIED (PP_REASON_NO_ACCOUNT) when
 * there is none. An account may be unbound: imported from a roster, or a
 * service account.
 */
enum pp_kind pp_accounts_find(struct pp_accounts *accounts, const char *name,
	struct pp_account *ret_account, struct pp_err *err) PP_NODISCARD;

/*
 * The local groups of a provider's claims: mapped or prefixed, valid, neither
 * reserved nor the machine's own unless a map entry names them, nor an
 * account's name, at most PP_ACCOUNT_GROUPS_MAX; those that a gate or the map
 * names come first. Asks other NSS sources. What gives no group is in
 * ret_map->dropped.
 */
enum pp_kind pp_accounts_map_groups(struct pp_accounts *accounts,
	const struct pp_strv *claims, struct pp_group_map *ret_map,
	struct pp_err *err) PP_NODISCARD;

/*
 * Whether this sign-in may be, without changing anything: bindings both ways,
 * lock, closed account, allow_new_users, uid key, collisions with our table
 * and, for a name that would be bound, with every other NSS source. What a
 * first login would get is in *ret_account. Fails with the reason.
 */
enum pp_kind pp_accounts_check_sign_in(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	struct pp_err *err) PP_NODISCARD;

/*
 * Checks again inside the transaction, binds a first login, replaces the whole
 * set of groups, notes the time. *ret_account is the account afterwards. When
 * the database cannot be written: fine (*ret_stored false) if the answer takes
 * nothing away from a bound person, PP_REASON_STATE_UNWRITABLE otherwise.
 */
enum pp_kind pp_accounts_sign_in(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	bool *ret_stored, struct pp_err *err) PP_NODISCARD;

void pp_group_map_free(struct pp_group_map *map);
void pp_account_free(struct pp_account *account);
