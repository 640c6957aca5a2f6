/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <playpen/runtime/run.h>

/* Apart from run.c, because playpen-keys links no reader of the configuration.
 */

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

bool
pp_run_boot_id(char *ret)
{
	pp_cleanup(pp_fd) int fd = open(BOOT_ID_PATH, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, ret, PP_RUN_BOOT_ID_SIZE - 1) : -1;

	ret[len > 0 ? len : 0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	return ret[0] != '\0';
}

enum pp_kind
pp_run_make_dir(const char *directory, struct pp_err *err)
{
	if ((mkdir(PP_RUN_DIR, 0755) != 0 && errno != EEXIST) ||
		(mkdir(directory, 0700) != 0 && errno != EEXIST))
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", directory);
	return PP_OK;
}
