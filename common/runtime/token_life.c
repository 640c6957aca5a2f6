/* SPDX-License-Identifier: MIT */
#include <limits.h>

#include <playpen/base/root.h>
#include <playpen/conf/conf.h>
#include <playpen/runtime/run.h>
#include <playpen/runtime/token_life.h>

#define DIRECTORY PP_RUN_DIR "/provider"
#define FILE_NAME DIRECTORY "/token-life"

enum pp_kind
pp_token_life_note(int64_t seconds, struct pp_err *err)
{
	const struct pp_run_timestamp life = {.when_ms = seconds * 1000};
	enum pp_kind kind = pp_run_make_dir(DIRECTORY, err);

	return kind == PP_OK ? pp_run_write_timestamp(FILE_NAME, &life, err)
			     : kind;
}

bool
pp_token_life_read(const char *root, int64_t *ret_seconds)
{
	struct pp_run_timestamp life;
	char path[PATH_MAX];

	pp_root_follow(root, FILE_NAME, path);
	if (!pp_run_read_timestamp(path, pp_conf_owner(root), &life))
		return false;
	*ret_seconds = life.when_ms / 1000;
	return true;
}
