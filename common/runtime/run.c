/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/base/file.h>
#include <playpen/base/root.h>
#include <playpen/base/str.h>
#include <playpen/conf/conf.h>
#include <playpen/runtime/run.h>

#define LOCK_WAIT_MS 1000
#define SLOT_VERSION 1

/*
 * A record of a pool's file, as this machine lays it out: /run does not outlive
 * a boot. But it outlives an upgrade, so a record says its version and size.
 */
struct slot_record {
	uint32_t version;
	uint32_t size;
	struct pp_run_slot slot;
};

/* Writes one line: boot id, uid, when. */
enum pp_kind
pp_run_write_timestamp(const char *path,
	const struct pp_run_timestamp *timestamp, struct pp_err *err)
{
	pp_cleanup(pp_secret) struct pp_secret content = {0};
	char text[PP_RUN_TIMESTAMP_SIZE];
	char boot[PP_CLOCK_BOOT_ID_SIZE];
	enum pp_kind kind;

	if (!pp_clock_boot_id(boot))
		return pp_fail(err, PP_REASON_SYSTEM, "no boot id");
	snprintf(text, sizeof(text), "%s %u %" PRId64 "\n", boot,
		timestamp->uid, timestamp->when_ms);
	kind = pp_secret_append_text(&content, text, err);
	return kind == PP_OK ? pp_file_replace(path, 0600, &content, err)
			     : kind;
}

bool
pp_run_read_timestamp(
	const char *path, uid_t owner, struct pp_run_timestamp *ret)
{
	const struct pp_file_trust trust = {owner, 0077};
	pp_cleanup(pp_secret) struct pp_secret content = {
		.max = PP_RUN_TIMESTAMP_SIZE};
	char boot[PP_CLOCK_BOOT_ID_SIZE];

	if (pp_file_load(path, &trust, &content, NULL) != PP_OK ||
		!pp_clock_boot_id(boot))
		return false;
	return sscanf(pp_secret_text(&content), "%36s %u %" SCNd64, ret->boot,
		       &ret->uid, &ret->when_ms) == 3 &&
	       strcmp(ret->boot, boot) == 0;
}

bool
pp_run_slot_is_held(int fd, int64_t at)
{
	struct flock lock = {.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = at,
		.l_len = 1};

	return fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

enum pp_kind
pp_run_read_slot(
	int fd, int64_t at, struct pp_run_slot *ret, struct pp_err *err)
{
	struct slot_record record;
	ssize_t got =
		pread(fd, &record, sizeof(record), at * (off_t) sizeof(record));

	if (got < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, PP_RUN_SLOTS);
	if (got != sizeof(record) || record.version != SLOT_VERSION ||
		record.size != sizeof(record))
		return pp_fail(err, PP_REASON_NOT_FOUND,
			"login slot %" PRId64 " has no record of this version",
			at);
	*ret = record.slot;
	ret->name[PP_NAME_SIZE - 1] = '\0';
	ret->source[PP_RUN_SOURCE_SIZE - 1] = '\0';
	return PP_OK;
}

enum pp_kind
pp_run_write_slot(
	int fd, int64_t at, const struct pp_run_slot *slot, struct pp_err *err)
{
	struct slot_record record;

	memset(&record, 0, sizeof(record));
	record.version = SLOT_VERSION;
	record.size = sizeof(record);
	record.slot = *slot;
	if (pwrite(fd, &record, sizeof(record), at * (off_t) sizeof(record)) !=
		sizeof(record))
		return pp_fail_errno(err, PP_REASON_SYSTEM, PP_RUN_SLOTS);
	return PP_OK;
}

/* A walk over all files of sign-ins. */
struct scan {
	const char *root;
	enum pp_kind (*each)(struct scan *scan, const char *file,
		const char *path, const struct pp_run_timestamp *timestamp,
		struct pp_err *err);
	pp_run_sign_in_visitor *visit;
	void *context;
	uid_t uid;
	int64_t ended;
};

static enum pp_kind
scan_sign_ins(struct scan *scan, struct pp_err *err)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	enum pp_kind kind = PP_OK;
	DIR *directory;

	pp_root_follow(scan->root, PP_RUN_SIGN_INS, path);
	directory = opendir(path);
	if (directory == NULL && errno == ENOENT)
		return PP_OK;
	if (directory == NULL)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	while (kind == PP_OK && (entry = readdir(directory)) != NULL) {
		struct pp_run_timestamp timestamp = {0};
		char file[sizeof(PP_RUN_SIGN_INS) + 1 + NAME_MAX];

		snprintf(file, sizeof(file), PP_RUN_SIGN_INS "/%s",
			entry->d_name);
		pp_root_path(scan->root, file, path);
		if (pp_run_read_timestamp(
			    path, pp_conf_owner(scan->root), &timestamp))
			kind = scan->each(
				scan, entry->d_name, path, &timestamp, err);
	}
	closedir(directory);
	return kind;
}

