/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include <playpen/index.h>
#include <playpen/provision.h>

#include "judge.h"
#include "neighbour.h"
#include "nscd.h"

/*
 * From the state to what NSS reads: the index and the provision file. The
 * machine's own groups are asked for first, for another source may wait for a
 * network; then, under a lock of ours, the tables are read at one moment and
 * written, so that the newest publisher is also the last.
 */

#define LOCK_PATH PP_STATE_DIR "/publish.lock"

/* Arrays that grow; a user's row number stands beside the user. */
struct publication {
	struct pp_state *state;
	struct pp_index_group *locals; /* mapped groups of the machine */
	size_t local_count;
	struct pp_index_entry *users;
	int64_t *user_ids;
	size_t user_count;
	struct pp_index_group *groups;
	int64_t *group_ids;
	size_t group_count;
	uint32_t *places; /* the users' groups, one user after the other */
	size_t place_count;
	char **texts; /* owned; what users and groups point to */
	size_t text_count;
	struct pp_id_key key;
	bool have_key;
};

static void
publication_free(struct publication *publication)
{
	for (size_t i = 0; i < publication->text_count; i++)
		free(publication->texts[i]);
	free(publication->texts);
	free(publication->locals);
	free(publication->users);
	free(publication->user_ids);
	free(publication->groups);
	free(publication->group_ids);
	free(publication->places);
	explicit_bzero(&publication->key, sizeof(publication->key));
}

/* Makes room for element count of an array that doubles. */
static bool
make_room(void *array_place, size_t count, size_t size)
{
	void *array;
	void *bigger;

	if (count != 0 && (count & (count - 1)) != 0)
		return true;
	memcpy(&array, array_place, sizeof(array));
	bigger = reallocarray(array, count == 0 ? 1 : 2 * count, size);
	if (bigger == NULL)
		return false;
	memcpy(array_place, &bigger, sizeof(bigger));
	return true;
}

/* A copy that lives as long as the publication; NULL without memory. */
static const char *
keep(struct publication *publication, const unsigned char *text)
{
	char *copy = strdup(text != NULL ? (const char *) text : "");

	if (copy == NULL || !make_room(&publication->texts,
				    publication->text_count, sizeof(char *))) {
		free(copy);
		return NULL;
	}
	publication->texts[publication->text_count++] = copy;
	return copy;
}

static enum pp_kind
add_local(struct publication *publication, const char *name, uint32_t gid,
	struct pp_err *err)
{
	struct pp_index_group group = {
		.name = name, .gid = gid, .flags = PP_INDEX_GROUP_LOCAL};

	if (!make_room(&publication->locals, publication->local_count,
		    sizeof(group)))
		return pp_fail_memory(err);
	publication->locals[publication->local_count++] = group;
	return PP_OK;
}

/* Which mapped groups are the machine's own: asked without any lock. */
static enum pp_kind
find_locals(struct publication *publication, struct pp_err *err)
{
	const struct pp_conf *conf = publication->state->conf;
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < conf->map_count; i++) {
		enum pp_neighbour_group what = PP_NEIGHBOUR_NONE;
		uint32_t gid = 0;

		kind = pp_neighbour_find_group(publication->state->root,
			conf->map[i].local, &what, &gid, err);
		if (kind == PP_OK && what == PP_NEIGHBOUR_GROUP)
			kind = add_local(
				publication, conf->map[i].local, gid, err);
	}
	return kind;
}

static const struct pp_index_group *
find_local(const struct publication *publication, const char *name)
{
	for (size_t i = 0; i < publication->local_count; i++)
		if (strcmp(publication->locals[i].name, name) == 0)
			return &publication->locals[i];
	return NULL;
}

static uint32_t
flags_of(sqlite3_stmt *row)
{
	return (sqlite3_column_int(row, 6) != 0 ? PP_INDEX_LOCKED : 0) |
	       (sqlite3_column_int(row, 7) != 0 ? PP_INDEX_TOMBSTONE : 0) |
	       (sqlite3_column_int(row, 8) != 0 ? PP_INDEX_SERVICE : 0) |
	       (sqlite3_column_int(row, 9) != 0 ? PP_INDEX_SIGNED_IN : 0);
}

static enum pp_kind
take_user(
	struct publication *publication, sqlite3_stmt *row, struct pp_err *err)
{
	size_t count = publication->user_count;
	struct pp_index_entry user = {
		.name = keep(publication, sqlite3_column_text(row, 1)),
		.uid = (uint32_t) sqlite3_column_int64(row, 2),
		.gid = (uint32_t) sqlite3_column_int64(row, 2),
		.gecos = keep(publication, sqlite3_column_text(row, 3)),
		.home = keep(publication, sqlite3_column_text(row, 4)),
		.shell = keep(publication, sqlite3_column_text(row, 5)),
		.flags = flags_of(row),
		.checked_until = sqlite3_column_int64(row, 10)};

