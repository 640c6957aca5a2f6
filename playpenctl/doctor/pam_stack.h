/* SPDX-License-Identifier: MIT */
#pragma once

#include "doctor.h"

/*
 * The stacks as libpam puts them together (pam.conf(5)): lines of a service's
 * file with what @include, include and substack bring. What the lines of
 * pam_playpen promise holds for the controls that the package installs, and for
 * no others.
 */

#define PAM_MODULE "pam_playpen.so"
#define PAM_LINES_MAX 256U
#define PAM_SERVICES_MAX 8U

struct pam_line {
	char control[128]; /* one blank between words, brackets kept */
	char module[64];   /* without its directory */
	char text[200];    /* both, as "module (control)" */
	bool plain;        /* the module has no arguments */
	int substack;      /* the substack's number, 0 for none: what ends or
			   jumps in one stays in it */
};

struct pam_stack {
	const char *type;
	struct pam_line lines[PAM_LINES_MAX];
	size_t count;
	int substacks;
	bool broken;                /* a file is missing, or it is too long */
	const struct pam_line *own; /* that of pam_playpen, or NULL */
};

struct pam_service {
	const char *name;
	struct pam_stack auth;
	struct pam_stack account;
	struct pam_stack session;
};

struct pam_stacks {
	struct pam_service services[PAM_SERVICES_MAX];
	size_t count; /* services that have a file on this machine */
};

/*
 * Reads the stacks of sshd, login, sudo, su, cron and systemd-user. The caller
 * frees the result with free(3). Returns NULL if there is no memory.
 */
struct pam_stacks *pam_stacks_read(const struct doctor *doctor);

/*
 * Returns true if the auth line of pam_playpen has the control that the package
 * installs: success jumps over what refuses, to a line that is there.
 */
bool pam_stack_is_good_auth(const struct pam_stack *stack);

/* Returns true if its account line has the control that the package installs.
 */
bool pam_stack_is_good_account(const struct pam_stack *stack);

/* Returns the line before pam_playpen whose success would skip it, or NULL. */
const struct pam_line *pam_stack_find_bypass(const struct pam_stack *stack);

/* Returns true if pam_unix comes before pam_playpen. */
bool pam_stack_has_unix_first(const struct pam_stack *stack);
