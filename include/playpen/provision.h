/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_PROVISION_H
#define PLAYPEN_PROVISION_H

#include <playpen/err.h>
#include <playpen/identity.h>

/*
 * The provisional answer (nss_playpen(8)): what sshd must hear about a name
 * that has never signed in, so that the first login can happen at all. Only a
 * root process that is a login service gets it. The file (0600, published with
 * the index) holds what the answer is computed from. No allocation (but for
 * what glibc's fnmatch loads once of a UTF-8 locale), no lock; any thread.
 */

#define PP_PROVISION_PATH "/var/lib/playpen/provision"
#define PP_PROVISION_SIZE_MAX 4096U
#define PP_PROVISION_TEXT_MAX 256U
#define PP_PROVISION_GROUPS_MAX 1024U

/* What [service] programs are unless the writer says otherwise. */
#define PP_PROVISION_SERVICES "sshd sshd-session sshd-auth login"

/* Room for the home directory that a template gives to a name. */
#define PP_PROVISION_HOME_SIZE (PP_PROVISION_TEXT_MAX + PP_NAME_SIZE)

/* Fixed size: it is read into the stack of whatever process asks. */
struct pp_provision {
	struct pp_id_key key;
	struct pp_range uid_range;
	struct pp_range gid_range;
	char first_login[PP_PROVISION_TEXT_MAX]; /* "off" or a pattern */
	char home[PP_PROVISION_TEXT_MAX];        /* /home/%u */
	char shell[PP_PROVISION_TEXT_MAX];
	char people[PP_NAME_SIZE];
	uint32_t people_gid;
	char services[PP_PROVISION_TEXT_MAX]; /* programs, blanks between */
	char prefix[PP_NAME_SIZE]; /* of groups: no name begins with it */
	char groups[PP_PROVISION_GROUPS_MAX]; /* no names either, the same */
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
	char people[PP_NAME_SIZE];
	char home[PP_PROVISION_HOME_SIZE];
	char shell[PP_PROVISION_TEXT_MAX];
};

/*
 * Whether no provisional answer is for this process: it began without root, or
 * was found to be no login service less than 10 ms ago. What every look-up of
 * somebody unknown asks first, so it costs a few nanoseconds.
 */
bool pp_provision_is_out_of_question(void);

/*
 * What first login would assign to name, asked by this process: PP_PROVISION_NO
 * unless the effective uid is 0, /proc/self/exe is a login service, the name
 * is valid, neither reserved nor a group's by the configuration, and matches
 * the pattern. Collisions with accounts and
 * with other NSS sources are for who asks to find: NSS looks in the index, the
 * policy everywhere, at sign-in. A process that was found to be no login
 * service is not judged again for 10 ms.
 */
enum pp_provision_status pp_provision_answer(
	const char *name, struct pp_provisional *ret);

/* The parts of that which do not depend on the process: the same answer for
 * the policy, which has the settings at hand. */
enum pp_provision_status pp_provision_compute(
	const struct pp_provision *provision, const char *name,
	struct pp_provisional *ret);

/*
 * The settings, if this process may be given provisional answers: the first two
 * conditions of pp_provision_answer. The key is in *ret: wipe it.
 */
enum pp_provision_status pp_provision_for_process(struct pp_provision *ret);

/* Whether a first login under this name is allowed: "off" allows none, anything
 * else is a pattern of glob(7) that has to match the whole name. */
bool pp_provision_allows(const char *first_login, const char *name);

/* Writes the home that a template gives to a name, each %u being the name, into
 * ret of size bytes; false when it does not fit or has another % sign. */
bool pp_provision_home(
	const char *template, const char *name, char *ret, size_t size);

/* Reads the file (owner root, or the caller for another root directory). */
enum pp_provision_status pp_provision_load(
	const char *path, struct pp_provision *ret);

/* Replaces the file, mode 0600, only when its content differs. Fails with
 * PP_REASON_TOO_LONG for a text without NUL, PP_REASON_SYSTEM. */
enum pp_kind pp_provision_write(const char *path,
	const struct pp_provision *provision, struct pp_err *err) PP_NODISCARD;

/* Whether the file is there, as pp_provision_write would leave it. */
bool pp_provision_is_written(
	const char *path, const struct pp_provision *provision) PP_NODISCARD;

#endif
