/* SPDX-License-Identifier: MIT */
#include <playpen/base/str.h>

#include "common/oidc/flow_device.h"
#include "target.h"

/* The answer to a device authorization request; what is shown is printable. */

const char fuzz_name[] = "device";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int statuses[] = {200, 400, 404, 500};
	pp_cleanup(pp_device_response) struct pp_device_response grant = {0};
	struct pp_http_response response = {.retry_after = -1, .max_age = -1};

	if (len == 0)
		return 0;
	response.status = statuses[data[0] % 4];
	response.body.max = 262144;
	if (pp_secret_set(&response.body, data + 1, len - 1, NULL) == PP_OK &&
		pp_device_response_read(&response, &grant, NULL) == PP_OK) {
		fuzz_must(response.status == 200 && grant.code.len > 0);
		fuzz_must(grant.expires >= 1 && grant.expires <= 3600);
		fuzz_must(grant.interval >= 1 && grant.interval <= 60);
		fuzz_must(pp_str_is_graphic(
			pp_secret_text(&grant.user_code), grant.user_code.len));
		fuzz_must(pp_str_is_graphic(
			pp_secret_text(&grant.uri), grant.uri.len));
	}
	pp_http_response_free(&response);
	return 0;
}
