/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_REQUEST_H
#define PLAYPEN_POLICY_REQUEST_H

#include <playpen/accounts/accounts.h>
#include <playpen/base/clock.h>
#include <playpen/conf/conf.h>

#include "conversation.h"

/*
 * One hook's course from START to its decision. The hooks (hooks.h) fill err
 * and account; main turns that into the PAM code, the sentence and the log
 * line, so that all three say the same.
 */
struct request {
	struct pp_start start;
	struct conversation conversation;
	const struct pp_clock *clock;
	struct pp_conf *conf; /* NULL until it is read */
	const struct pp_conf_pam_service *service;
	struct pp_identity identity; /* once the worker verified one */
	struct pp_account account;   /* once state knows one */
	char *notes;                 /* more for the log line; may be NULL */
	struct pp_err err;           /* why not, kind PP_OK otherwise */
	int64_t deadline_ms;         /* boot clock */
	bool silent;                 /* nothing of this hook is worth a line */
	bool signed_in;              /* a dry run is in its account stage */
	bool was_bound; /* a dry run's account had its person before */
};

/* The PAM code that the decision comes to. */
enum pp_pam_code request_pam_result(
	const struct request *request, enum pp_kind kind);

/*
 * The log line, one for each decision: result, reason, name, uid, iss, sub,
 * connector, service, rhost, as key=value; what is not known is left out. line
 * is filled with printable ASCII.
 */
void request_describe(const struct request *request, enum pp_kind kind,
	char *line, size_t size);

/*
 * Adds a note to the log line, after the ones that are there: what, then the
 * reason why unless it is NULL. Fails for want of memory only.
 */
enum pp_kind request_add_note(struct request *request, const char *what,
	const char *why, struct pp_err *err) PP_NODISCARD;

void request_free(struct request *request);

#endif
