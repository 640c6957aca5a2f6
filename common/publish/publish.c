/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <playpen/accounts/node_facts.h>
#include <playpen/base/file.h>
#include <playpen/index/first_login.h>
#include <playpen/publish/publish.h>

#include "nscd.h"
#include "snapshot_gather.h"

#define LOCK_FILE PP_ACCOUNTS_DIR "/publish.lock"

/* Thirty seconds in all; another writer needs two for a million users. */
#define LOCK_WAIT_MS 30000

/* Maximum number of rounds when new groups appear while names are resolved.
 * Groups that are still unresolved are left to the next publication. */
#define ROUNDS_MAX 3

/* Lets one publication run at a time, from reading the table to the rename.
 * Otherwise an older content could replace a newer one. */
static enum pp_kind
take_lock(const struct pp_accounts *accounts, int *ret_fd, struct pp_err *err)
{
	char path[PATH_MAX];
	pp_cleanup(pp_fd) int fd = -1;
	enum pp_kind kind;

	pp_db_path_in_root(accounts, LOCK_FILE, path);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	kind = pp_file_lock(fd, LOCK_WAIT_MS, path, err);
	if (kind != PP_OK)
		return kind;
	*ret_fd = pp_fd_steal(&fd);
	return PP_OK;
}

/* Finds the number of the all-users group: the table's, else the key's. */
static enum pp_kind
find_all_users_gid(
	struct pp_accounts *accounts, uint32_t *ret_gid, struct pp_err *err)
{
	const struct pp_conf *conf = accounts->conf;
	const struct pp_uid_key *key = NULL;
	bool found = false;
	int64_t gid = 0;
	enum pp_kind kind = pp_db_query_number(accounts, PP_SQL_GROUP_GID,
		conf->all_users_group, &found, &gid, err);

	if (kind == PP_OK && !found)
		kind = pp_node_facts_uid_key(accounts, &key, err);
	if (kind != PP_OK)
		return kind;
	*ret_gid = found ? (uint32_t) gid
			 : pp_gid_of_name(key, conf->all_users_group,
				   &conf->gid_range);
	return PP_OK;
}

static enum pp_kind
join_programs(const struct pp_conf *conf, char *text, struct pp_err *err)
{
	size_t len = 0;

	for (size_t i = 0; i < conf->first_login_programs.count; i++) {
		len += (size_t) snprintf(text + len,
			PP_FIRST_LOGIN_TEXT_MAX - len, "%s%s", i > 0 ? " " : "",
			conf->first_login_programs.items[i]);
		if (len >= PP_FIRST_LOGIN_TEXT_MAX)
			return pp_fail(err, PP_REASON_CONFIG_INVALID,
				"first_login_programs has more than %u bytes",
				PP_FIRST_LOGIN_TEXT_MAX - 1);
	}
	return PP_OK;
}

/* Adds names of groups while there is room; policy knows them all. */
static bool
add_group_name(void *context, const char *name)
{
	char *text = context;
	size_t used = strlen(text);
	size_t len = strlen(name);

	if (used + len + 2 > PP_FIRST_LOGIN_GROUPS_MAX)
		return true;
	snprintf(text + used, PP_FIRST_LOGIN_GROUPS_MAX - used, "%s%s",
		used > 0 ? " " : "", name);
	return false;
}

enum pp_kind
pp_publish_check_new_users(struct pp_accounts *accounts, struct pp_err *err)
{
	const struct pp_uid_key *key;

	if (strcmp(accounts->conf->allow_new_users, "off") == 0)
		return pp_fail(err, PP_REASON_NEW_USER_REFUSED,
			"allow_new_users is off");
	return pp_node_facts_uid_key(accounts, &key, err);
}

/* Fills in what sshd is told about unknown names. The uid key is in it if a new
 * user may sign in: wipe it. */
static enum pp_kind
make_first_login(struct pp_accounts *accounts, uint32_t all_users_gid,
	struct pp_first_login_settings *ret, struct pp_err *err)
{
	const struct pp_conf *conf = accounts->conf;
	const struct pp_uid_key *key = NULL;
	struct pp_err refusal = {0};

