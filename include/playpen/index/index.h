/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/err.h>
#include <playpen/index/uid.h>

/*
 * The index (docs/reference/index-format.md): every playpen account in one file
 * that any process may map. Writers replace it as a whole; readers map it
 * read-only, bounds-check every offset when they use it, and keep no
 * descriptor, lock or thread. What points into a mapping lives until
 * pp_index_release. Every function may be called from any thread and after
 * fork; readers neither lock nor allocate, but for pp_index_open and for
 * pp_index_current when eight replaced mappings are all in use.
 */

#define PP_INDEX_PATH "/var/lib/playpen/index.v1"
#if SIZE_MAX > UINT32_MAX
#define PP_INDEX_SIZE_MAX ((size_t) 4 * 1024 * 1024 * 1024)
#else
#define PP_INDEX_SIZE_MAX (SIZE_MAX / 2)
#endif
#define PP_INDEX_TEXT_MAX 1024U /* bytes of a gecos, home or shell */

enum pp_index_status {
	PP_INDEX_FOUND,
	PP_INDEX_NONE,    /* no such entry, or no index at all */
	PP_INDEX_INVALID, /* corrupt, foreign-owned or of an unknown version */
};

/* Flags of a user in the index. */
#define PP_INDEX_LOCKED 1U
#define PP_INDEX_CLOSED 2U    /* no account gets the name again */
#define PP_INDEX_SIGNED_IN 4U /* has signed in here: enumerated */
#define PP_INDEX_SERVICE_ACCOUNT                                               \
	8U /* a service account: its groups never age */

/* Flag of a group: it is a local one that a map entry gives to playpen users.
 * Only its number goes into the index, with each member: `files` answers for
 * it. */
#define PP_INDEX_GROUP_LOCAL 1U

/* A user as the index holds it; texts point into the mapping. */
struct pp_index_user {
	const char *name;
	const char *gecos;
	const char *home;
	const char *shell;
	uint32_t text_size; /* the four, each with its NUL, in a row at name */
	uint32_t uid;
	uint32_t gid;
	uint32_t flags;
	int64_t groups_expire_at; /* groups count until then, seconds since 1970
				   */
	uint32_t group_count; /* without the private and the all-users group */
	const void *groups;   /* for pp_index_user_group; each gid once */
};

/* A group; a writer sets name, gid and flags only. A group without members does
 * not come into the index, except the all-users group. */
struct pp_index_group {
	const char *name;
	uint32_t gid;
	uint32_t flags;
	uint32_t member_count; /* 0 for the all-users group, which is not listed
				*/
	uint64_t names_size;   /* of all members' names, each with its NUL */
	const void *members;   /* for pp_index_member */
};

struct pp_index; /* one mapping, opaque, reference-counted */

/*
 * What the writer made the content from, in its own terms: the index keeps it
 * for the next writer and gives it no meaning.
 */
struct pp_index_revision {
	int64_t change;  /* the newest that went in */
	int64_t epoch;   /* by which that change is known again */
	uint64_t groups; /* of all groups and what they meant */
};

/* What a writer hands over; all texts borrowed for the call. */
struct pp_index_entry {
	const char *name;
	const char *gecos;
	const char *home;
	const char *shell;
	uint32_t uid;
	uint32_t gid;
	uint32_t flags;
	int64_t groups_expire_at;
	const uint32_t *groups; /* places in the group list, ascending */
	size_t group_count;
};

struct pp_index_content {
	const struct pp_index_entry *users; /* in any order */
	size_t user_count;
	const struct pp_index_group *groups;
	size_t group_count;
	uint32_t all_users; /* place in groups of the all-users group */
	struct pp_index_revision revision;
};

/*
 * Maps the index at path after checking owner, mode, type and header. The
 * owner must be root (or, for another root directory in tests, the caller).
 * *ret is released by pp_index_release.
 */
