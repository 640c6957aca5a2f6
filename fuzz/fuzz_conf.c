/* SPDX-License-Identifier: MIT */
#include <playpen/conf/conf.h>

#include "target.h"
#include "tests/scratch.h"

/* playpen.conf: an accepted one has all that nobody can do without. */

const char fuzz_name[] = "conf";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	struct pp_err err = {0};
	static bool begun;

	if (!begun)
		scratch_begin();
	begun = true;
	fuzz_must(scratch_write_bytes(
		"/etc/playpen/playpen.conf", data, len, 0644));
	if (pp_conf_load(scratch_root, &conf, &err) != PP_OK) {
		fuzz_must(err.reason != PP_REASON_NONE && conf == NULL);
		return 0;
	}
	fuzz_must(
		conf->provider.url != NULL && conf->provider.client_id != NULL);
	fuzz_must(pp_conf_find_pam_service(conf, "sshd") != NULL);
	fuzz_must(conf->provider.profile != PP_PROFILE_DEX ||
		  conf->provider.connectors.count > 0);
	return 0;
}
