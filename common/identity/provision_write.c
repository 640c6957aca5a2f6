/* SPDX-License-Identifier: MIT */
#include <endian.h>
#include <string.h>
#include <unistd.h>

#include <playpen/file.h>

#include "provision_file.h"

#define PROVISION_MODE 0600

static bool
put(char *place, size_t size, const char *text)
{
	size_t len = strnlen(text, size);

	if (len == size)
		return false;
	memcpy(place, text, len);
	return true;
}

static enum pp_kind
pack(const struct pp_provision *provision, struct pp_provision_file *file,
	struct pp_err *err)
{
	static const struct pp_id_key no_key;

	memset(file, 0, sizeof(*file));
	if (!put(file->first_login, sizeof(file->first_login),
		    provision->first_login) ||
		!put(file->home, sizeof(file->home), provision->home) ||
		!put(file->shell, sizeof(file->shell), provision->shell) ||
		!put(file->services, sizeof(file->services),
			provision->services) ||
		!put(file->people, PP_NAME_SIZE, provision->people) ||
		!put(file->prefix, PP_NAME_SIZE, provision->prefix) ||
		!put(file->groups, sizeof(file->groups), provision->groups))
		return pp_fail(err, PP_REASON_TOO_LONG,
			"a text of the provision file");
	memcpy(file->magic, PP_PROVISION_MAGIC, sizeof(file->magic));
	memcpy(file->key, provision->key.bytes, sizeof(file->key));
	file->size = htole32(sizeof(*file));
	file->people_gid = htole32(provision->people_gid);
	file->uid_low = htole32(provision->uid_range.low);
	file->uid_high = htole32(provision->uid_range.high);
	file->gid_low = htole32(provision->gid_range.low);
	file->gid_high = htole32(provision->gid_range.high);
	file->checksum = htole64(pp_siphash(
		&no_key, file, offsetof(struct pp_provision_file, checksum)));
	return PP_OK;
}

/* A file of another owner or mode is replaced even if its bytes are right. */
static bool
is_there(const char *path, const struct pp_secret *wanted)
{
	struct pp_file_trust trust = {geteuid(), 0077};
	pp_auto(pp_secret) struct pp_secret found = {
		.max = PP_PROVISION_SIZE_MAX};

	return pp_file_load(path, &trust, &found, NULL) == PP_OK &&
	       found.len == wanted->len &&
	       memcmp(found.data, wanted->data, found.len) == 0;
}

/* The bytes of the file; the key is in them. */
static enum pp_kind
encode(const struct pp_provision *provision, struct pp_secret *content,
	struct pp_err *err)
{
	struct pp_provision_file file;
	enum pp_kind kind = pack(provision, &file, err);

	if (kind == PP_OK)
		kind = pp_secret_append(content, &file, sizeof(file), err);
	explicit_bzero(&file, sizeof(file));
	return kind;
}

bool
pp_provision_is_written(const char *path, const struct pp_provision *provision)
{
	pp_auto(pp_secret) struct pp_secret content = {0};

	return encode(provision, &content, NULL) == PP_OK &&
	       is_there(path, &content);
}

enum pp_kind
pp_provision_write(const char *path, const struct pp_provision *provision,
	struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret content = {0};
	enum pp_kind kind = encode(provision, &content, err);

	if (kind != PP_OK || is_there(path, &content))
		return kind;
	return pp_file_replace(path, PROVISION_MODE, &content, err);
}
