/* SPDX-License-Identifier: MIT */
#include "refused.h"

#include <stdio.h>
#include <unistd.h>

#include <playpen/base/pam_service.h>
#include <playpen/runtime/process.h>
#include <playpen/runtime/refusal.h>

#include "user_messages.h"

/*
 * The process of sshd that asked about the certificate calls the account stage
 * by itself after a key. After a prompt, it has a child for PAM.
 */

/* Reads the refusal of the connection. Returns its reason, or PP_REASON_NONE.
 * Writes the process that it belongs to. */
static enum pp_reason
find_refusal(const struct request *request, pid_t *ret_sshd)
{
	const pid_t processes[] = {getppid(), pp_process_parent(getppid())};
	enum pp_reason reason = PP_REASON_NONE;

	if (!pp_pam_service_is_sshd(request->start.pam_service) ||
		!request->conf->ssh_certificates)
		return PP_REASON_NONE;
	for (size_t i = 0; i < PP_COUNT(processes); i++) {
		pp_cleanup(pp_refusal) struct pp_refusal refusal = {0};

		if (pp_refusal_read(processes[i], request->start.user, &refusal,
			    NULL) != PP_OK)
			continue;
		*ret_sshd = processes[i];
		reason = pp_reason_from_word(refusal.reason);
	}
	return reason;
}

enum pp_kind
refused_note(struct request *request)
{
	char text[USER_MESSAGE_SIZE];
	pid_t sshd;
	enum pp_reason reason = find_refusal(request, &sshd);

	if (!user_message_of_certificate(request, reason, text))
		return PP_OK;
	return pp_str_format(&request->refusal, &request->err, "%s", text);
}

enum pp_kind
refused_tell(struct request *request)
{
	char text[USER_MESSAGE_SIZE];
	pp_cleanup(pp_text) char *value = NULL;
	struct pp_setenv variable = {(char *) PP_REFUSAL_VARIABLE, NULL};
	pid_t sshd = -1;
	enum pp_reason reason = find_refusal(request, &sshd);
	enum pp_kind kind;

	if (reason == PP_REASON_NONE)
		return PP_OK;
	pp_refusal_remove(sshd);
	if (request->identity_carried ||
		!user_message_of_certificate(request, reason, text))
		return PP_OK;
	kind = pp_str_format(
		&value, &request->err, "%s (%s)", text, pp_reason_word(reason));
	variable.value = value;
	return kind == PP_OK
		       ? pp_message_send(&request->conversation.module,
				 PP_MESSAGE_SETENV, &variable, &request->err)
		       : kind;
}
