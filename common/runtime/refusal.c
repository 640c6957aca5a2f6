/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include <playpen/runtime/refusal.h>

#include "sshd_file.h"

enum pp_kind
pp_refusal_write(
	pid_t sshd, const struct pp_refusal *refusal, struct pp_err *err)
{
	return pp_sshd_file_write(
		PP_REFUSAL_DIR, sshd, PP_MESSAGE_REFUSAL, refusal, err);
}

enum pp_kind
pp_refusal_read(pid_t sshd, const char *name, struct pp_refusal *ret_refusal,
	struct pp_err *err)
{
	char path[PATH_MAX];

	if (!pp_sshd_file_path(PP_REFUSAL_DIR, sshd, path) ||
		!pp_sshd_file_load(path, PP_MESSAGE_REFUSAL, ret_refusal))
		return pp_fail(err, PP_REASON_NOT_FOUND, "no refusal");
	if (strcmp(ret_refusal->name, name) == 0)
		return PP_OK;
	pp_refusal_free(ret_refusal);
	return pp_fail(err, PP_REASON_NOT_FOUND, "a refusal for another name");
}

bool
pp_refusal_covers(const struct pp_start *start)
{
	pp_cleanup(pp_refusal) struct pp_refusal refusal = {0};

	return pp_refusal_read((pid_t) start->sshd_pid, start->user, &refusal,
		       NULL) == PP_OK &&
	       /* lint: clang-analyzer-core.NonNullParamChecker: playpen-keys
		* gives both words, and a text of a record is never NULL. */
	       strcmp(refusal.certificate_type, start->certificate_type) == 0 &&
	       pp_secret_equal(refusal.certificate.data,
		       refusal.certificate.len, start->certificate.data,
		       start->certificate.len);
}

void
pp_refusal_remove(pid_t sshd)
{
	char path[PATH_MAX];

	if (pp_sshd_file_path(PP_REFUSAL_DIR, sshd, path))
		(void) unlink(path);
}

void
pp_refusal_free(struct pp_refusal *refusal)
{
	pp_message_free(PP_MESSAGE_REFUSAL, refusal);
}
