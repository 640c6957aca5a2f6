/* SPDX-License-Identifier: MIT */
#include <playpen/qr/qr.h>

#include "tests/tap.h"

#define FINDER 7 /* modules of a finder pattern's side */

static bool
is_dark(const struct pp_secret *modules, int64_t side, int64_t x, int64_t y)
{
	return modules->data[y * side + x] == 1;
}

/* ISO 18004: a ring around a block, in three of the corners. */
static bool
has_finder(const struct pp_secret *modules, int64_t side, int64_t left,
	int64_t top)
{
	for (int64_t y = 0; y < FINDER; y++)
		for (int64_t x = 0; x < FINDER; x++) {
			bool ring = x == 0 || y == 0 || x == FINDER - 1 ||
				    y == FINDER - 1;
			bool block = x > 1 && x < 5 && y > 1 && y < 5;

			if (is_dark(modules, side, left + x, top + y) !=
				(ring || block))
				return false;
		}
	return true;
}

static void
encodes_a_text_as_bare_modules(void)
{
	pp_cleanup(pp_secret) struct pp_secret modules = {0};
	int64_t side = 0;

	check_kind(
		pp_qr_encode("https://dex.example/device?user_code=BCDF-GHJK",
			&modules, &side, NULL),
		PP_OK);
	/* Version 3 holds 53 bytes at level L. */
	check_int(side, 29);
	check_int(modules.len, (size_t) (side * side));
	for (size_t i = 0; i < modules.len; i++)
		check_cmp(modules.data[i], <=, 1);
	check(has_finder(&modules, side, 0, 0));
	check(has_finder(&modules, side, side - FINDER, 0));
	check(has_finder(&modules, side, 0, side - FINDER));
	check(!has_finder(&modules, side, side - FINDER, side - FINDER));
}

static void
another_text_is_another_code(void)
{
	pp_cleanup(pp_secret) struct pp_secret one = {0};
	pp_cleanup(pp_secret) struct pp_secret again = {0};
	pp_cleanup(pp_secret) struct pp_secret other = {0};
	int64_t side = 0;

	check_kind(pp_qr_encode("BCDF-GHJK", &one, &side, NULL), PP_OK);
	check_kind(pp_qr_encode("BCDF-GHJK", &again, &side, NULL), PP_OK);
	check_kind(pp_qr_encode("BCDF-GHJL", &other, &side, NULL), PP_OK);
	check_int(one.len, again.len);
	check(memcmp(one.data, again.data, one.len) == 0);
	check_int(one.len, other.len);
	check(memcmp(one.data, other.data, one.len) != 0);
}

static void
letters_keep_their_case(void)
{
	pp_cleanup(pp_secret) struct pp_secret lower = {0};
	pp_cleanup(pp_secret) struct pp_secret upper = {0};
	int64_t side = 0;

	check_kind(pp_qr_encode("bcdf-ghjk", &lower, &side, NULL), PP_OK);
	check_kind(pp_qr_encode("BCDF-GHJK", &upper, &side, NULL), PP_OK);
	check_int(lower.len, upper.len);
	check(memcmp(lower.data, upper.data, lower.len) != 0);
}

static void
a_text_that_is_too_long_or_empty_has_no_code(void)
{
	pp_cleanup(pp_secret) struct pp_secret modules = {0};
	char text[PP_QR_TEXT_MAX + 2];
	int64_t side = 99;

	memset(text, 'a', sizeof(text));
	text[PP_QR_TEXT_MAX] = '\0';
	check_kind(pp_qr_encode(text, &modules, &side, NULL), PP_OK);
	/* Version 7: 156 bytes at level L. */
	check_int(side, 45);
	check_int(modules.len, 45 * 45);
	text[PP_QR_TEXT_MAX] = 'a';
	text[PP_QR_TEXT_MAX + 1] = '\0';
	check_kind(pp_qr_encode(text, &modules, &side, NULL), PP_OK);
	check_int(side, 0);
	check_int(modules.len, 0);
	side = 99;
	check_kind(pp_qr_encode("", &modules, &side, NULL), PP_OK);
	check_int(side, 0);
	check_int(modules.len, 0);
}

int
main(void)
{
	run(encodes_a_text_as_bare_modules);
	run(another_text_is_another_code);
	run(letters_keep_their_case);
	run(a_text_that_is_too_long_or_empty_has_no_code);
	return tap_end();
}
