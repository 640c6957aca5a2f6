/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/ipc/message.h>

#include "playpenctl/cli/ctl.h"

/* A test, as playpen-policy told it. */
struct test_login {
	struct pp_start start;       /* borrowed texts */
	struct pp_identity identity; /* iss is NULL where none was verified */
	struct pp_dry_run dry_run;
	char *user_message; /* what the person would be told; may be NULL */
};

/* Prints it for an administrator; a refusal is the exit status too. */
void test_login_print(struct ctl *ctl, const struct test_login *test);
