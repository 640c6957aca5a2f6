/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/locks.h>
#include <playpen/accounts/node_facts.h>
#include <playpen/index/first_login.h>

#include "admission_rows.h"

#define SHOWN_MAX 80U

/* UIDs that must not be assigned: systemd's dynamic users, the user "nobody",
 * and -1 as 16 bits. */
static const struct pp_range reserved_uids = {61184, 65535};

enum pp_kind
pp_admission_account_there(const struct admission_check *check)
{
	if (check->admission->found)
		return PP_OK;
	return REFUSE(check, "no account of that name is known");
}

enum pp_kind
pp_admission_not_closed(const struct admission_check *check)
{
	return check->account->closed
		       ? REFUSE(check, "%s is closed", check->name)
		       : PP_OK;
}

enum pp_kind
pp_admission_not_locked(const struct admission_check *check)
{
	const struct pp_account *account = check->account;
	int64_t now = check->sign_in != NULL ? check->sign_in->now
					     : check->admission->now;

	if (account->locked)
		return REFUSE(
			check, "%s is locked by an administrator", check->name);
	if (account->locked_from != 0 &&
		(now == 0 || now >= account->locked_from))
		return REFUSE(check, "%s is locked from a time on that is over",
			check->name);
	return PP_OK;
}

/* Checks what was said of the name or the subject before they came. */
enum pp_kind
pp_admission_no_lock(const struct admission_check *check)
{
	return pp_locks_check(check->accounts, check->name, check->sign_in->iss,
		check->sign_in->sub, check->sign_in->now, check->err);
}

/* Checks that the account is of the kind that the purpose wants. */
enum pp_kind
pp_admission_account_type(const struct admission_check *check)
{
	const unsigned services = PP_FOR_PROMPT | PP_FOR_PROOF | PP_FOR_SECTION;
	bool wanted = (check->admission->purpose & services) != 0;

	if (check->account->is_service_account == wanted)
		return PP_OK;
	return REFUSE(check, "%s is a %s account", check->name,
		wanted ? "person's" : "service");
}

enum pp_kind
pp_admission_is_bound(const struct admission_check *check)
{
	if (check->account->is_service_account || check->account->bound)
		return PP_OK;
	return REFUSE(check, "no user has signed in under this name");
}

enum pp_kind
pp_admission_bound_issuer(const struct admission_check *check)
{
	const struct pp_account *account = check->account;
	char shown[SHOWN_MAX];

	if (!account->bound || strcmp(account->iss, check->sign_in->iss) == 0)
		return PP_OK;
	return REFUSE(check,
		"%s is bound at issuer %s; see playpenctl issuer move",
		check->name,
		pp_str_printable(shown, sizeof(shown), account->iss,
			strlen(account->iss)));
}

enum pp_kind
pp_admission_bound_subject(const struct admission_check *check)
{
	const struct pp_account *account = check->account;
	const struct pp_sign_in *sign_in = check->sign_in;
	char old[SHOWN_MAX];
	char new[SHOWN_MAX];

	if (!account->bound || sign_in->sub == NULL ||
		(strcmp(account->sub, sign_in->sub) == 0 &&
			strcmp(account->iss, sign_in->iss) == 0))
		return PP_OK;
	pp_str_printable(old, sizeof(old), account->sub, strlen(account->sub));
	pp_str_printable(new, sizeof(new), sign_in->sub, strlen(sign_in->sub));
	return REFUSE(check, "%s is bound to subject %s, this is subject %s",
		check->name, old, new);
}

/* Checks that the account is free to be bound: another person needs an
 * unbinding first. */
enum pp_kind
pp_admission_not_bound(const struct admission_check *check)
{
	const struct pp_account *account = check->account;
	char shown[SHOWN_MAX];

	if (!account->bound)
		return PP_OK;
	return REFUSE(check, "%s is bound to subject %s", check->name,
		pp_str_printable(shown, sizeof(shown), account->sub,
			strlen(account->sub)));
}

