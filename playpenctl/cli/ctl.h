/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/admin.h>

#include "arguments.h"

/*
 * playpenctl: one table of commands (commands.c). A command
 * opens what it needs through the struct below, prints its answer to standard
 * output, and returns a failure or complains; main alone makes an exit status
 * of that.
 */

struct ctl {
	const char *root; /* "" is this machine */
	struct args_parsed args;
	struct pp_conf
		*conf; /* see node_open_writable and node_open_readonly */
	struct pp_accounts *accounts; /* the same */
	int status;                   /* of the process, so far */
	bool unchanged;               /* there was nothing to change */
};

#define CTL_EXIT_FAILED 1
#define CTL_EXIT_USAGE 2
#define CTL_EXIT_UNCHANGED 3  /* a person is as the command wants already */
#define CTL_EXIT_UNKNOWN 4    /* no account of that name is known */
#define CTL_EXIT_TAKEN_BACK 5 /* a step has failed, and all were taken back */

typedef enum pp_kind cmd_run(struct ctl *ctl, struct pp_err *err);

/*
 * Prints a sentence on standard error. The command has failed, but may go on.
 */
void ctl_error(struct ctl *ctl, const char *format, ...) PP_PRINTF(2, 3);

/* Prints a sentence like ctl_error, for a command that was called wrongly. */
void ctl_usage_error(struct ctl *ctl, const char *format, ...) PP_PRINTF(2, 3);

/* Ends the command with CTL_EXIT_UNCHANGED, unless something has failed. The
 * audit log has no line of it. */
void ctl_unchanged(struct ctl *ctl);

/* Takes ctl_unchanged back. */
void ctl_changed(struct ctl *ctl);

/* Prints a sentence on standard error, and fails nothing. */
void ctl_warning(const char *format, ...) PP_PRINTF(1, 2);
