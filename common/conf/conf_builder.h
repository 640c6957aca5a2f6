/* SPDX-License-Identifier: MIT */
#pragma once

#include "settings.h"

/*
 * A configuration while it is being read: which instance of which section
 * the parser is in, and where each key was set, so that a repeated one and a
 * failed cross check can say so. Borrows conf; pp_conf_builder_free frees the
 * rest.
 */

/* A line of a file; line 0 is "not set". */
struct pp_conf_location {
	size_t file; /* in the builder's files */
	unsigned int line;
};

/* One section that was seen: [issuer], or one [service.NAME]. */
struct pp_conf_instance {
	enum pp_conf_section section;
	const char *name; /* of the service or account, else NULL */
	void *base;       /* what its keys' offsets count from */
	struct pp_conf_location begin;
	struct pp_conf_location locations[PP_CONF_SETTINGS_MAX];
};

#define PP_CONF_INSTANCES_MAX                                                  \
	(PP_CONF_SECTIONS + PP_CONF_PAM_SERVICES_MAX +                         \
		PP_CONF_SERVICE_ACCOUNTS_MAX)

struct pp_conf_builder {
	struct pp_conf *conf;
	const char *root;
	struct pp_strv files;
	struct pp_conf_location
		*map_locations; /* of each line of [groups.map] */
	struct pp_conf_instance **instances;
	size_t instance_count;
	struct pp_conf_instance *current; /* NULL before the first section */
};

/* Makes room in conf for the most of everything, and the plain sections. */
enum pp_kind pp_conf_builder_init(struct pp_conf_builder *builder,
	struct pp_conf *conf, const char *root,
	struct pp_err *err) PP_NODISCARD;

void pp_conf_builder_free(struct pp_conf_builder *builder);

/* Takes the content of one file; name stands in messages. */
enum pp_kind pp_conf_builder_add(struct pp_conf_builder *builder,
	const char *name, const struct pp_secret *content,
	struct pp_err *err) PP_NODISCARD;

/*
 * Returns the instance of that section and name (NULL for plain ones), or NULL.
 */
struct pp_conf_instance *pp_conf_builder_find(
	const struct pp_conf_builder *builder, enum pp_conf_section section,
	const char *name);

/*
 * Finds an instance like pp_conf_builder_find, and makes it if there is none.
 */
enum pp_kind pp_conf_builder_open(struct pp_conf_builder *builder,
	enum pp_conf_section section, const char *name,
	struct pp_conf_instance **ret_instance,
	struct pp_err *err) PP_NODISCARD;

/*
 * Returns where the key of that name was set in instance; line 0 if it was not.
 */
struct pp_conf_location pp_conf_instance_location(
	const struct pp_conf_instance *instance, const char *key);

/*
 * Fails with PP_REASON_CONFIG_INVALID at a location: "file:line: message", or
 * the message alone when the line is 0.
 */
enum pp_kind pp_conf_builder_refuse(const struct pp_conf_builder *builder,
	struct pp_conf_location location, struct pp_err *err,
	const char *format, ...) PP_PRINTF(4, 5);
