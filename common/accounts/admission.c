/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "admission_rows.h"

/* To which accounts a check applies. */
enum when {
	ALWAYS,
	NEW,     /* the account does not exist */
	UNBOUND, /* it does not exist, or has no subject */
	THERE,   /* it exists */
};

#define SIGN_IN (PP_FOR_SIGN_IN | PP_FOR_CARRIED)
#define PERSON (SIGN_IN | PP_FOR_REFRESH)
#define PERSON_NAME (PERSON | PP_FOR_ATTEMPT)
#define SERVICE (PP_FOR_PROMPT | PP_FOR_PROOF)
#define ADMIN (PP_FOR_BINDING | PP_FOR_IMPORT)
#define NEW_PERSON (SIGN_IN | PP_FOR_ATTEMPT)
#define CREATE (NEW_PERSON | PP_FOR_SECTION | PP_FOR_IMPORT)
#define EVERY_NAME                                                             \
	(PERSON_NAME | SERVICE | PP_FOR_SECTION | ADMIN | PP_FOR_NAME)

/*
 * The table of checks. A row is: for which purposes, for which accounts, the
 * function, the reason. The first row that fails decides.
 */
/* clang-format off */
static const struct row {
	unsigned purposes;
	enum when when;
	admission_function *function;
	enum pp_reason reason;
} rows[] = {
	/* The identity */
	{PERSON | PP_FOR_PROOF, ALWAYS, pp_admission_issuer, PP_REASON_ISSUER_MISMATCH},
	{PERSON | PP_FOR_PROOF, ALWAYS, pp_admission_identity_type, PP_REASON_ACCOUNT_TYPE_MISMATCH},
	{PP_FOR_PROOF, ALWAYS, pp_admission_client_id, PP_REASON_SERVICE_MISMATCH},
	{PERSON, ALWAYS, pp_admission_connector, PP_REASON_CONNECTOR_REFUSED},
	{PERSON, ALWAYS, pp_admission_username_whole, PP_REASON_NAME_INVALID},
	{PERSON, ALWAYS, pp_admission_username_connector, PP_REASON_CONNECTOR_REFUSED},
	{PERSON, ALWAYS, pp_admission_username, PP_REASON_WRONG_PERSON},
	/* The name */
	{EVERY_NAME, ALWAYS, pp_admission_local_name, PP_REASON_NAME_INVALID},
	{EVERY_NAME, ALWAYS, pp_admission_not_reserved, PP_REASON_NAME_RESERVED},
	{PERSON, ALWAYS, pp_admission_texts, PP_REASON_NAME_INVALID},
	/* The kind of account */
	{PERSON_NAME | SERVICE | PP_FOR_SECTION | ADMIN, ALWAYS, pp_admission_section, PP_REASON_ACCOUNT_TYPE_MISMATCH},
	{PP_FOR_LOGIN, ALWAYS, pp_admission_section_there, PP_REASON_NO_ACCOUNT},
	{PP_FOR_PROMPT | PP_FOR_LOGIN, ALWAYS, pp_admission_pam_service, PP_REASON_SERVICE_REFUSED},
	{PP_FOR_PROMPT, ALWAYS, pp_admission_proof_place, PP_REASON_PROOF_REFUSED},
	{PP_FOR_REFRESH | SERVICE | PP_FOR_LOGIN | PP_FOR_BINDING | PP_FOR_UNBINDING, ALWAYS, pp_admission_account_there, PP_REASON_NO_ACCOUNT},
	/* What the administrator said */
	{PERSON_NAME | SERVICE | PP_FOR_LOGIN | ADMIN, THERE, pp_admission_not_closed, PP_REASON_ACCOUNT_CLOSED},
	{PERSON_NAME | SERVICE | PP_FOR_LOGIN, THERE, pp_admission_not_locked, PP_REASON_LOCKED},
	{PERSON_NAME, UNBOUND, pp_admission_no_lock, PP_REASON_LOCKED},
	{PERSON_NAME | SERVICE | PP_FOR_SECTION | ADMIN | PP_FOR_UNBINDING, THERE, pp_admission_account_type, PP_REASON_ACCOUNT_TYPE_MISMATCH},
	/* The binding, both ways */
	{PP_FOR_REFRESH | PP_FOR_LOGIN, ALWAYS, pp_admission_is_bound, PP_REASON_NO_ACCOUNT},
	{PERSON_NAME, THERE, pp_admission_bound_issuer, PP_REASON_ISSUER_MISMATCH},
	{PERSON | PP_FOR_IMPORT, THERE, pp_admission_bound_subject, PP_REASON_NAME_TAKEN},
	{PP_FOR_BINDING, THERE, pp_admission_not_bound, PP_REASON_NAME_TAKEN},
	{PERSON | ADMIN, UNBOUND, pp_admission_subject_free, PP_REASON_SUBJECT_BOUND_ELSEWHERE},
	/* A new account */
	{CREATE | PP_FOR_NAME, NEW, pp_admission_no_group, PP_REASON_NAME_OF_GROUP},
	{CREATE, NEW, pp_admission_no_former_name, PP_REASON_ACCOUNT_CLOSED},
	{NEW_PERSON, NEW, pp_admission_new_users, PP_REASON_NEW_USER_REFUSED},
	{NEW_PERSON | PP_FOR_SECTION | PP_FOR_BINDING, UNBOUND, pp_admission_uid_key, PP_REASON_UID_KEY_CHANGED},
	{PP_FOR_IMPORT, THERE, pp_admission_uid_same, PP_REASON_UID_COLLISION},
	{PP_FOR_IMPORT, ALWAYS, pp_admission_uid_for_people, PP_REASON_UID_COLLISION},
	{CREATE, NEW, pp_admission_uid_free, PP_REASON_UID_COLLISION},
	/* This machine */
	{PERSON_NAME | ADMIN, ALWAYS, pp_admission_name_not_local, PP_REASON_NAME_LOCAL},
	{PP_FOR_SECTION, NEW, pp_admission_name_not_local, PP_REASON_NAME_LOCAL},
	{PERSON_NAME | PP_FOR_IMPORT, ALWAYS, pp_admission_uid_not_local, PP_REASON_UID_COLLISION},
	{PP_FOR_SECTION, NEW, pp_admission_uid_not_local, PP_REASON_UID_COLLISION},
	{PERSON_NAME | PP_FOR_LOGIN, ALWAYS, pp_admission_application_uid, PP_REASON_UID_CHANGED},
	/* The gates of the PAM service */
	{PP_FOR_GROUPS, ALWAYS, pp_admission_groups_fresh, PP_REASON_GROUPS_EXPIRED},
	{PP_FOR_GROUPS, ALWAYS, pp_admission_groups_known, PP_REASON_GROUPS_UNKNOWN},
	{PP_FOR_GROUPS, ALWAYS, pp_admission_required_groups, PP_REASON_GROUP_MISSING},
	{PP_FOR_GROUPS, ALWAYS, pp_admission_denied_groups, PP_REASON_GROUP_DENIED},
};
/* clang-format on */

