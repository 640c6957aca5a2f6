/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/admission.h>
#include <playpen/accounts/db.h>

/*
 * The functions of the table in admission.c. Each returns PP_OK if the check
 * holds. Otherwise it fails by REFUSE, which takes the reason from the table,
 * or hands on a failure of the database or the uid key.
 */

struct admission_check {
	struct pp_accounts *accounts; /* NULL: rows that do not need it */
	const struct pp_conf *conf;
	struct pp_admission *admission;
	const struct pp_sign_in *sign_in;
	const char *name;
	const struct pp_account *account; /* a zeroed one if there is none */
	enum pp_reason reason;            /* of the row */
	struct pp_err *err;
};

#define REFUSE(check, ...) pp_fail((check)->err, (check)->reason, __VA_ARGS__)

typedef enum pp_kind admission_function(const struct admission_check *check);

/* admission_identity.c: the identity against the configuration. */
admission_function pp_admission_issuer;
admission_function pp_admission_identity_type;
admission_function pp_admission_client_id;
admission_function pp_admission_connector;
admission_function pp_admission_username_whole;
admission_function pp_admission_username_connector;
admission_function pp_admission_username;
admission_function pp_admission_local_name;
admission_function pp_admission_not_reserved;
admission_function pp_admission_texts;
admission_function pp_admission_section;
admission_function pp_admission_section_there;
admission_function pp_admission_pam_service;
admission_function pp_admission_proof_place;

/* admission_account.c: the identity against the accounts and local users. */
admission_function pp_admission_account_there;
admission_function pp_admission_not_closed;
admission_function pp_admission_not_locked;
admission_function pp_admission_no_lock;
admission_function pp_admission_account_type;
admission_function pp_admission_is_bound;
admission_function pp_admission_bound_issuer;
admission_function pp_admission_bound_subject;
admission_function pp_admission_not_bound;
admission_function pp_admission_subject_free;
admission_function pp_admission_no_group;
admission_function pp_admission_no_former_name;
admission_function pp_admission_new_users;
admission_function pp_admission_uid_key;
admission_function pp_admission_uid_same;
admission_function pp_admission_uid_for_people;
admission_function pp_admission_uid_free;
admission_function pp_admission_name_not_local;
admission_function pp_admission_uid_not_local;

/* admission_login.c: the account against what the application wants. */
admission_function pp_admission_application_uid;
admission_function pp_admission_groups_known;
admission_function pp_admission_groups_fresh;
admission_function pp_admission_required_groups;
admission_function pp_admission_denied_groups;
