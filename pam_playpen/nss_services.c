/* SPDX-License-Identifier: MIT */
#include "nss_services.h"

#include <dlfcn.h>
#include <link.h>
#include <nss.h>
#include <pwd.h>
#include <stddef.h>
#include <string.h>

/* Room for the longest texts of one account. */
#define ANSWER_SIZE ((size_t) 4 * 1024)

typedef enum nss_status (*find_user)(
	const char *, struct passwd *, char *, size_t, int *);
typedef bool (*ask_name)(const char *);

/* Ends dl_iterate_phdr with 1 at the module whose file name is *data. */
static int
is_module(struct dl_phdr_info *info, size_t size, void *data)
{
	const char *const *name = data;
	const char *slash = strrchr(info->dlpi_name, '/');

	(void) size;
	return strcmp(slash != NULL ? slash + 1 : info->dlpi_name, *name) == 0;
}

/*
 * Finds a function of a module that is in this process, and returns true if the
 * module is: without memory, *ret is NULL then. Looks at the list of modules
 * first, because dlopen would search the directories for one that is not there.
 * Linked with -z nodelete, a module is never unloaded.
 */
static bool
find(const char *module, const char *function, void **ret)
{
	void *handle;

	*ret = NULL;
	if (dl_iterate_phdr(is_module, &module) != 1)
		return false;
	handle = dlopen(module, RTLD_NOW | RTLD_NOLOAD);
	if (handle == NULL)
		return true;
	*ret = dlsym(handle, function);
	dlclose(handle);
	return true;
}

bool
nss_services_find_account(const char *name)
{
	void *function;
	char buffer[ANSWER_SIZE];
	struct passwd entry;
	enum nss_status status;
	int error = 0;

	if (!find("libnss_playpen.so.2", "_nss_playpen_getpwnam_r", &function))
		return false;
	if (function == NULL)
		return true;
	status = ((find_user) function)(
		name, &entry, buffer, sizeof(buffer), &error);
	return status != NSS_STATUS_NOTFOUND && status != NSS_STATUS_UNAVAIL;
}

bool
nss_services_gave_new_user(const char *name)
{
	void *function;

	if (!find("libnss_playpen_new.so.2", "_nss_playpen_new_was_given",
		    &function))
		return false;
	return function == NULL || ((ask_name) function)(name);
}
