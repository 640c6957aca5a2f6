/* SPDX-License-Identifier: MIT */
#include "enroll_files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/root.h>
#include <playpen/roster/accounts_file.h>

#define STAGE "/run/playpen-enroll.XXXXXX"
#define STAGES "/run/playpen-enroll.??????"
#define PREVIEW "preview" /* in the stage: / with the new configuration */
#define DROP_INS PP_CONF_DIR "/playpen.conf.d/*.conf"
#define TREE_DEPTH 8
#define FILE_COPY_MAX ((size_t) 16 * 1024 * 1024)

/* What the rules of the configuration look at beside it. */
static const char *const looked_at[] = {"/etc/passwd", "/etc/group"};

static int
remove_entry(
	const char *path, const struct stat *info, int type, struct FTW *where)
{
	(void) info;
	(void) type;
	(void) where;
	(void) remove(path);
	return 0;
}

static void
remove_stage(const char *path)
{
	nftw(path, remove_entry, TREE_DEPTH, FTW_DEPTH | FTW_PHYS);
}

void
enroll_stage_free(struct enroll_stage *stage)
{
	if (stage->path[0] != '\0') {
		remove_stage(stage->path);
		pp_fd_free(&stage->lock);
	}
	pp_conf_free(&stage->conf);
}

/* Opens and locks a stage. Returns -1 if a process has the lock, and for a
 * directory that is not root's. */
static int
lock_stage(const char *path)
{
	pp_cleanup(pp_fd) int fd =
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat info;

	if (fd < 0 || fstat(fd, &info) != 0 || info.st_uid != geteuid() ||
		flock(fd, LOCK_EX | LOCK_NB) != 0)
		return -1;
	return pp_fd_steal(&fd);
}

void
enroll_stages_sweep(void)
{
	glob_t found = {0};

	if (glob(STAGES, GLOB_NOSORT, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		pp_cleanup(pp_fd) int lock = lock_stage(found.gl_pathv[i]);

		if (lock >= 0)
			remove_stage(found.gl_pathv[i]);
	}
	globfree(&found);
}

static enum pp_kind
make_stage(struct enroll_stage *stage, struct pp_err *err)
{
	snprintf(stage->path, sizeof(stage->path), "%s", STAGE);
	stage->lock =
		mkdtemp(stage->path) != NULL ? lock_stage(stage->path) : -1;
	if (stage->lock >= 0)
		return PP_OK;
	stage->path[0] = '\0';
	return pp_fail_errno(err, PP_REASON_SYSTEM, STAGE);
}

/* Writes a file of the stage, with every directory on the way. */
static enum pp_kind
put(const struct enroll_stage *stage, const char *name, mode_t mode,
	const struct pp_secret *content, struct pp_err *err)
{
	pp_cleanup(pp_text) char *path = NULL;
	enum pp_kind kind =
		pp_str_format(&path, err, "%s/%s", stage->path, name);

	if (kind != PP_OK)
		return kind;
	for (char *at = path + strlen(stage->path) + 1;
		(at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
		*at = '/';
	}
	return pp_file_write_new(path, mode, content->data, content->len, err);
}

/* Copies a file of the node into the preview, if it is there. */
static enum pp_kind
copy_to_preview(
	const struct enroll_stage *stage, const char *file, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {.max = FILE_COPY_MAX};
	pp_cleanup(pp_fd) int fd = open(file, O_RDONLY | O_CLOEXEC);
	pp_cleanup(pp_text) char *name = NULL;
	enum pp_kind kind;

	if (fd < 0)
		return PP_OK;
	kind = pp_file_read(fd, &content, err);
	if (kind == PP_OK)
		kind = pp_str_format(&name, err, PREVIEW "%s", file);
	return kind == PP_OK ? put(stage, name, 0644, &content, err) : kind;
}

static enum pp_kind
copy_drop_ins(const struct enroll_stage *stage, struct pp_err *err)
{
	glob_t found;
	enum pp_kind kind = PP_OK;

	if (!pp_root_glob("", DROP_INS, 0, &found))
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", DROP_INS);
	for (size_t i = 0; i < found.gl_pathc && kind == PP_OK; i++)
		kind = copy_to_preview(stage, found.gl_pathv[i], err);
	globfree(&found);
	return kind;
}

/* Reads the configuration as it will be, in a place where it does not count. */
static enum pp_kind
try_conf(struct enroll_stage *stage, const struct bundle *bundle,
	struct pp_err *err)
{
	char root[PATH_MAX];
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < PP_COUNT(looked_at) && kind == PP_OK; i++)
		kind = copy_to_preview(stage, looked_at[i], err);
	if (kind == PP_OK)
		kind = copy_drop_ins(stage, err);
	if (kind == PP_OK)
		kind = bundle_has(bundle, BUNDLE_CONF)
			       ? put(stage, PREVIEW ENROLL_CONF, 0644,
					 &bundle->text[BUNDLE_CONF], err)
			       : copy_to_preview(stage, ENROLL_CONF, err);
	if (kind != PP_OK)
		return kind;
	snprintf(root, sizeof(root), "%s/" PREVIEW, stage->path);
	return pp_conf_load(root, &stage->conf, err);
}

static enum pp_kind
add_line(struct pp_secret *text, const char *before, const char *value,
	struct pp_err *err)
{
	enum pp_kind kind = pp_secret_append_text(text, before, err);

	for (const char *at = value; *at != '\0'; at++)
		if ((unsigned char) *at < ' ' || *at == '\x7f')
			return pp_fail(err, PP_REASON_CONFIG_INVALID,
				"a control character in an option");
	if (kind == PP_OK)
		kind = pp_secret_append_text(text, value, err);
	return kind == PP_OK ? pp_secret_append_text(text, "\n", err) : kind;
}

/* Writes the configuration that the options give. */
static enum pp_kind
write_conf(struct ctl *ctl, const struct bundle *bundle, struct pp_secret *text,
	struct pp_err *err)
{
	const struct args_parsed *args = &ctl->args;
	const char *names = args_option(args, "--allow-new-users");
	const struct {
		bool wanted;
		const char *before;
		const char *value;
	} lines[] = {
		{true, "[issuer]\nurl = ", args_option(args, "--issuer")},
		{args_option(args, "--allow-http") != NULL,
			"allow_http = ", "yes"},
		{true, "\n[client]\nid = ",
			pp_secret_text(&bundle->text[BUNDLE_CLIENT_ID])},
		{bundle_has(bundle, BUNDLE_CLIENT_SECRET),
			"secret_file = ", ENROLL_SECRET},
		{true, "\n[identity]\nconnectors = ",
			args_option(args, "--connectors")},
		{true, "allow_new_users = ", names != NULL ? names : "*"},
	};
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < PP_COUNT(lines) && kind == PP_OK; i++)
		if (lines[i].wanted)
			kind = add_line(
				text, lines[i].before, lines[i].value, err);
	return kind;
}

