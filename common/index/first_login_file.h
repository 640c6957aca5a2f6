/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/index/first_login.h>

/*
 * The first-login file as bytes: fixed places, little-endian, texts filled up
 * with zeros, so that reading it is one read and a few comparisons.
 */

#define PP_FIRST_LOGIN_MAGIC "PPPROV3\n"

#define PP_FIRST_LOGIN_DOTS 1U

struct pp_first_login_file {
	char magic[8];
	uint32_t size; /* of the file */
	uint32_t all_users_gid;
	uint32_t uid_low;
	uint32_t uid_high;
	uint32_t gid_low;
	uint32_t gid_high;
	uint32_t refusal;
	uint32_t flags; /* PP_FIRST_LOGIN_DOTS or zero */
	unsigned char key[PP_UID_KEY_SIZE];
	char allow_new_users[PP_FIRST_LOGIN_TEXT_MAX];
	char home[PP_FIRST_LOGIN_TEXT_MAX];
	char shell[PP_FIRST_LOGIN_TEXT_MAX];
	char programs[PP_FIRST_LOGIN_TEXT_MAX];
	char all_users_group[40];
	char prefix[40];
	char groups[PP_FIRST_LOGIN_GROUPS_MAX];
	uint64_t checksum; /* SipHash of all before it, key zero */
};

_Static_assert(sizeof(struct pp_first_login_file) == 2192, "no holes");
_Static_assert(sizeof(struct pp_first_login_file) <= PP_FIRST_LOGIN_SIZE_MAX,
	"within its limit");
