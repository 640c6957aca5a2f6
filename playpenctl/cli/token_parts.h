/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/err.h>
#include <playpen/base/secret.h>

/*
 * Where a token that is longer than one answer waits for the prompt of its next
 * part: ssh starts a program for each prompt. A file in memory, the caller's
 * alone, named after the prompt's random number; gone when its last part was
 * given, or after ten seconds.
 */

/* Sets *ret_path to the file for that prompt. Fails with PP_REASON_FILE_UNSAFE
 * if there is no file system in memory that the caller may write to. */
enum pp_kind token_parts_path(
	const char *random, char **ret_path, struct pp_err *err) PP_NODISCARD;

/* Keeps the token there, and leaves a process that will remove it. */
enum pp_kind token_parts_store(const char *path, const struct pp_secret *token,
	struct pp_err *err) PP_NODISCARD;

enum pp_kind token_parts_load(const char *path, struct pp_secret *ret_token,
	struct pp_err *err) PP_NODISCARD;

void token_parts_remove(const char *path);
