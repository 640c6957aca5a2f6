/* SPDX-License-Identifier: MIT */
#pragma once

#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A module as glibc sees it: the entry points that are measured. "files" is in
 * libc itself, "floor" is in this program, all others are shared objects.
 */
struct module {
	enum nss_status (*getpwnam)(
		const char *, struct passwd *, char *, size_t, int *);
	enum nss_status (*getpwuid)(
		uid_t, struct passwd *, char *, size_t, int *);
	enum nss_status (*getgrnam)(
		const char *, struct group *, char *, size_t, int *);
	enum nss_status (*initgroups)(const char *, gid_t, long *, long *,
		gid_t **, long, int *); /* NULL: by enumeration, as glibc */
	enum nss_status (*setgrent)(int);
	enum nss_status (*getgrent)(struct group *, char *, size_t, int *);
	enum nss_status (*endgrent)(void);
};

/* Ends the program when it cannot be loaded. path is the object, or the
 * floor's file, or NULL for "files". */
void module_load(const char *name, const char *path, struct module *ret);

/* What glibc does for a module that has no initgroups_dyn: *start gids are in
 * the list, size fit. The buffer is for one group. */
enum nss_status module_initgroups(const struct module *module, const char *name,
	gid_t gid, long *start, long *size, gid_t **groups, char *buffer,
	size_t buffer_size);
