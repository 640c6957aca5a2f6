/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include <playpen/index/uid.h>
#include <playpen/ipc/worker_messages.h>

/*
 * playpen.conf(5), read once and checked as a whole. Every key is declared once
 * in one static table (common/conf/settings.c), which parsing, defaults, the
 * dump and the test of the manual all walk. Strict: an unknown or repeated key,
 * a bad value, a relative path, a wrong owner or mode is an error that names
 * file and line, and there is no configuration then. Reads files, never logs.
 */

#define PP_CONF_DIR "/etc/playpen"
#define PP_CONF_FILE_MAX ((size_t) 256 * 1024)
#define PP_CONF_LINE_MAX 199U  /* libinih has room for 200, NUL included */
#define PP_CONF_FILES_MAX 256U /* in playpen.conf.d */
#define PP_CONF_PAM_SERVICES_MAX 64U
#define PP_CONF_SERVICE_ACCOUNTS_MAX 1024U
#define PP_CONF_MAP_MAX 1024U
#define PP_CONF_WORDS_MAX 64U /* in a list, all files together */

/* Defaults that also hold where there is no configuration. */
#define PP_CONF_USERNAME_CLAIM "preferred_username"
#define PP_CONF_ALL_USERS_GROUP "playpen-users"
#define PP_CONF_ALGORITHMS                                                     \
	"RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA"

enum pp_flow {
	PP_FLOW_DEVICE = 1,
	PP_FLOW_CODE = 2,
};

enum pp_require {
	PP_REQUIRE_AUTO = 1, /* from the time on when it was there */
	PP_REQUIRE_YES = 2,
	PP_REQUIRE_NO = 3,
};

enum pp_groups_check {
	PP_GROUPS_CHECK_FRESH = 1, /* groups known and within groups_ttl */
	PP_GROUPS_CHECK_ANY_AGE =
		2, /* bound and not locked; groups may be old */
};

enum pp_missing_claim {
	PP_MISSING_CLAIM_NONE = 1,    /* the person is in no group */
	PP_MISSING_CLAIM_UNKNOWN = 2, /* no one knows */
};

enum pp_groups_changed {
	PP_GROUPS_CHANGED_AUTO = 1,
	PP_GROUPS_CHANGED_CONTINUE = 2,
	PP_GROUPS_CHANGED_END = 3,
};

enum pp_prompt_mode {
	PP_PROMPT_AUTO = 1, /* enter under sshd, none elsewhere */
	PP_PROMPT_ENTER = 2,
	PP_PROMPT_NONE = 3,
};

enum pp_qr_mode {
	PP_QR_AUTO = 1,
	PP_QR_UTF8 = 2,
	PP_QR_OFF = 3,
};

enum pp_service_auth {
	PP_SERVICE_AUTH_ID_TOKEN = 1,
	PP_SERVICE_AUTH_CLIENT_SECRET = 2,
};

/* A [service.NAME] section with the defaults filled in. */
struct pp_conf_pam_service {
	char *name;
	struct pp_strv require_groups; /* local names; empty: no gate */
	struct pp_strv deny_groups;    /* the same */
	int64_t groups_check;          /* enum pp_groups_check */
	int64_t groups_changed;        /* enum pp_groups_changed */
	int64_t sign_in_max_age;       /* seconds; 0: always ask */
	bool certificate; /* one that opened the session is a sign-in */
	int64_t prompt;   /* enum pp_prompt_mode */
	int64_t qr;       /* enum pp_qr_mode */
	bool qr_invert;
	int64_t timeout; /* seconds; 0: the host's own limit decides */
	int64_t flow;    /* enum pp_flow */
};

/* A [service-account "NAME"] section: a service account. */
struct pp_conf_service_account {
	char *name;
	char *client_id;
	int64_t auth; /* enum pp_service_auth */
	struct pp_strv pam_services;
	struct pp_strv groups; /* local names */
};

/* A line of [groups.map]. */
struct pp_conf_map {
	char *claim;
	char *local;
};

/* The name of display_name where there is no other. */
#define PP_CONF_DISPLAY_NAME "Playpen"

struct pp_conf {
	struct pp_strv node_names;
	char *display_name; /* of what people sign in to */

	/* What playpen-oidc is told of the provider. A sender fills in version,
	 * deadline and client secret of a copy, whose texts are borrowed. */
	struct pp_provider provider;
	int64_t require_at_hash; /* enum pp_require */
	int64_t flow;            /* enum pp_flow */
	char *secret_file;

	struct pp_strv strip_domain; /* DOMAIN or DOMAIN/CONNECTOR */
	bool fold_case;
	bool allow_dots;
	struct pp_range uid_range;
	struct pp_range gid_range;
	char *uid_key_file;
	char *home; /* template, %u is the name */
	char *shell;
	char *allow_new_users; /* "off" or a pattern of fnmatch(3) */
	struct pp_strv first_login_programs; /* by base name */
	int64_t accounts_max_age;            /* seconds */

