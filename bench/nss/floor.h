/* SPDX-License-Identifier: MIT */
#pragma once

#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdint.h>

/*
 * The floor: the least that any module could do. One file that is mapped once
 * and never looked at again, one probe, one copy: no check of anything, no
 * reference count, no clock. A measuring stick, not a module.
 */

void floor_write(uint32_t users, const char *path);
void floor_map(const char *path);

enum nss_status floor_getpwnam(const char *name, struct passwd *ret,
	char *buffer, size_t size, int *errnop);
enum nss_status floor_getpwuid(
	uid_t uid, struct passwd *ret, char *buffer, size_t size, int *errnop);
enum nss_status floor_getgrnam(const char *name, struct group *ret,
	char *buffer, size_t size, int *errnop);
enum nss_status floor_initgroups(const char *name, gid_t gid, long *start,
	long *size, gid_t **groups, long limit, int *errnop);
