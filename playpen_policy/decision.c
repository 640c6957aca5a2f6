/* SPDX-License-Identifier: MIT */
#include "decision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/message.h>
#include <playpen/pam_service.h>

#include "host.h"

/*
 * What authenticate comes to. Under sshd every failure ends the method: after
 * any other code the ssh client begins again, and again, so that a person whose
 * sign-in was refused is shown three codes, and one whose provider hangs waits
 * three times as long for the same sentence. Elsewhere an outage is not called
 * a refusal: sudo and su tell the two apart.
 */
static enum pp_hook_result
auth_outcome(const struct pp_login *login, enum pp_kind kind)
{
	if (kind == PP_OK)
		return PP_RESULT_SUCCESS;
	if (kind == PP_CANCELLED)
		return PP_RESULT_ABORT;
	if (pp_service_is_sshd(login->start.service))
		return PP_RESULT_MAXTRIES;
	return kind == PP_DENIED || kind == PP_NOT_TRUSTED
		       ? PP_RESULT_AUTH_ERR
		       : PP_RESULT_UNAVAILABLE;
}

enum pp_hook_result
pp_decision_result(const struct pp_login *login, enum pp_kind kind)
{
	if (login->start.phase == PP_PHASE_AUTH || host_is_trial(&login->start))
		return auth_outcome(login, kind);
	if (kind == PP_OK)
		return PP_RESULT_SUCCESS;
	if (login->start.phase != PP_PHASE_ACCOUNT)
		return PP_RESULT_SESSION_ERR;
	return login->err.reason == PP_REASON_LOCKED ||
			       login->err.reason == PP_REASON_TOMBSTONE
		       ? PP_RESULT_ACCT_EXPIRED
		       : PP_RESULT_PERM_DENIED;
}

static void
add_uid(const struct pp_login *login, char *line, size_t size)
{
	char uid[16];

	if (login->account.name[0] == '\0')
		return;
	snprintf(uid, sizeof(uid), "%u", login->account.uid);
	pp_str_add_pair(line, size, "uid", uid);
}

void
pp_decision_describe(const struct pp_login *login, enum pp_kind kind,
	char *line, size_t size)
{
	const struct pp_start *start = &login->start;
	const struct pp_identity *identity = &login->identity;
	bool told = identity->iss != NULL;

	snprintf(line, size, "result=%s", kind == PP_OK ? "accept" : "reject");
	pp_str_add_pair(line, size, "reason",
		kind == PP_OK ? "none" : pp_reason_word(login->err.reason));
	pp_str_add_pair(line, size, "phase", pp_phase_word(start->phase));
	pp_str_add_pair(line, size, "service", start->service);
	pp_str_add_pair(line, size, "name", start->user);
	add_uid(login, line, size);
	pp_str_add_pair(
		line, size, "iss", told ? identity->iss : login->account.iss);
	pp_str_add_pair(
		line, size, "sub", told ? identity->sub : login->account.sub);
	pp_str_add_pair(line, size, "connector",
		told ? identity->connector : login->account.connector);
	pp_str_add_pair(line, size, "rhost", start->rhost);
	pp_str_add_pair(line, size, "tty", start->tty);
	if (told)
		pp_str_add_pair(line, size, "said", identity->username);
	if (kind != PP_OK)
		pp_str_add_pair(line, size, "message", login->err.message);
	pp_str_add_pair(line, size, "notes", login->notes);
}

void
pp_login_free(struct pp_login *login)
{
	pp_message_free(PP_MESSAGE_START, &login->start);
	pp_message_free(PP_MESSAGE_IDENTITY, &login->identity);
	pp_account_free(&login->account);
	pp_conf_free(&login->conf);
	pp_text_free(&login->notes);
	pp_channel_free(&login->talk.module);
}
