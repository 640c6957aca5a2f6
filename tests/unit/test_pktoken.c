/* SPDX-License-Identifier: MIT */
#include <playpen/sshcert/pktoken.h>

#include "tests/tap.h"

static enum pp_reason
split(const char *text, struct pp_pktoken *ret_parts)
{
	const struct pp_sshcert_bytes token = {
		(const unsigned char *) text, strlen(text)};
	struct pp_err err = {0};

	pp_ignore(pp_pktoken_split(&token, ret_parts, &err));
	return err.reason;
}

static void
splits_five_segments(void)
{
	struct pp_pktoken parts = {0};

	check_reason(split("pay_:-h:sig:cic:c9", &parts), PP_REASON_NONE);
	check_int(parts.payload.len, 4);
	check(memcmp(parts.payload.data, "pay_", 4) == 0);
	check_int(parts.header.len, 2);
	check_int(parts.signature.len, 3);
	check_int(parts.key_header.len, 3);
	check_int(parts.key_signature.len, 2);
	check(memcmp(parts.key_signature.data, "c9", 2) == 0);
}

static void
rejects_any_other_number_of_segments_and_any_other_letter(void)
{
	static const char *const texts[] = {"", ":", "a", "a:b:c:d",
		"a:b:c:d:e:f:g", "a:b:c:d:e:", ":b:c:d:e", "a::c:d:e",
		"a:b:c:d:", "a:b:c:d:e.f", "a:b:c:d:e=", "a.b.c", "a:b:c:d:e f",
		"a:b:c:d:e\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct pp_pktoken parts = {0};

		check_reason(split(texts[i], &parts), PP_REASON_CERT_MALFORMED);
		check(parts.payload.data == NULL);
	}
}

int
main(void)
{
	run(splits_five_segments);
	run(rejects_any_other_number_of_segments_and_any_other_letter);
	return tap_end();
}
