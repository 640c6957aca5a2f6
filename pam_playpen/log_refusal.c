/* SPDX-License-Identifier: MIT */
#include "log_refusal.h"

#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>

#include <playpen/base/str.h>
#include <playpen/ipc/message.h>

#define NAME_SIZE 128U

/* Copies text, printable and without what ends a quoted value. */
static void
copy_printable(char *to, size_t size, const char *from)
{
	pp_str_printable(to, size, from, strlen(from));
	for (; *to != '\0'; to++)
		if (*to == '"')
			*to = '\'';
}

static void
log_line(pam_handle_t *pamh, int priority, const char *result, const char *user,
	int64_t stage, const struct pp_err *err)
{
	char name[NAME_SIZE];
	char message[PP_ERR_MESSAGE_MAX];
	char pam_service[NAME_SIZE];
	const void *service = NULL;

	if (pam_get_item(pamh, PAM_SERVICE, &service) != PAM_SUCCESS ||
		service == NULL)
		service = "unknown";
	copy_printable(pam_service, sizeof(pam_service), service);
	copy_printable(name, sizeof(name), user);
	copy_printable(message, sizeof(message), err->message);
	pam_syslog(pamh, priority,
		"result=%s reason=%s stage=%s service=\"%s\" name=\"%s\" message=\"%s\"",
		result, pp_reason_word(err->reason), pp_stage_word(stage),
		pam_service, name, message);
}

void
log_refusal(pam_handle_t *pamh, const char *user, int64_t stage,
	const struct pp_err *err)
{
	log_line(pamh, LOG_ALERT, "reject", user, stage, err);
}

void
log_ignored(pam_handle_t *pamh, const char *user, int64_t stage,
	const struct pp_err *err)
{
	log_line(pamh, LOG_NOTICE, "ignore", user, stage, err);
}
