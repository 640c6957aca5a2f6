/* SPDX-License-Identifier: MIT */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/secret.h>

/*
 * Where the day key lies. The files are in a directory in memory that ends with
 * the session of the person (XDG_RUNTIME_DIR or /run/user/UID), or below ~/.ssh
 * if there is none. ssh finds them by the link ~/.ssh/playpen, whatever the
 * environment says:
 *
 *   ~/.ssh/playpen -> BASE/current -> BASE/day-XXXXXX/{id,id.pub,id-cert.pub}
 *
 * The first link never changes, so that machines with one home do not disturb
 * each other; the second is replaced by rename, so that ssh never finds the key
 * of one day beside the certificate of another.
 */

#define STORAGE_LINK ".ssh/playpen"

struct storage {
	char base[PATH_MAX];
	char link[PATH_MAX];
	bool in_memory;
};

/* What is stored beside the key. Texts are owned. */
struct storage_day {
	char *name;   /* of the certificate */
	char *issuer; /* that signed the token */
	int64_t made; /* seconds since 1970, as the next */
	int64_t until;
};

/* The three files. */
struct storage_files {
	struct pp_secret private_key;
	struct pp_secret public_key;
	struct pp_secret certificate;
};

/*
 * Finds the storage of the person whose home directory is home; makes nothing.
 * Fails with PP_REASON_TOO_LONG.
 */
enum pp_kind storage_find(const char *home, struct storage *ret_storage,
	struct pp_err *err) PP_NODISCARD;

/*
 * Makes the directory and the first link if they are missing, and locks the
 * storage; closing *ret_fd gives the lock back. Waits at most wait_ms. Fails
 * with PP_REASON_SYSTEM and PP_REASON_FILE_UNSAFE.
 */
enum pp_kind storage_lock(const struct storage *storage, int wait_ms,
	int *ret_fd, struct pp_err *err) PP_NODISCARD;

/* Reads what is stored. The caller frees *ret_day. Fails with
 * PP_REASON_NOT_FOUND if there is no day key. */
enum pp_kind storage_read(const struct storage *storage,
	struct storage_day *ret_day, struct pp_err *err) PP_NODISCARD;

/* Replaces the day key; the caller has the lock. The key before it stays until
 * the next call, for an ssh that is just reading it. Fails with
 * PP_REASON_SYSTEM. */
enum pp_kind storage_write(const struct storage *storage,
	const struct storage_files *files, const struct storage_day *day,
	struct pp_err *err) PP_NODISCARD;

/* Removes all keys and the links; the caller has the lock. */
void storage_remove(const struct storage *storage);

void storage_day_free(struct storage_day *day);
void storage_files_free(struct storage_files *files);
