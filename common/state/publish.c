/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <playpen/file.h>
#include <playpen/provision.h>

#include "gather.h"
#include "judge.h"
#include "nscd.h"

#define LOCK_FILE PP_STATE_DIR "/publish.lock"

/* Thirty seconds in all; another writer needs two for a million users. */
#define LOCK_WAIT_MS 30000

/* How often groups that turn up meanwhile are asked for before they have to
 * wait for the publication of whoever brought them. */
#define ROUNDS_MAX 3

/*
 * One publication at a time, from reading the table to the rename: otherwise an
 * older content could replace a newer one.
 */
static enum pp_kind
take_lock(const struct pp_state *state, int *ret_fd, struct pp_err *err)
{
	char path[PATH_MAX];
	pp_auto(pp_fd) int fd = -1;
	enum pp_kind kind;

	pp_state_path(state, LOCK_FILE, path);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	kind = pp_file_lock(fd, LOCK_WAIT_MS, path, err);
	if (kind != PP_OK)
		return kind;
	*ret_fd = pp_fd_take(&fd);
	return PP_OK;
}

/* The number of everybody's group: on record, else what the key gives. */
static enum pp_kind
find_people_gid(struct pp_state *state, uint32_t *ret_gid, struct pp_err *err)
{
	const struct pp_conf *conf = state->conf;
	pp_auto(pp_id_key) struct pp_id_key key = {{0}};
	bool found = false;
	int64_t gid = 0;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = pp_database_number(state, PP_SQL_GROUP_GID, conf->people,
			&found, &gid, err);
	if (kind == PP_OK && !found)
		kind = pp_judge_key(state, &key, err);
	if (kind != PP_OK)
		return kind;
	*ret_gid = found ? (uint32_t) gid
			 : pp_gid_of_name(&key, conf->people, &conf->gid_range);
	return PP_OK;
}

static enum pp_kind
join_programs(const struct pp_conf *conf, char *text, struct pp_err *err)
{
	size_t len = 0;

	for (size_t i = 0; i < conf->login_services.count; i++) {
		len += (size_t) snprintf(text + len,
			PP_PROVISION_TEXT_MAX - len, "%s%s", i > 0 ? " " : "",
			conf->login_services.items[i]);
		if (len >= PP_PROVISION_TEXT_MAX)
			return pp_fail(err, PP_REASON_CONFIG_INVALID,
				"login_programs has more than %u bytes",
				PP_PROVISION_TEXT_MAX - 1);
	}
	return PP_OK;
}

/* Names of groups, for as long as there is room: policy knows them all. */
static bool
add_group_name(void *context, const char *name)
{
	char *text = context;
	size_t used = strlen(text);
	size_t len = strlen(name);

	if (used + len + 2 > PP_PROVISION_GROUPS_MAX)
		return true;
	snprintf(text + used, PP_PROVISION_GROUPS_MAX - used, "%s%s",
		used > 0 ? " " : "", name);
	return false;
}

/* What sshd may be told about strangers; *ret_any is false when none may come.
 * The id key is in it: wipe it. */
static enum pp_kind
make_provision(struct pp_state *state, uint32_t people_gid,
	struct pp_provision *ret, bool *ret_any, struct pp_err *err)
{
	const struct pp_conf *conf = state->conf;

	*ret = (struct pp_provision){.uid_range = conf->uid_range,
		.gid_range = conf->gid_range,
		.people_gid = people_gid};
	*ret_any = strcmp(conf->first_login, "off") != 0 &&
		   pp_judge_key(state, &ret->key, NULL) == PP_OK;
	if (!*ret_any)
		return PP_OK;
	snprintf(ret->first_login, PP_PROVISION_TEXT_MAX, "%s",
		conf->first_login);
	snprintf(ret->home, PP_PROVISION_TEXT_MAX, "%s", conf->home);
	snprintf(ret->shell, PP_PROVISION_TEXT_MAX, "%s", conf->shell);
	snprintf(ret->people, PP_NAME_SIZE, "%s", conf->people);
	snprintf(ret->prefix, PP_NAME_SIZE, "%s", conf->group_prefix);
	pp_conf_each_group_name(conf, add_group_name, ret->groups);
	return join_programs(conf, ret->services, err);
}

static enum pp_kind
write_provision(struct pp_state *state, uint32_t people_gid, struct pp_err *err)
{
	struct pp_provision provision;
	char path[PATH_MAX];
	bool any = false;
	enum pp_kind kind =
		make_provision(state, people_gid, &provision, &any, err);

	pp_state_path(state, PP_PROVISION_PATH, path);
	if (kind == PP_OK && any)
		kind = pp_provision_write(path, &provision, err);
	else if (kind == PP_OK && unlink(path) != 0 && errno != ENOENT)
		kind = pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	explicit_bzero(&provision, sizeof(provision));
	return kind;
}

enum pp_kind
pp_state_provision_is_current(
	struct pp_state *state, bool *ret_current, struct pp_err *err)
{
	struct pp_provision provision = {0};
	char path[PATH_MAX];
	uint32_t people = 0;
	bool any = false;
	enum pp_kind kind = find_people_gid(state, &people, err);

	if (kind == PP_OK)
		kind = make_provision(state, people, &provision, &any, err);
	pp_state_path(state, PP_PROVISION_PATH, path);
	if (kind == PP_OK)
		*ret_current = any ? pp_provision_is_written(path, &provision)
				   : access(path, F_OK) != 0;
	explicit_bzero(&provision, sizeof(provision));
	return kind;
}

