/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include <string.h>

#include <playpen/index/first_login.h>

#include "conf_valid.h"

#define MINUTE INT64_C(60)
#define HOUR 3600
#define DAY INT64_C(86400)

/* A range as a file has it, from two macros that are decimal numbers. */
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

static const struct pp_conf_word missing_claims[] = {
	{"none", PP_MISSING_CLAIM_NONE},
	{"unknown", PP_MISSING_CLAIM_UNKNOWN},
	{NULL, 0},
};

static const struct pp_conf_word groups_changed[] = {
	{"auto", PP_GROUPS_CHANGED_AUTO},
	{"continue", PP_GROUPS_CHANGED_CONTINUE},
	{"end", PP_GROUPS_CHANGED_END},
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

static const struct pp_conf_word requires[] = {
	{"auto", PP_REQUIRE_AUTO},
	{"yes", PP_REQUIRE_YES},
	{"no", PP_REQUIRE_NO},
	{NULL, 0},
};

/* clang-format off */
const struct pp_conf_setting pp_conf_settings[] = {
	{PP_CONF_NODE, "names", PP_CONF_LIST, CONF(node_names), NULL,
		.valid = pp_conf_valid_host,
		.absent =
			"The default is the host name, the full name that /etc/hosts has for it, and the part before its first dot.",
		.help = "Specifies the host names that the token of a service account may be made for."},

	{PP_CONF_NODE, "display_name", PP_CONF_TEXT, CONF(display_name),
		PP_CONF_DISPLAY_NAME, .valid = pp_conf_valid_display_name,
		.help = "Specifies the name by which people know what they sign in to."},

	{PP_CONF_ISSUER, "url", PP_CONF_TEXT, CONF(provider.url), NULL,
		.valid = pp_conf_valid_url, .absent = "Required.",
		.help = "Specifies the URL of the issuer, compared byte for byte with the one that the provider states."},
	{PP_CONF_ISSUER, "connect_to", PP_CONF_TEXT, CONF(provider.connect_to), NULL,
		.valid = pp_conf_valid_host_port,
		.help = "Specifies a host:port to connect to instead of the one in url."},
	{PP_CONF_ISSUER, "browser_url", PP_CONF_TEXT, CONF(provider.browser_url), NULL,
		.valid = pp_conf_valid_url,
		.help = "Specifies a URL that replaces url at the start of the addresses that people are shown."},
	{PP_CONF_ISSUER, "ca_file", PP_CONF_TEXT, CONF(provider.ca_file), NULL,
		.valid = pp_conf_valid_path,
		.help = "Specifies a file of certificates to trust instead of those of the system."},
	{PP_CONF_ISSUER, "proxy", PP_CONF_TEXT, CONF(provider.proxy), NULL,
		.valid = pp_conf_valid_proxy,
		.help = "Specifies the URL of a proxy for all requests to the provider."},
	{PP_CONF_ISSUER, "allow_http", PP_CONF_BOOL, CONF(provider.allow_http), "no",
		.help = "Specifies whether URLs without TLS are accepted."},
	{PP_CONF_ISSUER, "endpoint_hosts", PP_CONF_LIST, CONF(provider.endpoint_hosts),
		NULL, .valid = pp_conf_valid_host,
		.help = "Specifies the hosts, besides that of url, that endpoints of the provider may be on."},
	{PP_CONF_ISSUER, "profile", PP_CONF_CHOICE, CONF(provider.profile), "dex",
		.words = profiles,
		.help = "Specifies which rules the provider follows."},
	{PP_CONF_ISSUER, "jwks_file", PP_CONF_TEXT, CONF(provider.jwks_file), NULL,
		.valid = pp_conf_valid_path,
		.help = "Specifies a file of pinned keys, used instead of the keys that the provider publishes."},
	{PP_CONF_ISSUER, "algorithms", PP_CONF_LIST, CONF(provider.algorithms),
		PP_CONF_ALGORITHMS, .valid = pp_conf_valid_algorithm,
		.help = "Specifies the signature algorithms that are accepted."},
	{PP_CONF_ISSUER, "tenants", PP_CONF_LIST, CONF(provider.tenants), NULL,
		.valid = pp_conf_valid_guid,
		.help = "Specifies the tenants whose people may sign in, as GUIDs in lower case (profile entra)."},
	{PP_CONF_ISSUER, "guests", PP_CONF_BOOL, CONF(provider.guests), "no",
		.help = "Specifies whether guests of a tenant may sign in (profile entra)."},
	{PP_CONF_ISSUER, "roles_as_groups", PP_CONF_BOOL, CONF(provider.roles_as_groups),
		"no",
		.help = "Specifies whether the claim roles counts as groups (profile entra)."},
	{PP_CONF_ISSUER, "require_at_hash", PP_CONF_CHOICE, CONF(require_at_hash),
		"auto", .words = requires,
		.help = "Specifies whether the token of a person must have at_hash (profile generic)."},

	{PP_CONF_CLIENT, "id", PP_CONF_TEXT, CONF(provider.client_id), NULL,
		.valid = pp_conf_valid_word, .absent = "Required.",
		.help = "Specifies the client id of this node at the provider."},
	{PP_CONF_CLIENT, "secret_file", PP_CONF_TEXT, CONF(secret_file), NULL,
		.valid = pp_conf_valid_path,
		.help = "Specifies the file with the secret of a confidential client."},
	{PP_CONF_CLIENT, "scopes", PP_CONF_LIST, CONF(provider.scopes), NULL,
		.valid = pp_conf_valid_scope,
		.most = PP_CONF_WORDS_MAX - 1, /* offline_access may join */
		.absent =
			"The default is " PP_CONF_SCOPES_DEX
			" with profile dex, and " PP_CONF_SCOPES " otherwise.",
		.help = "Specifies the scopes to request, at most 63."},
	{PP_CONF_CLIENT, "trusted_audiences", PP_CONF_LIST,
		CONF(provider.trusted_audiences), NULL, .valid = pp_conf_valid_word,
		.help = "Specifies other audiences that a token for this node may name."},
	{PP_CONF_CLIENT, "flow", PP_CONF_CHOICE, CONF(flow), "device",
		.words = flows,
		.help = "Specifies how people approve a sign-in."},
	{PP_CONF_CLIENT, "token_auth", PP_CONF_CHOICE, CONF(provider.token_auth),
		"basic", .words = token_auths,
		.help = "Specifies how a confidential client sends its secret."},

	{PP_CONF_IDENTITY, "username_claim", PP_CONF_TEXT, CONF(provider.username_claim),
		PP_CONF_USERNAME_CLAIM, .valid = pp_conf_valid_word,
		.help = "Specifies the claim that holds the user name."},
	{PP_CONF_IDENTITY, "strip_domain", PP_CONF_LIST, CONF(strip_domain),
		NULL, .valid = pp_conf_valid_domain,
		.help = "Specifies the domains to remove from the end of the user name, together with the @ before it."},
	{PP_CONF_IDENTITY, "fold_case", PP_CONF_BOOL, CONF(fold_case), "no",
		.help = "Specifies whether the letters A to Z of the user name become a to z."},
	{PP_CONF_IDENTITY, "allow_dots", PP_CONF_BOOL, CONF(allow_dots), "no",
		.help = "Specifies whether a name may have dots inside."},
	{PP_CONF_IDENTITY, "connectors", PP_CONF_LIST, CONF(provider.connectors), NULL,
		.valid = pp_conf_valid_word,
		.absent =
			"Required with profile dex, and refused with the others.",
		.help = "Specifies the ids of the Dex connectors whose people may sign in."},
	{PP_CONF_IDENTITY, "uid_range", PP_CONF_RANGE, CONF(uid_range),
		RANGE(PP_UID_RANGE_LOW, PP_UID_RANGE_HIGH),
		.min = PP_UID_FIXED_MIN, .max = INT32_MAX,
		.help = "Specifies the range of the uids of people, as LOW-HIGH."},
	{PP_CONF_IDENTITY, "gid_range", PP_CONF_RANGE, CONF(gid_range),
		RANGE(PP_GID_RANGE_LOW, PP_GID_RANGE_HIGH),
		.min = PP_UID_FIXED_MIN, .max = INT32_MAX,
		.help = "Specifies the range of the gids of claim groups, as LOW-HIGH."},
	{PP_CONF_IDENTITY, "uid_key_file", PP_CONF_TEXT, CONF(uid_key_file),
		PP_CONF_DIR "/uid.key", .valid = pp_conf_valid_path,
		.help = "Specifies the file of the uid key, from which every uid and gid is computed."},
	{PP_CONF_IDENTITY, "home", PP_CONF_TEXT, CONF(home), "/home/%u",
		.valid = pp_conf_valid_home,
		.help = "Specifies the home directory of a new account; %u stands for its name."},
	{PP_CONF_IDENTITY, "shell", PP_CONF_TEXT, CONF(shell), "/bin/bash",
		.valid = pp_conf_valid_shell,
		.help = "Specifies the shell of a new account."},
	{PP_CONF_IDENTITY, "allow_new_users", PP_CONF_TEXT,
		CONF(allow_new_users), "off", .valid = pp_conf_valid_pattern,
		.help = "Specifies which names may sign in without an account on this node: off, or a pattern of fnmatch(3)."},
	{PP_CONF_IDENTITY, "first_login_programs", PP_CONF_LIST,
		CONF(first_login_programs), PP_FIRST_LOGIN_PROGRAMS,
		.valid = pp_conf_valid_program,
		.help = "Specifies the programs, by file name, that may look up a name before its first sign-in."},
	{PP_CONF_IDENTITY, "accounts_max_age", PP_CONF_TIME,
		CONF(accounts_max_age), "24h", .min = MINUTE, .max = 366 * DAY,
		.help = "Specifies how long after an accounts file was confirmed status and doctor are content with it."},

	{PP_CONF_GROUPS, "prefix", PP_CONF_TEXT, CONF(group_prefix), "",
		.valid = pp_conf_valid_name,
		.absent = "The default is no prefix.",
		.help = "Specifies a prefix for the name of every group that [groups.map] does not name."},
	{PP_CONF_GROUPS, "groups_ttl", PP_CONF_TIME, CONF(groups_ttl), "24h",
		.min = MINUTE, .max = 366 * DAY,
		.help = "Specifies how long groups count after the provider was asked."},
	{PP_CONF_GROUPS, "missing_claim", PP_CONF_CHOICE, CONF(missing_claim),
		NULL, .words = missing_claims,
		.absent =
			"The default is none with profile dex, if scopes has groups and no service has deny_groups, and unknown otherwise.",
		.help = "Specifies what a token without the claim of groups says of its person."},
	{PP_CONF_GROUPS, "refresh_groups", PP_CONF_BOOL, CONF(refresh_groups),
		"no",
		.help = "Specifies whether the provider is asked again which groups a person is in, without the person."},
	{PP_CONF_GROUPS, "refresh_groups_after", PP_CONF_TIME,
		CONF(refresh_groups_after), "15m", .min = 0, .max = 366 * DAY,
		.help = "Specifies how old the answer about groups must be before refresh_groups asks again; 0 asks at each use."},
	{PP_CONF_GROUPS, "all_users_group", PP_CONF_TEXT, CONF(all_users_group),
		PP_CONF_ALL_USERS_GROUP, .valid = pp_conf_valid_all_users_group,
		.help = "Specifies the group of which every playpen user is a member."},

	{PP_CONF_PAM_SERVICE, "require_groups", PP_CONF_LIST,
		SERVICE(require_groups), NULL, .valid = pp_conf_valid_name,
		.help = "Specifies local groups, one of which the account must be in."},
	{PP_CONF_PAM_SERVICE, "deny_groups", PP_CONF_LIST,
		SERVICE(deny_groups), NULL, .valid = pp_conf_valid_name,
		.help = "Specifies local groups, none of which the account may be in."},
	{PP_CONF_PAM_SERVICE, "groups_check", PP_CONF_CHOICE,
		SERVICE(groups_check), NULL, .words = groups_checks,
		.absent =
			"The default is any-age for cron and systemd-user, and fresh otherwise.",
		.help = "Specifies whether groups must have been checked within groups_ttl."},
	{PP_CONF_PAM_SERVICE, "groups_changed", PP_CONF_CHOICE,
		SERVICE(groups_changed), "auto", .words = groups_changed,
		.help = "Specifies what happens if a sign-in changes the groups by which the application has decided before."},
	{PP_CONF_PAM_SERVICE, "sign_in_max_age", PP_CONF_TIME,
		SERVICE(sign_in_max_age), "0", .min = 0, .max = 366 * DAY,
		.help = "Specifies how old the last sign-in of the session may be before the person is asked again; 0 always asks."},
	{PP_CONF_PAM_SERVICE, "certificate", PP_CONF_BOOL,
		SERVICE(certificate), "no",
		.help = "Specifies whether the certificate that opened the session counts as a sign-in of its person, made when its token was."},
	{PP_CONF_PAM_SERVICE, "prompt", PP_CONF_CHOICE, SERVICE(prompt), "auto",
		.words = prompts,
		.help = "Specifies whether a sign-in waits for Enter."},
	{PP_CONF_PAM_SERVICE, "qr", PP_CONF_CHOICE, SERVICE(qr), "auto",
		.words = qrs, .help = "Specifies whether a QR code is drawn."},
	{PP_CONF_PAM_SERVICE, "qr_invert", PP_CONF_BOOL, SERVICE(qr_invert),
		"no",
		.help = "Specifies whether the QR code is drawn for dark text on a light background."},
	{PP_CONF_PAM_SERVICE, "timeout", PP_CONF_TIME, SERVICE(timeout), "0",
		.min = 0, .max = HOUR,
		.help = "Specifies how long to wait for an approval; 0 is as long as the application allows."},
	{PP_CONF_PAM_SERVICE, "flow", PP_CONF_CHOICE, SERVICE(flow), NULL,
		.words = flows, .absent = "The default is flow in [client].",
		.help = "Specifies how people approve a sign-in to this PAM service."},

	{PP_CONF_SERVICE_ACCOUNT, "client_id", PP_CONF_TEXT, ACCOUNT(client_id),
		NULL, .valid = pp_conf_valid_word, .absent = "Required.",
		.help = "Specifies the client id of the service at the provider."},
	{PP_CONF_SERVICE_ACCOUNT, "auth", PP_CONF_CHOICE, ACCOUNT(auth),
		"id-token", .words = auths,
		.help = "Specifies what the service account signs in with."},
	{PP_CONF_SERVICE_ACCOUNT, "pam_services", PP_CONF_LIST,
		ACCOUNT(pam_services), NULL, .valid = pp_conf_valid_pam_service,
		.absent = "Required.",
		.help = "Specifies the PAM services that the account may use."},
	{PP_CONF_SERVICE_ACCOUNT, "groups", PP_CONF_LIST, ACCOUNT(groups), NULL,
		.valid = pp_conf_valid_name,
		.help = "Specifies the local groups of the account."},

	{PP_CONF_SSH, "certificates", PP_CONF_BOOL, CONF(ssh_certificates), "no",
		.help = "Specifies whether SSH certificates that carry a token of the provider let their people in."},
	{PP_CONF_SSH, "client", PP_CONF_TEXT, CONF(ssh_client), "playpen-ssh",
		.valid = pp_conf_valid_word,
		.help = "Specifies the client whose tokens certificates carry."},
	{PP_CONF_SSH, "openpubkey", PP_CONF_BOOL, CONF(ssh_openpubkey), "no",
		.help = "Specifies whether certificates in the format of OpenPubkey are accepted too."},
	{PP_CONF_SSH, "token_max_age", PP_CONF_TIME, CONF(ssh_token_max_age),
		"12h", .min = MINUTE, .max = DAY,
		.help = "Specifies how long after the sign-in a certificate is accepted."},
	{PP_CONF_SSH, "not_before", PP_CONF_NUMBER, CONF(ssh_not_before), "0",
		.min = 0, .max = INT64_C(253402300799),
		.help = "Specifies a time, in seconds since 1970: certificates of sign-ins before it are refused."},
	{PP_CONF_SSH, "keys_without_dex", PP_CONF_TIME,
		CONF(ssh_keys_without_dex), "24h", .min = 0, .max = 7 * DAY,
		.help = "Specifies how long after the keys of the provider were fetched they verify certificates while the provider cannot be reached; 0 refuses them then."},

	{PP_CONF_LIMITS, "max_pending_logins", PP_CONF_NUMBER,
		CONF(max_pending_logins), "32", .min = 1, .max = 4096,
		.help = "Specifies twice the number of logins of unknown names that may be pending at once, and of logins of users as another user."},
	{PP_CONF_LIMITS, "max_pending_logins_per_source", PP_CONF_NUMBER,
		CONF(max_pending_logins_per_source), "4", .min = 1, .max = 4096,
		.help = "Specifies how many logins of unknown names may be pending from one IPv4 address or IPv6 /64."},
	{PP_CONF_LIMITS, "max_pending_logins_per_name", PP_CONF_NUMBER,
		CONF(max_pending_logins_per_name), "6", .min = 1, .max = 4096,
		.help = "Specifies how many logins of one bound account may be pending from one IPv4 address or IPv6 /64."},
	{PP_CONF_LIMITS, "max_pending_logins_per_user", PP_CONF_NUMBER,
		CONF(max_pending_logins_per_user), "6", .min = 1, .max = 4096,
		.help = "Specifies how many logins through local programs may be pending for one user."},
	{PP_CONF_LIMITS, "trusted_sources", PP_CONF_LIST, CONF(trusted_sources),
		NULL, .valid = pp_conf_valid_network,
		.help = "Specifies addresses and networks of machines that sign in many people."},
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
		[PP_CONF_SSH] = "ssh",
		[PP_CONF_LIMITS] = "limits",
		[PP_CONF_PAM_SERVICE] = "service.NAME",
		[PP_CONF_SERVICE_ACCOUNT] = "service-account \"NAME\"",
		[PP_CONF_MAP] = "groups.map",
	};

	return titles[section];
}
