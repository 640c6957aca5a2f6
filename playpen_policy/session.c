/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/pam_service.h>
#include <playpen/runtime/offer.h>
#include <playpen/runtime/session_id.h>
#include <playpen/runtime/timestamp.h>

#include "handlers.h"

/*
 * open_session and close_session, and the timestamp that sudo reads. Neither
 * may fail a login: if a timestamp cannot be written, sudo prompts again.
 */

/* The sign-in of the certificate that opened a session has a file of its own,
 * because not every service counts it. */
#define CERTIFICATE_SUFFIX "-certificate"
#define CERTIFICATE_SESSION_SIZE                                               \
	(PP_SESSION_ID_SIZE + sizeof(CERTIFICATE_SUFFIX))

static void
certificate_session(const char *session, char name[CERTIFICATE_SESSION_SIZE])
{
	snprintf(name, CERTIFICATE_SESSION_SIZE, "%s" CERTIFICATE_SUFFIX,
		session);
}

/* Returns true if the call is sudo's, by this user for themselves, as sudo says
 * in PAM_RUSER. Writes the session of the caller. */
static bool
is_own_sudo(const struct request *request, char session[PP_SESSION_ID_SIZE])
{
	const struct pp_start *start = &request->start;
	struct pp_err ignored;

	return pp_pam_service_is_sudo(start->pam_service) && start->uid > 0 &&
	       start->ruser != NULL && strcmp(start->ruser, start->user) == 0 &&
	       pp_session_id_of_process(getppid(), session, &ignored) == PP_OK;
}

/* Returns the age for sudo alone, which asks within a session of its caller.
 * The timestamp counts if it is of this user in this session. */
int64_t
session_sign_in_age_ms(const struct request *request)
{
	char session[PP_SESSION_ID_SIZE];

	return is_own_sudo(request, session)
		       ? pp_timestamp_age_ms(session,
				 (uid_t) request->start.uid, request->clock)
		       : -1;
}

int64_t
session_certificate_age_ms(const struct request *request)
{
	char session[PP_SESSION_ID_SIZE], name[CERTIFICATE_SESSION_SIZE];

	if (!request->service->certificate || !is_own_sudo(request, session))
		return -1;
	certificate_session(session, name);
	return pp_timestamp_age_ms(
		name, (uid_t) request->start.uid, request->clock);
}

bool
session_counts_certificates(const struct pp_conf *conf)
{
	for (size_t i = 0; i < conf->service_count; i++)
		if (conf->services[i].certificate)
			return true;
	return false;
}

/* Leaves the sign-in that the certificate carries, as old as its token, for
 * sudo in this session. */
static void
leave_sign_in(struct request *request)
{
	char session[PP_SESSION_ID_SIZE], name[CERTIFICATE_SESSION_SIZE];
	int64_t age = pp_clock_wall(request->clock) - request->identity.iat;
	int64_t when_ms = pp_clock_boot_ms(request->clock);
	struct pp_err ignored;

	if (age > 0)
		when_ms -= age * 1000;
	if (!session_counts_certificates(request->conf) ||
		request->start.uid <= 0 ||
		pp_session_id_of_process(getppid(), session, &ignored) != PP_OK)
		return;
	certificate_session(session, name);
	pp_ignore(pp_timestamp_write(
		name, (uid_t) request->start.uid, when_ms, &ignored));
}

/*
 * Compares the certificate that sshd has checked with the offer of this process
 * of sshd. The module does so where the offer was used and no service counts
 * it. Only here it is known whether the client has used it: the account
 * stage is not told which key was used.
 */
static void
take_certificate(struct request *request)
{
	pp_cleanup(pp_offer) struct pp_offer offer = {0};
	struct pp_err ignored;

	if (!pp_pam_service_is_sshd(request->start.pam_service) ||
		request->start.auth_info.len == 0 ||
		pp_offer_read(getppid(), request->start.user, &offer,
			&ignored) != PP_OK)
		return;
	request->silent = false;
	if (!pp_offer_is_used(
		    &offer, pp_secret_text(&request->start.auth_info))) {
		pp_ignore(request_add_note(
			request, "another certificate", NULL, &ignored));
		return;
	}
	pp_ignore(request_add_note(
		request, "certificate SHA256", offer.fingerprint, &ignored));
	if (pp_offer_get_identity(&offer, &request->identity, &ignored) ==
		PP_OK)
		leave_sign_in(request);
}

enum pp_kind
handle_open_session(struct request *request)
{
	const struct pp_setenv variable = {(char *) PP_SIGN_IN_VARIABLE, NULL};
	char session[PP_SESSION_ID_SIZE];
	int64_t when_ms = 0;
	struct pp_err ignored;
	uid_t uid = (uid_t) request->start.uid;

	request->silent = true;
	take_certificate(request);
	if (pp_pam_service_is_sshd(request->start.pam_service))
		pp_offer_remove(getppid());
	if (request->start.ticket == NULL)
		return PP_OK;
	if (request->start.uid > 0 &&
		pp_timestamp_take_ticket(request->start.ticket, uid,
			request->clock, &when_ms, &ignored) == PP_OK &&
		pp_session_id_of_process(getppid(), session, &ignored) == PP_OK)
		pp_ignore(pp_timestamp_write(session, uid, when_ms, &ignored));
	/* The ticket must not stay in the user's environment. */
	return pp_message_send(&request->conversation.module, PP_MESSAGE_SETENV,
		&variable, &request->err);
}

enum pp_kind
handle_close_session(struct request *request)
{
	char session[PP_SESSION_ID_SIZE], name[CERTIFICATE_SESSION_SIZE];
	struct pp_err ignored;

	request->silent = true;
	/* sudo and su end within another session, which continues. */
	if (pp_pam_service_is_sudo(request->start.pam_service) ||
		pp_pam_service_is_su(request->start.pam_service))
		return PP_OK;
	if (request->start.uid > 0 && pp_session_id_of_process(getppid(),
					      session, &ignored) == PP_OK) {
		pp_timestamp_remove(session, (uid_t) request->start.uid);
		certificate_session(session, name);
		pp_timestamp_remove(name, (uid_t) request->start.uid);
	}
	return PP_OK;
}
