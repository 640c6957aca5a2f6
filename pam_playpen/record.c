/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>

#include <playpen/message.h>
#include <playpen/str.h>

#define NAME_SIZE 128U

/* Printable, and without what ends a quoted value. */
static void
copy(char *to, size_t size, const char *from)
{
	pp_str_printable(to, size, from, strlen(from));
	for (; *to != '\0'; to++)
		if (*to == '"')
			*to = '\'';
}

void
record_refusal(pam_handle_t *pamh, const char *user, int64_t phase,
	const struct pp_err *err)
{
	char name[NAME_SIZE];
	char message[PP_ERR_MESSAGE_MAX];
	char host[NAME_SIZE];
	const void *service = NULL;

	if (pam_get_item(pamh, PAM_SERVICE, &service) != PAM_SUCCESS ||
		service == NULL)
		service = "unknown";
	copy(host, sizeof(host), service);
	copy(name, sizeof(name), user);
	copy(message, sizeof(message), err->message);
	pam_syslog(pamh, LOG_ALERT,
		"result=reject reason=%s phase=%s service=\"%s\" name=\"%s\" message=\"%s\"",
		pp_reason_word(err->reason), pp_phase_word(phase), host, name,
		message);
}
