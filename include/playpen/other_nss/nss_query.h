/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/err.h>
#include <playpen/other_nss/local_users.h>

/*
 * Users and groups that are not of playpen: those of the passwd and group files
 * below root and, on the machine itself (root is ""), those of every other
 * source in nsswitch.conf. A foreign source may wait for a network, so nothing
 * here is called while a lock or a transaction is held.
 *
 * playpen's modules are not asked, wherever nsswitch.conf has them.
 */

/* What to ask. */
enum pp_nss_query_scope {
	PP_NSS_QUERY_NAME, /* the name */
	PP_NSS_QUERY_ALL,  /* name and number */
};

/*
 * Checks that no other NSS source of the machine has a user or group of this
 * name, or of this number. The files, which local_users has, are not looked
 * at. Returns PP_OK, also below another root. Fails with PP_REASON_NAME_LOCAL,
 * PP_REASON_UID_COLLISION, PP_REASON_OTHER_SOURCE_DOWN if a source did not
 * answer, or PP_REASON_SYSTEM.
 */
enum pp_kind pp_nss_query_check_user(const struct pp_local_users *local_users,
	const char *name, uint32_t uid, enum pp_nss_query_scope scope,
	struct pp_err *err) PP_NODISCARD;

/* What another source says of a group. */
enum pp_nss_query_result {
	PP_NSS_FOUND_NONE,  /* no other source has it */
	PP_NSS_FOUND_GROUP, /* a group, *ret_gid is its number */
	PP_NSS_FOUND_USER,  /* the name of a user, there or of playpen */
};

/*
 * Looks a group up in the files of local_users, and in the other NSS sources
 * where nsswitch.conf names any: asking each of them for a thousand groups
 * takes long.
 */
enum pp_kind pp_nss_query_find_group(const struct pp_local_users *local_users,
	const char *name, enum pp_nss_query_result *ret_what, uint32_t *ret_gid,
	struct pp_err *err) PP_NODISCARD;

/*
 * Sets *ret_taken if a group of another name has the gid, in the files or in
 * another source. Returns PP_OK, or fails with PP_REASON_OTHER_SOURCE_DOWN if a
 * source did not answer.
 */
enum pp_kind pp_nss_query_gid_is_taken(const struct pp_local_users *local_users,
	const char *name, uint32_t gid, bool *ret_taken,
	struct pp_err *err) PP_NODISCARD;
