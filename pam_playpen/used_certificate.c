/* SPDX-License-Identifier: MIT */
#include "used_certificate.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <security/pam_ext.h>

#include <playpen/runtime/offer.h>

#define LINE_SIZE 2048
#define NOTE_SIZE (sizeof("certificate SHA256: ") + 64)

const char *
used_certificate_info(pam_handle_t *pamh)
{
	const char *info = pam_getenv(pamh, "SSH_AUTH_INFO_0");

	return info != NULL && strstr(info, "-cert-v01@openssh.com ") != NULL &&
			       strlen(info) <= PP_START_AUTH_INFO_MAX
		       ? info
		       : NULL;
}

static const char *
item(pam_handle_t *pamh, int type)
{
	const void *value = NULL;

	return pam_get_item(pamh, type, &value) == PAM_SUCCESS ? value : NULL;
}

/* Logs a line as playpen-policy does (pam_playpen(8), LOG). */
static void
log_used(pam_handle_t *pamh, const char *user, const struct pp_offer *offer,
	const struct pp_identity *identity)
{
	char line[LINE_SIZE] = "result=accept";
	char note[NOTE_SIZE] = "certificate SHA256: ";

	strncat(note, offer->fingerprint, NOTE_SIZE - strlen(note) - 1);
	pp_str_add_pair(line, sizeof(line), "reason", "none");
	pp_str_add_pair(
		line, sizeof(line), "stage", pp_stage_word(PP_STAGE_OPEN));
	pp_str_add_pair(line, sizeof(line), "service", item(pamh, PAM_SERVICE));
	pp_str_add_pair(line, sizeof(line), "name", user);
	pp_str_add_pair(line, sizeof(line), "iss", identity->iss);
	pp_str_add_pair(line, sizeof(line), "sub", identity->sub);
	pp_str_add_pair(line, sizeof(line), "connector", identity->connector);
	pp_str_add_pair(line, sizeof(line), "rhost", item(pamh, PAM_RHOST));
	pp_str_add_pair(line, sizeof(line), "tty", item(pamh, PAM_TTY));
	pp_str_add_pair(line, sizeof(line), "said", identity->username);
	pp_str_add_text(line, sizeof(line), "notes", note);
	pam_syslog(pamh, LOG_INFO, "%s", line);
}

bool
used_certificate_log(pam_handle_t *pamh, const char *user)
{
	pp_cleanup(pp_offer) struct pp_offer offer = {0};
	struct pp_identity identity = {0};
	const char *info = used_certificate_info(pamh);

	if (info == NULL || geteuid() != 0 ||
		pp_offer_read(getpid(), user, &offer, NULL) != PP_OK ||
		offer.signs_in || !pp_offer_is_used(&offer, info) ||
		pp_offer_get_identity(&offer, &identity, NULL) != PP_OK)
		return false;
	log_used(pamh, user, &offer, &identity);
	pp_message_free(PP_MESSAGE_IDENTITY, &identity);
	pp_offer_remove(getpid());
	return true;
}
