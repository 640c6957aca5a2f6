/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <playpen/base/base64.h>

#include "target.h"

/* Base64url: a text that decodes is the one that encoding its bytes gives. */

const char fuzz_name[] = "base64url";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	unsigned char *bytes = malloc(PP_BASE64_DECODED(len));
	size_t bytes_len = 0;
	char *text = NULL;

	fuzz_must(bytes != NULL);
	if (pp_base64_url_decode((const char *) data, len, bytes, &bytes_len)) {
		fuzz_must(bytes_len <= PP_BASE64_DECODED(len));
		text = malloc(PP_BASE64_ENCODED(bytes_len));
		fuzz_must(text != NULL);
		fuzz_must(pp_base64_url_encode(bytes, bytes_len, text) == len);
		fuzz_must(memcmp(text, data, len) == 0 && text[len] == '\0');
	}
	free(text);
	free(bytes);
	return 0;
}
