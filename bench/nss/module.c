/* SPDX-License-Identifier: MIT */
#include "module.h"

#include <dlfcn.h>
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "floor.h"

static void
find(void *handle, const char *name, const char *function, void *place)
{
	char symbol[128];
	void *found;

	snprintf(symbol, sizeof(symbol), "_nss_%s_%s", name, function);
	found = dlsym(handle, symbol);
	memcpy(place, &found, sizeof(found));
}

void
module_load(const char *name, const char *path, struct module *ret)
{
	void *handle = RTLD_DEFAULT;

	memset(ret, 0, sizeof(*ret));
	if (strcmp(name, "floor") == 0) {
		floor_map(path);
		ret->getpwnam = floor_getpwnam;
		ret->getpwuid = floor_getpwuid;
		ret->getgrnam = floor_getgrnam;
		ret->initgroups = floor_initgroups;
		return;
	}
	if (path != NULL)
		handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (path != NULL && handle == NULL)
		errx(1, "%s", dlerror());
	find(handle, name, "getpwnam_r", &ret->getpwnam);
	find(handle, name, "getpwuid_r", &ret->getpwuid);
	find(handle, name, "getgrnam_r", &ret->getgrnam);
	find(handle, name, "initgroups_dyn", &ret->initgroups);
	find(handle, name, "setgrent", &ret->setgrent);
	find(handle, name, "getgrent_r", &ret->getgrent);
	find(handle, name, "endgrent", &ret->endgrent);
	if (ret->getpwnam == NULL || ret->getpwuid == NULL ||
		ret->getgrnam == NULL ||
		(ret->initgroups == NULL && ret->getgrent == NULL))
		errx(1, "%s: an entry point is missing", name);
}

static bool
has_member(const struct group *group, const char *name)
{
	for (char **member = group->gr_mem; *member != NULL; member++)
		if (strcmp(*member, name) == 0)
			return true;
	return false;
}

enum nss_status
module_initgroups(const struct module *module, const char *name, gid_t gid,
	long *start, long *size, gid_t **groups, char *buffer,
	size_t buffer_size)
{
	struct group group;
	int code = 0;

	if (module->initgroups != NULL)
		return module->initgroups(
			name, gid, start, size, groups, -1, &code);
	module->setgrent(1);
	while (module->getgrent(&group, buffer, buffer_size, &code) ==
		NSS_STATUS_SUCCESS)
		if (has_member(&group, name) && *start < *size)
			(*groups)[(*start)++] = group.gr_gid;
	module->endgrent();
	return NSS_STATUS_SUCCESS;
}
