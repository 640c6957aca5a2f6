/* SPDX-License-Identifier: MIT */
#include "common/oidc/token_response.h"
#include "target.h"

/* The token endpoint's answer. The first byte picks the status. */

const char fuzz_name[] = "answer";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int statuses[] = {200, 400, 401, 500};
	pp_cleanup(pp_token_response) struct pp_token_response answer = {0};
	struct pp_http_response response = {.retry_after = -1, .max_age = -1};

	if (len == 0)
		return 0;
	response.status = statuses[data[0] % 4];
	response.body.max = 262144;
	if (pp_secret_set(&response.body, data + 1, len - 1, NULL) != PP_OK)
		return 0;
	pp_token_response_read(&response, &answer);
	if (answer.status == PP_TOKEN_DONE)
		fuzz_must(response.status == 200 &&
			  answer.tokens.id_token.len > 0 &&
			  answer.tokens.access_token.len > 0);
	else
		fuzz_must(answer.err.reason != PP_REASON_NONE);
	fuzz_must(answer.interval >= 0);
	pp_http_response_free(&response);
	return 0;
}