	if (user.name == NULL || user.gecos == NULL || user.home == NULL ||
		user.shell == NULL ||
		!make_room(&publication->users, count, sizeof(user)) ||
		!make_room(&publication->user_ids, count, sizeof(int64_t)))
		return pp_fail_memory(err);
	publication->user_ids[count] = sqlite3_column_int64(row, 0);
	publication->users[count] = user;
	publication->user_count++;
	return PP_OK;
}

static enum pp_kind
add_group(struct publication *publication, int64_t id,
	const struct pp_index_group *group, struct pp_err *err)
{
	size_t count = publication->group_count;

	if (!make_room(&publication->groups, count, sizeof(*group)) ||
		!make_room(&publication->group_ids, count, sizeof(id)))
		return pp_fail_memory(err);
	publication->groups[count] = *group;
	publication->group_ids[count] = id;
	publication->group_count++;
	return PP_OK;
}

/* A group without a number of ours or the machine's is not published. */
static enum pp_kind
take_group(
	struct publication *publication, sqlite3_stmt *row, struct pp_err *err)
{
	struct pp_index_group group = {
		.name = keep(publication, sqlite3_column_text(row, 1)),
		.gid = (uint32_t) sqlite3_column_int64(row, 2)};
	const struct pp_index_group *local;

	if (group.name == NULL)
		return pp_fail_memory(err);
	local = find_local(publication, group.name);
	if (local != NULL)
		group = *local;
	else if (sqlite3_column_type(row, 2) == SQLITE_NULL)
		return PP_OK;
	return add_group(
		publication, sqlite3_column_int64(row, 0), &group, err);
}

/* The place of an id in an ascending list, or count. */
static size_t
place_of(const int64_t *ids, size_t count, int64_t id)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && ids[low] == id ? low : count;
}

/* Rows come in the order of accounts, so each user's places stand together. */
static enum pp_kind
take_member(
	struct publication *publication, sqlite3_stmt *row, struct pp_err *err)
{
	size_t user = place_of(publication->user_ids, publication->user_count,
		sqlite3_column_int64(row, 0));
	size_t group = place_of(publication->group_ids,
		publication->group_count, sqlite3_column_int64(row, 1));

	if (user == publication->user_count ||
		group == publication->group_count)
		return PP_OK;
	if (!make_room(&publication->places, publication->place_count,
		    sizeof(uint32_t)))
		return pp_fail_memory(err);
	publication->places[publication->place_count++] = (uint32_t) group;
	publication->users[user].group_count++;
	return PP_OK;
}

typedef enum pp_kind (*taker)(
	struct publication *, sqlite3_stmt *, struct pp_err *);

static enum pp_kind
take_all(struct publication *publication, enum pp_statement number, taker take,
	struct pp_err *err)
{
	struct pp_state *state = publication->state;
	sqlite3_stmt *statement;
	bool row = true;
	enum pp_kind kind = pp_database_prepare(state, number, &statement, err);

	if (kind != PP_OK)
		return kind;
	if (number == PP_SQL_PUBLISH_GROUPS)
		pp_database_bind_text(statement, 1, state->conf->people);
	while (kind == PP_OK && row) {
		kind = pp_database_step(state, statement, &row, err);
		if (kind == PP_OK && row)
			kind = take(publication, statement, err);
	}
	pp_database_reset(statement);
	return kind;
}

/* All three tables at one moment. */
static enum pp_kind
read_tables(struct publication *publication, struct pp_err *err)
{
	struct pp_state *state = publication->state;
	bool began = false;
	enum pp_kind kind;

	if (state->db == NULL)
		return PP_OK;
	kind = pp_database_begin_read(state, &began, err);
	if (kind == PP_OK)
		kind = take_all(
			publication, PP_SQL_PUBLISH_ACCOUNTS, take_user, err);
	if (kind == PP_OK)
		kind = take_all(
			publication, PP_SQL_PUBLISH_GROUPS, take_group, err);
	if (kind == PP_OK)
		kind = take_all(
			publication, PP_SQL_PUBLISH_MEMBERS, take_member, err);
	pp_database_end_read(state, began);
	return kind;
}

/* The place of everybody's group, which is there before anybody is in it. */
static enum pp_kind
find_people(
	struct publication *publication, size_t *ret_place, struct pp_err *err)
{
	const struct pp_conf *conf = publication->state->conf;
	struct pp_index_group people = {.name = conf->people};

	for (size_t i = 0; i < publication->group_count; i++)
		if (strcmp(publication->groups[i].name, people.name) == 0) {
			*ret_place = i;
			return PP_OK;
		}
	*ret_place = publication->group_count;
	people.gid = publication->have_key
			     ? pp_gid_of_name(&publication->key, people.name,
				       &conf->gid_range)
			     : conf->gid_range.low;
	return add_group(publication, INT64_MAX, &people, err);
}

