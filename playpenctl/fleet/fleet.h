/* SPDX-License-Identifier: MIT */
#pragma once

#include "playpenctl/cli/ctl.h"

/* The commands about many nodes alike. */

cmd_run cmd_accounts_export;
cmd_run cmd_accounts_merge;
cmd_run cmd_apply;
cmd_run cmd_bundle;
cmd_run cmd_enroll;
cmd_run cmd_unenroll;

/* Reads --serial; without it the serial is the time, which never goes down.
 * Complains and returns false if it is no number. */
bool fleet_read_serial(struct ctl *ctl, int64_t *ret_serial);