static bool
applies(const struct row *row, const struct pp_admission *admission)
{
	if ((row->purposes & admission->purpose) == 0)
		return false;
	switch (row->when) {
	case NEW:
		return !admission->found;
	case UNBOUND:
		return !admission->account.bound;
	case THERE:
		return admission->found;
	default:
		return true;
	}
}

static enum pp_kind
run_rows(struct pp_accounts *accounts, const struct pp_conf *conf,
	struct pp_admission *admission, struct pp_err *err)
{
	struct admission_check check = {.accounts = accounts,
		.conf = conf,
		.admission = admission,
		.sign_in = admission->sign_in,
		.name = admission->name,
		.account = &admission->account,
		.err = err};
	enum pp_kind kind = PP_OK;

	if (admission->purpose == 0)
		return pp_fail(err, PP_REASON_SYSTEM, "checks for no purpose");
	for (size_t i = 0; i < PP_COUNT(rows) && kind == PP_OK; i++) {
		check.reason = rows[i].reason;
		if (applies(&rows[i], admission))
			kind = rows[i].function(&check);
	}
	return kind;
}

/* Reads the account, unless there is none. */
static enum pp_kind
look_up(struct pp_accounts *accounts, struct pp_admission *admission,
	struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = pp_accounts_find(
		accounts, admission->name, &admission->account, &cause);

	admission->found = kind == PP_OK;
	if (kind != PP_OK && cause.reason != PP_REASON_NO_ACCOUNT)
		return pp_propagate(err, &cause);
	admission->action = PP_ADMISSION_CREATE;
	if (admission->found)
		admission->action = admission->account.bound
					    ? PP_ADMISSION_UPDATE
					    : PP_ADMISSION_BIND;
	return PP_OK;
}

enum pp_kind
pp_admission_check(struct pp_accounts *accounts, struct pp_admission *admission,
	struct pp_err *err)
{
	bool began = false;
	enum pp_kind kind = pp_db_begin_read(accounts, &began, err);

	pp_account_free(&admission->account);
	if (kind == PP_OK)
		kind = look_up(accounts, admission, err);
	if (kind == PP_OK)
		kind = run_rows(accounts, accounts->conf, admission, err);
	pp_db_end_read(accounts, began);
	return kind;
}

enum pp_kind
pp_admission_check_account(const struct pp_conf *conf,
	struct pp_admission *admission, struct pp_err *err)
{
	admission->found = admission->account.name[0] != '\0';
	return run_rows(NULL, conf, admission, err);
}

void
pp_admission_free(struct pp_admission *admission)
{
	pp_account_free(&admission->account);
}
