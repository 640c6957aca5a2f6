/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/index/index.h>
#include <playpen/roster/apply.h>

#include "ctl.h"

/* What `status` finds out. */

/* An accounts file that was applied. */
struct status_file {
	char *name;
	struct pp_apply_file file; /* without its name */
	bool late;                 /* confirmed too long ago */
};

struct status {
	struct ctl *ctl;
	struct pp_err conf;  /* PP_OK, or what is wrong with it */
	struct pp_err state; /* the same of state.db */
	struct pp_err key;   /* and of the uid key */
	struct pp_err index;
	struct pp_err new_users; /* PP_OK, or why none can sign in */
	bool outdated; /* publish would write something else than is there */
	/* Of the key in place, and of the one that accounts were made with;
	 * "" for none. */
	char fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	char accounts_fingerprint[PP_UID_KEY_FINGERPRINT_SIZE];
	struct pp_admin_counts counts;
	struct pp_index *mapping;  /* NULL when it is no good */
	int64_t index_age;         /* seconds */
	int64_t now_ms;            /* of the boot clock */
	struct status_file *files; /* accounts files */
	size_t file_count;
	bool any_file_late;
};

/* Finds out; configuration and state stay the command's. */
void status_read(struct status *status);

/* Frees what was found, the mapping too. */
void status_free(struct status *status);
