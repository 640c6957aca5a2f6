/* SPDX-License-Identifier: MIT */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provision_file.h"

static bool
is_trusted(int fd)
{
	struct stat info;

	return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
	       (info.st_uid == 0 || info.st_uid == geteuid()) &&
	       (info.st_mode & (S_IRWXG | S_IRWXO)) == 0 &&
	       info.st_size == sizeof(struct pp_provision_file);
}

static bool
read_whole(int fd, struct pp_provision_file *file)
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
is_good(const struct pp_provision_file *file)
{
	static const struct pp_id_key no_key;

	return memcmp(file->magic, PP_PROVISION_MAGIC, sizeof(file->magic)) ==
		       0 &&
	       le32toh(file->size) == sizeof(*file) &&
	       le64toh(file->checksum) ==
		       pp_siphash(&no_key, file,
			       offsetof(struct pp_provision_file, checksum)) &&
	       ends(file->first_login, sizeof(file->first_login)) &&
	       ends(file->home, sizeof(file->home)) &&
	       ends(file->shell, sizeof(file->shell)) &&
	       ends(file->services, sizeof(file->services)) &&
	       ends(file->people, PP_NAME_SIZE) &&
	       ends(file->prefix, PP_NAME_SIZE) &&
	       ends(file->groups, sizeof(file->groups)) &&
	       pp_name_is_valid(file->people);
}

/* A range with nothing in it, or with root in it, gives no ids. */
static bool
has_ranges(const struct pp_provision *provision)
{
	return provision->uid_range.low != 0 && provision->gid_range.low != 0 &&
	       provision->people_gid != 0 &&
	       provision->uid_range.low <= provision->uid_range.high &&
	       provision->gid_range.low <= provision->gid_range.high;
}

static void
unpack(const struct pp_provision_file *file, struct pp_provision *ret)
{
	memcpy(ret->key.bytes, file->key, sizeof(file->key));
	ret->uid_range.low = le32toh(file->uid_low);
	ret->uid_range.high = le32toh(file->uid_high);
	ret->gid_range.low = le32toh(file->gid_low);
	ret->gid_range.high = le32toh(file->gid_high);
	ret->people_gid = le32toh(file->people_gid);
	memcpy(ret->first_login, file->first_login, sizeof(ret->first_login));
	memcpy(ret->home, file->home, sizeof(ret->home));
	memcpy(ret->shell, file->shell, sizeof(ret->shell));
	memcpy(ret->services, file->services, sizeof(ret->services));
	memcpy(ret->people, file->people, sizeof(ret->people));
	memcpy(ret->prefix, file->prefix, sizeof(ret->prefix));
	memcpy(ret->groups, file->groups, sizeof(ret->groups));
}

static enum pp_provision_status
load_open_file(int fd, struct pp_provision *ret)
{
	struct pp_provision_file file;
	bool good = is_trusted(fd) && read_whole(fd, &file) && is_good(&file);

	if (good)
		unpack(&file, ret);
	explicit_bzero(&file, sizeof(file));
	if (good && has_ranges(ret))
		return PP_PROVISION_YES;
	explicit_bzero(&ret->key, sizeof(ret->key));
	return PP_PROVISION_UNREADABLE;
}

/* No cancellation inside: it would leave the descriptor, and the key on the
 * stack. */
enum pp_provision_status
pp_provision_load(const char *path, struct pp_provision *ret)
{
	enum pp_provision_status status = PP_PROVISION_NO;
	int state = PTHREAD_CANCEL_ENABLE;
	int fd;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	fd = open(path,
		O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0) {
		status = load_open_file(fd, ret);
		close(fd);
	} else if (errno != ENOENT && errno != ENOTDIR) {
		status = PP_PROVISION_UNREADABLE;
	}
	pthread_setcancelstate(state, NULL);
	return status;
}