/* One round under the lock; *ret_missing asks for another one. */
static enum pp_kind
write_round(struct pp_state *state, const struct pp_resolution *resolution,
	bool last, bool *ret_missing, bool *ret_changed, struct pp_err *err)
{
	pp_auto(pp_gathering) struct pp_gathering gathering = {0};
	pp_auto(pp_fd) int lock = -1;
	char path[PATH_MAX];
	uint32_t people = 0;
	enum pp_kind kind = take_lock(state, &lock, err);

	if (kind == PP_OK)
		kind = find_people_gid(state, &people, err);
	if (kind == PP_OK)
		kind = pp_gather(state, resolution, people, &gathering, err);
	if (kind != PP_OK)
		return kind;
	*ret_missing = gathering.missing && !last;
	if (*ret_missing)
		return PP_OK;
	pp_state_path(state, PP_INDEX_PATH, path);
	if (!gathering.same)
		kind = pp_index_write(
			path, &gathering.content, ret_changed, err);
	if (kind == PP_OK)
		kind = write_provision(state, people, err);
	return kind;
}

static enum pp_kind
write_all(struct pp_state *state, bool *ret_changed, struct pp_err *err)
{
	pp_auto(pp_resolution) struct pp_resolution resolution = {0};
	bool missing = true;
	enum pp_kind kind = PP_OK;

	for (int i = 1; i <= ROUNDS_MAX && missing && kind == PP_OK; i++) {
		kind = pp_resolution_update(state, &resolution, err);
		if (kind == PP_OK)
			kind = write_round(state, &resolution, i == ROUNDS_MAX,
				&missing, ret_changed, err);
	}
	return kind;
}

/* Whether the index has the account's groups exactly, with their numbers. */
static bool
same_groups(const struct pp_state *state, const struct pp_index *index,
	const struct pp_index_user *user, const struct pp_account *account)
{
	pp_auto(pp_locals) struct pp_locals locals = {0};

	if (user->group_count != account->groups.count ||
		pp_locals_read(state->root, &locals, NULL) != PP_OK)
		return false;
	for (size_t i = 0; i < account->groups.count; i++) {
		struct pp_resolved resolved;
		struct pp_index_group group = {0};
		bool found = false;

		pp_resolution_ask(
			state, &locals, account->groups.items[i], &resolved);
		if (resolved.meaning == PP_MEANING_LOCAL)
			group.gid = resolved.gid;
		else if (pp_index_group_by_name(index, resolved.name, &group) !=
			 PP_INDEX_FOUND)
			return false;
		for (uint32_t n = 0; n < user->group_count; n++)
			found |= pp_index_user_group(user, n) == group.gid;
		if (!found || resolved.meaning == PP_MEANING_NONE)
			return false;
	}
	return true;
}

/*
 * Whether the index says of the account what the table does, times apart. It
 * may not: whoever was to publish before us may have died.
 */
static bool
is_published(const struct pp_state *state, const char *path,
	const struct pp_account *account)
{
	uint32_t flags = (account->locked ? PP_INDEX_LOCKED : 0) |
			 (account->tombstone ? PP_INDEX_TOMBSTONE : 0) |
			 (account->service ? PP_INDEX_SERVICE : 0) |
			 (account->signed_in ? PP_INDEX_SIGNED_IN : 0);
	struct pp_index *index = NULL;
	struct pp_index_user user;
	bool same;

	if (pp_index_map(path, &index) != PP_INDEX_FOUND)
		return false;
	same = pp_index_user_by_name(index, account->name, &user) ==
		       PP_INDEX_FOUND &&
	       user.uid == account->uid && user.flags == flags &&
	       strcmp(user.gecos, account->gecos) == 0 &&
	       strcmp(user.home, account->home) == 0 &&
	       strcmp(user.shell, account->shell) == 0 &&
	       same_groups(state, index, &user, account);
	pp_index_release(&index);
	return same;
}

/*
 * The short way, for a sign-in that changed times only: one word in place.
 * Under the lock, so that nobody replaces the file with an older time.
 */
static bool
write_time(struct pp_state *state)
{
	pp_auto(pp_account) struct pp_account account = {0};
	pp_auto(pp_fd) int lock = -1;
	char path[PATH_MAX];

	pp_state_path(state, PP_INDEX_PATH, path);
	if (pp_state_find(state, state->changed, &account, NULL) != PP_OK ||
		!is_published(state, path, &account))
		return false;
	pp_account_free(&account);
	if (take_lock(state, &lock, NULL) != PP_OK ||
		pp_state_find(state, state->changed, &account, NULL) != PP_OK)
		return false;
	return pp_index_set_checked(path, account.name,
		       account.groups_known ? account.checked_until : 0,
		       NULL) == PP_OK;
}

enum pp_kind
pp_state_publish(struct pp_state *state, struct pp_err *err)
{
	bool changed = false;
	enum pp_kind kind;

	if (state->change == PP_CHANGE_TIME && write_time(state))
		return PP_OK;
	kind = write_all(state, &changed, err);
	if (kind != PP_OK)
		return pp_wrap(err, kind, "publish");
	if (changed && state->root[0] == '\0')
		pp_nscd_forget(PP_NSCD_SOCKET);
	return PP_OK;
}
