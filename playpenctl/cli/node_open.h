/* SPDX-License-Identifier: MIT */
#pragma once

#include "ctl.h"

/* Opening configuration and accounts of the node that a command is about. */

/* Opens configuration and state, to change something. */
enum pp_kind node_open_writable(
	struct ctl *ctl, struct pp_err *err) PP_NODISCARD;

/*
 * Opens both to keep a user out, whatever is wrong with the configuration: the
 * mistake is in *ret_conf then, and ctl->conf is NULL.
 */
enum pp_kind node_open_any_conf(struct ctl *ctl, struct pp_err *ret_conf,
	struct pp_err *err) PP_NODISCARD;

/*
 * Opens the state to look at it. If the configuration has a mistake, ctl->conf
 * is NULL.
 */
enum pp_kind node_open_readonly(
	struct ctl *ctl, struct pp_err *err) PP_NODISCARD;

/* Finds the account that the first operand names. A failure says the name. */
enum pp_kind node_find_account(const struct ctl *ctl,
	struct pp_account *ret_account, struct pp_err *err) PP_NODISCARD;

/* Puts the name that the first operand gives in front of a failure's message,
 * unless it is there. Returns kind. */
enum pp_kind node_prefix_name(
	const struct ctl *ctl, enum pp_kind kind, struct pp_err *err);
