/* SPDX-License-Identifier: MIT */
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As of the versions that Debian 12's headers do not have. */
#define VERSION_PORTS 4
#define VERSION_SCOPES 6
#define ACCESS_BIND_TCP 1U
#define ACCESS_CONNECT_TCP 2U
#define RULE_PORT 2
#define SCOPE_ABSTRACT_UNIX_SOCKET 1U
#define SCOPE_SIGNAL 2U

/* A kernel takes as much of it as it knows, and refuses a size above that. */
struct ruleset {
	uint64_t files;
	uint64_t network;
	uint64_t scopes;
};

struct port_rule {
	uint64_t allowed;
	uint64_t port;
};

/* Sets *ret_version to the kernel's version of Landlock, 0 for none. */
static enum pp_kind
ask_version(long *ret_version, struct pp_err *err)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 0 && errno != ENOSYS && errno != EOPNOTSUPP)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "landlock");
	*ret_version = version < 0 ? 0 : version;
	return PP_OK;
}

static enum pp_kind
create(const struct ruleset *ruleset, size_t size, int *ret_fd,
	struct pp_err *err)
{
	long fd = syscall(SYS_landlock_create_ruleset, ruleset, size, 0);

	if (fd < 0)
		return pp_fail_errno(
			err, PP_REASON_SYSTEM, "landlock_create_ruleset");
	*ret_fd = (int) fd;
	return PP_OK;
}

static enum pp_kind
add_rule(int ruleset, int type, const void *rule, struct pp_err *err)
{
	if (syscall(SYS_landlock_add_rule, ruleset, type, rule, 0) != 0)
		return pp_fail_errno(
			err, PP_REASON_SYSTEM, "landlock_add_rule");
	return PP_OK;
}

static enum pp_kind
restrict_self(int ruleset, struct pp_err *err)
{
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		return pp_fail_errno(
			err, PP_REASON_SYSTEM, "landlock_restrict_self");
	return PP_OK;
}

/*
 * Returns the rights that change something, as the kernel's version knows them.
 */
static uint64_t
writing_rights(long version)
{
	uint64_t rights =
		LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
		LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
		LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
		LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		LANDLOCK_ACCESS_FS_MAKE_SYM;

#ifdef LANDLOCK_ACCESS_FS_REFER
	if (version >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
#endif
#ifdef LANDLOCK_ACCESS_FS_TRUNCATE
	if (version >= 3)
		rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
#endif
	return rights;
}

static enum pp_kind
allow_cache(
	int ruleset, uint64_t rights, const char *cache_dir, struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd =
		open(cache_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct landlock_path_beneath_attr below = {
		.allowed_access =
			rights & ~(uint64_t) LANDLOCK_ACCESS_FS_EXECUTE,
		.parent_fd = fd};

	/* Without a cache nothing may be written at all. */
	if (fd < 0)
		return PP_OK;
	return add_rule(ruleset, LANDLOCK_RULE_PATH_BENEATH, &below, err);
}

enum pp_kind
landlock_limit_files(const char *cache_dir, struct pp_err *err)
{
	pp_cleanup(pp_fd) int fd = -1;
	struct ruleset ruleset = {0};
	size_t size = sizeof(ruleset.files);
	long version = 0;
	enum pp_kind kind = ask_version(&version, err);

	if (kind != PP_OK || version == 0)
		return kind;
	ruleset.files = writing_rights(version);
	if (version >= VERSION_SCOPES) {
		ruleset.scopes = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
		size = sizeof(ruleset);
	}
	kind = create(&ruleset, size, &fd, err);
	if (kind == PP_OK)
		kind = allow_cache(fd, ruleset.files, cache_dir, err);
	return kind == PP_OK ? restrict_self(fd, err) : kind;
}

enum pp_kind
landlock_limit_ports(
	const unsigned int *ports, size_t count, struct pp_err *err)
{
	const struct ruleset ruleset = {
		.network = ACCESS_BIND_TCP | ACCESS_CONNECT_TCP};
	pp_cleanup(pp_fd) int fd = -1;
	long version = 0;
	enum pp_kind kind = ask_version(&version, err);

	if (kind != PP_OK || version < VERSION_PORTS)
		return kind;
	kind = create(&ruleset, offsetof(struct ruleset, scopes), &fd, err);
	for (size_t i = 0; kind == PP_OK && i < count; i++) {
		const struct port_rule rule = {ACCESS_CONNECT_TCP, ports[i]};

		kind = add_rule(fd, RULE_PORT, &rule, err);
	}
	return kind == PP_OK ? restrict_self(fd, err) : kind;
}
