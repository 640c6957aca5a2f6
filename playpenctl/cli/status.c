/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <playpen/base/clock.h>
#include <playpen/base/grow.h>
#include <playpen/base/root.h>
#include <playpen/index/first_login.h>
#include <playpen/publish/publish.h>

static void
check_key(struct status *status)
{
	const struct ctl *ctl = status->ctl;
	pp_cleanup(pp_uid_key) struct pp_uid_key key = {{0}};

	if (ctl->conf == NULL) {
		pp_fail(&status->key, PP_REASON_CONFIG_INVALID,
			"not looked for without a configuration");
		return;
	}
	if (pp_conf_load_uid_key(ctl->conf, ctl->root, &key, &status->key) !=
		PP_OK)
		return;
	pp_uid_key_fingerprint(&key, status->fingerprint);
	if (status->accounts_fingerprint[0] != '\0' &&
		strcmp(status->accounts_fingerprint, status->fingerprint) != 0)
		pp_fail(&status->key, PP_REASON_UID_KEY_CHANGED,
			"accounts here were made with %s, no new user is let in",
			status->accounts_fingerprint);
}

static void
check_index(struct status *status)
{
	char path[PATH_MAX];
	struct stat info;

	pp_root_path(status->ctl->root, PP_INDEX_PATH, path);
	switch (pp_index_open(path, &status->mapping)) {
	case PP_INDEX_FOUND:
		if (stat(path, &info) == 0)
			status->index_age = time(NULL) - info.st_mtime;
		break;
	case PP_INDEX_NONE:
		pp_fail(&status->index, PP_REASON_NOT_FOUND,
			"there is none; see playpenctl publish");
		break;
	default:
		pp_fail(&status->index, PP_REASON_INDEX_INVALID,
			"damaged, foreign or of another version; see playpenctl publish");
	}
}

/* Checks that the first-login file can be trusted: if it cannot, the module
 * refuses all users that are not local. */
static void
check_first_login_file(struct status *status)
{
	struct pp_first_login_settings settings;
	char path[PATH_MAX];

	pp_root_path(status->ctl->root, PP_FIRST_LOGIN_PATH, path);
	if (pp_first_login_read(path, &settings) == PP_FIRST_LOGIN_UNREADABLE &&
		status->index.kind == PP_OK)
		pp_fail(&status->index, PP_REASON_INDEX_INVALID,
			"%s is damaged or foreign; see playpenctl publish",
			path);
	explicit_bzero(&settings, sizeof(settings));
}

/*
 * Checks whether the configuration is the one that was published, as far as
 * publish writes down what it says. A key that is read at each sign-in counts
 * at once.
 */
static void
check_published(struct status *status)
{
	const struct ctl *ctl = status->ctl;
	struct pp_index_group people;
	bool first_login = true;
	bool services = true;

	if (ctl->conf == NULL || ctl->accounts == NULL ||
		status->mapping == NULL)
		return;
	pp_ignore(pp_publish_first_login_is_current(
		ctl->accounts, &first_login, NULL));
	pp_ignore(pp_admin_service_accounts_are_current(
		ctl->accounts, &services, NULL));
	status->outdated =
		!first_login || !services ||
		pp_index_group_by_name(status->mapping,
			ctl->conf->all_users_group,
			&people) != PP_INDEX_FOUND ||
		people.gid != pp_index_all_users_gid(status->mapping);
}

static enum pp_kind
add_file(void *context, const struct pp_apply_file *file, struct pp_err *err)
{
	struct status *status = context;
	const struct pp_conf *conf = status->ctl->conf;
	struct status_file *added;
	enum pp_kind kind = pp_grow(&status->files, status->file_count,
		sizeof(*status->files), err);

	if (kind != PP_OK)
		return kind;
	added = &status->files[status->file_count];
	*added = (struct status_file){.file = *file,
		.late = conf != NULL &&
			pp_apply_file_is_late(
				file, conf->accounts_max_age, time(NULL))};
	added->file.name = NULL;
	kind = pp_str_duplicate(
		&added->name, file->name, strlen(file->name), err);
	status->file_count += kind == PP_OK;
	status->any_file_late |= added->late;
	return kind;
}

void
status_free(struct status *status)
{
	for (size_t i = 0; i < status->file_count; i++)
		free(status->files[i].name);
	free(status->files);
	pp_index_release(&status->mapping);
}

void
status_read(struct status *status)
{
	struct ctl *ctl = status->ctl;
	enum pp_kind kind;

	status->now_ms = pp_clock_boot_ms(&pp_clock_system);
	pp_ignore(pp_conf_load(ctl->root, &ctl->conf, &status->conf));
	kind = pp_accounts_open(ctl->root, ctl->conf, PP_ACCOUNTS_READ,
		&ctl->accounts, &status->state);
	if (kind == PP_OK)
		kind = pp_admin_count(
			ctl->accounts, &status->counts, &status->state);
	if (kind == PP_OK)
		pp_ignore(pp_admin_uid_key_fingerprint(ctl->accounts,
			status->accounts_fingerprint, &status->state));
	if (status->state.kind == PP_OK && ctl->accounts != NULL)
		pp_ignore(pp_apply_each_file(
			ctl->accounts, add_file, status, &status->state));
	check_key(status);
	if (ctl->conf != NULL && ctl->accounts != NULL)
		pp_ignore(pp_publish_check_new_users(
			ctl->accounts, &status->new_users));
	check_index(status);
	check_first_login_file(status);
	check_published(status);
}
