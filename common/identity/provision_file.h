/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IDENTITY_PROVISION_FILE_H
#define PLAYPEN_IDENTITY_PROVISION_FILE_H

#include <playpen/provision.h>

/*
 * The provision file as bytes: fixed places, little-endian, texts filled up
 * with zeros, so that reading it is one read and a few comparisons.
 */

#define PP_PROVISION_MAGIC "PPPROV2\n"

struct pp_provision_file {
	char magic[8];
	uint32_t size; /* of the file */
	uint32_t people_gid;
	uint32_t uid_low;
	uint32_t uid_high;
	uint32_t gid_low;
	uint32_t gid_high;
	unsigned char key[PP_ID_KEY_SIZE];
	char first_login[PP_PROVISION_TEXT_MAX];
	char home[PP_PROVISION_TEXT_MAX];
	char shell[PP_PROVISION_TEXT_MAX];
	char services[PP_PROVISION_TEXT_MAX];
	char people[40];
	char prefix[40];
	char groups[PP_PROVISION_GROUPS_MAX];
	uint64_t checksum; /* SipHash of all before it, key zero */
};

_Static_assert(sizeof(struct pp_provision_file) == 2184, "no holes");
_Static_assert(sizeof(struct pp_provision_file) <= PP_PROVISION_SIZE_MAX,
	"within its limit");

#endif
