/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <string.h>
#include <unistd.h>

#include <playpen/base/pam_service.h>
#include <playpen/runtime/offer.h>
#include <playpen/runtime/timestamp.h>

#include "handlers.h"
#include "session_id.h"

/*
 * open_session and close_session, and the timestamp that sudo reads. Neither
 * may fail a login: if a timestamp cannot be written, sudo prompts again.
 */

/*
 * Returns the age for sudo alone, which asks within a session of its caller.
 * The timestamp counts if it is of this user in this session and the caller is
 * this user, as sudo says in PAM_RUSER.
 */
int64_t
session_sign_in_age_ms(const struct request *request)
{
	const struct pp_start *start = &request->start;
	char session[SESSION_ID_SIZE];
	struct pp_err ignored;

	if (!pp_pam_service_is_sudo(start->pam_service) || start->uid <= 0 ||
		start->ruser == NULL ||
		strcmp(start->ruser, start->user) != 0 ||
		session_id_of_process(getppid(), session, &ignored) != PP_OK)
		return -1;
	return pp_timestamp_age_ms(session, (uid_t) start->uid, request->clock);
}

enum pp_kind
handle_open_session(struct request *request)
{
	const struct pp_setenv variable = {(char *) PP_SIGN_IN_VARIABLE, NULL};
	char session[SESSION_ID_SIZE];
	int64_t when_ms = 0;
	struct pp_err ignored;
	uid_t uid = (uid_t) request->start.uid;

	request->silent = true;
	if (pp_pam_service_is_sshd(request->start.pam_service))
		pp_offer_remove(getppid());
	if (request->start.ticket == NULL)
		return PP_OK;
	if (request->start.uid > 0 &&
		pp_timestamp_take_ticket(request->start.ticket, uid,
			request->clock, &when_ms, &ignored) == PP_OK &&
		session_id_of_process(getppid(), session, &ignored) == PP_OK)
		pp_ignore(pp_timestamp_write(session, uid, when_ms, &ignored));
	/* The ticket must not stay in the user's environment. */
	return pp_message_send(&request->conversation.module, PP_MESSAGE_SETENV,
		&variable, &request->err);
}

enum pp_kind
handle_close_session(struct request *request)
{
	char session[SESSION_ID_SIZE];
	struct pp_err ignored;

	request->silent = true;
	/* sudo and su end within another session, which continues. */
	if (pp_pam_service_is_sudo(request->start.pam_service) ||
		pp_pam_service_is_su(request->start.pam_service))
		return PP_OK;
	if (request->start.uid > 0 &&
		session_id_of_process(getppid(), session, &ignored) == PP_OK)
		pp_timestamp_remove(session, (uid_t) request->start.uid);
	return PP_OK;
}
