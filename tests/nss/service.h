/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/index/first_login.h>

#include "tests/nss/module.h"

/*
 * For tests of first-login answers: a first-login file, and copies of the test
 * itself under the name of a login service, whose /proc/self/exe is then what
 * sshd's would be.
 */

static char service_dir[] = "/var/lib/services";

static inline struct pp_first_login_settings
service_settings(void)
{
	return (struct pp_first_login_settings){
		.key = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
		.uid_range = {PP_UID_RANGE_LOW, PP_UID_RANGE_HIGH},
		.gid_range = {PP_GID_RANGE_LOW, PP_GID_RANGE_HIGH},
		.allow_new_users = "[a-z]*",
		.home = "/home/%u",
		.shell = "/bin/bash",
		.all_users_group = "playpen-users",
		.all_users_gid = SAMPLE_PEOPLE,
		.programs = PP_FIRST_LOGIN_PROGRAMS};
}

static inline void
service_provide(const struct pp_first_login_settings *provision)
{
	check_kind(pp_first_login_write(PP_FIRST_LOGIN_PATH, provision, NULL),
		PP_OK);
}

static inline void
service_provide_default(void)
{
	struct pp_first_login_settings provision = service_settings();

	service_provide(&provision);
}

static inline void
service_copy_self(const char *path)
{
	char bytes[65536];
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0)
		check_int(write(to, bytes, (size_t) got), got);
	close(from);
	close(to);
}
