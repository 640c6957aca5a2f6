/* SPDX-License-Identifier: MIT */
#include "neighbour.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/index.h>

#include "files.h"

/* Bytes for one answer: a group of another source may have many members. */
#define ANSWER_MIN ((size_t) 4096)
#define ANSWER_MAX ((size_t) 16 * 1024 * 1024)

/* What nsswitch's sources say to one question; one struct for both kinds. */
struct answer {
	bool found;
	char name[256];
	uint32_t number; /* uid or gid */
};

struct question {
	bool group;
	const char *name; /* NULL: by number */
	uint32_t number;
};

static int
ask_user(const struct question *question, char *buffer, size_t size,
	struct answer *answer)
{
	struct passwd entry;
	struct passwd *found = NULL;
	int error = question->name != NULL
			    ? getpwnam_r(question->name, &entry, buffer, size,
				      &found)
			    : getpwuid_r(question->number, &entry, buffer, size,
				      &found);

	answer->found = found != NULL;
	if (found == NULL)
		return error;
	snprintf(answer->name, sizeof(answer->name), "%s", entry.pw_name);
	answer->number = entry.pw_uid;
	return 0;
}

static int
ask_group(const struct question *question, char *buffer, size_t size,
	struct answer *answer)
{
	struct group entry;
	struct group *found = NULL;
	int error = question->name != NULL
			    ? getgrnam_r(question->name, &entry, buffer, size,
				      &found)
			    : getgrgid_r(question->number, &entry, buffer, size,
				      &found);

	answer->found = found != NULL;
	if (found == NULL)
		return error;
	snprintf(answer->name, sizeof(answer->name), "%s", entry.gr_name);
	answer->number = entry.gr_gid;
	return 0;
}

/* POSIX leaves open which errors mean "no such entry"; glibc has these. */
static bool
is_absence(int error)
{
	return error == 0 || error == ENOENT || error == ESRCH;
}

/* Asks whom the C library would. */
static enum pp_kind
ask_library(const struct question *question, struct answer *ret_answer,
	struct pp_err *err)
{
	pp_auto(pp_text) char *buffer = NULL;
	int error = ERANGE;

	for (size_t size = ANSWER_MIN; error == ERANGE && size <= ANSWER_MAX;
		size *= 4) {
		free(buffer);
		buffer = malloc(size);
		if (buffer == NULL)
			return pp_fail_memory(err);
		error = question->group
				? ask_group(question, buffer, size, ret_answer)
				: ask_user(question, buffer, size, ret_answer);
	}
	if (is_absence(error))
		return PP_OK;
	errno = error;
	return pp_fail_errno(err, PP_REASON_SYSTEM,
		"a source of nsswitch.conf did not answer for a %s",
		question->group ? "group" : "user");
}

/*
 * Asks each source in turn until one knows; files and our own module are none
 * of them. Without a line in nsswitch.conf the C library has sources of its
 * own, and never ours.
 */
static enum pp_kind
ask(const struct pp_sources *sources, const struct question *question,
	struct answer *ret_answer, struct pp_err *err)
{
	enum pp_sources_database database =
		question->group ? PP_SOURCES_GROUP : PP_SOURCES_PASSWD;
	const struct pp_strv *others = &sources->others[database];
	enum pp_kind kind = PP_OK;

	if (!sources->known)
		return pp_fail(err, PP_REASON_SYSTEM,
			"nsswitch.conf cannot be understood");
	if (sources->lines[database] == NULL)
		return ask_library(question, ret_answer, err);
	for (size_t i = 0;
		i < others->count && kind == PP_OK && !ret_answer->found; i++)
		kind = pp_sources_choose(database, others->items[i])
			       ? ask_library(question, ret_answer, err)
			       : pp_fail_errno(err, PP_REASON_SYSTEM,
					 "nsswitch.conf: %s", others->items[i]);
	if (others->count > 0) /* as it was, for whoever asks next */
		pp_sources_choose(database, sources->lines[database]);
	return kind;
}

static enum pp_kind
check_files(
	const char *root, const char *name, uint32_t uid, struct pp_err *err)
{
	struct pp_files_match user;
	struct pp_files_match group;
	enum pp_kind kind = pp_files_match_user(root, name, uid, &user, err);

	if (kind == PP_OK)
		kind = pp_files_match_group(root, name, uid, &group, err);
	if (kind != PP_OK)
		return kind;
	if (user.name || group.name)
		return pp_fail(err, PP_REASON_NAME_LOCAL, "%s is a local %s",
			name, user.name ? "user" : "group");
	if (user.other || group.other)
		return pp_fail(err, PP_REASON_UID_COLLISION,
			"%u is the number of a local %s", uid,
			user.other ? "user" : "group");
	return PP_OK;
}

