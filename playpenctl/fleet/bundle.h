/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/secret.h>

/*
 * What a node needs to become one of the fleet: a bundle. It is one JSON object
 * whose members are all texts and all of a fixed list; what kubectl prints of a
 * Secret or a ConfigMap; or a directory with files of these names, as a volume
 * of Kubernetes has them. No state, no clock.
 */

/* Maximum size of a bundle in bytes. */
#define BUNDLE_MAX ((size_t) 1024 * 1024)

/* The members, in the order in which `bundle` prints them. */
enum bundle_member {
	BUNDLE_CONF,          /* playpen.conf */
	BUNDLE_UID_KEY,       /* uid.key */
	BUNDLE_ACCOUNTS,      /* accounts: an accounts file */
	BUNDLE_CLIENT_ID,     /* client-id */
	BUNDLE_CLIENT_SECRET, /* client-secret */
};

#define BUNDLE_MEMBERS 5U

/* A zeroed struct is a bundle without members. Free with bundle_free. */
struct bundle {
	struct pp_secret text[BUNDLE_MEMBERS]; /* empty: not there */
};

/* Returns the name of a member. */
const char *bundle_name(enum bundle_member member);

/* Returns true if the member is there. */
bool bundle_has(const struct bundle *bundle, enum bundle_member member);

/*
 * Adds what a file, a directory or ("-") standard input has to the bundle. All
 * files of a volume of Kubernetes are of one version. Of
 * what kubectl prints only the members of the list are taken; any other member
 * of a bundle is refused. Returns PP_OK. Fails with PP_REASON_SYSTEM,
 * PP_REASON_FILE_TOO_LARGE, the reasons of pp_json_parse, and
 * PP_REASON_CONFIG_INVALID for a member that is no text, is empty, has a NUL,
 * is unknown, or was there before with another text.
 */
enum pp_kind bundle_read(struct bundle *bundle, const char *path,
	struct pp_err *err) PP_NODISCARD;

/*
 * Puts len bytes in the place of a member, checked as bundle_read does. Fails
 * with PP_REASON_CONFIG_INVALID and PP_REASON_NO_MEMORY.
 */
enum pp_kind bundle_set(struct bundle *bundle, enum bundle_member member,
	const char *text, size_t len, struct pp_err *err) PP_NODISCARD;

/* Appends the bundle as a line of JSON. Fails with PP_REASON_TOO_LONG beyond
 * BUNDLE_MAX and with PP_REASON_NO_MEMORY. */
enum pp_kind bundle_print(const struct bundle *bundle, struct pp_secret *output,
	struct pp_err *err) PP_NODISCARD;

/* Wipes and frees the members. */
void bundle_free(struct bundle *bundle);
