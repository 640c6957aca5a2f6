/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <playpen/base/file.h>
#include <playpen/base/root.h>
#include <playpen/publish/publish.h>
#include <playpen/roster/apply.h>

#include "commands.h"
#include "playpenctl/cli/ctl.h"
#include "playpenctl/cli/node_open.h"

#define DEFAULT_FILE PP_CONF_DIR "/uid.key"
#define FILE_MAX 64U
#define LOCK_WAIT_MS 5000

/*
 * Finds the path of the key. A node may get its key before its configuration; a
 * configuration with mistakes might name another path, so it has to be fixed
 * first.
 */
static enum pp_kind
find_path(struct ctl *ctl, char path[PATH_MAX], struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = pp_conf_load(ctl->root, &ctl->conf, &cause);

	if (kind != PP_OK && cause.reason != PP_REASON_CONFIG_MISSING)
		return pp_propagate(err, &cause);
	pp_root_path(ctl->root,
		kind == PP_OK ? ctl->conf->uid_key_file : DEFAULT_FILE, path);
	return PP_OK;
}

/*
 * Takes the lock that is held while a key is looked for and written: of two
 * processes that make the first key, one is refused. Only root can open its
 * file; /etc/playpen itself can be locked by any user.
 */
static enum pp_kind
lock_key(const struct ctl *ctl, const char *path, int *ret_fd,
	struct pp_err *err)
{
	char name[PATH_MAX];
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind;

	/* The directory may not be there yet. */
	pp_root_path(ctl->root, PP_CONF_DIR, name);
	if (mkdir(name, 0755) == 0)
		chmod(name, 0755);
	if (snprintf(name, sizeof(name), "%s.lock", path) >= PATH_MAX)
		return pp_fail(err, PP_REASON_TOO_LONG, "path of the uid key");
	fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", name);
	kind = pp_file_lock(fd, LOCK_WAIT_MS, name, err);
	if (kind == PP_OK)
		*ret_fd = pp_fd_steal(&fd);
	return kind;
}

/* Loads the key that is in place. Returns PP_NOT_FOUND if there is none. */
static enum pp_kind
load_key(const struct ctl *ctl, const char *path, struct pp_uid_key *ret_key,
	struct pp_err *err)
{
	const struct pp_file_trust trust = {pp_conf_owner(ctl->root), 0077};
	pp_cleanup(pp_secret) struct pp_secret text = {.max = FILE_MAX};
	enum pp_kind kind = pp_file_load(path, &trust, &text, err);

	if (kind == PP_OK &&
		!pp_uid_key_parse(pp_secret_text(&text), text.len, ret_key))
		kind = pp_fail(err, PP_REASON_CONFIG_INVALID,
			"%s: must be 32 hex digits", path);
	return kind;
}

static void
show_key(const char *path, const struct pp_uid_key *key)
{
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];

	pp_uid_key_fingerprint(key, fingerprint);
	printf("%s: fingerprint %s\n", path, fingerprint);
}

/* Sets *ret_another if the accounts have uids of another key, whose fingerprint
 * is then in known. */
static enum pp_kind
differs_from_accounts(struct ctl *ctl, const struct pp_uid_key *key,
	char known[PP_UID_KEY_FINGERPRINT_SIZE], bool *ret_another,
	struct pp_err *err)
{
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	enum pp_kind kind = PP_OK;

	if (ctl->accounts == NULL)
		kind = pp_accounts_open(ctl->root, ctl->conf, PP_ACCOUNTS_READ,
			&ctl->accounts, err);
	if (kind == PP_OK)
		kind = pp_admin_uid_key_fingerprint(ctl->accounts, known, err);
	if (kind != PP_OK)
		return kind;
	pp_uid_key_fingerprint(key, fingerprint);
	*ret_another = known[0] != '\0' && strcmp(known, fingerprint) != 0;
	return PP_OK;
}

static enum pp_kind
warn_if_different(
	struct ctl *ctl, const struct pp_uid_key *key, struct pp_err *err)
{
	char known[PP_UID_KEY_FINGERPRINT_SIZE];
	bool another = false;
	enum pp_kind kind =
		differs_from_accounts(ctl, key, known, &another, err);

