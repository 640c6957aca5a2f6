/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The one reader of lines of nsswitch.conf(5): for the NSS modules, for the
 * questions to other sources, and for doctor. No allocation, no lock; any
 * thread.
 */

#define PP_NSSWITCH_PATH "/etc/nsswitch.conf"
#define PP_NSSWITCH_SIZE_MAX ((size_t) 16 * 1024)

/* The two services of playpen: accounts, and answers for new users. */
#define PP_NSSWITCH_PLAYPEN "playpen"
#define PP_NSSWITCH_PLAYPEN_NEW "playpen_new"

/* A source of a line and the action behind it, both pointing into the line. */
struct pp_nsswitch_source {
	const char *name;
	size_t name_len;
	const char *action; /* between the brackets; NULL if there are none */
	size_t action_len;
};

/* What glibc does after a source has answered in some way. */
enum pp_nsswitch_status {
	PP_NSSWITCH_NOTFOUND,
	PP_NSSWITCH_UNAVAIL,
	PP_NSSWITCH_TRYAGAIN,
};

/*
 * Returns the sources in a line of the database ("passwd", "group"): the text
 * behind the colon. Returns NULL for a line of another database or a comment.
 * A comment behind the sources is a part of the text;
 * pp_nsswitch_next stops there.
 */
const char *pp_nsswitch_sources(const char *line, const char *database);

/*
 * Takes the next source from *text and moves *text behind it. Returns false at
 * the end of the line. Sets *ret_malformed to true, and returns false, if glibc
 * could not parse the rest; it is never set to false.
 */
bool pp_nsswitch_next(const char **text, struct pp_nsswitch_source *ret,
	bool *ret_malformed);

/* Returns true if the source has this name. */
bool pp_nsswitch_is(const struct pp_nsswitch_source *source, const char *name);

/* Returns true if glibc asks no further source after this status. */
bool pp_nsswitch_returns(const struct pp_nsswitch_source *source,
	enum pp_nsswitch_status status);

/*
 * Returns true if each line for passwd and group in the file at path, and at
 * least one for each, ends with playpen_new: no source that could know a name
 * is asked after it. Returns false if the file cannot be read, is larger than
 * PP_NSSWITCH_SIZE_MAX, or has such a line that cannot be parsed.
 */
bool pp_nsswitch_new_is_last(const char *path);
