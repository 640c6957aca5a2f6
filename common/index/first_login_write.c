/* SPDX-License-Identifier: MIT */
#include <endian.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/file.h>

#include "first_login_file.h"

#define FIRST_LOGIN_MODE 0600

static bool
put(char *to, size_t size, const char *text)
{
	size_t len = strnlen(text, size);

	if (len == size)
		return false;
	memcpy(to, text, len);
	return true;
}

static enum pp_kind
pack(const struct pp_first_login_settings *settings,
	struct pp_first_login_file *file, struct pp_err *err)
{
	static const struct pp_uid_key no_key;

	memset(file, 0, sizeof(*file));
	if (!put(file->allow_new_users, sizeof(file->allow_new_users),
		    settings->allow_new_users) ||
		!put(file->home, sizeof(file->home), settings->home) ||
		!put(file->shell, sizeof(file->shell), settings->shell) ||
		!put(file->programs, sizeof(file->programs),
			settings->programs) ||
		!put(file->all_users_group, PP_NAME_SIZE,
			settings->all_users_group) ||
		!put(file->prefix, PP_NAME_SIZE, settings->prefix) ||
		!put(file->groups, sizeof(file->groups), settings->groups))
		return pp_fail(err, PP_REASON_TOO_LONG,
			"a text of the first-login file");
	memcpy(file->magic, PP_FIRST_LOGIN_MAGIC, sizeof(file->magic));
	memcpy(file->key, settings->key.bytes, sizeof(file->key));
	file->size = htole32(sizeof(*file));
	file->all_users_gid = htole32(settings->all_users_gid);
	file->uid_low = htole32(settings->uid_range.low);
	file->uid_high = htole32(settings->uid_range.high);
	file->gid_low = htole32(settings->gid_range.low);
	file->gid_high = htole32(settings->gid_range.high);
	file->flags = htole32(settings->allow_dots ? PP_FIRST_LOGIN_DOTS : 0);
	file->refusal = htole32((uint32_t) settings->refusal);
	file->checksum = htole64(pp_siphash(
		&no_key, file, offsetof(struct pp_first_login_file, checksum)));
	return PP_OK;
}

/* Returns true if the file is as wanted. A file of another owner or mode is
 * replaced even if its bytes are right. */
static bool
is_current(const char *path, const struct pp_secret *wanted)
{
	struct pp_file_trust trust = {geteuid(), 0077};
	pp_cleanup(pp_secret) struct pp_secret found = {
		.max = PP_FIRST_LOGIN_SIZE_MAX};

	return pp_file_load(path, &trust, &found, NULL) == PP_OK &&
	       found.len == wanted->len &&
	       memcmp(found.data, wanted->data, found.len) == 0;
}

/* Encodes the bytes of the file; the key is in them. */
static enum pp_kind
encode(const struct pp_first_login_settings *settings,
	struct pp_secret *content, struct pp_err *err)
{
	struct pp_first_login_file file;
	enum pp_kind kind = pack(settings, &file, err);

	if (kind == PP_OK)
		kind = pp_secret_append(content, &file, sizeof(file), err);
	explicit_bzero(&file, sizeof(file));
	return kind;
}

bool
pp_first_login_is_written(
	const char *path, const struct pp_first_login_settings *settings)
{
	pp_cleanup(pp_secret) struct pp_secret content = {0};

	return encode(settings, &content, NULL) == PP_OK &&
	       is_current(path, &content);
}

enum pp_kind
pp_first_login_write(const char *path,
	const struct pp_first_login_settings *settings, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {0};
	enum pp_kind kind = encode(settings, &content, err);

	if (kind != PP_OK || is_current(path, &content))
		return kind;
	return pp_file_replace(path, FIRST_LOGIN_MODE, &content, err);
}
