/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/str.h>

/*
 * The sources for users and groups that nsswitch.conf names besides files and
 * playpen. Each is asked by itself: the C library goes from one to the next
 * and tells only what the last one said, so that one that is down, or stands
 * behind playpen, would seem to have no users.
 */

/* The databases of nsswitch.conf that have lines of interest. */
enum pp_nss_database {
	PP_NSS_DATABASE_PASSWD,
	PP_NSS_DATABASE_GROUP,
	PP_NSS_DATABASE_COUNT
};

/* A zeroed struct is of a file that could not be understood. */
struct pp_nss_sources {
	bool known;
	char *lines[PP_NSS_DATABASE_COUNT]; /* without the name; NULL: none */
	struct pp_strv others[PP_NSS_DATABASE_COUNT]; /* each once */
};

/* Reads root's nsswitch.conf. *ret is freed with pp_nss_sources_free. */
void pp_nss_sources_read(const char *root, struct pp_nss_sources *ret);

/* Returns true if other sources may have users or groups, or without a line. */
bool pp_nss_sources_has_others(const struct pp_nss_sources *sources);

/*
 * Makes getpwnam, getgrnam and so on of this process ask the sources of text,
 * in the syntax of nsswitch.conf, and never nscd. Returns false if text is
 * malformed.
 */
bool pp_nss_sources_select(enum pp_nss_database database, const char *text);

void pp_nss_sources_free(struct pp_nss_sources *sources);
