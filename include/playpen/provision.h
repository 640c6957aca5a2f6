/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PROVISION_H
#define PLAYPEN_PROVISION_H

#include <playpen/err.h>
#include <playpen/identity.h>

/*
 * The provisional answer (design section 8): what sshd must hear about a name
 * that has never signed in, so that the first login can happen at all. Only a
 * root process that is a login service gets it. The file (0600, published with
 * the index) holds what the answer is computed from.
 */

#define PP_PROVISION_PATH "/var/lib/playpen/provision"
#define PP_PROVISION_SIZE_MAX 4096U
#define PP_PROVISION_TEXT_MAX 256U

/* Fixed size: it is read into the stack of whatever process asks. */
struct pp_provision {
	struct pp_id_key key;
	struct pp_range uid_range;
	struct pp_range gid_range;
	char first_login[PP_PROVISION_TEXT_MAX]; /* "off" or a pattern */
	char home[PP_PROVISION_TEXT_MAX];
	char shell[PP_PROVISION_TEXT_MAX];
	char people[PP_NAME_SIZE];
	uint32_t people_gid;
	char services[PP_PROVISION_TEXT_MAX]; /* programs, blanks between */
};

enum pp_provision_status {
	PP_PROVISION_YES,        /* ours: *ret is the answer */
	PP_PROVISION_NO,         /* not ours */
	PP_PROVISION_UNREADABLE, /* there is a file, but it is not good */
};

struct pp_provisional {
	char name[PP_NAME_SIZE];
	uint32_t uid; /* and gid */
	uint32_t people_gid;
	char home[PP_PROVISION_TEXT_MAX + PP_NAME_SIZE];
	char shell[PP_PROVISION_TEXT_MAX];
};

/*
 * What first login would assign to name, asked by this process: PP_PROVISION_NO
 * unless the effective uid is 0, /proc/self/exe is a login service, the name
 * is valid, not reserved and matches the pattern. Collisions with other NSS
 * sources are the policy's business, at sign-in.
 */
enum pp_provision_status pp_provision_answer(
	const char *name, struct pp_provisional *ret);

/* Reads the file; used by the call above and by the writer's tests. */
enum pp_provision_status pp_provision_load(
	const char *path, struct pp_provision *ret);

/* Replaces the file, mode 0600, only when its content differs. */
enum pp_kind pp_provision_write(const char *path,
	const struct pp_provision *provision, struct pp_err *err) PP_NODISCARD;

#endif
