/* SPDX-License-Identifier: MIT */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include <playpen/ipc/message.h>

/*
 * Files that belong to one process of sshd, DIRECTORY/PID.START, each with the
 * fields of one message in it. Root only. For offer.c and refusal.c.
 */

/* Writes the path of the file of a process, whose start time tells it from a
 * later one of the same number. Returns false if it does not run. */
bool pp_sshd_file_path(const char *directory, pid_t sshd, char path[PATH_MAX]);

/* Stores body, the struct that belongs to type, for the running process sshd,
 * and removes the files of processes that have ended. Returns PP_OK or fails
 * with PP_REASON_SYSTEM. */
enum pp_kind pp_sshd_file_write(const char *directory, pid_t sshd,
	enum pp_message_type type, const void *body,
	struct pp_err *err) PP_NODISCARD;

/* Reads a file of root's into *ret_body, the zeroed struct that belongs to
 * type. Returns false if there is none that is well-formed. */
bool pp_sshd_file_load(
	const char *path, enum pp_message_type type, void *ret_body);
