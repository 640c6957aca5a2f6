/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include <playpen/base/secret.h>

/*
 * Files that an attacker might have prepared: opened without following a
 * link, checked by the open descriptor, read with a limit, replaced by rename.
 * No state.
 */

/* What a file must look like before a byte of it is believed. */
struct pp_file_trust {
	uid_t owner;      /* the only owner that is accepted */
	mode_t forbidden; /* mode bits that must not be set, e.g. 0022 */
};

/*
 * Opens a regular file for reading (O_NOFOLLOW, O_CLOEXEC, never blocking on a
 * FIFO) and checks owner and mode. Fails with PP_REASON_NOT_FOUND,
 * PP_REASON_FILE_UNSAFE, PP_REASON_SYSTEM. The descriptor is the caller's.
 */
enum pp_kind pp_file_open(const char *path, const struct pp_file_trust *trust,
	int *ret_fd, struct pp_err *err) PP_NODISCARD;

/*
 * Reads from fd to its end behind what *content holds, up to content->max
 * bytes. Fails with PP_REASON_FILE_TOO_LARGE or PP_REASON_SYSTEM.
 */
enum pp_kind pp_file_read(
	int fd, struct pp_secret *content, struct pp_err *err) PP_NODISCARD;

/* Opens a file as pp_file_open does, reads it as pp_file_read does, and closes
 * it. Fails with their reasons. */
enum pp_kind pp_file_load(const char *path, const struct pp_file_trust *trust,
	struct pp_secret *content, struct pp_err *err) PP_NODISCARD;

/*
 * Replaces path as a whole: a temporary file beside it, written, given its
 * mode by fchmod (the umask has no say), synced, renamed, its directory synced.
 * Readers see the old file or the new one, a crash leaves one of them. The
 * temporary file's name is path with ".new" behind, so the callers of one path
 * must exclude each other. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_file_replace(const char *path, mode_t mode,
	const struct pp_secret *content, struct pp_err *err) PP_NODISCARD;

/*
 * Writes a new file with its mode, synced, whatever was at the path before.
 * This is the first half of pp_file_replace, for a caller that does something
 * before the rename. Fails with PP_REASON_SYSTEM; half a file may be left then.
 */
enum pp_kind pp_file_write_new(const char *path, mode_t mode, const void *data,
	size_t len, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_file_sync_directory(
	const char *path, struct pp_err *err) PP_NODISCARD;

/*
 * Locks the open file for this descriptor alone (flock(2)); closing it gives
 * the lock back. Waits at most wait_ms, and continues a holder that is stopped,
 * because a person waits for the caller: only root may open the file. path is for the message. Fails with
 * PP_REASON_SYSTEM.
 */
enum pp_kind pp_file_lock(
	int fd, int wait_ms, const char *path, struct pp_err *err) PP_NODISCARD;

/* Writes all len bytes, whatever interrupts. Fails with PP_REASON_SYSTEM. */
enum pp_kind pp_file_write(
	int fd, const void *data, size_t len, struct pp_err *err) PP_NODISCARD;

/*
 * Opens a file below root for reading. *ret_stream is the caller's to close,
 * and NULL when there is no such file. Fails with PP_REASON_SYSTEM.
 */
enum pp_kind pp_file_open_in_root(const char *root, const char *file,
	FILE **ret_stream, struct pp_err *err) PP_NODISCARD;
