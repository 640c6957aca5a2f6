/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Another source for nsswitch.conf, as a directory server's would be: it has
 * what is in two files, and does not answer while a third is there, which may
 * have the error in it: nss-pam-ldapd says ENOENT.
 */

#define PASSWD "/var/lib/pptest.passwd"
#define GROUP "/var/lib/pptest.group"
#define DOWN "/var/lib/pptest.down"

/* What _nss_pptest_getpwent_r and its like go on from. */
static FILE *users;
static FILE *groups;

static bool
is_down(void)
{
	return access(DOWN, F_OK) == 0;
}

static enum nss_status
say_down(int *error)
{
	FILE *file = fopen(DOWN, "re");

	*error = EIO;
	if (file != NULL) {
		if (fscanf(file, "%d", error) != 1)
			*error = EIO;
		fclose(file);
	}
	return NSS_STATUS_UNAVAIL;
}

static enum nss_status
say_status(int result, int *error)
{
	if (result == 0)
		return NSS_STATUS_SUCCESS;
	*error = result;
	return result == ERANGE ? NSS_STATUS_TRYAGAIN : NSS_STATUS_NOTFOUND;
}

/* By name, or by uid when name is NULL. */
static enum nss_status
find_user(const char *name, uid_t uid, struct passwd *user, char *buffer,
	size_t size, int *error)
{
	FILE *file = is_down() ? NULL : fopen(PASSWD, "re");
	struct passwd *found = NULL;
	int result = ENOENT;

	if (file == NULL)
		return say_down(error);
	while ((result = fgetpwent_r(file, user, buffer, size, &found)) == 0 &&
		!(name != NULL ? strcmp(user->pw_name, name) == 0
			       : user->pw_uid == uid))
		;
	fclose(file);
	return say_status(result, error);
}

static enum nss_status
find_group(const char *name, gid_t gid, struct group *group, char *buffer,
	size_t size, int *error)
{
	FILE *file = is_down() ? NULL : fopen(GROUP, "re");
	struct group *found = NULL;
	int result = ENOENT;

	if (file == NULL)
		return say_down(error);
	while ((result = fgetgrent_r(file, group, buffer, size, &found)) == 0 &&
		!(name != NULL ? strcmp(group->gr_name, name) == 0
			       : group->gr_gid == gid))
		;
	fclose(file);
	return say_status(result, error);
}

#pragma GCC visibility push(default)
enum nss_status _nss_pptest_getpwnam_r(
	const char *, struct passwd *, char *, size_t, int *);
enum nss_status _nss_pptest_getpwuid_r(
	uid_t, struct passwd *, char *, size_t, int *);
enum nss_status _nss_pptest_getgrnam_r(
	const char *, struct group *, char *, size_t, int *);
enum nss_status _nss_pptest_getgrgid_r(
	gid_t, struct group *, char *, size_t, int *);
enum nss_status _nss_pptest_setpwent(int);
enum nss_status _nss_pptest_setgrent(int);
enum nss_status _nss_pptest_getpwent_r(struct passwd *, char *, size_t, int *);
enum nss_status _nss_pptest_getgrent_r(struct group *, char *, size_t, int *);
#pragma GCC visibility pop

enum nss_status
_nss_pptest_getpwnam_r(const char *name, struct passwd *user, char *buffer,
	size_t size, int *error)
{
	return find_user(name, 0, user, buffer, size, error);
}

enum nss_status
_nss_pptest_getpwuid_r(
	uid_t uid, struct passwd *user, char *buffer, size_t size, int *error)
{
	return find_user(NULL, uid, user, buffer, size, error);
}

enum nss_status
_nss_pptest_getgrnam_r(const char *name, struct group *group, char *buffer,
	size_t size, int *error)
{
	return find_group(name, 0, group, buffer, size, error);
}

enum nss_status
_nss_pptest_getgrgid_r(
	gid_t gid, struct group *group, char *buffer, size_t size, int *error)
{
	return find_group(NULL, gid, group, buffer, size, error);
}

/* Opened once a process: the programs of the test walk once. */
enum nss_status
_nss_pptest_setpwent(int stay)
{
	(void) stay;
	if (users == NULL)
		users = fopen(PASSWD, "re");
	return users != NULL ? NSS_STATUS_SUCCESS : NSS_STATUS_UNAVAIL;
}

enum nss_status
_nss_pptest_setgrent(int stay)
{
	(void) stay;
	if (groups == NULL)
		groups = fopen(GROUP, "re");
	return groups != NULL ? NSS_STATUS_SUCCESS : NSS_STATUS_UNAVAIL;
}

enum nss_status
_nss_pptest_getpwent_r(
	struct passwd *user, char *buffer, size_t size, int *error)
{
	struct passwd *found;

	return say_status(
		fgetpwent_r(users, user, buffer, size, &found), error);
}

enum nss_status
_nss_pptest_getgrent_r(
	struct group *group, char *buffer, size_t size, int *error)
{
	struct group *found;

	return say_status(
		fgetgrent_r(groups, group, buffer, size, &found), error);
}
