/* SPDX-License-Identifier: MIT */
#pragma once

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nss_playpen/nss_playpen.h"
#include "tests/sample.h"
#include "tests/tap.h"

/*
 * The built module, loaded as glibc loads it, in a mount namespace where
 * /var/lib is an empty one of the test's own. Needs root, or the right to make
 * a user namespace.
 */

static struct {
	__typeof__(_nss_playpen_getpwnam_r) *getpwnam;
	__typeof__(_nss_playpen_getpwuid_r) *getpwuid;
	__typeof__(_nss_playpen_setpwent) *setpwent;
	__typeof__(_nss_playpen_getpwent_r) *getpwent;
	__typeof__(_nss_playpen_endpwent) *endpwent;
	__typeof__(_nss_playpen_getgrnam_r) *getgrnam;
	__typeof__(_nss_playpen_getgrgid_r) *getgrgid;
	__typeof__(_nss_playpen_setgrent) *setgrent;
	__typeof__(_nss_playpen_getgrent_r) *getgrent;
	__typeof__(_nss_playpen_endgrent) *endgrent;
	__typeof__(_nss_playpen_initgroups_dyn) *initgroups;
} module;

static inline void
module_path(char *path, size_t size, const char *service)
{
	const char *builddir = getenv("builddir");

	snprintf(path, size, "%s/.libs/libnss_%s.so.2",
		builddir != NULL ? builddir : ".", service);
}

static inline void
module_bail_out(void)
{
	printf("Bail out! %s\n", dlerror());
	exit(EXIT_FAILURE);
}

static inline void
module_find(void *handle, const char *service, const char *name, void *place)
{
	char symbol[64];
	void *found;

	snprintf(symbol, sizeof(symbol), "_nss_%s_%s", service, name);
	found = dlsym(handle, symbol);
	if (found == NULL)
		module_bail_out();
	memcpy(place, &found, sizeof(found));
}

/* Loads what both services have. */
static inline void *
module_load_service(const char *service)
{
	char path[4096];
	void *handle;

	module_path(path, sizeof(path), service);
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		module_bail_out();
	module_find(handle, service, "getpwnam_r", &module.getpwnam);
	module_find(handle, service, "getpwuid_r", &module.getpwuid);
	module_find(handle, service, "getgrnam_r", &module.getgrnam);
	module_find(handle, service, "getgrgid_r", &module.getgrgid);
	module_find(handle, service, "initgroups_dyn", &module.initgroups);
	return handle;
}

/* The handle, for who closes it. */
static inline void *
module_load(void)
{
	void *handle = module_load_service("playpen");

	module_find(handle, "playpen", "setpwent", &module.setpwent);
	module_find(handle, "playpen", "getpwent_r", &module.getpwent);
	module_find(handle, "playpen", "endpwent", &module.endpwent);
	module_find(handle, "playpen", "setgrent", &module.setgrent);
	module_find(handle, "playpen", "getgrent_r", &module.getgrent);
	module_find(handle, "playpen", "endgrent", &module.endgrent);
	return handle;
}

/* The module that answers for new users, in place of the other one. */
static inline void *
module_load_new(void)
{
	return module_load_service("playpen_new");
}

static inline bool
place_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 &&
		       write(fd, text, strlen(text)) == (ssize_t) strlen(text);

	if (fd >= 0)
		close(fd);
	return written;
}

/* Becomes root of a user namespace when it is not root already. */
static inline bool
place_become_root(void)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[64];

	if (uid == 0)
		return unshare(CLONE_NEWNS) == 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		return false;
	snprintf(map, sizeof(map), "0 %u 1\n", uid);
	if (!place_write("/proc/self/uid_map", map))
		return false;
	place_write("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1\n", gid);
	return place_write("/proc/self/gid_map", map);
}

/* False, with the reason printed as a skipped plan, when there is no place. */
static inline bool
place_enter(void)
{
	if (!place_become_root() ||
		mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755") != 0 ||
		mkdir("/var/lib/playpen", 0755) != 0) {
		printf("1..0 # SKIP no mount namespace: %s\n", strerror(errno));
		return false;
	}
	return true;
}

/* Writes the sample where the module looks for it. */
static inline void
place_publish(const struct sample *sample)
{
	struct pp_err err = {0};
	bool changed;

	if (!check_kind(pp_index_write(PP_INDEX_PATH, &sample->content,
				&changed, &err),
		    PP_OK))
		printf("# %s\n", err.message);
}

static inline void
place_publish_sample(void)
{
	struct sample sample;

	sample_fill(&sample);
	place_publish(&sample);
}

/* Gives the namespace an nsswitch.conf of its own with these sources. */
static inline void
place_set_sources(const char *passwd, const char *group)
{
	static const char path[] = "/var/lib/nsswitch.conf";
	FILE *file = fopen(path, "we");

	if (!check(file != NULL))
		return;
	fprintf(file, "passwd: %s\ngroup: %s\n", passwd, group);
	fclose(file);
	umount2("/etc/nsswitch.conf", MNT_DETACH);
	check(mount(path, "/etc/nsswitch.conf", NULL, MS_BIND, NULL) == 0);
}

/* How many descriptors the process has. */
static inline int
place_count_fds(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}
