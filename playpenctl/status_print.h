/* SPDX-License-Identifier: MIT */
#pragma once

#include "playpenctl/cli/status.h"

enum pp_kind status_print(
	const struct status *status, struct pp_err *err) PP_NODISCARD;

enum pp_kind status_print_json(
	const struct status *status, struct pp_err *err) PP_NODISCARD;

/* Prints what was found as metrics of Prometheus. Returns as status_print does.
 */
enum pp_kind status_print_metrics(
	const struct status *status, struct pp_err *err) PP_NODISCARD;
