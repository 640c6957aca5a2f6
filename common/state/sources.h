/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_SOURCES_H
#define PLAYPEN_STATE_SOURCES_H

#include <playpen/str.h>

/*
 * The sources for users and groups that nsswitch.conf names beside files and
 * our own. Each is asked by itself: the C library goes from one to the next
 * and tells only what the last one said, so that one that is down, or stands
 * behind our own module, would seem to have nobody.
 */

/* The databases of nsswitch.conf that have lines of interest. */
enum pp_sources_database {
	PP_SOURCES_PASSWD,
	PP_SOURCES_GROUP,
	PP_SOURCES_DATABASES
};

/* A zeroed struct is of a file that could not be understood. */
struct pp_sources {
	bool known;
	char *lines[PP_SOURCES_DATABASES]; /* without the name; NULL: none */
	struct pp_strv others[PP_SOURCES_DATABASES]; /* each once */
};

/* Reads root's nsswitch.conf. *ret is freed with pp_sources_free. */
void pp_sources_read(const char *root, struct pp_sources *ret);

/* Whether somebody else may have users or groups; so it is without a line. */
bool pp_sources_has_others(const struct pp_sources *sources);

/*
 * From here on this process' getpwnam, getgrnam and so on ask what the text
 * says, in the syntax of nsswitch.conf, and never nscd. False if it is none.
 */
bool pp_sources_choose(enum pp_sources_database database, const char *text);

void pp_sources_free(struct pp_sources *sources);

#endif
