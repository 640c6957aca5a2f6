/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_CTL_ARGUMENTS_H
#define PLAYPEN_CTL_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The words behind a command, read by the grammar that its row of the table
 * shows to people:
 *
 *	NAME --subject SUB [--issuer ISS] [--json]
 *
 * NAME is an operand and must be there; an option takes a value when a name in
 * capitals follows; brackets hold what may be left out. Options stand anywhere
 * and once, or often where "..." follows; "--option=value" is "--option value".
 * Pure; texts are borrowed.
 */

#define CTL_OPERANDS_MAX 2U
#define CTL_OPTIONS_MAX 32U

struct ctl_given {
	const char *name; /* in the grammar, name_len bytes */
	size_t name_len;
	const char *value; /* "" for an option that takes none */
};

struct ctl_arguments {
	const char *operands[CTL_OPERANDS_MAX];
	size_t operand_count;
	struct ctl_given options[CTL_OPTIONS_MAX];
	size_t option_count;
};

/* Whether words, NULL behind the last, fit; *ret is filled in then. */
bool ctl_arguments_read(
	const char *grammar, char *const *words, struct ctl_arguments *ret);

#endif
