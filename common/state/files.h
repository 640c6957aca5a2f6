/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_FILES_H
#define PLAYPEN_STATE_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <playpen/err.h>

/*
 * The local users and groups as their files have them, whatever nsswitch.conf
 * says and whoever answers there.
 */

/* What a question matched: entries of one name, and of one number. */
struct pp_files_match {
	bool name;       /* there is an entry of this name */
	uint32_t number; /* its uid or gid */
	bool other;      /* there is an entry of this number by another name */
};

/*
 * Opens a file below root for reading. *ret_stream is the caller's to close,
 * and NULL when there is no such file. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_files_open(const char *root, const char *file,
	FILE **ret_stream, struct pp_err *err) PP_NODISCARD;

/* Asks root's /etc/passwd; a missing file has no entries. */
enum pp_kind pp_files_match_user(const char *root, const char *name,
	uint32_t uid, struct pp_files_match *ret_match,
	struct pp_err *err) PP_NODISCARD;

/* Asks root's /etc/group. */
enum pp_kind pp_files_match_group(const char *root, const char *name,
	uint32_t gid, struct pp_files_match *ret_match,
	struct pp_err *err) PP_NODISCARD;

#endif
