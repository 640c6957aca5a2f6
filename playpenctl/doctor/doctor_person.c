/* SPDX-License-Identifier: MIT */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <playpen/accounts/admission.h>
#include <playpen/conf/claim_name.h>

#include "looks.h"
#include "playpenctl/cli/output.h"

/* What would happen to one person who signs in here now, and why. */

/* Runs the table of checks for the identity that the person would have: the
 * subject that the account is bound to, or one that no account has. Returns
 * PP_OK, or fails with the reason of the first check that fails. */
static enum pp_kind
check_sign_in(const struct doctor *doctor, struct pp_admission *admission,
	struct pp_err *err)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	bool whole = conf->strip_domain.count > 0;
	size_t domain_len = 0;
	const char *domain = whole ? conf->strip_domain.items[0] : "";
	const char *domain_connector =
		pp_claim_name_split_domain(domain, &domain_len);
	pp_cleanup(pp_text) char *username = NULL;
	pp_cleanup(pp_account) struct pp_account account = {0};
	bool known = pp_accounts_find(doctor->ctl->accounts, doctor->person,
			     &account, NULL) == PP_OK &&
		     account.sub != NULL;
	enum pp_kind kind = pp_str_format(&username, err, "%s%s%.*s",
		doctor->person, whole ? "@" : "", (int) domain_len, domain);
	struct pp_sign_in sign_in = {.purpose = PP_FOR_SIGN_IN,
		.name = doctor->person,
		.iss = conf->provider.url,
		.sub = known ? account.sub : "-",
		.connector = domain_connector != NULL ? domain_connector
			     : known                  ? account.connector
			     : conf->provider.connectors.count > 0
				     ? conf->provider.connectors.items[0]
				     : NULL,
		.username = username,
		.now = time(NULL)};

	*admission = (struct pp_admission){.purpose = PP_FOR_SIGN_IN,
		.name = doctor->person,
		.sign_in = &sign_in};
	return kind == PP_OK ? pp_admission_check(doctor->ctl->accounts,
				       admission, err)
			     : kind;
}

static bool
is_local(const struct doctor *doctor)
{
	bool user = false;
	bool group = false;

	return pp_conf_name_in_files(doctor->ctl->root, doctor->person, &user,
		       &group, NULL) == PP_OK &&
	       user;
}

void
look_person_local(struct doctor *doctor)
{
	if (is_local(doctor))
		doctor_found(doctor, doctor->person, NULL);
}

void
look_person_account(struct doctor *doctor)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	char uid[DOCTOR_NUMBER_SIZE];
	char when[OUTPUT_TIME_SIZE];

	if (pp_accounts_find(doctor->ctl->accounts, doctor->person, &account,
		    NULL) == PP_OK)
		doctor_found(doctor, doctor->person,
			doctor_number(uid, account.uid),
			output_time(when, account.last_sign_in), NULL);
}

void
look_person_sign_in(struct doctor *doctor)
{
	struct pp_admission admission = {0};
	struct pp_err err = {0};

	if (is_local(doctor))
		doctor_skip(doctor, "a local user");
	else if (check_sign_in(doctor, &admission, &err) != PP_OK)
		doctor_found_err(doctor, &err);
	pp_admission_free(&admission);
}

static void
check_service(struct doctor *doctor, const struct pp_account *account,
	const struct pp_conf_pam_service *service)
{
	const struct pp_application application = {.uid = -1,
		.gid = -1,
		.pam_service = service->name,
		.settings = service};
	struct pp_admission admission = {.purpose = PP_FOR_GROUPS,
		.name = account->name,
		.application = &application,
		.now = time(NULL),
		.account = *account};
	struct pp_err err = {0};

	if (pp_admission_check_account(doctor->ctl->conf, &admission, &err) !=
		PP_OK)
		doctor_found(doctor, service->name, pp_reason_word(err.reason),
			err.message, NULL);
}

/* Looks at what the account stage decides on SSH keys and cron, by what is on
 * record. */
void
look_person_services(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	pp_cleanup(pp_account) struct pp_account account = {0};

	if (pp_accounts_find(doctor->ctl->accounts, doctor->person, &account,
		    NULL) != PP_OK ||
		!account.signed_in) {
		doctor_skip(doctor, "never signed in here");
		return;
	}
	for (size_t i = 0; i < conf->service_count; i++)
		check_service(doctor, &account, &conf->services[i]);
}

void
look_person_nss(struct doctor *doctor)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	const struct passwd *user;
	char is[DOCTOR_NUMBER_SIZE] = "unknown";
	char has[DOCTOR_NUMBER_SIZE];

	if (pp_accounts_find(doctor->ctl->accounts, doctor->person, &account,
		    NULL) != PP_OK) {
		doctor_skip(doctor, "no account");
		return;
	}
	user = getpwnam(doctor->person);
	if (user != NULL)
		doctor_number(is, user->pw_uid);
	if (user == NULL || user->pw_uid != account.uid)
		doctor_found(doctor, doctor->person, is,
			doctor_number(has, account.uid), NULL);
}
