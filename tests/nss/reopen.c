/* SPDX-License-Identifier: MIT */
#include "tests/nss/module.h"

/* reopen [TIMES]: loads the module, asks it, and gives it back, for valgrind.
 */

#define TIMES 1000L

static bool
ask(void *handle)
{
	enum nss_status (*getpwnam)(
		const char *, struct passwd *, char *, size_t, int *);
	struct passwd user;
	char buffer[1024];
	int code;

	module_find(handle, "getpwnam_r", &getpwnam);
	return getpwnam("alice", &user, buffer, sizeof(buffer), &code) ==
		       NSS_STATUS_SUCCESS &&
	       strcmp(user.pw_dir, "/home/alice") == 0 &&
	       getpwnam("nobody-here", &user, buffer, sizeof(buffer), &code) ==
		       NSS_STATUS_NOTFOUND;
}

static void
is_loaded_and_given_back_many_times(void)
{
	char path[4096];

	module_path(path, sizeof(path));
	place_publish_sample();
	for (long i = 0; i < TIMES; i++) {
		void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);

		if (!check(handle != NULL && ask(handle)))
			return;
		dlclose(handle);
	}
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	run(is_loaded_and_given_back_many_times);
	return tap_end();
}