	if (kind == PP_OK && another)
		ctl_warning(
			"accounts here were made with the uid key %s: until that is back, no new user is let in",
			known);
	return kind;
}

static enum pp_kind
parse_key(const struct pp_secret *text, struct pp_uid_key *ret_key,
	struct pp_err *err)
{
	return pp_uid_key_parse(pp_secret_text(text), text->len, ret_key)
		       ? PP_OK
		       : pp_fail(err, PP_REASON_CONFIG_INVALID,
				 "a uid key is 32 hex digits and a newline");
}

/* Shows the key that has been written. No lock is held any more: the output may
 * be a pipe that is never read. */
static enum pp_kind
report_key(struct ctl *ctl, const char *path, const struct pp_secret *text,
	struct pp_err *err)
{
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};
	enum pp_kind kind = parse_key(text, &key, err);

	if (kind == PP_OK) {
		show_key(path, &key);
		kind = warn_if_different(ctl, &key, err);
	}
	return kind;
}

/* Refuses to replace the key of the accounts unless --replace is given. */
static enum pp_kind
check_replace(struct ctl *ctl, const struct pp_secret *text, struct pp_err *err)
{
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};
	char known[PP_UID_KEY_FINGERPRINT_SIZE];
	bool another = false;
	enum pp_kind kind = parse_key(text, &key, err);

	if (kind == PP_OK && args_option(&ctl->args, "--replace") == NULL)
		kind = differs_from_accounts(ctl, &key, known, &another, err);
	if (kind == PP_OK && another)
		kind = pp_fail(err, PP_REASON_UID_KEY_CHANGED,
			"accounts here were made with the uid key %s, and this is another; --replace takes it all the same",
			known);
	return kind;
}

/* Where the key is kept that another one has replaced. */
#define KEPT_SIZE (PATH_MAX + PP_UID_KEY_FINGERPRINT_SIZE + 1)

/* Keeps a key that is about to be replaced, under its fingerprint. ret_kept is
 * "" if there is none. */
static enum pp_kind
keep_old_key(const struct ctl *ctl, const char *path,
	const struct pp_secret *text, char ret_kept[KEPT_SIZE],
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret old = {.max = FILE_MAX};
	const struct pp_file_trust trust = {pp_conf_owner(ctl->root), 0077};
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};

	ret_kept[0] = '\0';
	if (pp_file_load(path, &trust, &old, NULL) != PP_OK ||
		(old.len == text->len &&
			memcmp(old.data, text->data, old.len) == 0) ||
		parse_key(&old, &key, NULL) != PP_OK)
		return PP_OK;
	pp_uid_key_fingerprint(&key, fingerprint);
	snprintf(ret_kept, KEPT_SIZE, "%s.%s", path, fingerprint);
	return pp_file_replace(ret_kept, 0600, &old, err);
}

/* Writes the first key. Fails if there is one. */
static enum pp_kind
write_first_key(const struct ctl *ctl, const char *path,
	const struct pp_secret *text, struct pp_err *err)
{
	struct stat info;
	pp_cleanup(pp_fd) int lock = -1;
	enum pp_kind kind = lock_key(ctl, path, &lock, err);

	if (kind != PP_OK)
		return kind;
	if (lstat(path, &info) == 0 || errno != ENOENT)
		return pp_fail(err, PP_REASON_SYSTEM,
			"%s is there already: another key would give new users other uids than the other nodes do",
			path);
	return pp_file_replace(path, 0600, text, err);
}

static enum pp_kind
replace_key(const struct ctl *ctl, const char *path,
	const struct pp_secret *text, char ret_kept[KEPT_SIZE],
	struct pp_err *err)
{
	pp_cleanup(pp_fd) int lock = -1;
	enum pp_kind kind = lock_key(ctl, path, &lock, err);

	if (kind == PP_OK)
		kind = keep_old_key(ctl, path, text, ret_kept, err);
	return kind == PP_OK ? pp_file_replace(path, 0600, text, err) : kind;
}

