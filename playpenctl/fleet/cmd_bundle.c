/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <glob.h>
#include <string.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/root.h>
#include <playpen/base/str.h>

#include "bundle.h"
#include "enroll_files.h"
#include "fleet.h"

/* `bundle`: what the next node needs, from one that works. */

#define DROP_INS PP_CONF_DIR "/playpen.conf.d/*.conf"
#define NODE_SECTION "[node]"
#define NODE_NAMES "names"

/* A line of a configuration, and where it stands. */
struct filter {
	bool in_node;  /* below [node] */
	bool in_names; /* the names of this node, or a line that goes on */
};

/* Returns true if a line says how this node alone is called. */
static bool
is_of_this_node(struct filter *filter, const char *line, size_t len)
{
	size_t key = strlen(NODE_NAMES);

	if (len > 0 && line[0] == '[') {
		filter->in_node =
			strncmp(line, NODE_SECTION, strlen(NODE_SECTION)) == 0;
		filter->in_names = false;
	} else if (len > 0 && !isspace((unsigned char) line[0]))
		filter->in_names = filter->in_node && len > key &&
				   strncmp(line, NODE_NAMES, key) == 0 &&
				   strchr(" \t=:", line[key]) != NULL;
	return filter->in_names;
}

/* Appends a file of the configuration without what is of this node alone. */
static enum pp_kind
add_conf(const struct ctl *ctl, const char *file, struct pp_secret *text,
	struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {
		.max = PP_CONF_FILE_MAX};
	const struct pp_file_trust trust = {pp_conf_owner(ctl->root), 0022};
	struct filter filter = {0};
	char path[PATH_MAX];
	enum pp_kind kind;

	pp_root_path(ctl->root, file, path);
	kind = pp_file_load(path, &trust, &content, err);
	for (size_t at = 0; kind == PP_OK && at < content.len;) {
		const char *line = (const char *) content.data + at;
		const char *end = memchr(line, '\n', content.len - at);
		size_t len =
			end != NULL ? (size_t) (end - line) : content.len - at;

		if (!is_of_this_node(&filter, line, len)) {
			kind = pp_secret_append(text, line, len, err);
			if (kind == PP_OK)
				kind = pp_secret_append_text(text, "\n", err);
		}
		at += len + 1;
	}
	return kind;
}

static enum pp_kind
add_all_conf(const struct ctl *ctl, struct bundle *bundle, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret text = {.max = BUNDLE_MAX};
	glob_t found;
	enum pp_kind kind = add_conf(ctl, ENROLL_CONF, &text, err);

	if (kind == PP_OK && !pp_root_glob(ctl->root, DROP_INS, 0, &found))
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", DROP_INS);
	if (kind != PP_OK)
		return kind;
	for (size_t i = 0; i < found.gl_pathc && kind == PP_OK; i++)
		kind = add_conf(ctl, found.gl_pathv[i], &text, err);
	globfree(&found);
	return kind == PP_OK ? bundle_set(bundle, BUNDLE_CONF,
				       pp_secret_text(&text), text.len, err)
			     : kind;
}

/* Adds a file of root, if it is there. */
static enum pp_kind
add_file(const struct ctl *ctl, const char *file, mode_t forbidden,
	struct bundle *bundle, enum bundle_member member, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {.max = BUNDLE_MAX};
	const struct pp_file_trust trust = {
		pp_conf_owner(ctl->root), forbidden};
	struct pp_err cause = {0};
	char path[PATH_MAX];

	pp_root_path(ctl->root, file, path);
	if (pp_file_load(path, &trust, &content, &cause) == PP_OK)
		return bundle_set(bundle, member, pp_secret_text(&content),
			content.len, err);
	return cause.reason == PP_REASON_NOT_FOUND && member == BUNDLE_ACCOUNTS
		       ? PP_OK
		       : pp_propagate(err, &cause);
}

static enum pp_kind
add_secret(struct ctl *ctl, struct bundle *bundle, struct pp_err *err)
{
	if (ctl->conf->secret_file == NULL || ctl->conf->secret_file[0] == '\0')
		return PP_OK;
	if (args_option(&ctl->args, "--confidential") == NULL)
		return pp_fail(
			err, PP_REASON_CONFIG_INVALID, ENROLL_PUBLIC_IS_RIGHT);
	return add_file(ctl, ctl->conf->secret_file, 0077, bundle,
		BUNDLE_CLIENT_SECRET, err);
}

static enum pp_kind
collect(struct ctl *ctl, struct bundle *bundle, struct pp_err *err)
{
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};
	enum pp_kind kind = pp_conf_load(ctl->root, &ctl->conf, err);

	if (kind == PP_OK)
		kind = pp_conf_load_uid_key(ctl->conf, ctl->root, &key, err);
	if (kind == PP_OK)
		kind = add_all_conf(ctl, bundle, err);
	if (kind == PP_OK)
		kind = add_file(ctl, ctl->conf->uid_key_file, 0077, bundle,
			BUNDLE_UID_KEY, err);
	if (kind == PP_OK)
		kind = add_file(ctl, ENROLL_ACCOUNTS, 0022, bundle,
			BUNDLE_ACCOUNTS, err);
	return kind == PP_OK ? add_secret(ctl, bundle, err) : kind;
}

static enum pp_kind
write_bundle(struct ctl *ctl, const struct pp_secret *text, struct pp_err *err)
{
	const char *path = args_operand(&ctl->args, 0);
	enum pp_kind kind;

	if (strcmp(path, "-") == 0)
		return pp_file_write(STDOUT_FILENO, text->data, text->len, err);
	kind = pp_file_replace(path, 0600, text, err);
	if (kind == PP_OK)
		printf("%s: as secret as the uid key that is in it\n", path);
	return kind;
}

enum pp_kind
cmd_bundle(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(bundle) struct bundle bundle = {0};
	pp_cleanup(pp_secret) struct pp_secret text = {.max = BUNDLE_MAX};
	enum pp_kind kind;

	if (strcmp(args_operand(&ctl->args, 0), "-") == 0 &&
		isatty(STDOUT_FILENO) != 0) {
		ctl_usage_error(ctl,
			"a bundle is secret: name a file, or lead it into a pipe");
		return PP_OK;
	}
	kind = collect(ctl, &bundle, err);
	if (kind == PP_OK)
		kind = bundle_print(&bundle, &text, err);
	return kind == PP_OK ? write_bundle(ctl, &text, err) : kind;
}