enum pp_index_status pp_index_open(const char *path, struct pp_index **ret);

/* Gives one reference back and forgets it; NULL is fine. */
void pp_index_release(struct pp_index **index);

/*
 * Returns the process's own current mapping of PP_INDEX_PATH. It is replaced
 * when its stale word is set or when its path leads to another file, which a
 * stat finds out at most every 10 ms (docs/reference/index-format.md). Release
 * it soon.
 */
enum pp_index_status pp_index_current(struct pp_index **ret);

enum pp_index_status pp_index_user_by_name(const struct pp_index *index,
	const char *name, struct pp_index_user *ret);
enum pp_index_status pp_index_user_by_uid(
	const struct pp_index *index, uint32_t uid, struct pp_index_user *ret);

/* Looks up claim groups and the all-users group; the record of a private group
 * is its user's. */
enum pp_index_status pp_index_group_by_name(const struct pp_index *index,
	const char *name, struct pp_index_group *ret);
enum pp_index_status pp_index_group_by_gid(
	const struct pp_index *index, uint32_t gid, struct pp_index_group *ret);

/* Counts the users, for a walk in the order of uids; pp_index_group_count
 * counts the groups, for a walk in the order of gids. */
uint32_t pp_index_user_count(const struct pp_index *index);
uint32_t pp_index_group_count(const struct pp_index *index);
enum pp_index_status pp_index_user_at(
	const struct pp_index *index, uint32_t i, struct pp_index_user *ret);
enum pp_index_status pp_index_group_at(
	const struct pp_index *index, uint32_t i, struct pp_index_group *ret);

/* Returns the gid of the user's n-th group, n below group_count. */
uint32_t pp_index_user_group(const struct pp_index_user *user, uint32_t n);

/* Finds the group's n-th member, n below member_count. Returns PP_INDEX_FOUND
 * or PP_INDEX_INVALID. */
enum pp_index_status pp_index_member(const struct pp_index *index,
	const struct pp_index_group *group, uint32_t n,
	struct pp_index_user *ret);

/* Returns the gid of the all-users group. */
uint32_t pp_index_all_users_gid(const struct pp_index *index);

struct pp_index_revision pp_index_revision(const struct pp_index *index);

/*
 * Returns true if the file is as its writer left it, group expiry times aside,
 * and not stale. Reads all of it. Only a writer that builds on the file needs
 * this, because a reader checks what it uses.
 */
bool pp_index_is_intact(const struct pp_index *index);

/*
 * Returns true if the user's groups count at that moment, in seconds since
 * 1970. They never do for locked and closed accounts, always for other service
 * accounts, and until groups_expire_at for people.
 */
bool pp_index_groups_valid(const struct pp_index_user *user, int64_t now);

/*
 * Writes content to path (docs/reference/index-format.md): lock, temporary
 * file, fsync, rename, the old file's stale word, fsync of the directory.
 * Skipped when the file already holds exactly this; *ret_changed says so. A
 * difference in group expiry times or the revision's change alone is changed in
 * place. Refuses (INDEX_INVALID) names that are not valid or come twice, a
 * group that has a user's name or number, and texts that a line of passwd could
 * not hold. PP_REASON_SYSTEM otherwise.
 */
enum pp_kind pp_index_write(const char *path,
	const struct pp_index_content *content, bool *ret_changed,
	struct pp_err *err) PP_NODISCARD;

/* Returns true if the text can be a field of a line of passwd: at most
 * PP_INDEX_TEXT_MAX bytes, no colon, no control character. */
bool pp_index_text_fits(const char *text);

/*
 * Sets one user's group expiry time in place: all that a sign-in which changes
 * nothing else has to publish. PP_NOT_FOUND when there is no index or no such
 * user in it, then write the whole.
 */
enum pp_kind pp_index_set_groups_expiry(const char *path, const char *name,
	int64_t groups_expire_at, struct pp_err *err) PP_NODISCARD;