static enum pp_kind
write_index(struct publication *publication, uint32_t people, bool *ret_changed,
	struct pp_err *err)
{
	const struct pp_index_content content = {.users = publication->users,
		.user_count = publication->user_count,
		.groups = publication->groups,
		.group_count = publication->group_count,
		.people = people};
	size_t place = 0;
	char path[PATH_MAX];

	for (size_t i = 0; i < publication->user_count; i++) {
		publication->users[i].groups = publication->places + place;
		place += publication->users[i].group_count;
	}
	pp_state_path(publication->state, PP_INDEX_PATH, path);
	return pp_index_write(path, &content, ret_changed, err);
}

static bool
put_text(char *to, size_t size, const char *text)
{
	return snprintf(to, size, "%s", text) < (int) size;
}

/* Without an id key there is nothing to compute an answer from. */
static enum pp_kind
write_provision(struct publication *publication, uint32_t people_gid,
	struct pp_err *err)
{
	const struct pp_conf *conf = publication->state->conf;
	struct pp_provision provision = {.key = publication->key,
		.uid_range = conf->uid_range,
		.gid_range = conf->gid_range,
		.people_gid = people_gid};
	pp_auto(pp_secret) struct pp_secret words = {0};
	char path[PATH_MAX];
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; kind == PP_OK && i < conf->login_services.count;
		i++) {
		kind = pp_secret_append_text(&words, i > 0 ? " " : "", err);
		if (kind == PP_OK)
			kind = pp_secret_append_text(
				&words, conf->login_services.items[i], err);
	}
	if (kind != PP_OK)
		return kind;
	if (!put_text(provision.first_login, sizeof(provision.first_login),
		    publication->have_key ? conf->first_login : "off") ||
		!put_text(provision.home, sizeof(provision.home), conf->home) ||
		!put_text(provision.shell, sizeof(provision.shell),
			conf->shell) ||
		!put_text(provision.people, sizeof(provision.people),
			conf->people) ||
		!put_text(provision.services, sizeof(provision.services),
			pp_secret_text(&words)))
		return pp_fail(err, PP_REASON_TOO_LONG, "provision file");
	pp_state_path(publication->state, PP_PROVISION_PATH, path);
	kind = pp_provision_write(path, &provision, err);
	explicit_bzero(&provision, sizeof(provision));
	return kind;
}

static enum pp_kind
publish_locked(struct publication *publication, struct pp_err *err)
{
	bool changed = false;
	size_t people = 0;
	enum pp_kind kind = read_tables(publication, err);

	if (kind == PP_OK)
		kind = find_people(publication, &people, err);
	if (kind == PP_OK)
		kind = write_index(
			publication, (uint32_t) people, &changed, err);
	if (kind == PP_OK)
		kind = write_provision(
			publication, publication->groups[people].gid, err);
	if (kind == PP_OK && changed && publication->state->root[0] == '\0')
		pp_nscd_forget();
	return kind;
}

static enum pp_kind
take_lock(const struct pp_state *state, int *ret_fd, struct pp_err *err)
{
	char path[PATH_MAX];

	pp_state_path(state, LOCK_PATH, path);
	*ret_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*ret_fd < 0 || flock(*ret_fd, LOCK_EX) != 0)
		return pp_fail_errno(
			err, PP_REASON_STATE_UNWRITABLE, "%s", path);
	return PP_OK;
}

static enum pp_kind
publish_all(struct pp_state *state, struct pp_err *err)
{
	__attribute__((
		cleanup(publication_free))) struct publication publication = {
		.state = state};
	pp_auto(pp_fd) int lock = -1;
	enum pp_kind kind = find_locals(&publication, err);

	publication.have_key =
		pp_judge_key(state, &publication.key, NULL) == PP_OK;
	if (kind == PP_OK)
		kind = take_lock(state, &lock, err);
	return kind == PP_OK ? publish_locked(&publication, err) : kind;
}

/* One person's times: a word of the index, in place. */
static enum pp_kind
publish_time(struct pp_state *state, struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	char path[PATH_MAX];
	enum pp_kind kind = pp_state_find(state, state->changed, &account, err);

	if (kind != PP_OK)
		return kind;
	pp_state_path(state, PP_INDEX_PATH, path);
	return pp_index_set_checked(path, account.name,
		account.groups_known ? account.checked_until : 0, err);
}

enum pp_kind
pp_state_publish(struct pp_state *state, struct pp_err *err)
{
	struct pp_err cause;
	enum pp_kind kind;

	if (state->change == PP_CHANGE_TIME &&
		publish_time(state, &cause) == PP_OK)
		return PP_OK;
	kind = publish_all(state, err);
	return kind == PP_OK ? PP_OK : pp_wrap(err, kind, "publishing");
}
