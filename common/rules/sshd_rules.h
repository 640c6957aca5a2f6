/* SPDX-License-Identifier: MIT */
#pragma once

#include "rule_walk.h"

/* Takes a line of sshd_config(5): AllowGroups, DenyGroups, Match Group,
 * Include.
 */
rule_line pp_sshd_rules_take_line;
