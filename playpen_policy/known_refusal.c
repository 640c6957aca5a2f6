/* SPDX-License-Identifier: MIT */
#include "known_refusal.h"

#include <string.h>

#include <playpen/base/pam_service.h>
#include <playpen/runtime/sshd_refusal.h>

#include "account_stage.h"
#include "application.h"

static enum pp_kind
refuse_by_sshd(struct request *request, const char *how)
{
	enum pp_kind kind = pp_fail(&request->err, PP_REASON_REFUSED_BY_SSHD,
		"sshd has refused %s already, says %s", request->start.user,
		how);

	known_refusal_hide(request);
	return kind;
}

/* Checks the person's name and account. */
static enum pp_kind
check_person(struct request *request)
{
	const struct pp_application application = request_application(request);
	const char *service = request->start.pam_service;
	enum pp_kind kind = pp_accounts_check_attempt(request->accounts,
		request->start.user, &application,
		pp_clock_wall(request->clock), &request->account,
		&request->err);

	if (kind == PP_OK && request->account.bound &&
		!app_is_playpenctl(&request->start) &&
		(pp_pam_service_is_sudo(service) ||
			pp_pam_service_is_su(service)))
		kind = account_stage_check_known_gates(request);
	return kind;
}

enum pp_kind
known_refusal_check(struct request *request)
{
	enum pp_kind kind = PP_OK;

	if (pp_conf_find_service_account(request->conf, request->start.user) ==
		NULL)
		kind = check_person(request);
	if (kind != PP_OK) {
		known_refusal_hide(request);
		return kind;
	}
	/* The account is read again after the wait. */
	pp_account_free(&request->account);
	/* Of a closed account sshd knows as little, and that is the reason. */
	if (app_is_remote(&request->start) &&
		pp_sshd_refusal_in_title_of_parent(request->start.user))
		return refuse_by_sshd(request, "the title of its process");
	return PP_OK;
}

enum pp_kind
known_refusal_check_answer(
	struct request *request, const struct pp_secret *answer)
{
	if (!app_is_remote(&request->start) ||
		!pp_sshd_refusal_in_answer(answer->data, answer->len))
		return PP_OK;
	return refuse_by_sshd(request, "its answer to a prompt");
}

void
known_refusal_hide(struct request *request)
{
	request->reason_hidden =
		request->err.kind == PP_DENIED &&
		!app_is_playpenctl(&request->start) &&
		strcmp(app_slot_pool(&request->start), PP_RUN_POOL_OWN) != 0;
}
