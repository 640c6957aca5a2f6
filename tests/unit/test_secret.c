/* SPDX-License-Identifier: MIT */
#include <playpen/base/secret.h>

#include "tests/tap.h"

static void
appends_and_keeps_a_nul_behind(void)
{
	pp_cleanup(pp_secret) struct pp_secret s = {0};

	check_text(pp_secret_text(&s), "");
	check_kind(pp_secret_append_text(&s, "abc", NULL), PP_OK);
	check_kind(pp_secret_append(&s, "def", 3, NULL), PP_OK);
	check_int(s.len, 6);
	check_text(pp_secret_text(&s), "abcdef");
}

static void
refuses_to_grow_beyond_its_maximum_and_stays_as_it_was(void)
{
	pp_cleanup(pp_secret) struct pp_secret s = {.max = 4};
	struct pp_err err;

	check_kind(pp_secret_append_text(&s, "abcd", NULL), PP_OK);
	check_kind(pp_secret_append_text(&s, "e", &err), PP_LOCAL_ERROR);
	check_reason(err.reason, PP_REASON_TOO_LONG);
	check_text(pp_secret_text(&s), "abcd");
	check_kind(pp_secret_append(&s, "", SIZE_MAX, &err), PP_LOCAL_ERROR);
}

static void
grows_through_many_sizes(void)
{
	pp_cleanup(pp_secret) struct pp_secret s = {0};

	for (size_t i = 0; i < PP_SECRET_MAX_DEFAULT; i++)
		if (!check_kind(pp_secret_append(&s, "x", 1, NULL), PP_OK))
			return;
	check_int(s.len, PP_SECRET_MAX_DEFAULT);
	check_kind(pp_secret_append(&s, "x", 1, NULL), PP_LOCAL_ERROR);
}

static void
drops_from_the_front_and_wipes_the_tail(void)
{
	pp_cleanup(pp_secret) struct pp_secret s = {0};

	check_kind(pp_secret_append_text(&s, "headtail", NULL), PP_OK);
	pp_secret_drop(&s, 4);
	check_text(pp_secret_text(&s), "tail");
	check(memcmp(s.data + 4, "\0\0\0\0", 4) == 0);
}

static void
clearing_wipes_every_byte(void)
{
	pp_cleanup(pp_secret) struct pp_secret s = {0};

	check_kind(pp_secret_append_text(&s, "password", NULL), PP_OK);
	pp_secret_clear(&s);
	check_int(s.len, 0);
	for (size_t i = 0; i < s.cap; i++)
		check_int(s.data[i], 0);
}

static void
compares_exact_bytes(void)
{
	check(pp_secret_equal("abc", 3, "abc", 3));
	check(!pp_secret_equal("abc", 3, "abd", 3));
	check(!pp_secret_equal("abc", 3, "abc", 4));
	check(pp_secret_equal("", 0, "", 0));
}

static void
finds_a_nul_inside(void)
{
	pp_cleanup(pp_secret) struct pp_secret s = {0};

	check(!pp_secret_has_nul(&s));
	check_kind(pp_secret_append(&s, "a\0b", 3, NULL), PP_OK);
	check(pp_secret_has_nul(&s));
}

static void
random_hex_differs_and_has_the_length_asked_for(void)
{
	pp_cleanup(pp_secret) struct pp_secret a = {0};
	pp_cleanup(pp_secret) struct pp_secret b = {0};

	check_kind(pp_secret_append_random_hex(&a, 16, NULL), PP_OK);
	check_kind(pp_secret_append_random_hex(&b, 16, NULL), PP_OK);
	check_int(a.len, 32);
	check_int(strspn(pp_secret_text(&a), "0123456789abcdef"), 32);
	check(!pp_secret_equal(a.data, a.len, b.data, b.len));
	check_kind(pp_secret_append_random_hex(&a, 65, NULL), PP_LOCAL_ERROR);
}

int
main(void)
{
	run(appends_and_keeps_a_nul_behind);
	run(refuses_to_grow_beyond_its_maximum_and_stays_as_it_was);
	run(grows_through_many_sizes);
	run(drops_from_the_front_and_wipes_the_tail);
	run(clearing_wipes_every_byte);
	run(compares_exact_bytes);
	run(finds_a_nul_inside);
	run(random_hex_differs_and_has_the_length_asked_for);
	return tap_end();
}
