/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include <playpen/runtime/offer.h>

#include "sshd_file.h"

enum pp_kind
pp_offer_put_identity(struct pp_offer *offer,
	const struct pp_identity *identity, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {0};
	enum pp_kind kind =
		pp_message_pack(PP_MESSAGE_IDENTITY, identity, &frame, err);

	offer->identity.max = PP_OFFER_IDENTITY_MAX;
	return kind == PP_OK ? pp_secret_set(&offer->identity,
				       frame.fields.data, frame.fields.len, err)
			     : kind;
}

enum pp_kind
pp_offer_get_identity(const struct pp_offer *offer,
	struct pp_identity *ret_identity, struct pp_err *err)
{
	pp_cleanup(pp_frame) struct pp_frame frame = {
		.type = PP_MESSAGE_IDENTITY, .fields.max = PP_FRAME_MAX};
	enum pp_kind kind = pp_secret_set(
		&frame.fields, offer->identity.data, offer->identity.len, err);

	return kind == PP_OK ? pp_message_unpack(&frame, PP_MESSAGE_IDENTITY,
				       ret_identity, err)
			     : kind;
}

enum pp_kind
pp_offer_write(pid_t sshd, const struct pp_offer *offer, struct pp_err *err)
{
	return pp_sshd_file_write(
		PP_OFFER_DIR, sshd, PP_MESSAGE_OFFER, offer, err);
}

enum pp_kind
pp_offer_read(pid_t sshd, const char *name, struct pp_offer *ret_offer,
	struct pp_err *err)
{
	char path[PATH_MAX];

	if (!pp_sshd_file_path(PP_OFFER_DIR, sshd, path) ||
		!pp_sshd_file_load(path, PP_MESSAGE_OFFER, ret_offer))
		return pp_fail(err, PP_REASON_NOT_FOUND, "no offer");
	if (strcmp(ret_offer->name, name) == 0)
		return PP_OK;
	pp_offer_free(ret_offer);
	return pp_fail(err, PP_REASON_NOT_FOUND, "an offer for another name");
}

void
pp_offer_remove(pid_t sshd)
{
	char path[PATH_MAX];

	if (pp_sshd_file_path(PP_OFFER_DIR, sshd, path))
		(void) unlink(path);
}

/* Looks for the line "publickey TYPE BASE64". */
bool
pp_offer_is_used(const struct pp_offer *offer, const char *auth_info)
{
	pp_cleanup(pp_text) char *line = NULL;
	const char *at = auth_info;
	size_t len;

	if (pp_str_format(&line, NULL, "publickey %s %s",
		    offer->certificate_type,
		    pp_secret_text(&offer->certificate)) != PP_OK)
		return false;
	for (; *at != '\0'; at += len + (at[len] != '\0')) {
		len = strcspn(at, "\n");
		if (len == strlen(line) && strncmp(at, line, len) == 0)
			return true;
	}
	return false;
}

void
pp_offer_free(struct pp_offer *offer)
{
	pp_message_free(PP_MESSAGE_OFFER, offer);
}