	*ret = (struct pp_first_login_settings){.uid_range = conf->uid_range,
		.gid_range = conf->gid_range,
		.all_users_gid = all_users_gid,
		.allow_dots = conf->allow_dots};
	if (pp_publish_check_new_users(accounts, &refusal) != PP_OK)
		ret->refusal = refusal.reason;
	else if (pp_node_facts_uid_key(accounts, &key, err) != PP_OK)
		return err->kind;
	else
		ret->key = *key;
	snprintf(ret->allow_new_users, PP_FIRST_LOGIN_TEXT_MAX, "%s",
		conf->allow_new_users);
	snprintf(ret->home, PP_FIRST_LOGIN_TEXT_MAX, "%s", conf->home);
	snprintf(ret->shell, PP_FIRST_LOGIN_TEXT_MAX, "%s", conf->shell);
	snprintf(ret->all_users_group, PP_NAME_SIZE, "%s",
		conf->all_users_group);
	snprintf(ret->prefix, PP_NAME_SIZE, "%s", conf->group_prefix);
	pp_conf_each_group_name(conf, add_group_name, ret->groups);
	return join_programs(conf, ret->programs, err);
}

static enum pp_kind
write_first_login(struct pp_accounts *accounts, uint32_t all_users_gid,
	struct pp_err *err)
{
	struct pp_first_login_settings first_login;
	char path[PATH_MAX];
	enum pp_kind kind =
		make_first_login(accounts, all_users_gid, &first_login, err);

	pp_db_path_in_root(accounts, PP_FIRST_LOGIN_PATH, path);
	if (kind == PP_OK)
		kind = pp_first_login_write(path, &first_login, err);
	explicit_bzero(&first_login, sizeof(first_login));
	return kind;
}

enum pp_kind
pp_publish_first_login_is_current(
	struct pp_accounts *accounts, bool *ret_current, struct pp_err *err)
{
	struct pp_first_login_settings first_login = {0};
	char path[PATH_MAX];
	uint32_t people = 0;
	enum pp_kind kind = find_all_users_gid(accounts, &people, err);

	if (kind == PP_OK)
		kind = make_first_login(accounts, people, &first_login, err);
	pp_db_path_in_root(accounts, PP_FIRST_LOGIN_PATH, path);
	if (kind == PP_OK)
		*ret_current = pp_first_login_is_written(path, &first_login);
	explicit_bzero(&first_login, sizeof(first_login));
	return kind;
}

/* Publishes under the lock, in which it waits for nothing. *ret_unresolved asks
 * for another round. */
static enum pp_kind
write_locked(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, bool last,
	bool *ret_unresolved, bool *ret_changed, struct pp_err *err)
{
	pp_cleanup(pp_snapshot) struct pp_snapshot snapshot = {0};
	struct pp_err cause;
	char path[PATH_MAX];
	uint32_t people = 0;
	enum pp_kind kind = find_all_users_gid(accounts, &people, err);

	/* Without a uid key, the file still says why no new user is let in. */
	if (kind != PP_OK) {
		pp_ignore(write_first_login(accounts, 0, &cause));
		return kind;
	}
	kind = pp_snapshot_gather(
		accounts, group_names, people, &snapshot, err);
	if (kind != PP_OK)
		return kind;
	*ret_unresolved = snapshot.unresolved && !last;
	if (*ret_unresolved)
		return PP_OK;
	pp_db_path_in_root(accounts, PP_INDEX_PATH, path);
	if (!snapshot.unchanged)
		kind = pp_index_write(
			path, &snapshot.content, ret_changed, err);
	if (kind == PP_OK)
		kind = write_first_login(accounts, people, err);
	return kind;
}

/*
 * Takes the lock for one publication. If another process has the database just
 * then, the lock is given back for the time of the wait.
 */
static enum pp_kind
write_round(struct pp_accounts *accounts,
	const struct pp_group_names *group_names, bool last,
	bool *ret_unresolved, bool *ret_changed, struct pp_err *err)
{
	struct pp_err cause;
	enum pp_kind kind;
	int count = 0;

	do {
		pp_cleanup(pp_fd) int lock = -1;

		kind = take_lock(accounts, &lock, err);
		if (kind != PP_OK)
			return kind;
		accounts->is_busy = false;
		accounts->holds_lock = true;
		kind = write_locked(accounts, group_names, last, ret_unresolved,
			ret_changed, &cause);
		accounts->holds_lock = false;
	} while (kind != PP_OK && accounts->is_busy &&
		 pp_db_wait(accounts, count++) == 1);
	/* lint: uninitvar: the loop above has run once and has set it. */
	return kind == PP_OK ? kind : pp_propagate(err, &cause);
}

