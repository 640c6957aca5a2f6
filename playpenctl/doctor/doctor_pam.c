/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "looks.h"
#include "pam_stack.h"

/* What the PAM stacks of the programs that people sign in with look like. */

/*
 * Says what is wrong with a service, as a text that stays, "" where there is no
 * more to say; NULL if nothing is. The same text is reported once, for all
 * services together.
 */
typedef const char *find_problem(const struct pam_service *service);

#define NAMES_SIZE 128U

/* Reports one text with the names of all services that have it. */
static void
report_services(struct doctor *doctor, const char *details[PAM_SERVICES_MAX],
	size_t first)
{
	const struct pam_stacks *stacks = doctor->pam;
	const char *detail = details[first];
	char names[NAMES_SIZE] = "";
	size_t len = 0;

	for (size_t i = first; i < stacks->count; i++) {
		if (details[i] == NULL || strcmp(details[i], detail) != 0)
			continue;
		len += (size_t) snprintf(names + len, sizeof(names) - len,
			"%s%s", len > 0 ? ", " : "", stacks->services[i].name);
		details[i] = NULL;
	}
	doctor_found(doctor, names, detail, NULL);
}

static void
report_all(struct doctor *doctor, find_problem *find)
{
	const char *details[PAM_SERVICES_MAX] = {NULL};
	const struct pam_stacks *stacks = doctor->pam;

	for (size_t i = 0; i < stacks->count; i++)
		details[i] = find(&stacks->services[i]);
	for (size_t i = 0; i < stacks->count; i++)
		if (details[i] != NULL)
			report_services(doctor, details, i);
}

static bool
is_sshd(const struct pam_service *service)
{
	return strcmp(service->name, "sshd") == 0;
}

static bool
is_without(const struct pam_service *service)
{
	return service->auth.own == NULL && service->account.own == NULL;
}

static const char *
problem_sshd(const struct pam_service *service)
{
	return is_sshd(service) && is_without(service) ? "" : NULL;
}

static const char *
problem_present(const struct pam_service *service)
{
	return !is_sshd(service) && is_without(service) ? "" : NULL;
}

static const char *
problem_files(const struct pam_service *service)
{
	return service->auth.broken || service->account.broken ? "" : NULL;
}

/* Says which of the two stacks lacks the module. systemd-user has no auth lines
 * at all. */
static const char *
problem_both(const struct pam_service *service)
{
	const struct pam_stack *auth = &service->auth;

	if (is_without(service))
		return NULL;
	if (auth->own == NULL && auth->count > 0)
		return "account and not in auth";
	return service->account.own == NULL ? "auth and not in account" : NULL;
}

static const char *
problem_auth(const struct pam_service *service)
{
	const struct pam_stack *auth = &service->auth;

	return auth->own != NULL && !pam_stack_is_good_auth(auth)
		       ? auth->own->control
		       : NULL;
}

static const char *
problem_order(const struct pam_service *service)
{
	return service->auth.own != NULL &&
			       pam_stack_has_unix_first(&service->auth)
		       ? ""
		       : NULL;
}

static const char *
problem_account(const struct pam_service *service)
{
	const struct pam_stack *account = &service->account;

	return account->own != NULL && !pam_stack_is_good_account(account)
		       ? account->own->control
		       : NULL;
}

/* Returns the whole line as the detail, because its module comes first in the
 * text. */
static const char *
problem_bypass(const struct pam_service *service)
{
	const struct pam_line *line =
		service->account.own != NULL
			? pam_stack_find_bypass(&service->account)
			: NULL;

	return line != NULL ? line->text : NULL;
}

void
look_pam_module(struct doctor *doctor)
{
	if (!doctor_exists(doctor,
		    "/{lib,lib64,usr/lib,usr/lib64}/security/" PAM_MODULE) &&
		!doctor_exists(doctor, "/{lib,usr/lib}/*/security/" PAM_MODULE))
		doctor_found(doctor, NULL);
}

void
look_pam_sshd(struct doctor *doctor)
{
	report_all(doctor, problem_sshd);
}

void
look_pam_services(struct doctor *doctor)
{
	report_all(doctor, problem_present);
}

void
look_pam_files(struct doctor *doctor)
{
	report_all(doctor, problem_files);
}

void
look_pam_both(struct doctor *doctor)
{
	report_all(doctor, problem_both);
}

void
look_pam_auth(struct doctor *doctor)
{
	report_all(doctor, problem_auth);
}

void
look_pam_order(struct doctor *doctor)
{
	report_all(doctor, problem_order);
}

void
look_pam_account(struct doctor *doctor)
{
	report_all(doctor, problem_account);
}

void
look_pam_bypass(struct doctor *doctor)
{
	report_all(doctor, problem_bypass);
}
