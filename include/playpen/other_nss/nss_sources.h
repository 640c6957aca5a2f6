/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/str.h>

/*
 * The sources for users and groups that nsswitch.conf names besides files and
 * the two services of playpen. Each is asked by itself: the C library goes from
 * one to the next and tells only what the last one said.
 */

/* The databases of nsswitch.conf that have lines of interest. */
enum pp_nss_database {
	PP_NSS_DATABASE_PASSWD,
	PP_NSS_DATABASE_GROUP,
	PP_NSS_DATABASE_COUNT
};

/* A zeroed struct is of a file that could not be understood. Without a line
 * for a database the C library asks files alone. */
struct pp_nss_sources {
	bool known;
	struct pp_strv others[PP_NSS_DATABASE_COUNT]; /* each once */
};

/* Reads root's nsswitch.conf. *ret is freed with pp_nss_sources_free. */
void pp_nss_sources_read(const char *root, struct pp_nss_sources *ret);

/* Returns true if other sources may have users or groups. */
bool pp_nss_sources_has_others(const struct pp_nss_sources *sources);

void pp_nss_sources_free(struct pp_nss_sources *sources);
