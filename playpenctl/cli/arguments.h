/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <playpen/base/err.h>
#include <playpen/base/str.h>

/*
 * The words behind a command, read by the grammar that its row of the table
 * shows to people:
 *
 *	NAME --subject SUB [--issuer ISS] [--json]
 *
 * NAME is an operand and must be there; an option takes a value when a name in
 * capitals follows; brackets hold what may be left out. Options stand anywhere
 * and once, or often where "..." follows; "--option=value" is "--option value".
 * An operand with "..." behind its name stands once or often. Pure; texts are
 * borrowed.
 */

#define ARGS_OPERANDS_MAX 64U
#define ARGS_OPTIONS_MAX 32U

struct args_given {
	const char *name; /* in the grammar, name_len bytes */
	size_t name_len;
	const char *value; /* "" for an option that takes none */
};

struct args_parsed {
	const char *operands[ARGS_OPERANDS_MAX];
	size_t operand_count;
	struct args_given options[ARGS_OPTIONS_MAX];
	size_t option_count;
};

/* Fills *ret from words, which end with NULL. Returns false if they do not fit
 * the grammar. */
bool args_parse(
	const char *grammar, char *const *words, struct args_parsed *ret);

/* Returns the first of words that is an option and none of the grammar's, or
 * NULL. */
const char *args_unknown_option(const char *grammar, char *const *words);

/* Offers every option of the grammar. */
void args_offer_options(const char *grammar, struct pp_str_nearest *nearest);

/* Opens a file that the administrator names, "-" for standard input. Fails with
 * PP_REASON_SYSTEM. */
enum pp_kind args_open_file(
	const char *path, int *ret_fd, struct pp_err *err) PP_NODISCARD;

/* Returns the n-th word behind the command that is no option. */
const char *args_operand(const struct args_parsed *args, size_t n);

/* Returns an option's value, "" for one that takes none; NULL if it is not
 * given. */
const char *args_option(const struct args_parsed *args, const char *name);

/* Returns the n-th value, from 0, of an option that may be given often, or
 * NULL. */
const char *args_option_at(
	const struct args_parsed *args, const char *name, size_t n);