/* One question to every other source: nobody there may be meant by it. */
static enum pp_kind
check_answer(const struct pp_sources *sources, const struct question *question,
	const char *name, uint32_t uid, struct pp_err *err)
{
	struct answer answer = {0};
	enum pp_kind kind = ask(sources, question, &answer, err);

	if (kind != PP_OK || !answer.found)
		return kind;
	if (strcmp(answer.name, name) != 0)
		return pp_fail(err, PP_REASON_UID_COLLISION,
			"%u is the number of another %s", uid,
			question->group ? "group" : "user");
	return pp_fail(err, PP_REASON_NAME_LOCAL,
		"another source of nsswitch.conf has a %s %s",
		question->group ? "group" : "user", name);
}

enum pp_kind
pp_neighbour_check_user(const char *root, const char *name, uint32_t uid,
	enum pp_neighbour_depth depth, struct pp_err *err)
{
	const struct question questions[] = {{false, name, 0}, {true, name, 0},
		{false, NULL, uid}, {true, NULL, uid}};
	static const size_t counts[] = {0, 2, 4};
	size_t count = root[0] == '\0' ? counts[depth] : 0;
	pp_auto(pp_sources) struct pp_sources sources = {0};
	enum pp_kind kind = check_files(root, name, uid, err);

	if (count > 0)
		pp_sources_read(root, &sources);
	for (size_t i = 0; i < count && kind == PP_OK; i++)
		kind = check_answer(&sources, &questions[i], name, uid, err);
	return kind;
}

static enum pp_neighbour_group
find_group_in_files(
	const struct pp_locals *locals, const char *name, uint32_t *ret_gid)
{
	const struct pp_local *group = pp_locals_find(&locals->groups, name);

	if (group != NULL) {
		*ret_gid = group->number;
		return PP_NEIGHBOUR_GROUP;
	}
	return pp_locals_find(&locals->users, name) != NULL ? PP_NEIGHBOUR_USER
							    : PP_NEIGHBOUR_NONE;
}

/* What the index, which our module answers from, would add to the files. */
static enum pp_neighbour_group
find_own_user(const char *name)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	bool found =
		pp_index_current(&index) == PP_INDEX_FOUND &&
		pp_index_user_by_name(index, name, &user) == PP_INDEX_FOUND;

	pp_index_release(&index);
	return found ? PP_NEIGHBOUR_USER : PP_NEIGHBOUR_NONE;
}

static enum pp_kind
find_group_in_others(const struct pp_sources *sources, const char *name,
	enum pp_neighbour_group *ret_what, uint32_t *ret_gid,
	struct pp_err *err)
{
	const struct question by_group = {true, name, 0};
	const struct question by_user = {false, name, 0};
	struct answer answer = {0};
	enum pp_kind kind = ask(sources, &by_group, &answer, err);

	if (kind == PP_OK && answer.found) {
		*ret_what = PP_NEIGHBOUR_GROUP;
		*ret_gid = answer.number;
		return PP_OK;
	}
	if (kind == PP_OK)
		kind = ask(sources, &by_user, &answer, err);
	if (kind == PP_OK && answer.found)
		*ret_what = PP_NEIGHBOUR_USER;
	return kind;
}

enum pp_kind
pp_neighbour_find_group(const struct pp_locals *locals, const char *name,
	enum pp_neighbour_group *ret_what, uint32_t *ret_gid,
	struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	*ret_what = find_group_in_files(locals, name, ret_gid);
	if (*ret_what != PP_NEIGHBOUR_NONE || !locals->here)
		return PP_OK;
	if (locals->others)
		kind = find_group_in_others(
			&locals->sources, name, ret_what, ret_gid, err);
	if (kind == PP_OK && *ret_what == PP_NEIGHBOUR_NONE)
		*ret_what = find_own_user(name);
	return kind;
}

enum pp_kind
pp_neighbour_gid_taken(const char *root, const char *name, uint32_t gid,
	bool *ret_taken, struct pp_err *err)
{
	const struct question question = {true, NULL, gid};
	struct pp_files_match match = {0};
	struct answer answer = {0};
	pp_auto(pp_sources) struct pp_sources sources = {0};
	enum pp_kind kind = pp_files_match_group(root, name, gid, &match, err);

	*ret_taken = match.other;
	if (kind != PP_OK || match.other || root[0] != '\0')
		return kind;
	pp_sources_read(root, &sources);
	kind = ask(&sources, &question, &answer, err);
	*ret_taken = answer.found;
	return kind;
}