/* Checks that no other name has the subject: it was renamed at the provider. */
enum pp_kind
pp_admission_subject_free(const struct admission_check *check)
{
	const struct pp_sign_in *sign_in = check->sign_in;
	char owner[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind = PP_OK;

	if (sign_in->sub != NULL)
		kind = pp_row_subject_owner(check->accounts, sign_in->iss,
			sign_in->sub, &found, owner, check->err);
	if (kind == PP_OK && found)
		return REFUSE(check,
			"the subject is bound to %s; see playpenctl user rename %s %s",
			owner, owner, check->name);
	return kind;
}

/*
 * Checks that no group has the name, in the database or the configuration. An
 * account named like a group would have a private group of that name, which
 * sudoers, AllowGroups and pam_access take for the other one.
 */
enum pp_kind
pp_admission_no_group(const struct admission_check *check)
{
	bool found = false;
	int64_t id;
	enum pp_kind kind;

	if (pp_conf_is_group_name(check->conf, check->name))
		return REFUSE(check,
			"%s is a group's name by the configuration",
			check->name);
	kind = pp_db_query_number(check->accounts, PP_SQL_GROUP_ID, check->name,
		&found, &id, check->err);
	if (kind == PP_OK && found)
		return REFUSE(check, "%s is a group here", check->name);
	return kind;
}

enum pp_kind
pp_admission_no_former_name(const struct admission_check *check)
{
	char owner[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind = pp_row_former_owner(
		check->accounts, check->name, &found, owner, check->err);

	if (kind == PP_OK && found)
		return REFUSE(
			check, "%s was the name of %s", check->name, owner);
	return kind;
}

enum pp_kind
pp_admission_new_users(const struct admission_check *check)
{
	const char *pattern = check->conf->allow_new_users;

	if (pp_first_login_allows(pattern, check->name))
		return PP_OK;
	return REFUSE(check, "allow_new_users = %s does not take %s", pattern,
		check->name);
}

/* Checks the key before an account is made or bound: with another key, the
 * uids of the accounts that are there would not be found again. */
enum pp_kind
pp_admission_uid_key(const struct admission_check *check)
{
	const struct pp_uid_key *key;

	return pp_node_facts_uid_key(check->accounts, &key, check->err);
}

/* Checks that an import does not change a uid. */
enum pp_kind
pp_admission_uid_same(const struct admission_check *check)
{
	const int64_t *uid = check->sign_in->uid;

	if (uid == NULL || *uid == check->account->uid)
		return PP_OK;
	return REFUSE(check, "has uid %u here already", check->account->uid);
}

static bool
is_in_range(const struct pp_range *range, int64_t number)
{
	return number >= range->low && number <= range->high;
}

enum pp_kind
pp_admission_uid_for_people(const struct admission_check *check)
{
	const int64_t *uid = check->sign_in->uid;

	if (uid == NULL || (*uid >= PP_UID_FIXED_MIN && *uid <= INT32_MAX &&
				   !is_in_range(&reserved_uids, *uid) &&
				   !is_in_range(&check->conf->gid_range, *uid)))
		return PP_OK;
	return REFUSE(check, "uid %lld is not for people", (long long) *uid);
}

/* Gives a new account its uid: that of an import, or by the uid key. */
static enum pp_kind
give_uid(const struct admission_check *check)
{
	struct pp_account *account = &check->admission->account;
	const struct pp_uid_key *key;
	enum pp_kind kind = PP_OK;

	snprintf(account->name, sizeof(account->name), "%s", check->name);
	if (check->sign_in->uid != NULL) {
		account->uid = (uint32_t) *check->sign_in->uid;
		return PP_OK;
	}
	kind = pp_node_facts_uid_key(check->accounts, &key, check->err);
	if (kind == PP_OK)
		account->uid = pp_uid_of_name(
			key, check->name, &check->conf->uid_range);
	return kind;
}

enum pp_kind
pp_admission_uid_free(const struct admission_check *check)
{
	char owner[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind = give_uid(check);

	if (kind == PP_OK)
		kind = pp_row_number_owner(check->accounts, check->account->uid,
			&found, owner, check->err);
	if (kind == PP_OK && found)
		return REFUSE(check, "uid or gid %u is taken by %s",
			check->account->uid, owner);
	return kind;
}

/* Gives the names that are taken: those of the caller, or of the files. */
static enum pp_kind
find_local_users(const struct admission_check *check,
	const struct pp_local_users **ret_users)
{
	*ret_users = check->admission->local_users;
	return *ret_users != NULL ? PP_OK
				  : pp_node_facts_local_users(check->accounts,
					    ret_users, check->err);
}

enum pp_kind
pp_admission_name_not_local(const struct admission_check *check)
{
	const struct pp_local_users *users;
	enum pp_kind kind = find_local_users(check, &users);

	if (kind == PP_OK && pp_local_users_has_name(users, check->name))
		return REFUSE(check, "%s is a local %s", check->name,
			pp_local_users_find(&users->users, check->name) != NULL
				? "user"
				: "group");
	return kind;
}

/* Refuses a number that a local user or group has. None has the account's name,
 * so the number is another's. */
enum pp_kind
pp_admission_uid_not_local(const struct admission_check *check)
{
	uint32_t uid = check->account->uid;
	const struct pp_local_users *users;
	enum pp_kind kind = find_local_users(check, &users);

	if (kind == PP_OK && pp_local_users_has_number(users, uid))
		return REFUSE(check,
			"uid or gid %u is taken by a local user or group", uid);
	return kind;
}