	char *group_prefix;
	int64_t groups_ttl;    /* seconds */
	int64_t missing_claim; /* enum pp_missing_claim */
	bool refresh_groups;
	int64_t refresh_groups_after; /* seconds */
	char *all_users_group;        /* the group of all users */
	struct pp_conf_map *map;
	size_t map_count;

	struct pp_conf_pam_service
		*services; /* "default" is always among them */
	size_t service_count;
	struct pp_conf_service_account *service_accounts;
	size_t service_account_count;

	bool ssh_certificates;
	char *ssh_client;
	bool ssh_openpubkey;
	int64_t ssh_token_max_age;    /* seconds */
	int64_t ssh_not_before;       /* seconds since 1970 */
	int64_t ssh_keys_without_dex; /* seconds */

	int64_t max_pending_logins; /* of names that are not known: half */
	int64_t max_pending_logins_per_source;
	int64_t max_pending_logins_per_name;
	int64_t max_pending_logins_per_user; /* local programs, per real uid */
	struct pp_strv trusted_sources;      /* addresses and networks */
};

/*
 * Reads playpen.conf and playpen.conf.d/ *.conf (in order of name) below
 * PP_CONF_DIR. root is the prefix of a foreign root directory, "" for this one.
 * Every file and directory must be root's (the caller's below a foreign root),
 * no link, and not writable by others. A key may stand in one of the files
 * only; lists add up. Fails with PP_REASON_CONFIG_MISSING, _UNSAFE, _INVALID,
 * PP_REASON_SYSTEM. Freed by pp_conf_free.
 */
enum pp_kind pp_conf_load(const char *root, struct pp_conf **ret_conf,
	struct pp_err *err) PP_NODISCARD;

void pp_conf_free(struct pp_conf **conf);

/*
 * Returns the section that holds for a PAM service: its own, else that of the
 * service which covers it (sudo for sudo-i, su for su-l), else
 * [service.default]. Borrowed; never NULL.
 */
const struct pp_conf_pam_service *pp_conf_find_pam_service(
	const struct pp_conf *conf, const char *service);

/* Returns the service account of that name, or NULL. Borrowed. */
const struct pp_conf_service_account *pp_conf_find_service_account(
	const struct pp_conf *conf, const char *name);

/*
 * Maps a claim group to a local group in ret_name, of PP_NAME_SIZE bytes: by
 * [groups.map], which sets *ret_explicit, or by the prefix. Returns false if
 * the group is dropped, because prefix and name are no valid name.
 */
bool pp_conf_map_group(const struct pp_conf *conf, const char *claim,
	char *ret_name, bool *ret_explicit);

/* Returns true to end the walk. */
typedef bool pp_conf_name_visitor(void *context, const char *name);

/*
 * Returns true if a PAM service has deny_groups that name the group; with name
 * NULL, if one has deny_groups at all.
 */
bool pp_conf_denies_group(const struct pp_conf *conf, const char *name);

/*
 * Visits every name that the configuration gives to groups: what require_groups
 * and deny_groups name, the targets of [groups.map] and the groups of
 * [service-account] sections. A name may come more than once. Returns true if
 * the visitor ended the walk.
 */
bool pp_conf_each_group_name(
	const struct pp_conf *conf, pp_conf_name_visitor *visit, void *context);

/*
 * Returns true if the configuration keeps the name for groups:
 * pp_conf_each_group_name visits it, or it begins with the prefix of claim
 * groups.
 */
bool pp_conf_is_group_name(const struct pp_conf *conf, const char *name);

/*
 * Reads the client secret, less one newline at its end; empty without a file.
 * The file must be root's alone. Fails with PP_REASON_SECRET_UNREADABLE.
 */
enum pp_kind pp_conf_load_secret(const struct pp_conf *conf, const char *root,
	struct pp_secret *secret, struct pp_err *err) PP_NODISCARD;

/*
 * Reads the uid key. Fails with PP_REASON_UID_KEY_MISSING when there is none,
 * PP_REASON_CONFIG_UNSAFE or PP_REASON_CONFIG_INVALID when it is no good.
 */
enum pp_kind pp_conf_load_uid_key(const struct pp_conf *conf, const char *root,
	struct pp_uid_key *ret_key, struct pp_err *err) PP_NODISCARD;

/* Returns who must own the files below root: uid 0, or the caller for another
 * root. */
uid_t pp_conf_owner(const char *root);

/*
 * Sets *ret_user and *ret_group if /etc/passwd or /etc/group below root has the
 * name. Reads the files, whatever nsswitch.conf says. Fails with
 * PP_REASON_SYSTEM.
 */
enum pp_kind pp_conf_name_in_files(const char *root, const char *name,
	bool *ret_user, bool *ret_group, struct pp_err *err) PP_NODISCARD;
