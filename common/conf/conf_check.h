/* SPDX-License-Identifier: MIT */
#pragma once

#include "conf_builder.h"

/*
 * What one key cannot know: defaults that depend on other keys, and the checks
 * of one key against another and against the machine's local accounts.
 */

/* Fills in every key that no file set. */
enum pp_kind pp_conf_defaults_fill(
	struct pp_conf_builder *builder, struct pp_err *err) PP_NODISCARD;

/* Checks the whole. Fails with PP_REASON_CONFIG_INVALID, PP_REASON_SYSTEM. */
enum pp_kind pp_conf_check(
	const struct pp_conf_builder *builder, struct pp_err *err) PP_NODISCARD;

/* Appends the names of this machine: from the kernel and root's /etc/hosts. */
enum pp_kind pp_conf_node_names(const char *root, struct pp_strv *names,
	struct pp_err *err) PP_NODISCARD;
