/* SPDX-License-Identifier: MIT */
#include "credentials.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/file.h>

#include "playpenctl/cli/ctl.h"

#define SECRET_MAX ((size_t) 4096)
#define KEY_ID "client-id"
#define KEY_SECRET "client-secret"

static enum pp_kind
trim(struct pp_secret *text, const char *what, struct pp_err *err)
{
	if (text->len > 0 && text->data[text->len - 1] == '\n')
		text->data[--text->len] = '\0';
	if (text->len == 0 || pp_secret_has_nul(text) ||
		strpbrk(pp_secret_text(text), "\r\n") != NULL)
		return pp_fail(err, PP_REASON_SECRET_UNREADABLE,
			"%s is empty or more than a line", what);
	return PP_OK;
}

/* Reads one file of a mounted Kubernetes secret: a link to where the kubelet
 * has put the version of today, readable as the pod's administrator chose. */
static enum pp_kind
read_member(const char *directory, const char *name, struct pp_secret *ret,
	struct pp_err *err)
{
	pp_cleanup(pp_text) char *path = NULL;
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind = pp_str_format(&path, err, "%s/%s", directory, name);

	if (kind == PP_OK)
		kind = args_open_file(path, &fd, err);
	ret->max = SECRET_MAX;
	if (kind == PP_OK)
		kind = pp_file_read(fd, ret, err);
	return kind == PP_OK ? trim(ret, path, err) : kind;
}

/* Finds the line "key=value" of a file, and returns all that is behind the
 * first "=". */
static enum pp_kind
find_line(const struct pp_secret *text, const char *key, struct pp_secret *ret,
	struct pp_err *err)
{
	const char *at = pp_secret_text(text);

	while (*at != '\0') {
		size_t len = strcspn(at, "\n");

		if (pp_str_starts_with(at, key) && at[strlen(key)] == '=') {
			size_t skip = strlen(key) + 1;

			ret->max = SECRET_MAX;
			return pp_secret_set(ret, at + skip, len - skip, err);
		}
		at += len + (at[len] == '\n');
	}
	return pp_fail(
		err, PP_REASON_SECRET_UNREADABLE, "there is no %s=", key);
}

static enum pp_kind
read_file(const char *path, struct pp_secret *id, struct pp_secret *secret,
	struct pp_err *err)
{
	const struct pp_file_trust trust = {geteuid(), 0077};
	pp_cleanup(pp_secret) struct pp_secret text = {.max = 2 * SECRET_MAX};
	enum pp_kind kind = pp_file_load(path, &trust, &text, err);

	if (kind == PP_OK)
		kind = find_line(&text, KEY_ID, id, err);
	if (kind == PP_OK)
		kind = find_line(&text, KEY_SECRET, secret, err);
	if (kind == PP_OK)
		kind = trim(id, KEY_ID, err);
	return kind == PP_OK ? trim(secret, KEY_SECRET, err) : kind;
}

enum pp_kind
credentials_read(const char *path, struct pp_client_credentials *ret_request,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret id = {0};
	struct stat status;
	bool directory =
		stat(path, &status) == 0 && S_ISDIR(status.st_mode) != 0;
	enum pp_kind kind;

	if (directory) {
		kind = read_member(path, KEY_ID, &id, err);
		if (kind == PP_OK)
			kind = read_member(path, KEY_SECRET,
				&ret_request->client_secret, err);
	} else
		kind = read_file(path, &id, &ret_request->client_secret, err);
	if (kind != PP_OK)
		return kind;
	return pp_str_duplicate(
		&ret_request->client_id, pp_secret_text(&id), id.len, err);
}
