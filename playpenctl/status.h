/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_CTL_STATUS_H
#define PLAYPEN_CTL_STATUS_H

#include <playpen/index.h>

#include "ctl.h"

/* What `status` finds out, and its two ways to say it. */

struct status {
	struct ctl *ctl;
	struct pp_err conf;  /* PP_OK, or what is wrong with it */
	struct pp_err state; /* the same of state.db */
	struct pp_err key;   /* and of the id key */
	struct pp_err index;
	bool outdated; /* publish would write something else than is there */
	/* Of the key in place, and of the one that accounts were made with;
	 * "" for none. */
	char fingerprint[PP_FINGERPRINT_SIZE];
	char known[PP_FINGERPRINT_SIZE];
	struct pp_state_counts counts;
	struct pp_index *mapping; /* NULL when it is no good */
	int64_t index_age;        /* seconds */
	int64_t now_ms;           /* of the boot clock */
};

/* Finds out; configuration and state stay the command's. */
void status_look(struct status *status);

/* The name that a uid has in the index, "" for none. */
const char *status_name_of(const struct status *status, uint32_t uid);

enum pp_kind status_print(
	const struct status *status, struct pp_err *err) PP_NODISCARD;
enum pp_kind status_print_json(
	const struct status *status, struct pp_err *err) PP_NODISCARD;

#endif
