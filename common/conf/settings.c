/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include <string.h>

#include <playpen/index/first_login.h>

#include "conf_valid.h"

#define MINUTE 60
#define HOUR 3600
#define DAY 86400

/* A range as a file has it, of two macros that are decimal numbers. */
#define TEXT(number) #number
#define RANGE(low, high) TEXT(low) "-" TEXT(high)

#define CONF(member) offsetof(struct pp_conf, member)
#define SERVICE(member) offsetof(struct pp_conf_pam_service, member)
#define ACCOUNT(member) offsetof(struct pp_conf_service_account, member)

static const struct pp_conf_word profiles[] = {
	{"dex", PP_PROFILE_DEX},
	{"entra", PP_PROFILE_ENTRA},
	{"generic", PP_PROFILE_GENERIC},
	{NULL, 0},
};

static const struct pp_conf_word flows[] = {
	{"device", PP_FLOW_DEVICE},
	{"code", PP_FLOW_CODE},
	{NULL, 0},
};

static const struct pp_conf_word token_auths[] = {
	{"basic", PP_TOKEN_AUTH_BASIC},
	{"post", PP_TOKEN_AUTH_POST},
	{NULL, 0},
};

static const struct pp_conf_word groups_checks[] = {
	{"fresh", PP_GROUPS_CHECK_FRESH},
	{"any-age", PP_GROUPS_CHECK_ANY_AGE},
	{NULL, 0},
};

static const struct pp_conf_word prompts[] = {
	{"auto", PP_PROMPT_AUTO},
	{"enter", PP_PROMPT_ENTER},
	{"none", PP_PROMPT_NONE},
	{NULL, 0},
};

static const struct pp_conf_word qrs[] = {
	{"auto", PP_QR_AUTO},
	{"utf8", PP_QR_UTF8},
	{"off", PP_QR_OFF},
	{NULL, 0},
};

static const struct pp_conf_word auths[] = {
	{"id-token", PP_SERVICE_AUTH_ID_TOKEN},
	{"client-secret", PP_SERVICE_AUTH_CLIENT_SECRET},
	{NULL, 0},
};

