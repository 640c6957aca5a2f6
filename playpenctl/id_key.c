/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/file.h>

#include "ctl.h"

#define DEFAULT_FILE PP_CONF_DIR "/id.key"
#define FILE_MAX 64U
#define FINGERPRINT_SIZE 17U

/*
 * Where the key belongs. A node may get its key before its configuration; a
 * configuration that is wrong might name another place, so it has to be mended
 * first.
 */
static enum pp_kind
find_path(struct ctl *ctl, char path[PATH_MAX], struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = pp_conf_load(ctl->root, &ctl->conf, &cause);

	if (kind != PP_OK && cause.reason != PP_REASON_CONFIG_MISSING)
		return pp_fail(err, cause.reason, "%s", cause.message);
	snprintf(path, PATH_MAX, "%s%s", ctl->root,
		kind == PP_OK ? ctl->conf->id_key_file : DEFAULT_FILE);
	return PP_OK;
}

/*
 * The directory may not be there yet. Held while a key is looked for and
 * written: of two who make the first key one is refused.
 */
static enum pp_kind
lock_directory(const struct ctl *ctl, int *ret_fd, struct pp_err *err)
{
	char path[PATH_MAX];
	pp_auto(pp_fd) int fd = -1;

	snprintf(path, sizeof(path), "%s" PP_CONF_DIR, ctl->root);
	if (mkdir(path, 0755) == 0)
		chmod(path, 0755);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	*ret_fd = pp_fd_take(&fd);
	return PP_OK;
}

/* The key that is in place; PP_NOT_FOUND when there is none. */
static enum pp_kind
load(const struct ctl *ctl, const char *path, struct pp_id_key *ret_key,
	struct pp_err *err)
{
	const struct pp_file_trust trust = {pp_conf_owner(ctl->root), 0077};
	pp_auto(pp_secret) struct pp_secret text = {.max = FILE_MAX};
	enum pp_kind kind = pp_file_load(path, &trust, &text, err);

	if (kind == PP_OK &&
		!pp_id_key_parse(pp_secret_text(&text), text.len, ret_key))
		kind = pp_fail(err, PP_REASON_CONFIG_INVALID,
			"%s: must be 32 hex digits", path);
	return kind;
}

static void
show_key(const char *path, const struct pp_id_key *key)
{
	char fingerprint[FINGERPRINT_SIZE];

	pp_id_key_fingerprint(key, fingerprint);
	printf("%s: fingerprint %s\n", path, fingerprint);
}

/* Accounts that are here have uids of the key they were made with. */
static enum pp_kind
warn_of_another(
	struct ctl *ctl, const struct pp_id_key *key, struct pp_err *err)
{
	char known[FINGERPRINT_SIZE];
	char fingerprint[FINGERPRINT_SIZE];
	enum pp_kind kind =
		pp_state_open(ctl->root, ctl->conf, false, &ctl->state, err);

	if (kind == PP_OK)
		kind = pp_admin_fingerprint(ctl->state, known, err);
	if (kind != PP_OK || known[0] == '\0')
		return kind;
	pp_id_key_fingerprint(key, fingerprint);
	if (strcmp(known, fingerprint) != 0)
		ctl_warn(
			"accounts here were made with the id key %s: until that is back, nobody new is let in",
			known);
	return PP_OK;
}

static enum pp_kind
store(struct ctl *ctl, const char *path, const struct pp_secret *text,
	struct pp_err *err)
{
	struct pp_id_key key;
	enum pp_kind kind = PP_OK;

	if (!pp_id_key_parse(pp_secret_text(text), text->len, &key))
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"an id key is 32 hex digits and a newline");
	kind = pp_file_replace(path, 0600, text, err);
	if (kind == PP_OK) {
		show_key(path, &key);
		kind = warn_of_another(ctl, &key, err);
	}
	explicit_bzero(&key, sizeof(key));
	return kind;
}

enum pp_kind
ctl_id_key_new(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret text = {.max = FILE_MAX};
	char path[PATH_MAX];
	struct stat info;
	pp_auto(pp_fd) int lock = -1;
	enum pp_kind kind = find_path(ctl, path, err);

	if (kind == PP_OK)
		kind = lock_directory(ctl, &lock, err);
	if (kind != PP_OK)
		return kind;
	if (lstat(path, &info) == 0 || errno != ENOENT)
		return pp_fail(err, PP_REASON_STILL_IN_USE,
			"%s is there already: another key would give everybody new another uid than the other nodes do",
			path);
	kind = pp_secret_append_random_hex(&text, PP_ID_KEY_SIZE, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&text, "\n", err);
	return kind == PP_OK ? store(ctl, path, &text, err) : kind;
}

enum pp_kind
ctl_id_key_install(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_secret) struct pp_secret text = {.max = FILE_MAX};
	pp_auto(pp_fd) int fd = -1;
	pp_auto(pp_fd) int lock = -1;
	char path[PATH_MAX];
	enum pp_kind kind = find_path(ctl, path, err);

	if (kind == PP_OK)
		kind = ctl_open_file(ctl_operand(ctl, 0), &fd, err);
	if (kind == PP_OK)
		kind = pp_file_read(fd, &text, err);
	if (kind == PP_OK)
		kind = lock_directory(ctl, &lock, err);
	if (kind == PP_OK)
		kind = store(ctl, path, &text, err);
	return kind;
}

enum pp_kind
ctl_id_key_fingerprint(struct ctl *ctl, struct pp_err *err)
{
	struct pp_id_key key;
	char path[PATH_MAX];
	char fingerprint[FINGERPRINT_SIZE];
	enum pp_kind kind = find_path(ctl, path, err);

	if (kind == PP_OK)
		kind = load(ctl, path, &key, err);
	if (kind != PP_OK)
		return kind;
	pp_id_key_fingerprint(&key, fingerprint);
	puts(fingerprint);
	explicit_bzero(&key, sizeof(key));
	return PP_OK;
}
