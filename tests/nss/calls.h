/* SPDX-License-Identifier: MIT */
#pragma once

#include "tests/nss/sweep.h"

/* Every entry point that fills a struct, asked for somebody of the sample. */

static inline enum nss_status
alice(void *ret, char *buffer, size_t size, int *err)
{
	return module.getpwnam("alice", ret, buffer, size, err);
}

static inline enum nss_status
bob_by_uid(void *ret, char *buffer, size_t size, int *err)
{
	return module.getpwuid(SAMPLE_BOB, ret, buffer, size, err);
}

static inline enum nss_status
first_user(void *ret, char *buffer, size_t size, int *err)
{
	module.setpwent(0);
	return module.getpwent(ret, buffer, size, err);
}

static inline enum nss_status
next_user(void *ret, char *buffer, size_t size, int *err)
{
	return module.getpwent(ret, buffer, size, err);
}

static inline enum nss_status
dev(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrnam("dev", ret, buffer, size, err);
}

static inline enum nss_status
ops_by_gid(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrgid(SAMPLE_OPS, ret, buffer, size, err);
}

static inline enum nss_status
private_group(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrnam("alice", ret, buffer, size, err);
}

static inline enum nss_status
private_group_by_gid(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrgid(SAMPLE_ALICE, ret, buffer, size, err);
}

static inline enum nss_status
everybody(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrnam("playpen-users", ret, buffer, size, err);
}

static inline enum nss_status
first_group(void *ret, char *buffer, size_t size, int *err)
{
	module.setgrent(0);
	return module.getgrent(ret, buffer, size, err);
}

static inline enum nss_status
next_group(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrent(ret, buffer, size, err);
}
