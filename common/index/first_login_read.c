/* SPDX-License-Identifier: MIT */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "first_login_file.h"

static bool
is_trusted(int fd)
{
	struct stat info;

	return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
	       (info.st_uid == 0 || info.st_uid == geteuid()) &&
	       (info.st_mode & (S_IRWXG | S_IRWXO)) == 0 &&
	       info.st_size == sizeof(struct pp_first_login_file);
}

static bool
read_whole(int fd, struct pp_first_login_file *file)
{
	unsigned char *at = (unsigned char *) file;
	size_t left = sizeof(*file);

	while (left > 0) {
		ssize_t got = read(fd, at, left);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		left -= (size_t) got;
	}
	return true;
}

static bool
ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool
is_good(const struct pp_first_login_file *file)
{
	static const struct pp_uid_key no_key;

	return memcmp(file->magic, PP_FIRST_LOGIN_MAGIC, sizeof(file->magic)) ==
		       0 &&
	       le32toh(file->size) == sizeof(*file) &&
	       le64toh(file->checksum) ==
		       pp_siphash(&no_key, file,
			       offsetof(
				       struct pp_first_login_file, checksum)) &&
	       ends(file->allow_new_users, sizeof(file->allow_new_users)) &&
	       ends(file->home, sizeof(file->home)) &&
	       ends(file->shell, sizeof(file->shell)) &&
	       ends(file->programs, sizeof(file->programs)) &&
	       ends(file->all_users_group, PP_NAME_SIZE) &&
	       ends(file->prefix, PP_NAME_SIZE) &&
	       ends(file->groups, sizeof(file->groups)) &&
	       le32toh(file->refusal) < PP_REASON_COUNT &&
	       le32toh(file->flags) <= PP_FIRST_LOGIN_DOTS &&
	       pp_name_is_valid(file->all_users_group);
}

/* Returns false for a range with nothing in it, or with root in it. A file that
 * lets no new user in may have no numbers. */
static bool
has_ranges(const struct pp_first_login_settings *settings)
{
	return settings->refusal != PP_REASON_NONE ||
	       (settings->uid_range.low != 0 && settings->gid_range.low != 0 &&
	       settings->all_users_gid != 0 &&
	       settings->uid_range.low <= settings->uid_range.high &&
	       settings->gid_range.low <= settings->gid_range.high);
}

static void
unpack(const struct pp_first_login_file *file,
	struct pp_first_login_settings *ret)
{
	memcpy(ret->key.bytes, file->key, sizeof(file->key));
	ret->uid_range.low = le32toh(file->uid_low);
	ret->uid_range.high = le32toh(file->uid_high);
	ret->gid_range.low = le32toh(file->gid_low);
	ret->gid_range.high = le32toh(file->gid_high);
	ret->all_users_gid = le32toh(file->all_users_gid);
	memcpy(ret->allow_new_users, file->allow_new_users,
		sizeof(ret->allow_new_users));
	memcpy(ret->home, file->home, sizeof(ret->home));
	memcpy(ret->shell, file->shell, sizeof(ret->shell));
	memcpy(ret->programs, file->programs, sizeof(ret->programs));
	memcpy(ret->all_users_group, file->all_users_group,
		sizeof(ret->all_users_group));
	memcpy(ret->prefix, file->prefix, sizeof(ret->prefix));
	memcpy(ret->groups, file->groups, sizeof(ret->groups));
	ret->allow_dots = le32toh(file->flags) == PP_FIRST_LOGIN_DOTS;
	ret->refusal = (enum pp_reason) le32toh(file->refusal);
}

static enum pp_first_login_status
load_open_file(int fd, struct pp_first_login_settings *ret)
{
	struct pp_first_login_file file;
	bool good = is_trusted(fd) && read_whole(fd, &file) && is_good(&file);

	if (good)
		unpack(&file, ret);
	explicit_bzero(&file, sizeof(file));
	if (good && has_ranges(ret))
		return PP_FIRST_LOGIN_YES;
	explicit_bzero(&ret->key, sizeof(ret->key));
	return PP_FIRST_LOGIN_UNREADABLE;
}

/* Allows no cancellation inside, which would leave the descriptor, and the key
 * on the stack. */
enum pp_first_login_status
pp_first_login_read(const char *path, struct pp_first_login_settings *ret)
{
	enum pp_first_login_status status = PP_FIRST_LOGIN_NO;
	int state = PTHREAD_CANCEL_ENABLE;
	int fd;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	fd = open(path,
		O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0) {
		status = load_open_file(fd, ret);
		close(fd);
	} else if (errno != ENOENT && errno != ENOTDIR) {
		status = PP_FIRST_LOGIN_UNREADABLE;
	}
	pthread_setcancelstate(state, NULL);
	return status;
}
