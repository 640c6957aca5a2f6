/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "nss_playpen/nss_playpen.h"

/*
 * The functions that libnss_playpen_new.so.2 exports and glibc looks for. They
 * are as those of libnss_playpen.so.2: thread-safe, callable after fork,
 * without a descriptor or a lock. None enumerates: a first-login answer is
 * given to who asks for its name alone.
 */

NSS_EXPORT enum nss_status _nss_playpen_new_getpwnam_r(const char *name,
	struct passwd *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_new_getpwuid_r(
	uid_t uid, struct passwd *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_new_getgrnam_r(const char *name,
	struct group *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_new_getgrgid_r(
	gid_t gid, struct group *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_new_initgroups_dyn(const char *name,
	gid_t gid, long *start, long *size, gid_t **groups, long limit,
	int *errnop);

/*
 * Is not for glibc: pam_playpen.so finds it in the process that the application
 * looked the user up in. Returns true if this process, or one that it was
 * forked from, was given a first-login answer for the name last.
 */
NSS_EXPORT bool _nss_playpen_new_was_given(const char *name);
