/* SPDX-License-Identifier: MIT */
#pragma once

#include <grp.h>
#include <nss.h>
#include <pwd.h>

/*
 * The functions that libnss_playpen.so.2 exports and glibc looks for. They are
 * thread-safe and callable after fork. They keep no descriptor open, take no
 * lock and change errno only through errnop.
 */
#define NSS_EXPORT __attribute__((visibility("default")))

NSS_EXPORT enum nss_status _nss_playpen_getpwnam_r(const char *name,
	struct passwd *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_getpwuid_r(
	uid_t uid, struct passwd *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_setpwent(int stay_open);
NSS_EXPORT enum nss_status _nss_playpen_getpwent_r(
	struct passwd *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_endpwent(void);

NSS_EXPORT enum nss_status _nss_playpen_getgrnam_r(const char *name,
	struct group *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_getgrgid_r(
	gid_t gid, struct group *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_setgrent(int stay_open);
NSS_EXPORT enum nss_status _nss_playpen_getgrent_r(
	struct group *ret, char *buffer, size_t size, int *errnop);
NSS_EXPORT enum nss_status _nss_playpen_endgrent(void);

NSS_EXPORT enum nss_status _nss_playpen_initgroups_dyn(const char *name,
	gid_t gid, long *start, long *size, gid_t **groups, long limit,
	int *errnop);
