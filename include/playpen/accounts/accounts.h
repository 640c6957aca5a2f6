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
	int64_t locked_from;     /* a lock begins then; 0: none does */
	bool is_service_account; /* of a [service-account] section: its groups
				    never age */
	bool signed_in;          /* at least once, on this node */
	char *iss;
	char *sub;
	char *connector;
	int64_t bound_at;         /* seconds since 1970, as all of these */
	int64_t last_sign_in;     /* interactive or by token */
	int64_t groups_expire_at; /* groups count until then */
	int64_t checked_at;       /* Dex was last asked about the person */
	bool groups_known;        /* the last check said which */
	struct pp_strv groups;    /* local names, sorted */
};

/* What an account is wanted for. Each has a column in the table of checks
 * (<playpen/accounts/admission.h>). */
enum pp_purpose {
	PP_FOR_SIGN_IN = 1 << 0, /* of a person; also in a dry run */
	PP_FOR_REFRESH = 1 << 1, /* of a person's groups, without the person */
	PP_FOR_PROMPT = 1 << 2,  /* of a service account, for its proof */
	PP_FOR_PROOF = 1 << 3,   /* of a service account, verified */
	PP_FOR_LOGIN = 1 << 4,   /* the account stage, before a refresh */
	PP_FOR_GROUPS = 1 << 5,  /* the account stage, after a refresh */
	PP_FOR_SECTION = 1 << 6, /* a [service-account] section */
	PP_FOR_BINDING = 1 << 7, /* playpenctl user bind */
	PP_FOR_UNBINDING = 1 << 8, /* playpenctl user unbind */
	PP_FOR_IMPORT = 1 << 9,    /* playpenctl user import */
	PP_FOR_NAME = 1 << 10,     /* a name that an account may be given */
	PP_FOR_CARRIED = 1 << 11,  /* of a person, by a certificate that sshd
				      has checked */
	PP_FOR_ATTEMPT = 1 << 12,  /* of a person, before the sign-in */
};

/* The application that called PAM. All borrowed. */
struct pp_application {
	int64_t uid; /* as it looked them up before, -1 if it did not */
	int64_t gid;
	const char *pam_service;
	const struct pp_conf_pam_service *settings; /* of that service */
};

/* An identity that is to sign in to an account, or to be bound to it. All
 * borrowed. */
struct pp_sign_in {
	enum pp_purpose purpose;
	const char *name; /* of the account */
	const char *iss;
	const char *sub;         /* NULL: import without a subject */
	const char *connector;   /* NULL for services */
	const char *username;    /* what the token calls the person */
	const char *client_id;   /* of a service's token, NULL for a person */
	bool is_service_account; /* the identity is a service's */
	const struct pp_application *application; /* NULL if there is none */
	const int64_t *uid; /* that an import gives; NULL: by the uid key */
	const char *gecos;  /* fits a line of passwd; NULL keeps it */
	bool at_hash; /* the provider sends it: later sign-ins must have it */
	bool groups_known;
	const struct pp_strv *claims; /* groups, as the provider names them */
	int64_t now;
	int64_t groups_expire_at;
	int64_t wall; /* what time it is, for groups_differ */
};

/* What pp_accounts_map_groups made of claims. A zeroed struct is empty. */
struct pp_group_map {
	struct pp_strv groups;  /* local names */
	struct pp_strv dropped; /* claims that give no group, for the log */
	bool denied_dropped;    /* one of these is a name of a deny_groups */
};

/* What came of a sign-in. Free with pp_sign_in_result_free. A zeroed struct is
 * empty. */
struct pp_sign_in_result {
	struct pp_account account; /* as it is afterwards, or would be */
	struct pp_group_map map;   /* of the claims */
	bool groups_known;
	bool groups_differ; /* from those that counted until now */
	bool is_first;      /* the account had no sign-in before */
	bool stored;        /* false in a dry run, too */
	bool outdated;      /* Dex was asked since: nothing to store */
};

/* What is done with the accounts. */
enum pp_accounts_mode {
	PP_ACCOUNTS_READ,
	PP_ACCOUNTS_WRITE,   /* a database that is not there is created */
	PP_ACCOUNTS_DRY_RUN, /* writes as above, and rolls back at the end */
};

/*
 * Opens root's state.db, and migrates it if its schema is older. If there is
 * none, there are no accounts. A database that cannot be written, because the
 * file system is full or read-only, opens too; storing fails later. conf stays
 * the caller's and must outlive the accounts. It may be NULL for a caller that
 * only reads: pp_accounts_find, and looking as in <playpen/accounts/admin.h>.
 * Returns PP_OK. Fails with PP_REASON_STATE_UNREADABLE, also if the file is
 * gone or empty while root's index has accounts, because then their locks and
 * bindings were lost; and with PP_REASON_STATE_UNWRITABLE.
 */
