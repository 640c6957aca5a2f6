/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/accounts.h>

/*
 * What an administrator does to a state (playpenctl): looking, closing,
 * renaming, binding. Each change is one transaction and is seen by others after
 * pp_publish_accounts. Names are checked as at a sign-in. As everything of
 * <playpen/accounts/accounts.h>, root only, not from two threads.
 *
 * All functions that take the name of an account fail with PP_REASON_NO_ACCOUNT
 * when there is none, and with the reasons of <playpen/accounts/accounts.h> for
 * the database.
 */

/* What there is, in numbers. */
struct pp_admin_counts {
	int64_t accounts;
	int64_t bound;
	int64_t locked;
	int64_t closed;
	int64_t service_accounts;
	int64_t signed_in;
	int64_t groups;
	int64_t name_width; /* of the longest account name */
};

/* A group of the table. */
struct pp_admin_group {
	const char *name; /* borrowed for the call */
	int64_t gid;      /* 0: it has none, and is not published */
	int64_t members;
};

/*
 * Called for each; anything but PP_OK ends the walk and is handed on. No lock
 * is held meanwhile: a visitor may write to a pipe that is never read.
 */
typedef enum pp_kind pp_admin_account_visitor(
	void *context, const struct pp_account *account, struct pp_err *err);
typedef enum pp_kind pp_admin_group_visitor(
	void *context, const struct pp_admin_group *group, struct pp_err *err);
typedef enum pp_kind pp_admin_name_visitor(
	void *context, const char *name, struct pp_err *err);

enum pp_kind pp_admin_count(struct pp_accounts *accounts,
	struct pp_admin_counts *ret_counts, struct pp_err *err) PP_NODISCARD;

/* Visits all accounts in order of name. The account is borrowed for the call,
 * with its groups. Returns PP_OK or what ended the walk. */
enum pp_kind pp_admin_each_account(struct pp_accounts *accounts,
	pp_admin_account_visitor *visit, void *context,
	struct pp_err *err) PP_NODISCARD;

/* Visits all groups in order of name. Returns PP_OK or what ended the walk. */
enum pp_kind pp_admin_each_group(struct pp_accounts *accounts,
	pp_admin_group_visitor *visit, void *context,
	struct pp_err *err) PP_NODISCARD;

/* Visits the members of a group in order of name. Returns PP_OK or what ended
 * the walk; fails with PP_REASON_NOT_FOUND if there is no such group. */
enum pp_kind pp_admin_each_member(struct pp_accounts *accounts,
	const char *group, pp_admin_name_visitor *visit, void *context,
	struct pp_err *err) PP_NODISCARD;

/* Copies the fingerprint of the uid key that the accounts were made with into
 * ret_text, of PP_UID_KEY_FINGERPRINT_SIZE bytes; "" if there is none yet. */
enum pp_kind pp_admin_uid_key_fingerprint(struct pp_accounts *accounts,
	char *ret_text, struct pp_err *err) PP_NODISCARD;

/*
 * Notes another uid key as the one that new accounts are made with. Those that
 * are there keep their numbers. Returns PP_OK or a failure of the database.
 */
enum pp_kind pp_admin_set_uid_key(struct pp_accounts *accounts,
	const struct pp_uid_key *key, struct pp_err *err) PP_NODISCARD;

/* Closes the account, which keeps name and uid; or opens it again. *ret_changed
 * is false if it was so already. */
enum pp_kind pp_admin_close(struct pp_accounts *accounts, const char *name,
	bool closed, bool *ret_changed, struct pp_err *err) PP_NODISCARD;

/*
 * Checks that an account may be given the name, as far as configuration and
 * database know. Returns PP_OK, or fails with PP_REASON_NAME_INVALID,
 * PP_REASON_NAME_RESERVED or PP_REASON_NAME_OF_GROUP.
 */
enum pp_kind pp_admin_check_new_name(struct pp_accounts *accounts,
	const char *name, struct pp_err *err) PP_NODISCARD;

/*
 * Gives the account another name; uid, home and binding stay. The old name is
 * given to no other account until the account is deleted.
 */
enum pp_kind pp_admin_rename(struct pp_accounts *accounts, const char *name,
	const char *new_name, struct pp_err *err) PP_NODISCARD;

/*
 * Removes every trace of the account, locks of its names by command too: name
 * and uid are free. Refused with
 * PP_REASON_ACCOUNT_IN_USE while it has a home, a crontab, jobs of at, a
 * mailbox, lingers, or has processes; the message says which.
 */
enum pp_kind pp_admin_delete(struct pp_accounts *accounts, const char *name,
	struct pp_err *err) PP_NODISCARD;

/*
 * Binds a person's account that is neither bound nor closed. iss NULL is the
 * configured issuer. Returns PP_OK, or fails with the reason of a check for
 * PP_FOR_BINDING (<playpen/accounts/admission.h>), or one of the database.
 */
enum pp_kind pp_admin_bind(struct pp_accounts *accounts,
	const struct pp_sign_in *binding, struct pp_err *err) PP_NODISCARD;

/*
 * Unbinds a person's account: the next subject that signs in with its name is
 * bound. Returns PP_OK, or fails with PP_REASON_NO_ACCOUNT,
 * PP_REASON_ACCOUNT_TYPE_MISMATCH or a reason of the database.
 */
enum pp_kind pp_admin_unbind(struct pp_accounts *accounts, const char *name,
	struct pp_err *err) PP_NODISCARD;

/*
 * Moves all accounts that are bound at issuer from to the configured one; none
 * when it is that one.
 * PP_REASON_NAME_TAKEN when a subject would then have two names.
 */
enum pp_kind pp_admin_move_issuer(struct pp_accounts *accounts,
	const char *from, int64_t *ret_moved, struct pp_err *err) PP_NODISCARD;

/*
 * Makes an account for each [service-account] section, with its groups.
 * ret_refused gets a sentence for each that cannot be.
 */
enum pp_kind pp_admin_sync_service_accounts(struct pp_accounts *accounts,
	struct pp_strv *ret_refused, struct pp_err *err) PP_NODISCARD;

/* Sets *ret_current if pp_admin_sync_service_accounts has nothing to make and
 * nothing to refuse. */
enum pp_kind pp_admin_service_accounts_are_current(struct pp_accounts *accounts,
	bool *ret_current, struct pp_err *err) PP_NODISCARD;
