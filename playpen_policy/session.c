/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include <playpen/pam_service.h>

#include "fresh.h"
#include "hooks.h"
#include "login_session.h"

/*
 * open_session and close_session, and what sudo has of them. Neither may cost a
 * login: a sign-in that cannot be noted only means that sudo will ask again.
 */

/*
 * sudo alone asks inside a session of its caller's own. What counts is a
 * sign-in of this person in this session, and that the caller is that person:
 * sudo has said so itself (PAM_RUSER).
 */
int64_t
pp_session_age_ms(const struct pp_login *login)
{
	const struct pp_start *start = &login->start;
	char session[LOGIN_SESSION_SIZE];
	struct pp_err ignored;

	if (!pp_service_is_sudo(start->service) || start->uid <= 0 ||
		start->ruser == NULL ||
		strcmp(start->ruser, start->user) != 0 ||
		login_session_of(getppid(), session, &ignored) != PP_OK)
		return -1;
	return fresh_age_ms(session, (uid_t) start->uid, login->clock);
}

enum pp_kind
pp_hook_open(struct pp_login *login)
{
	const struct pp_setenv variable = {(char *) PP_SIGN_IN_VARIABLE, NULL};
	char session[LOGIN_SESSION_SIZE];
	int64_t when_ms = 0;
	struct pp_err ignored;
	uid_t uid = (uid_t) login->start.uid;

	login->silent = true;
	if (login->start.handle == NULL)
		return PP_OK;
	if (login->start.uid > 0 &&
		fresh_take(login->start.handle, uid, login->clock, &when_ms,
			&ignored) == PP_OK &&
		login_session_of(getppid(), session, &ignored) == PP_OK)
		pp_ignore(fresh_record(session, uid, when_ms, &ignored));
	/* The user's own environment is no place for it. */
	return pp_message_send(
		&login->talk.module, PP_MESSAGE_SETENV, &variable, &login->err);
}

enum pp_kind
pp_hook_close(struct pp_login *login)
{
	char session[LOGIN_SESSION_SIZE];
	struct pp_err ignored;

	login->silent = true;
	/* sudo and su end inside a session that goes on. */
	if (pp_service_is_sudo(login->start.service) ||
		pp_service_is_su(login->start.service))
		return PP_OK;
	if (login->start.uid > 0 &&
		login_session_of(getppid(), session, &ignored) == PP_OK)
		fresh_forget(session, (uid_t) login->start.uid);
	return PP_OK;
}