/* Puts a configuration into the bundle if the options give one. */
static enum pp_kind
complete_conf(struct ctl *ctl, struct bundle *bundle, struct pp_err *err)
{
	const struct args_parsed *args = &ctl->args;
	pp_cleanup(pp_secret) struct pp_secret text = {.max = PP_CONF_FILE_MAX};
	bool issuer = args_option(args, "--issuer") != NULL;
	enum pp_kind kind;

	if (issuer && bundle_has(bundle, BUNDLE_CONF))
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"the bundle has a playpen.conf: say --issuer and --connectors there");
	if (!issuer)
		return PP_OK;
	if (!bundle_has(bundle, BUNDLE_CLIENT_ID))
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"--issuer needs a client-id in the bundle");
	kind = write_conf(ctl, bundle, &text, err);
	return kind == PP_OK ? bundle_set(bundle, BUNDLE_CONF,
				       pp_secret_text(&text), text.len, err)
			     : kind;
}

/* Checks that the client of the bundle is the one of the configuration. */
static enum pp_kind
check_client(struct ctl *ctl, const struct bundle *bundle,
	const struct pp_conf *conf, struct pp_err *err)
{
	const char *id = pp_secret_text(&bundle->text[BUNDLE_CLIENT_ID]);
	const char *file = conf->secret_file != NULL ? conf->secret_file : "";

	if (id[0] != '\0' && strcmp(id, conf->provider.client_id) != 0)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"client-id is another than the one of playpen.conf");
	if (!bundle_has(bundle, BUNDLE_CLIENT_SECRET))
		return PP_OK;
	if (args_option(&ctl->args, "--confidential") == NULL)
		return pp_fail(
			err, PP_REASON_CONFIG_INVALID, ENROLL_PUBLIC_IS_RIGHT);
	if (!pp_str_starts_with(file, PP_CONF_DIR "/") ||
		strstr(file, "/../") != NULL)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"client-secret needs secret_file in playpen.conf, below " PP_CONF_DIR);
	return PP_OK;
}

/* Makes the key of a fleet, on its first node. */
static enum pp_kind
make_key(struct bundle *bundle, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	enum pp_kind kind =
		pp_secret_append_random_hex(&text, PP_UID_KEY_SIZE, err);

	return kind == PP_OK ? bundle_set(bundle, BUNDLE_UID_KEY,
				       pp_secret_text(&text), text.len, err)
			     : kind;
}

