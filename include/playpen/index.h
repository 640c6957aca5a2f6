/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_INDEX_H
#define PLAYPEN_INDEX_H

#include <playpen/err.h>
#include <playpen/identity.h>

/*
 * The index (docs/index-format.md): every account of ours in one file that any
 * process may map. Writers replace it as a whole; readers map it read-only,
 * bounds-check every offset when they use it, and keep no descriptor, lock or
 * thread. Reader functions neither allocate nor fail loudly: what does not fit
 * is an invalid index.
 */

#define PP_INDEX_PATH "/var/lib/playpen/index.v1"
#define PP_INDEX_SIZE_MAX ((size_t) 4 * 1024 * 1024 * 1024)

enum pp_index_status {
	PP_INDEX_FOUND,
	PP_INDEX_NONE,    /* no such entry, or no index at all */
	PP_INDEX_INVALID, /* corrupt, foreign-owned or of an unknown version */
};

/* Flags of a user in the index. */
#define PP_INDEX_LOCKED 1U
#define PP_INDEX_TOMBSTONE 2U /* the name is taken for ever, nobody has it */
#define PP_INDEX_SIGNED_IN 4U /* has signed in here: enumerated */
#define PP_INDEX_SERVICE 8U   /* a service account: its groups never age */

/* A user as the index holds it; texts point into the mapping. */
struct pp_index_user {
	const char *name;
	const char *gecos;
	const char *home;
	const char *shell;
	uint32_t uid;
	uint32_t gid;
	uint32_t flags;
	int64_t checked_until; /* groups count until then, seconds since 1970 */
	uint32_t place;        /* for the membership calls */
};

struct pp_index_group {
	const char *name;
	uint32_t gid;
	uint32_t place;
};

struct pp_index; /* one mapping, opaque, reference-counted */

/* What a writer hands over; all texts borrowed for the call. */
struct pp_index_entry {
	const char *name;
	const char *gecos;
	const char *home;
	const char *shell;
	uint32_t uid;
	uint32_t gid;
	uint32_t flags;
	int64_t checked_until;
	const uint32_t *groups; /* places in the group list, ascending */
	size_t group_count;
};

struct pp_index_content {
	const struct pp_index_entry *users;
	size_t user_count;
	const struct pp_index_group *groups; /* place is ignored */
	size_t group_count;
	uint32_t people; /* place of the group that holds everybody */
};

/*
 * Maps the index at path after checking owner, mode, type and header. The
 * owner must be root (or, for another root directory in tests, the caller).
 * *ret is released by pp_index_release.
 */
enum pp_index_status pp_index_map(const char *path, struct pp_index **ret);

void pp_index_release(struct pp_index **index);

/*
 * The process's own current mapping of PP_INDEX_PATH, revalidated as the design
 * says (superseded word; a stat at most every 10 ms). Release it soon.
 */
enum pp_index_status pp_index_current(struct pp_index **ret);

enum pp_index_status pp_index_user_by_name(const struct pp_index *index,
	const char *name, struct pp_index_user *ret);
enum pp_index_status pp_index_user_by_uid(
	const struct pp_index *index, uint32_t uid, struct pp_index_user *ret);
enum pp_index_status pp_index_group_by_name(const struct pp_index *index,
	const char *name, struct pp_index_group *ret);
enum pp_index_status pp_index_group_by_gid(
	const struct pp_index *index, uint32_t gid, struct pp_index_group *ret);

/*
 * Writes content to path as design section 7 says: lock, temporary file, fsync,
 * rename, the old file's superseded word, fsync of the directory. Skipped when
 * the file already holds exactly this; *ret_changed says so. A difference in
 * checked-until times alone is changed in place.
 */
enum pp_kind pp_index_write(const char *path,
	const struct pp_index_content *content, bool *ret_changed,
	struct pp_err *err) PP_NODISCARD;

#endif