enum pp_kind
cmd_uid_key_new(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret text = {.max = FILE_MAX};
	char path[PATH_MAX];
	enum pp_kind kind = find_path(ctl, path, err);

	if (kind == PP_OK)
		kind = pp_secret_append_random_hex(&text, PP_UID_KEY_SIZE, err);
	if (kind == PP_OK)
		kind = pp_secret_append_text(&text, "\n", err);
	if (kind == PP_OK)
		kind = write_first_key(ctl, path, &text, err);
	return kind == PP_OK ? report_key(ctl, path, &text, err) : kind;
}

enum pp_kind
cmd_uid_key_install(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret text = {.max = FILE_MAX};
	pp_cleanup(pp_fd) int fd = -1;
	char path[PATH_MAX];
	char kept[KEPT_SIZE];
	enum pp_kind kind = find_path(ctl, path, err);

	if (kind == PP_OK)
		kind = args_open_file(args_operand(&ctl->args, 0), &fd, err);
	if (kind == PP_OK)
		kind = pp_file_read(fd, &text, err);
	if (kind == PP_OK)
		kind = check_replace(ctl, &text, err);
	if (kind == PP_OK)
		kind = replace_key(ctl, path, &text, kept, err);
	if (kind != PP_OK)
		return kind;
	if (kept[0] != '\0')
		printf("%s: the key that was there\n", kept);
	return report_key(ctl, path, &text, err);
}

static enum pp_kind
count_file(void *context, const struct pp_apply_file *file, struct pp_err *err)
{
	(void) err;
	*(int64_t *) context += file->count;
	return PP_OK;
}

/* Refuses while this node knows nothing of what other nodes know: their people
 * would get other uids here than they have there. */
static enum pp_kind
check_fleet(struct ctl *ctl, struct pp_err *err)
{
	int64_t count = 0;
	enum pp_kind kind;

	if (args_option(&ctl->args, "--only-node") != NULL)
		return PP_OK;
	kind = pp_apply_each_file(ctl->accounts, count_file, &count, err);
	return kind == PP_OK && count == 0
		       ? pp_fail(err, PP_REASON_UID_KEY_CHANGED,
				 "no accounts file says which uids people have on the other nodes: bring that of playpenctl accounts merge to every node first, or say --only-node")
		       : kind;
}

/* Makes a key, or reads the one that another node has made. */
static enum pp_kind
next_key(struct ctl *ctl, struct pp_secret *text, struct pp_uid_key *ret_key,
	struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd = -1;
	const char *from = args_option(&ctl->args, "--from");
	enum pp_kind kind;

	if (from != NULL) {
		kind = args_open_file(from, &fd, err);
		if (kind == PP_OK)
			kind = pp_file_read(fd, text, err);
	} else {
		kind = pp_secret_append_random_hex(text, PP_UID_KEY_SIZE, err);
		if (kind == PP_OK)
			kind = pp_secret_append_text(text, "\n", err);
	}
	return kind == PP_OK ? parse_key(text, ret_key, err) : kind;
}

/* Replaces the key first: until the accounts name the same key, new users are
 * refused. A second run with the same key finishes what a crash has left. */
enum pp_kind
cmd_uid_key_rotate(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret text = {.max = FILE_MAX};
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};
	char path[PATH_MAX];
	char kept[KEPT_SIZE];
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind == PP_OK)
		kind = check_fleet(ctl, err);
	if (kind == PP_OK)
		kind = next_key(ctl, &text, &key, err);
	if (kind != PP_OK)
		return kind;
	pp_root_path(ctl->root, ctl->conf->uid_key_file, path);
	kind = replace_key(ctl, path, &text, kept, err);
	if (kind == PP_OK)
		kind = pp_admin_set_uid_key(ctl->accounts, &key, err);
	if (kind == PP_OK)
		kind = pp_publish_accounts(ctl->accounts, err);
	if (kind != PP_OK)
		return kind;
	if (kept[0] != '\0')
		printf("%s: the key that was there\n", kept);
	show_key(path, &key);
	return PP_OK;
}

enum pp_kind
cmd_uid_key_fingerprint(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};
	char path[PATH_MAX];
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	enum pp_kind kind = find_path(ctl, path, err);

	if (kind == PP_OK)
		kind = load_key(ctl, path, &key, err);
	if (kind != PP_OK)
		return kind;
	pp_uid_key_fingerprint(&key, fingerprint);
	puts(fingerprint);
	return PP_OK;
}
