/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/accounts.h>

/*
 * Who is kept out: one table, by name and by subject, for accounts that are
 * there and for people who have not come yet. An account is locked while a lock
 * names it, a name that it had, or its subject. Whatever said the same of one
 * name has a lock of its own: the commands of an administrator, and each file.
 * As everything of <playpen/accounts/accounts.h>, root only, not from two
 * threads; each change is one transaction, and is published by
 * pp_publish_accounts.
 */

/* A lock of a name, or of a subject at an issuer. All borrowed. */
struct pp_lock {
	const char *name; /* NULL: of a subject */
	const char *iss;  /* NULL: of a name, as sub */
	const char *sub;
	const char *said_by; /* a file's path; NULL: an administrator's command */
	int64_t said_at;     /* seconds since 1970; 0: not known */
	bool has_account;    /* out: an account is locked by it */
	int64_t until;       /* out: it begins then; 0: it has begun */
};

/* Called for each; anything but PP_OK ends the walk and is handed on. No lock
 * of the database is held meanwhile. */
typedef enum pp_kind pp_locks_visitor(
	void *context, const struct pp_lock *lock, struct pp_err *err);

/*
 * Adds a lock; *ret_changed is false if it is there already. Needs no account.
 * accounts->conf may be NULL. Returns PP_OK. Fails with PP_REASON_NAME_INVALID
 * if the name can be no account's, with PP_REASON_NAME_LOCAL if it is no
 * account's and a local user's, or with a reason of the database.
 */
enum pp_kind pp_locks_add(struct pp_accounts *accounts,
	const struct pp_lock *lock, bool *ret_changed,
	struct pp_err *err) PP_NODISCARD;

/*
 * Removes what lock->said_by has said about the name or the subject, said_at
 * apart; *ret_changed is false if it has said nothing. Returns PP_OK or a
 * failure of the database.
 */
enum pp_kind pp_locks_remove(struct pp_accounts *accounts,
	const struct pp_lock *lock, bool *ret_changed,
	struct pp_err *err) PP_NODISCARD;

/*
 * Lets a name or a subject in again: removes what commands have said of it, and
 * for a name also of the names that its account had, and of its subject.
 * *ret_changed is false if it was not locked. Returns PP_OK. Fails, and changes
 * nothing, with PP_REASON_LOCKED if a file keeps the lock; with
 * PP_REASON_NO_ACCOUNT if neither an account nor a lock has the name.
 */
enum pp_kind pp_locks_release(struct pp_accounts *accounts,
	const struct pp_lock *lock, bool *ret_changed,
	struct pp_err *err) PP_NODISCARD;

/*
 * Checks that no lock is about the name, or about the subject (either may be
 * NULL), for an account that does not have them yet. A lock that begins later
 * than now (seconds since 1970) does not count. Returns PP_OK, or
 * fails with PP_REASON_LOCKED or a reason of the database.
 */
enum pp_kind pp_locks_check(struct pp_accounts *accounts, const char *name,
	const char *iss, const char *sub, int64_t now,
	struct pp_err *err) PP_NODISCARD;

/* Visits all locks, in order of name and subject. Returns PP_OK or what ended
 * the walk. */
enum pp_kind pp_locks_each(struct pp_accounts *accounts,
	pp_locks_visitor *visit, void *context,
	struct pp_err *err) PP_NODISCARD;