/* Compares the key with the one that is in place, which is never replaced. */
static enum pp_kind
check_key(struct ctl *ctl, struct bundle *bundle, const struct pp_conf *conf,
	struct pp_err *err)
{
	pp_cleanup(pp_uid_key) struct pp_uid_key here = {{0}};
	pp_cleanup(pp_uid_key) struct pp_uid_key brought = {{0}};
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	struct pp_secret *text = &bundle->text[BUNDLE_UID_KEY];
	struct pp_err cause = {0};
	enum pp_kind kind = pp_conf_load_uid_key(conf, "", &here, &cause);

	if (kind != PP_OK && cause.reason != PP_REASON_UID_KEY_MISSING)
		return pp_propagate(err, &cause);
	if (kind != PP_OK && text->len == 0)
		return args_option(&ctl->args, "--new-uid-key") != NULL
			       ? make_key(bundle, err)
			       : pp_fail(err, PP_REASON_UID_KEY_MISSING,
					 "neither the bundle nor this node has a uid key: take that of another node, or say --new-uid-key on the first node of all");
	if (kind != PP_OK &&
		!pp_str_starts_with(conf->uid_key_file, PP_CONF_DIR "/"))
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"uid.key needs uid_key_file in playpen.conf below " PP_CONF_DIR
			": nothing else is taken back");
	if (kind != PP_OK || text->len == 0)
		return PP_OK;
	if (!pp_uid_key_parse(pp_secret_text(text), text->len, &brought))
		return pp_fail(err, PP_REASON_CONFIG_INVALID, "uid.key");
	pp_uid_key_fingerprint(&here, fingerprint);
	if (!pp_secret_equal(&here, sizeof(here), &brought, sizeof(brought)))
		return pp_fail(err, PP_REASON_UID_KEY_CHANGED,
			"this node has another uid key (fingerprint %s), which is never replaced by the way: see playpenctl uid-key rotate",
			fingerprint);
	pp_secret_clear(text); /* it is there */
	return PP_OK;
}

static enum pp_kind
put_member(const struct enroll_stage *stage, struct bundle *bundle,
	enum bundle_member member, mode_t mode, struct pp_err *err)
{
	struct pp_secret *text = &bundle->text[member];
	enum pp_kind kind = PP_OK;

	if (text->len == 0)
		return PP_OK;
	if (text->data[text->len - 1] != '\n')
		kind = pp_secret_append_text(text, "\n", err);
	return kind == PP_OK ? put(stage, bundle_name(member), mode, text, err)
			     : kind;
}

/* Checks that the accounts file is whole; apply reads its lines. */
static enum pp_kind
check_accounts(const struct enroll_stage *stage, const struct bundle *bundle,
	struct pp_err *err)
{
	pp_cleanup(pp_accounts_file) struct pp_accounts_file file = {0};
	char path[PATH_MAX];
	enum pp_kind kind;

	if (!bundle_has(bundle, BUNDLE_ACCOUNTS))
		return PP_OK;
	snprintf(path, sizeof(path), "%s/%s", stage->path,
		bundle_name(BUNDLE_ACCOUNTS));
	kind = pp_accounts_file_load(path, geteuid(), &file, err);
	return kind == PP_OK ? PP_OK
			     : pp_prefix(err, kind, "accounts of the bundle");
}

static enum pp_kind
put_members(const struct enroll_stage *stage, struct bundle *bundle,
	struct pp_err *err)
{
	enum pp_kind kind = put_member(stage, bundle, BUNDLE_CONF, 0644, err);

	if (kind == PP_OK)
		kind = put_member(stage, bundle, BUNDLE_UID_KEY, 0600, err);
	if (kind == PP_OK)
		kind = put_member(
			stage, bundle, BUNDLE_CLIENT_SECRET, 0600, err);
	if (kind == PP_OK)
		kind = put_member(stage, bundle, BUNDLE_ACCOUNTS, 0644, err);
	return kind;
}

enum pp_kind
enroll_stage_make(struct ctl *ctl, struct bundle *bundle,
	struct enroll_stage *ret_stage, struct pp_err *err)
{
	enum pp_kind kind = complete_conf(ctl, bundle, err);

	if (kind != PP_OK)
		return kind;
	kind = make_stage(ret_stage, err);
	if (kind == PP_OK)
		kind = try_conf(ret_stage, bundle, err);
	if (kind == PP_OK)
		kind = check_client(ctl, bundle, ret_stage->conf, err);
	if (kind == PP_OK)
		kind = check_key(ctl, bundle, ret_stage->conf, err);
	if (kind == PP_OK)
		kind = put_members(ret_stage, bundle, err);
	return kind == PP_OK ? check_accounts(ret_stage, bundle, err) : kind;
}
