/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include <playpen/base/secret.h>
#include <playpen/json/json.h>

/*
 * An accounts file as bytes: a first line with its serial, lines about people,
 * a last line with their number (docs/reference/accounts-files.md). What is not
 * whole is refused here, before one of its lines is read. No state, no clock.
 */

/* Maximum size of a file in bytes: some 100,000 lines. */
#define PP_ACCOUNTS_FILE_MAX ((size_t) 16 * 1024 * 1024)

/* A file. Free with pp_accounts_file_free. A zeroed struct is empty. */
struct pp_accounts_file {
	struct pp_secret content;
	const char *body; /* what stands between first and last line */
	size_t body_len;
	int64_t serial;    /* never goes down */
	int64_t confirmed; /* when its maker last said so; 0: never */
	int64_t count;     /* of lines of the body that are not empty */
};

/* A line while a body is walked through. */
struct pp_accounts_file_line {
	const char *text; /* borrowed from the file, without its newline */
	size_t len;
	int64_t number; /* in the file, from 1 */
};

/* What a first or a last line says. */
struct pp_accounts_file_frame {
	bool is_first;
	bool is_last;
	int64_t serial;
	int64_t confirmed;
	int64_t count;
};

/*
 * Reads a file that belongs to owner, with a mode of at most 0644, which is no
 * link. Returns PP_OK. Fails with the reasons of pp_file_load, and with
 * PP_REASON_FILE_INCOMPLETE if the first or the last line is missing or wrong,
 * or if there are more or fewer lines than the last one says.
 */
enum pp_kind pp_accounts_file_load(const char *path, uid_t owner,
	struct pp_accounts_file *ret_file, struct pp_err *err) PP_NODISCARD;

/* Reads a file from fd, whatever its owner and mode. Returns as
 * pp_accounts_file_load. */
enum pp_kind pp_accounts_file_read(int fd, struct pp_accounts_file *ret_file,
	struct pp_err *err) PP_NODISCARD;

void pp_accounts_file_free(struct pp_accounts_file *file);

/*
 * Steps to the next line that is not empty; a zeroed line is before the first.
 * Returns false behind the last one.
 */
bool pp_accounts_file_next(const struct pp_accounts_file *file,
	struct pp_accounts_file_line *line);

/*
 * Tells whether a parsed line is a first or a last line. Returns PP_OK; neither
 * flag is set for any other object. Fails with PP_REASON_FILE_INCOMPLETE for
 * one that begins as such a line does and has other members or types.
 */
enum pp_kind pp_accounts_file_read_frame(const struct pp_json *object,
	struct pp_accounts_file_frame *ret_frame,
	struct pp_err *err) PP_NODISCARD;
