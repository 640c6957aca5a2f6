/* SPDX-License-Identifier: MIT */
#include <limits.h>

#include <playpen/base/file.h>
#include <playpen/base/root.h>
#include <playpen/conf/conf.h>

#define SECRET_MAX 4096U
#define UID_KEY_FILE_MAX 64U

/* Reads a file that only its owner may read. */
static enum pp_kind
load_private(const char *root, const char *file, struct pp_secret *content,
	struct pp_err *cause)
{
	struct pp_file_trust trust = {pp_conf_owner(root), 0077};
	char path[PATH_MAX];

	pp_root_path(root, file, path);
	return pp_file_load(path, &trust, content, cause);
}

/* Returns true if there is a control character, as in a file that an editor or
 * a shell has changed. */
static bool
has_control(const struct pp_secret *secret)
{
	for (size_t i = 0; i < secret->len; i++)
		if (secret->data[i] < 0x20 || secret->data[i] == 0x7f)
			return true;
	return false;
}

enum pp_kind
pp_conf_load_secret(const struct pp_conf *conf, const char *root,
	struct pp_secret *secret, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {.max = SECRET_MAX};
	struct pp_err cause;

	if (conf->secret_file == NULL) {
		pp_secret_clear(secret);
		return PP_OK;
	}
	if (load_private(root, conf->secret_file, &content, &cause) != PP_OK)
		return pp_fail(
			err, PP_REASON_SECRET_UNREADABLE, "%s", cause.message);
	if (content.len > 0 && content.data[content.len - 1] == '\n')
		content.len--;
	if (content.len == 0)
		return pp_fail(err, PP_REASON_SECRET_UNREADABLE, "%s: empty",
			conf->secret_file);
	if (has_control(&content))
		return pp_fail(err, PP_REASON_SECRET_UNREADABLE,
			"%s: a control character, or more than one line",
			conf->secret_file);
	return pp_secret_set(secret, content.data, content.len, err);
}

enum pp_kind
pp_conf_load_uid_key(const struct pp_conf *conf, const char *root,
	struct pp_uid_key *ret_key, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {
		.max = UID_KEY_FILE_MAX};
	struct pp_err cause;

	if (load_private(root, conf->uid_key_file, &content, &cause) != PP_OK) {
		if (cause.reason == PP_REASON_NOT_FOUND)
			return pp_fail(err, PP_REASON_UID_KEY_MISSING,
				"%s: no such file; see playpenctl uid-key",
				conf->uid_key_file);
		if (cause.reason == PP_REASON_FILE_TOO_LARGE)
			return pp_fail(err, PP_REASON_CONFIG_INVALID,
				"%s: must be 32 hex digits",
				conf->uid_key_file);
		return pp_fail(
			err, PP_REASON_CONFIG_UNSAFE, "%s", cause.message);
	}
	if (!pp_uid_key_parse(pp_secret_text(&content), content.len, ret_key))
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"%s: must be 32 hex digits", conf->uid_key_file);
	return PP_OK;
}
