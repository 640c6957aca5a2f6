/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/err.h>
#include <playpen/index/uid.h>

/*
 * The first-login answer (nss_playpen(8)): what sshd must hear about a name
 * that has never signed in, so that the first login can happen at all. Only a
 * root process that is a first-login program gets it. The file (0600, published
 * with the index) holds what the answer is computed from. No allocation (but
 * for what glibc's fnmatch loads once of a UTF-8 locale), no lock; any thread.
 */

#define PP_FIRST_LOGIN_PATH "/var/lib/playpen/first-login"
#define PP_FIRST_LOGIN_SIZE_MAX 4096U
#define PP_FIRST_LOGIN_TEXT_MAX 256U
#define PP_FIRST_LOGIN_GROUPS_MAX 1024U

/* What [service] programs are unless the writer says otherwise. */
#define PP_FIRST_LOGIN_PROGRAMS "sshd sshd-session sshd-auth login"

/* Room for the home directory that a template gives to a name. */
#define PP_FIRST_LOGIN_HOME_SIZE (PP_FIRST_LOGIN_TEXT_MAX + PP_NAME_SIZE)

/* Fixed size: it is read into the stack of whatever process asks. */
struct pp_first_login_settings {
	struct pp_uid_key key;
	struct pp_range uid_range;
	struct pp_range gid_range;
	char allow_new_users[PP_FIRST_LOGIN_TEXT_MAX]; /* "off" or a pattern */
	char home[PP_FIRST_LOGIN_TEXT_MAX];            /* /home/%u */
	char shell[PP_FIRST_LOGIN_TEXT_MAX];
	bool allow_dots; /* inside a name */
	char all_users_group[PP_NAME_SIZE];
	uint32_t all_users_gid;
	char programs[PP_FIRST_LOGIN_TEXT_MAX]; /* programs, blanks between */
	char prefix[PP_NAME_SIZE]; /* of groups: no name begins with it */
	char groups[PP_FIRST_LOGIN_GROUPS_MAX]; /* no names either, the same */
	/* Why no new user is let in; the key is zero then. The number of a
	 * reason is of one version, which publishes when it is installed. */
	enum pp_reason refusal;
};

enum pp_first_login_status {
	PP_FIRST_LOGIN_YES,        /* *ret is the answer */
	PP_FIRST_LOGIN_NO,         /* no first login gets it */
	PP_FIRST_LOGIN_UNREADABLE, /* there is a file, but it is not good */
};

struct pp_first_login_answer {
	char name[PP_NAME_SIZE];
	uint32_t uid; /* and gid */
	uint32_t all_users_gid;
	char all_users_group[PP_NAME_SIZE];
	char home[PP_FIRST_LOGIN_HOME_SIZE];
	char shell[PP_FIRST_LOGIN_TEXT_MAX];
};

/*
 * Returns true if no first-login answer is for this process: it began without
 * root, or was found to be no first-login program less than 10 ms ago. Every
 * look-up of an unknown name calls this first, so it costs a few nanoseconds.
 */
bool pp_first_login_not_for_process(void);

/*
 * Computes what a first login would assign to name. Returns PP_FIRST_LOGIN_NO
 * unless the effective uid is 0, /proc/self/exe is a first-login program, the
 * name is valid, neither reserved nor a group's by the configuration, and
 * matches the pattern. Collisions with accounts and with other NSS sources are
 * left to the caller: NSS looks in the index, the policy everywhere, at
 * sign-in. A process that was found to be no first-login program is not checked
 * again for 10 ms.
 */
enum pp_first_login_status pp_first_login_answer_for(
	const char *name, struct pp_first_login_answer *ret);

/*
 * Returns why no first login under this name is allowed: PP_REASON_NAME_INVALID,
 * PP_REASON_NAME_RESERVED, PP_REASON_NAME_OF_GROUP, the reason of
 * settings->refusal, or PP_REASON_NEW_USER_REFUSED if the pattern does not take
 * the name. Returns PP_REASON_NONE if one is allowed, as far as the settings
 * know.
 */
enum pp_reason pp_first_login_refusal(
	const struct pp_first_login_settings *settings, const char *name);

/*
 * Returns pp_first_login_refusal of the settings if this process may be given
 * first-login answers. Returns PP_REASON_NONE also if it may not, or if there
 * is no good first-login file.
 */
enum pp_reason pp_first_login_refusal_here(const char *name);

/*
 * Computes the answer of pp_first_login_answer_for from given settings, without
 * the conditions on the process. Returns PP_FIRST_LOGIN_YES or
 * PP_FIRST_LOGIN_NO.
 */
enum pp_first_login_status pp_first_login_compute(
	const struct pp_first_login_settings *settings, const char *name,
	struct pp_first_login_answer *ret);

/*
 * Reads the settings if this process may be given first-login answers, by the
 * first two conditions of pp_first_login_answer_for. The caller wipes *ret,
 * which has the key. Returns PP_FIRST_LOGIN_YES, PP_FIRST_LOGIN_NO or
 * PP_FIRST_LOGIN_UNREADABLE.
 */
enum pp_first_login_status pp_first_login_for_process(
	struct pp_first_login_settings *ret);

/* Returns true if a first login under this name is allowed. "off" allows none;
 * any other value is a pattern of glob(7) for the whole name. */
bool pp_first_login_allows(const char *allow_new_users, const char *name);

/* Writes the home that a template gives to a name, each %u being the name, into
 * ret of size bytes; false when it does not fit or has another % sign. */
bool pp_first_login_home(
	const char *template, const char *name, char *ret, size_t size);

/* Reads the file (owner root, or the caller for another root directory). */
enum pp_first_login_status pp_first_login_read(
	const char *path, struct pp_first_login_settings *ret);

/* Replaces the file, mode 0600, only when its content differs. Fails with
 * PP_REASON_TOO_LONG for a text without NUL, PP_REASON_SYSTEM. */
enum pp_kind pp_first_login_write(const char *path,
	const struct pp_first_login_settings *settings,
	struct pp_err *err) PP_NODISCARD;

/* Returns true if the file is as pp_first_login_write would leave it. */
bool pp_first_login_is_written(const char *path,
	const struct pp_first_login_settings *settings) PP_NODISCARD;