static enum pp_kind
write_all(struct pp_accounts *accounts, bool *ret_changed, struct pp_err *err)
{
	pp_cleanup(pp_group_names) struct pp_group_names group_names = {0};
	bool unresolved = true;
	enum pp_kind kind = PP_OK;

	for (int i = 1; i <= ROUNDS_MAX && unresolved && kind == PP_OK; i++) {
		kind = pp_group_names_update(accounts, &group_names, err);
		if (kind == PP_OK)
			kind = write_round(accounts, &group_names,
				i == ROUNDS_MAX, &unresolved, ret_changed, err);
	}
	return kind;
}

/* Returns true if the index has exactly the account's groups and numbers. */
static bool
same_groups(struct pp_accounts *accounts, const struct pp_index *index,
	const struct pp_index_user *user, const struct pp_account *account)
{
	const struct pp_local_users *local_users;

	if (user->group_count != account->groups.count ||
		pp_node_facts_local_users(accounts, &local_users, NULL) !=
			PP_OK)
		return false;
	for (size_t i = 0; i < account->groups.count; i++) {
		struct pp_group_name group_name;
		struct pp_index_group group = {0};
		bool found = false;

		pp_group_names_resolve(accounts, local_users,
			account->groups.items[i], &group_name);
		if (group_name.type == PP_GROUP_LOCAL)
			group.gid = group_name.gid;
		else if (pp_index_group_by_name(index, group_name.name,
				 &group) != PP_INDEX_FOUND)
			return false;
		for (uint32_t n = 0; n < user->group_count; n++)
			found |= pp_index_user_group(user, n) == group.gid;
		if (!found || group_name.type == PP_GROUP_HIDDEN)
			return false;
	}
	return true;
}

/*
 * Returns true if the index has the account as the table has it, times apart.
 * It may not: a process that was to publish before may have died.
 */
static bool
is_published(struct pp_accounts *accounts, const char *path,
	const struct pp_account *account)
{
	uint32_t flags =
		(account->locked ? PP_INDEX_LOCKED : 0) |
		(account->closed ? PP_INDEX_CLOSED : 0) |
		(account->is_service_account ? PP_INDEX_SERVICE_ACCOUNT : 0) |
		(account->signed_in ? PP_INDEX_SIGNED_IN : 0);
	struct pp_index *index = NULL;
	struct pp_index_user user;
	bool unchanged;

	if (pp_index_open(path, &index) != PP_INDEX_FOUND)
		return false;
	unchanged = pp_index_user_by_name(index, account->name, &user) ==
			    PP_INDEX_FOUND &&
		    user.uid == account->uid && user.flags == flags &&
		    strcmp(user.gecos, account->gecos) == 0 &&
		    strcmp(user.home, account->home) == 0 &&
		    strcmp(user.shell, account->shell) == 0 &&
		    same_groups(accounts, index, &user, account);
	pp_index_release(&index);
	return unchanged;
}

/*
 * Writes the account's new time in place, after a sign-in that changed nothing
 * else. Under the lock, so that no other process replaces the file with an
 * older time. Returns false if the whole index must be written.
 */
static bool
update_time(struct pp_accounts *accounts)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	pp_cleanup(pp_fd) int lock = -1;
	char path[PATH_MAX];
	bool known;

	pp_db_path_in_root(accounts, PP_INDEX_PATH, path);
	if (pp_accounts_find(accounts, accounts->dirty_account, &account,
		    NULL) != PP_OK ||
		!is_published(accounts, path, &account))
		return false;
	pp_account_free(&account);
	if (take_lock(accounts, &lock, NULL) != PP_OK)
		return false;
	accounts->holds_lock = true;
	known = pp_accounts_find(accounts, accounts->dirty_account, &account,
			NULL) == PP_OK;
	accounts->holds_lock = false;
	return known &&
	       pp_index_set_groups_expiry(path, account.name,
		       account.groups_known ? account.groups_expire_at : 0,
		       NULL) == PP_OK;
}

enum pp_kind
pp_publish_accounts(struct pp_accounts *accounts, struct pp_err *err)
{
	bool changed = false;
	enum pp_kind kind = PP_OK;

	if (accounts->dirty_scope != PP_DB_DIRTY_TIMES ||
		!update_time(accounts))
		kind = write_all(accounts, &changed, err);
	pp_node_facts_forget(accounts);
	if (kind != PP_OK)
		return pp_prefix(err, kind, "publish");
	if (changed && accounts->root[0] == '\0')
		pp_nscd_invalidate(PP_NSCD_SOCKET);
	return PP_OK;
}