enum pp_kind pp_accounts_open(const char *root, const struct pp_conf *conf,
	enum pp_accounts_mode mode, struct pp_accounts **ret_accounts,
	struct pp_err *err) PP_NODISCARD;

/*
 * Makes the accounts those of this moment, after a wait: connects again if
 * state.db was replaced or created meanwhile, and forgets what was read from
 * other files. mode may be another one than before. Returns as
 * pp_accounts_open.
 */
enum pp_kind pp_accounts_reopen(struct pp_accounts *accounts,
	enum pp_accounts_mode mode, struct pp_err *err) PP_NODISCARD;

void pp_accounts_free(struct pp_accounts **accounts);

/*
 * Reads the account of that name. Returns PP_DENIED (PP_REASON_NO_ACCOUNT) when
 * there is none. An account may be unbound: imported from a roster, or a
 * service account.
 */
enum pp_kind pp_accounts_find(struct pp_accounts *accounts, const char *name,
	struct pp_account *ret_account, struct pp_err *err) PP_NODISCARD;

/*
 * Maps the provider's claims to local groups in ret_map->groups: by the map or
 * by the prefix. A group must be valid and no account's name; only a map entry
 * can name a reserved group or one of the machine. At most
 * PP_ACCOUNT_GROUPS_MAX are kept, those that a gate or the map names first; the
 * other claims are in ret_map->dropped. If deny_groups names one of these, no
 * gate can go by the account's groups, so all count as unknown: they are none
 * then, and ret_map->denied_dropped is set. Asks other NSS sources. Returns
 * PP_OK, or fails as they do or with PP_REASON_NO_MEMORY.
 */
enum pp_kind pp_accounts_map_groups(struct pp_accounts *accounts,
	const struct pp_strv *claims, struct pp_group_map *ret_map,
	struct pp_err *err) PP_NODISCARD;

/*
 * Signs a person in: checks the sign-in (<playpen/accounts/admission.h>), asks
 * the other NSS sources if the name is not bound yet, and maps the claims. Then
 * stores it in one transaction: binds a first login, replaces the whole set of
 * groups, notes the time. In a dry run, the transaction is rolled back. What a
 * certificate carries (PP_FOR_CARRIED) is as old as its token: it is checked as
 * well, and nothing is stored if Dex was asked about a bound account since.
 *
 * Returns PP_OK, also if the database cannot be written but the sign-in takes
 * no group from an account that was bound. Then result->stored is false, and
 * *err says why. Fails with the reason of a check, with
 * PP_REASON_STATE_UNWRITABLE or another reason of the database, or with
 * PP_REASON_OTHER_SOURCE_DOWN if an NSS source does not answer.
 */
enum pp_kind pp_accounts_sign_in(struct pp_accounts *accounts,
	const struct pp_sign_in *sign_in, struct pp_sign_in_result *ret_result,
	struct pp_err *err) PP_NODISCARD;

/*
 * Checks what is known of a person before the sign-in: everything that would
 * refuse it whichever person approves, so that none approves in vain. name is
 * the account's, now is in seconds since 1970. Must be called outside of any
 * transaction, because other NSS sources are asked about a new name. Returns
 * PP_OK, or fails as pp_accounts_sign_in does; *ret_account, which was empty,
 * is then the account if there is one. The caller frees it.
 */
enum pp_kind pp_accounts_check_attempt(struct pp_accounts *accounts,
	const char *name, const struct pp_application *application, int64_t now,
	struct pp_account *ret_account, struct pp_err *err) PP_NODISCARD;

/*
 * Checks that no file or home directory of another uid has the name of an
 * account that a roster has bound and that has not signed in: an SSH key lets
 * it in before. Its own lingering and jobs are left. Must be called outside of
 * any transaction. Returns PP_OK, or fails with PP_REASON_LEFTOVERS.
 */
enum pp_kind pp_accounts_check_unused(struct pp_accounts *accounts,
	const struct pp_account *account, struct pp_err *err) PP_NODISCARD;

/*
 * Sets *ret_sends to true if a sign-in at the configured issuer has had
 * at_hash. Returns PP_OK, or fails with the reason of the database.
 */
enum pp_kind pp_accounts_issuer_sends_at_hash(struct pp_accounts *accounts,
	bool *ret_sends, struct pp_err *err) PP_NODISCARD;

/*
 * Ends the groups of an account at the time now (seconds since 1970), as their
 * age does: they count no longer for what wants fresh ones. account is as it
 * was read; if its subject or its last sign-in is another one by now, nothing
 * changes. Returns PP_OK, or fails with PP_REASON_STATE_UNWRITABLE or another
 * reason of the database.
 */
enum pp_kind pp_accounts_expire_groups(struct pp_accounts *accounts,
	const struct pp_account *account, int64_t now,
	struct pp_err *err) PP_NODISCARD;

void pp_sign_in_result_free(struct pp_sign_in_result *result);
void pp_group_map_free(struct pp_group_map *map);
void pp_account_free(struct pp_account *account);
