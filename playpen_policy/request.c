/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <stdio.h>
#include <string.h>

#include <playpen/base/pam_service.h>
#include <playpen/ipc/message.h>

#include "application.h"

/*
 * Returns the PAM code of authenticate. Under sshd every failure ends the
 * method with MAXTRIES: after any other code the ssh client tries again twice,
 * which shows three codes to a user who was refused, and triples the wait if
 * the provider hangs. sudo does the same unless it is told to ABORT. Other
 * applications, such as su, distinguish an outage from a refusal.
 */
static enum pp_pam_code
auth_result(const struct request *request, enum pp_kind kind)
{
	if (kind == PP_OK)
		return PP_PAM_SUCCESS;
	if (kind == PP_CANCELLED)
		return PP_PAM_ABORT;
	if (pp_pam_service_is_sshd(request->start.pam_service))
		return PP_PAM_MAXTRIES;
	if (pp_pam_service_is_sudo(request->start.pam_service) &&
		!app_is_playpenctl(&request->start))
		return PP_PAM_ABORT;
	return kind == PP_DENIED || kind == PP_UNTRUSTED ? PP_PAM_AUTH_ERR
							 : PP_PAM_UNAVAILABLE;
}

enum pp_pam_code
request_pam_result(const struct request *request, enum pp_kind kind)
{
	if (request->start.stage == PP_STAGE_AUTH ||
		app_is_playpenctl(&request->start))
		return auth_result(request, kind);
	if (kind == PP_OK)
		return PP_PAM_SUCCESS;
	if (request->start.stage != PP_STAGE_ACCOUNT)
		return PP_PAM_SESSION_ERR;
	return request->err.reason == PP_REASON_LOCKED ||
			       request->err.reason == PP_REASON_ACCOUNT_CLOSED
		       ? PP_PAM_ACCT_EXPIRED
		       : PP_PAM_PERM_DENIED;
}

static void
add_uid(const struct request *request, char *line, size_t size)
{
	char uid[16];

	if (request->account.name[0] == '\0')
		return;
	snprintf(uid, sizeof(uid), "%u", request->account.uid);
	pp_str_add_pair(line, size, "uid", uid);
}

/* Replaces the client's secret, which the provider may have repeated. */
static void
mask(char *text, const struct pp_secret *secret)
{
	char *at;

	if (secret->len == 0)
		return;
	while ((at = memmem(text, strlen(text), secret->data, secret->len)) !=
		NULL)
		memset(at, '.', secret->len);
}

/* Adds the provider's own words: the last field, so that no other one can be
 * made up in them, and always in quotes. */
static void
add_said(const struct request *request, char *line, size_t size)
{
	char said[PP_ERR_SAID_SIZE];
	size_t used = strlen(line);
	int len;

	memcpy(said, request->err.said, sizeof(said));
	if (request->conf != NULL)
		mask(said, &request->conf->provider.client_secret);
	if (said[0] == '\0')
		return;
	len = snprintf(line + used, size - used, " provider=\"%s\"", said);
	if (len < 0 || (size_t) len >= size - used)
		line[used] = '\0';
}

void
request_describe(const struct request *request, enum pp_kind kind, char *line,
	size_t size)
{
	const struct pp_start *start = &request->start;
	const struct pp_identity *identity = &request->identity;
	bool verified = identity->iss != NULL;

	snprintf(line, size, "result=%s", kind == PP_OK ? "accept" : "reject");
	pp_str_add_pair(line, size, "reason",
		kind == PP_OK ? "none" : pp_reason_word(request->err.reason));
	pp_str_add_pair(line, size, "stage", pp_stage_word(start->stage));
	pp_str_add_pair(line, size, "service", start->pam_service);
	pp_str_add_pair(line, size, "name", start->user);
	add_uid(request, line, size);
	pp_str_add_pair(line, size, "iss",
		verified ? identity->iss : request->account.iss);
	pp_str_add_pair(line, size, "sub",
		verified ? identity->sub : request->account.sub);
	pp_str_add_pair(line, size, "connector",
		verified ? identity->connector : request->account.connector);
	pp_str_add_pair(line, size, "rhost", start->rhost);
	pp_str_add_pair(line, size, "tty", start->tty);
	if (verified)
		pp_str_add_pair(line, size, "said", identity->username);
	if (kind != PP_OK)
		pp_str_add_pair(line, size, "ref", request->ref);
	if (kind != PP_OK)
		pp_str_add_text(line, size, "message", request->err.message);
	pp_str_add_text(line, size, "notes", request->notes);
	if (kind != PP_OK)
		add_said(request, line, size);
}

enum pp_kind
request_add_note(struct request *request, const char *what, const char *why,
	struct pp_err *err)
{
	pp_cleanup(pp_text) char *before = pp_steal(&request->notes);

	return pp_str_format(&request->notes, err, "%s%s%s%s%s",
		before != NULL ? before : "", before != NULL ? "; " : "", what,
		why != NULL ? ": " : "", why != NULL ? why : "");
}

enum pp_kind
request_open_accounts(struct request *request, enum pp_accounts_mode mode)
{
	if (request->accounts != NULL)
		return pp_accounts_reopen(
			request->accounts, mode, &request->err);
	return pp_accounts_open(
		"", request->conf, mode, &request->accounts, &request->err);
}

struct pp_application
request_application(const struct request *request)
{
	return (struct pp_application){.uid = request->start.uid,
		.gid = request->start.gid,
		.pam_service = request->start.pam_service,
		.settings = request->service};
}

void
request_free(struct request *request)
{
	pp_accounts_free(&request->accounts);
	pp_message_free(PP_MESSAGE_START, &request->start);
	pp_message_free(PP_MESSAGE_IDENTITY, &request->identity);
	pp_account_free(&request->account);
	pp_strv_free(&request->groups_given);
	pp_conf_free(&request->conf);
	pp_text_free(&request->notes);
	pp_text_free(&request->refusal);
	pp_strv_free(&request->marks);
	pp_channel_free(&request->conversation.module);
}
