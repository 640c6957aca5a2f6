/* SPDX-License-Identifier: MIT */
#include "common/oidc/form.h"
#include "tests/tap.h"

static void
encodes_all_but_the_unreserved(void)
{
	static const char kept[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789-._~";

	for (int byte = 0; byte < 256; byte++) {
		pp_cleanup(pp_secret) struct pp_secret form = {0};
		unsigned char raw = (unsigned char) byte;
		char want[4] = {(char) raw};

		if (byte == 0 || strchr(kept, byte) == NULL)
			snprintf(want, sizeof(want), "%%%02X", raw);
		check_kind(pp_form_encode(&form, &raw, 1, NULL), PP_OK);
		check_text(pp_secret_text(&form), want);
	}
}

static void
puts_one_pair_behind_the_other(void)
{
	pp_cleanup(pp_form) struct pp_form form = {0};
	pp_cleanup(pp_secret) struct pp_secret secret = {0};
	pp_cleanup(pp_strv) struct pp_strv words = {0};

	check_kind(
		pp_secret_append(&secret, "d&x=y\r\n\0\xff", 9, NULL), PP_OK);
	check_kind(pp_strv_append_words(&words, "openid a+b", NULL), PP_OK);
	pp_form_add(&form, "grant_type", "a:b c");
	pp_form_add_secret(&form, "device_code", &secret);
	pp_form_add_words(&form, "scope", &words);
	pp_form_add(&form, "empty", "");
	check_kind(pp_form_check(&form, NULL), PP_OK);
	check_text(pp_secret_text(&form.text),
		"grant_type=a%3Ab%20c&device_code=d%26x%3Dy%0D%0A%00%FF"
		"&scope=openid%20a%2Bb&empty=");
}

static void
an_empty_list_is_an_empty_value(void)
{
	pp_cleanup(pp_form) struct pp_form form = {0};
	const struct pp_strv none = {0};

	pp_form_add_words(&form, "scope", &none);
	check_kind(pp_form_check(&form, NULL), PP_OK);
	check_text(pp_secret_text(&form.text), "scope=");
}

static void
keeps_its_first_failure(void)
{
	pp_cleanup(pp_form) struct pp_form form = {.text.max = 8};
	struct pp_err err = {0};

	pp_form_add(&form, "a", "1");
	check_kind(pp_form_check(&form, &err), PP_OK);
	pp_form_add(&form, "b", "a long one");
	pp_form_add(&form, "c", "");
	check_cmp(pp_form_check(&form, &err), !=, PP_OK);
	check_reason(err.reason, PP_REASON_TOO_LONG);
	check_lacks(pp_secret_text(&form.text), "c=");
}

int
main(void)
{
	run(encodes_all_but_the_unreserved);
	run(puts_one_pair_behind_the_other);
	run(an_empty_list_is_an_empty_value);
	run(keeps_its_first_failure);
	return tap_end();
}
