/* SPDX-License-Identifier: MIT */
#pragma once

#include "request.h"

/*
 * Sends playpenctl the outcome of a dry run, which returned kind: IDENTITY if
 * one was verified, then DRY_RUN. Returns PP_OK or what sending fails with.
 */
enum pp_kind dry_run_report(struct request *request, enum pp_kind kind,
	struct pp_err *err) PP_NODISCARD;
