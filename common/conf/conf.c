/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/root.h>
#include <playpen/conf/conf.h>

#include "conf_builder.h"
#include "conf_check.h"
#include "conf_value.h"

#define MAIN_FILE PP_CONF_DIR "/playpen.conf"
#define DROP_IN_DIR PP_CONF_DIR "/playpen.conf.d"

uid_t
pp_conf_owner(const char *root)
{
	return root[0] == '\0' ? 0 : geteuid();
}

/* Says with this library's reasons what <playpen/base/file.h> found. */
static enum pp_kind
translate(struct pp_err *err, const struct pp_err *cause)
{
	switch (cause->reason) {
	case PP_REASON_NOT_FOUND:
		return pp_fail(
			err, PP_REASON_CONFIG_MISSING, "%s", cause->message);
	case PP_REASON_FILE_UNSAFE:
		return pp_fail(
			err, PP_REASON_CONFIG_UNSAFE, "%s", cause->message);
	case PP_REASON_FILE_TOO_LARGE:
		return pp_fail(
			err, PP_REASON_CONFIG_INVALID, "%s", cause->message);
	default:
		return pp_propagate(err, cause);
	}
}

/*
 * Refuses a directory that others can write, because they decide which files
 * are in it. Sets *ret_found to false if there is none.
 */
static enum pp_kind
check_directory(const struct pp_conf_builder *builder, const char *path,
	bool *ret_found, struct pp_err *err)
{
	struct stat info;

	*ret_found = lstat(path, &info) == 0;
	if (!*ret_found && errno != ENOENT)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	if (!*ret_found)
		return PP_OK;
	if (!S_ISDIR(info.st_mode))
		return pp_fail(
			err, PP_REASON_CONFIG_UNSAFE, "%s: no directory", path);
	if (info.st_uid != pp_conf_owner(builder->root))
		return pp_fail(err, PP_REASON_CONFIG_UNSAFE,
			"%s: owner is uid %u, must be %u", path, info.st_uid,
			pp_conf_owner(builder->root));
	if ((info.st_mode & 0022) != 0)
		return pp_fail(err, PP_REASON_CONFIG_UNSAFE,
			"%s: mode is %04o, must not have 0022", path,
			info.st_mode & 07777);
	return PP_OK;
}

static enum pp_kind
add_file(struct pp_conf_builder *builder, const char *path, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {
		.max = PP_CONF_FILE_MAX};
	struct pp_file_trust trust = {pp_conf_owner(builder->root), 0022};
	struct pp_err cause;

	if (pp_file_load(path, &trust, &content, &cause) != PP_OK)
		return translate(err, &cause);
	return pp_conf_builder_add(builder, path, &content, err);
}

static int
is_drop_in(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > strlen(".conf") &&
	       strcmp(entry->d_name + len - strlen(".conf"), ".conf") == 0;
}

/* Compares by bytes, because the order of files must not depend on a locale. */
static int
compare_entries(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum pp_kind
add_listed(struct pp_conf_builder *builder, const char *directory,
	struct dirent **list, int count, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (count > (int) PP_CONF_FILES_MAX)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"%s: more than %u files", directory, PP_CONF_FILES_MAX);
	for (int i = 0; i < count && kind == PP_OK; i++) {
		pp_cleanup(pp_text) char *path = NULL;

		kind = pp_str_format(
			&path, err, "%s/%s", directory, list[i]->d_name);
		if (kind == PP_OK)
			kind = add_file(builder, path, err);
	}
	return kind;
}

static enum pp_kind
add_drop_ins(struct pp_conf_builder *builder, struct pp_err *err)
{
	char directory[PATH_MAX];
	struct dirent **list = NULL;
	bool found;
	int count;
	enum pp_kind kind;

	pp_root_path(builder->root, DROP_IN_DIR, directory);
	kind = check_directory(builder, directory, &found, err);
	if (kind != PP_OK || !found)
		return kind;
	count = scandir(directory, &list, is_drop_in, compare_entries);
	if (count < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", directory);
	kind = add_listed(builder, directory, list, count, err);
	for (int i = 0; i < count; i++)
		free(list[i]);
	free(list);
	return kind;
}

static enum pp_kind
add_files(struct pp_conf_builder *builder, struct pp_err *err)
{
	char path[PATH_MAX];
	bool found;
	enum pp_kind kind;

	pp_root_path(builder->root, PP_CONF_DIR, path);
	kind = check_directory(builder, path, &found, err);
	if (kind != PP_OK)
		return kind;
	pp_root_path(builder->root, MAIN_FILE, path);
	kind = add_file(builder, path, err);
	if (kind == PP_OK)
		kind = add_drop_ins(builder, err);
	return kind;
}

enum pp_kind
pp_conf_load(const char *root, struct pp_conf **ret_conf, struct pp_err *err)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = calloc(1, sizeof(*conf));
	pp_cleanup(pp_conf_builder) struct pp_conf_builder builder = {0};
	enum pp_kind kind;

	if (conf == NULL)
		return pp_fail_memory(err);
	kind = pp_conf_builder_init(&builder, conf, root, err);
	if (kind == PP_OK)
		kind = add_files(&builder, err);
	if (kind == PP_OK)
		kind = pp_conf_defaults_fill(&builder, err);
	if (kind == PP_OK)
		kind = pp_conf_check(&builder, err);
	if (kind == PP_OK)
		*ret_conf = pp_steal(&conf);
	return kind;
}

static void
free_section(enum pp_conf_section first, enum pp_conf_section last, void *base)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++)
		if (pp_conf_settings[i].section >= first &&
			pp_conf_settings[i].section <= last)
			pp_conf_value_free(&pp_conf_settings[i], base);
}

void
pp_conf_free(struct pp_conf **ptr)
{
	struct pp_conf *conf = *ptr;

	if (conf == NULL)
		return;
	free_section(PP_CONF_NODE, PP_CONF_LIMITS, conf);
	for (size_t i = 0; i < conf->service_count; i++) {
		free(conf->services[i].name);
		free_section(PP_CONF_PAM_SERVICE, PP_CONF_PAM_SERVICE,
			&conf->services[i]);
	}
	for (size_t i = 0; i < conf->service_account_count; i++) {
		free(conf->service_accounts[i].name);
		free_section(PP_CONF_SERVICE_ACCOUNT, PP_CONF_SERVICE_ACCOUNT,
			&conf->service_accounts[i]);
	}
	for (size_t i = 0; i < conf->map_count; i++) {
		free(conf->map[i].claim);
		free(conf->map[i].local);
	}
	free(conf->services);
	free(conf->service_accounts);
	free(conf->map);
	free(conf);
	*ptr = NULL;
}
