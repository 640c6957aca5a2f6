/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/stat.h>

#include <playpen/runtime/run.h>

/* Apart from run.c, because playpen-keys links no reader of the configuration.
 */

enum pp_kind
pp_run_make_dir(const char *directory, struct pp_err *err)
{
	if ((mkdir(PP_RUN_DIR, 0755) != 0 && errno != EEXIST) ||
		(mkdir(directory, 0700) != 0 && errno != EEXIST))
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", directory);
	return PP_OK;
}
