/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include <playpen/base/err.h>

/*
 * How often playpen-policy has decided what since the boot, for metrics: a file
 * of fixed size in /run/playpen with a counter for each stage and reason. It
 * has nothing of a person. Counters are added to in memory, without a lock and
 * without fsync; another version of playpen begins a file of its own. Root
 * only.
 */

/* Adds one below root ("" for this machine). stage is an enum pp_stage. Does
 * nothing if the file cannot be used: a login does not depend on it. */
void pp_decisions_count(const char *root, int64_t stage, enum pp_reason reason);

/* Is called for each counter that is not zero. */
typedef void pp_decisions_visitor(
	void *context, int64_t stage, enum pp_reason reason, uint64_t count);

/* Visits the counters below root, in order of stage and reason; none if there
 * is no file. */
void pp_decisions_each(
	const char *root, pp_decisions_visitor *visit, void *context);
