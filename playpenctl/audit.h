/* SPDX-License-Identifier: MIT */
#pragma once

#include "commands.h"
#include "playpenctl/cli/ctl.h"

/*
 * The log of acts: what an administrator changes on this machine is one line of
 * authpriv, as decisions are (LOG in playpenctl(8)). Commands that only look
 * leave none, nor does --root; `login` leaves that of its decision.
 */

/*
 * Logs what came of a command, with the failure in *err unless kind is PP_OK.
 * Nothing when it was called wrongly or has changed nothing.
 */
void audit_command(const struct ctl *ctl, const struct cmd *command,
	enum pp_kind kind, const struct pp_err *err);