/* Calls the visitor for a timestamp, whose file is named SESSION.UID. */
static enum pp_kind
visit_session(struct scan *scan, const char *file, const char *path,
	const struct pp_run_timestamp *timestamp, struct pp_err *err)
{
	char session[NAME_MAX + 1];
	char *end;

	(void) path;
	snprintf(session, sizeof(session), "%s", file);
	end = strrchr(session, '.');
	if (end == NULL || pp_str_starts_with(file, PP_RUN_TICKET))
		return PP_OK;
	*end = '\0';
	return scan->visit(scan->context, session, timestamp, err);
}

static enum pp_kind
end_sign_in(struct scan *scan, const char *file, const char *path,
	const struct pp_run_timestamp *timestamp, struct pp_err *err)
{
	(void) file;
	if (timestamp->uid != scan->uid)
		return PP_OK;
	if (unlink(path) != 0)
		return errno == ENOENT ? PP_OK
				       : pp_fail_errno(err, PP_REASON_SYSTEM,
						 "%s", path);
	scan->ended++;
	return PP_OK;
}

enum pp_kind
pp_run_forget_refresh_token(const char *root, uid_t uid, struct pp_err *err)
{
	char file[sizeof(PP_RUN_REFRESH "/4294967295")];
	char path[PATH_MAX];
	struct pp_err ignored;
	pp_cleanup(pp_fd) int fd = -1;

	pp_root_path(root, PP_RUN_REFRESH "/lock", path);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	/* A holder has it while it replaces a file. One that was stopped there
	 * is not waited for longer. */
	if (fd >= 0)
		pp_ignore(pp_file_lock(fd, LOCK_WAIT_MS, path, &ignored));
	snprintf(file, sizeof(file), PP_RUN_REFRESH "/%u", uid);
	pp_root_path(root, file, path);
	if (unlink(path) == 0 || errno == ENOENT)
		return PP_OK;
	return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
}

enum pp_kind
pp_run_each_sign_in(const char *root, pp_run_sign_in_visitor *visit,
	void *context, struct pp_err *err)
{
	struct scan scan = {.root = root,
		.each = visit_session,
		.visit = visit,
		.context = context};

	return scan_sign_ins(&scan, err);
}

enum pp_kind
pp_run_end_sign_ins(
	const char *root, uid_t uid, int64_t *ret_ended, struct pp_err *err)
{
	struct scan scan = {.root = root, .each = end_sign_in, .uid = uid};
	enum pp_kind kind = scan_sign_ins(&scan, err);

	*ret_ended = scan.ended;
	return kind == PP_OK ? pp_run_forget_refresh_token(root, uid, err)
			     : kind;
}

int64_t
pp_run_slot_count(int fd)
{
	struct stat info;

	return fstat(fd, &info) == 0
		       ? info.st_size / (off_t) sizeof(struct slot_record)
		       : 0;
}

static enum pp_kind
scan_pool(const char *root, const char *pool, pp_run_slot_visitor *visit,
	void *context, struct pp_err *err)
{
	char file[sizeof(PP_RUN_SLOTS) + NAME_MAX];
	char path[PATH_MAX];
	struct pp_run_slot slot;
	struct pp_err cause;
	enum pp_kind kind = PP_OK;
	pp_cleanup(pp_fd) int fd = -1;

	snprintf(file, sizeof(file), PP_RUN_SLOTS "/%s", pool);
	pp_root_path(root, file, path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return PP_OK;
	if (fd < 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	for (int64_t at = 0; kind == PP_OK && at < pp_run_slot_count(fd); at++)
		if (pp_run_read_slot(fd, at, &slot, &cause) == PP_OK &&
			pp_run_slot_is_held(fd, at))
			kind = visit(context, pool, &slot, err);
	return kind;
}

enum pp_kind
pp_run_each_slot(const char *root, pp_run_slot_visitor *visit, void *context,
	struct pp_err *err)
{
	static const char *const pools[] = {PP_RUN_POOL_REMOTE, PP_RUN_POOL_OWN,
		PP_RUN_POOL_OTHER, PP_RUN_POOL_SYSTEM};
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < PP_COUNT(pools) && kind == PP_OK; i++)
		kind = scan_pool(root, pools[i], visit, context, err);
	return kind;
}