/* One key a row. */
/* clang-format off */
const struct pp_conf_setting pp_conf_settings[] = {
	{PP_CONF_NODE, "names", PP_CONF_LIST, CONF(node_names), NULL,
		.valid = pp_conf_valid_host,
		.help = "names of this node that a service's token may be for"},

	{PP_CONF_ISSUER, "url", PP_CONF_TEXT, CONF(issuer_url), NULL,
		.valid = pp_conf_valid_url,
		.help = "the provider's issuer, compared byte for byte"},
	{PP_CONF_ISSUER, "connect_to", PP_CONF_TEXT, CONF(connect_to), NULL,
		.valid = pp_conf_valid_host_port,
		.help = "host:port to dial instead of the one in url"},
	{PP_CONF_ISSUER, "browser_url", PP_CONF_TEXT, CONF(browser_url), NULL,
		.valid = pp_conf_valid_url,
		.help = "stands in for url at the start of what people are shown"},
	{PP_CONF_ISSUER, "ca_file", PP_CONF_TEXT, CONF(ca_file), NULL,
		.valid = pp_conf_valid_path,
		.help = "certificates to trust instead of the system's"},
	{PP_CONF_ISSUER, "proxy", PP_CONF_TEXT, CONF(proxy), NULL,
		.valid = pp_conf_valid_proxy,
		.help = "proxy for all requests to the provider"},
	{PP_CONF_ISSUER, "allow_http", PP_CONF_BOOL, CONF(allow_http), "no",
		.help = "accept URLs without TLS"},
	{PP_CONF_ISSUER, "endpoint_hosts", PP_CONF_LIST, CONF(endpoint_hosts),
		NULL, .valid = pp_conf_valid_host,
		.help = "hosts besides the issuer's that endpoints may lie on"},
	{PP_CONF_ISSUER, "profile", PP_CONF_CHOICE, CONF(profile), "dex",
		.words = profiles, .help = "which provider's rules hold"},
	{PP_CONF_ISSUER, "jwks_file", PP_CONF_TEXT, CONF(jwks_file), NULL,
		.valid = pp_conf_valid_path,
		.help = "pinned keys, used instead of the provider's"},
	{PP_CONF_ISSUER, "algorithms", PP_CONF_LIST, CONF(algorithms),
		PP_CONF_ALGORITHMS, .valid = pp_conf_valid_algorithm,
		.help = "signature algorithms that are accepted"},
	{PP_CONF_ISSUER, "tenants", PP_CONF_LIST, CONF(tenants), NULL,
		.valid = pp_conf_valid_guid,
		.help = "tenants whose people may sign in (profile entra)"},
	{PP_CONF_ISSUER, "guests", PP_CONF_BOOL, CONF(guests), "no",
		.help = "let guests of a tenant sign in (profile entra)"},
	{PP_CONF_ISSUER, "roles_as_groups", PP_CONF_BOOL, CONF(roles_as_groups),
		"no",
		.help = "count the claim roles as groups (profile entra)"},

	{PP_CONF_CLIENT, "id", PP_CONF_TEXT, CONF(client_id), NULL,
		.valid = pp_conf_valid_word,
		.help = "the client's name at the provider"},
	{PP_CONF_CLIENT, "secret_file", PP_CONF_TEXT, CONF(secret_file), NULL,
		.valid = pp_conf_valid_path,
		.help = "file with the secret of a confidential client"},
	{PP_CONF_CLIENT, "scopes", PP_CONF_LIST, CONF(scopes), NULL,
		.valid = pp_conf_valid_scope,
		.most = PP_CONF_WORDS_MAX - 1, /* offline_access may join */
		.help = "what to ask for; the default depends on profile"},
	{PP_CONF_CLIENT, "trusted_audiences", PP_CONF_LIST,
		CONF(trusted_audiences), NULL, .valid = pp_conf_valid_word,
		.help = "other audiences that a token for us may name"},
	{PP_CONF_CLIENT, "flow", PP_CONF_CHOICE, CONF(flow), "device",
		.words = flows, .help = "how people approve"},
	{PP_CONF_CLIENT, "token_auth", PP_CONF_CHOICE, CONF(token_auth),
		"basic", .words = token_auths,
		.help = "how a confidential client sends its secret"},

	{PP_CONF_IDENTITY, "username_claim", PP_CONF_TEXT, CONF(username_claim),
		PP_CONF_USERNAME_CLAIM, .valid = pp_conf_valid_word,
		.help = "the claim that holds the user name"},
	{PP_CONF_IDENTITY, "strip_domain", PP_CONF_TEXT, CONF(strip_domain),
		NULL, .valid = pp_conf_valid_host,
		.help = "domain to cut from the claim, with the @ before it"},
	{PP_CONF_IDENTITY, "connectors", PP_CONF_LIST, CONF(connectors), NULL,
		.valid = pp_conf_valid_word,
		.help = "Dex connectors whose people may sign in"},
	{PP_CONF_IDENTITY, "uid_range", PP_CONF_RANGE, CONF(uid_range),
		RANGE(PP_UID_RANGE_LOW, PP_UID_RANGE_HIGH),
		.min = PP_UID_FIXED_MIN, .max = INT32_MAX,
		.help = "where uids and gids of people lie"},
	{PP_CONF_IDENTITY, "gid_range", PP_CONF_RANGE, CONF(gid_range),
		RANGE(PP_GID_RANGE_LOW, PP_GID_RANGE_HIGH),
		.min = PP_UID_FIXED_MIN, .max = INT32_MAX,
		.help = "where gids of claim groups lie"},
	{PP_CONF_IDENTITY, "uid_key_file", PP_CONF_TEXT, CONF(uid_key_file),
		PP_CONF_DIR "/uid.key", .valid = pp_conf_valid_path,
		.help = "the cluster's uid key"},
	{PP_CONF_IDENTITY, "home", PP_CONF_TEXT, CONF(home), "/home/%u",
		.valid = pp_conf_valid_home,
		.help = "home directory of a new account; %u is the name"},
	{PP_CONF_IDENTITY, "shell", PP_CONF_TEXT, CONF(shell), "/bin/bash",
		.valid = pp_conf_valid_shell, .help = "shell of a new account"},
	{PP_CONF_IDENTITY, "allow_new_users", PP_CONF_TEXT,
		CONF(allow_new_users), "off", .valid = pp_conf_valid_pattern,
		.help = "names that may sign in without an account here"},
	{PP_CONF_IDENTITY, "first_login_programs", PP_CONF_LIST,
		CONF(first_login_programs), PP_FIRST_LOGIN_PROGRAMS,
		.valid = pp_conf_valid_program,
		.help = "programs that may look up a name before its first login"},

	{PP_CONF_GROUPS, "prefix", PP_CONF_TEXT, CONF(group_prefix), "",
		.valid = pp_conf_valid_name,
		.help = "put before the name of every group that is not mapped"},
	{PP_CONF_GROUPS, "groups_ttl", PP_CONF_TIME, CONF(groups_ttl), "24h",
		.min = MINUTE, .max = 366 * DAY,
		.help = "how long groups count after they were checked"},
	{PP_CONF_GROUPS, "refresh_groups", PP_CONF_BOOL, CONF(refresh_groups),
		"no",
		.help = "ask for the groups again, silently, with a refresh token"},
	{PP_CONF_GROUPS, "refresh_groups_after", PP_CONF_TIME,
		CONF(refresh_groups_after), "15m", .min = 0, .max = 366 * DAY,
		.help = "how old the groups are when refresh_groups asks again"},
	{PP_CONF_GROUPS, "all_users_group", PP_CONF_TEXT, CONF(all_users_group),
		PP_CONF_ALL_USERS_GROUP, .valid = pp_conf_valid_all_users_group,
		.help = "the group that all users are in"},

	{PP_CONF_PAM_SERVICE, "require_groups", PP_CONF_LIST,
		SERVICE(require_groups), NULL, .valid = pp_conf_valid_name,
		.help = "local groups of which one is needed"},
	{PP_CONF_PAM_SERVICE, "groups_check", PP_CONF_CHOICE,
		SERVICE(groups_check), NULL, .words = groups_checks,
		.help = "whether groups must have been checked within groups_ttl"},
	{PP_CONF_PAM_SERVICE, "sign_in_max_age", PP_CONF_TIME,
		SERVICE(sign_in_max_age), "0", .min = 0, .max = 366 * DAY,
		.help = "how old the session's sign-in may be; 0 always asks"},
	{PP_CONF_PAM_SERVICE, "prompt", PP_CONF_CHOICE, SERVICE(prompt), "auto",
		.words = prompts, .help = "whether to wait for Enter"},
	{PP_CONF_PAM_SERVICE, "qr", PP_CONF_CHOICE, SERVICE(qr), "auto",
		.words = qrs, .help = "whether to draw a QR code"},
	{PP_CONF_PAM_SERVICE, "qr_invert", PP_CONF_BOOL, SERVICE(qr_invert),
		"no", .help = "draw for a light background"},
	{PP_CONF_PAM_SERVICE, "timeout", PP_CONF_TIME, SERVICE(timeout), "0",
		.min = 0, .max = HOUR,
		.help = "how long to wait; 0 is what the host allows"},
	{PP_CONF_PAM_SERVICE, "flow", PP_CONF_CHOICE, SERVICE(flow), NULL,
		.words = flows, .help = "how people approve, for this service"},

	{PP_CONF_SERVICE_ACCOUNT, "client_id", PP_CONF_TEXT, ACCOUNT(client_id),
		NULL, .valid = pp_conf_valid_word,
		.help = "the service's own client at the provider"},
	{PP_CONF_SERVICE_ACCOUNT, "auth", PP_CONF_CHOICE, ACCOUNT(auth),
		"id-token", .words = auths,
		.help = "what the service signs in with"},
	{PP_CONF_SERVICE_ACCOUNT, "pam_services", PP_CONF_LIST,
		ACCOUNT(pam_services), NULL, .valid = pp_conf_valid_pam_service,
		.help = "PAM services that the account may use"},
	{PP_CONF_SERVICE_ACCOUNT, "groups", PP_CONF_LIST, ACCOUNT(groups), NULL,
		.valid = pp_conf_valid_name,
		.help = "local groups of the account"},

	{PP_CONF_LIMITS, "max_pending_logins", PP_CONF_NUMBER,
		CONF(max_pending_logins), "32", .min = 1, .max = 4096,
		.help = "logins through sshd that may be pending at once"},
	{PP_CONF_LIMITS, "max_pending_logins_per_source", PP_CONF_NUMBER,
		CONF(max_pending_logins_per_source), "4", .min = 1, .max = 4096,
		.help = "of these, from one address"},
	{PP_CONF_LIMITS, "max_pending_logins_per_name", PP_CONF_NUMBER,
		CONF(max_pending_logins_per_name), "4", .min = 1, .max = 4096,
		.help = "of these, for one account that is bound here"},
	{PP_CONF_LIMITS, "max_pending_logins_per_user", PP_CONF_NUMBER,
		CONF(max_pending_logins_per_user), "4", .min = 1, .max = 4096,
		.help = "logins through local programs that may be pending, per user"},
};
/* clang-format on */

const size_t pp_conf_setting_count = PP_COUNT(pp_conf_settings);

_Static_assert(PP_COUNT(pp_conf_settings) <= PP_CONF_SETTINGS_MAX,
	"raise PP_CONF_SETTINGS_MAX");

const struct pp_conf_setting *
pp_conf_setting_find(enum pp_conf_section section, const char *name)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++)
		if (pp_conf_settings[i].section == section &&
			strcmp(pp_conf_settings[i].name, name) == 0)
			return &pp_conf_settings[i];
	return NULL;
}

const char *
pp_conf_section_title(enum pp_conf_section section)
{
	static const char *const titles[PP_CONF_SECTIONS] = {
		[PP_CONF_NODE] = "node",
		[PP_CONF_ISSUER] = "issuer",
		[PP_CONF_CLIENT] = "client",
		[PP_CONF_IDENTITY] = "identity",
		[PP_CONF_GROUPS] = "groups",
		[PP_CONF_LIMITS] = "limits",
		[PP_CONF_PAM_SERVICE] = "service.NAME",
		[PP_CONF_SERVICE_ACCOUNT] = "service-account \"NAME\"",
		[PP_CONF_MAP] = "groups.map",
	};

	return titles[section];
}
