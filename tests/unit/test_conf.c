/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/conf/conf.h>

#include "tests/scratch.h"
#include "tests/tap.h"

#define FILE_PATH "/etc/playpen/playpen.conf"
#define DROP_IN "/etc/playpen/playpen.conf.d/"

#define ISSUER "[issuer]\nurl = https://dex.example/dex\n"
#define CLIENT "[client]\nid = playpen-login\n"
#define IDENTITY "[identity]\nconnectors = local\n"
#define BASE ISSUER CLIENT IDENTITY
#define SCOPES "[client]\nscopes = openid federated:id"
#define ACCOUNT                                                                \
	"[service-account \"svc-backup\"]\nclient_id = backup\npam_services = sshd\n"

static void
write_conf(const char *text)
{
	check(scratch_write(FILE_PATH, text, 0644));
}

static enum pp_kind
load(const char *text, struct pp_conf **conf, struct pp_err *err)
{
	write_conf(text);
	return pp_conf_load(scratch_root, conf, err);
}

static void
check_accepted(const char *text)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	struct pp_err err = {0};

	check_kind(load(text, &conf, &err), PP_OK);
	if (conf == NULL)
		printf("# %s\n", err.message);
}

/* part is what the message must hold: mostly line and cause. */
static void
check_refused(const char *text, enum pp_reason reason, const char *part)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	struct pp_err err = {0};

	check_int(load(text, &conf, &err), pp_reason_kind(reason));
	check_reason(err.reason, reason);
	check(conf == NULL);
	if (strstr(err.message, part) == NULL)
		check_text(err.message, part);
}

static void
a_small_file_has_the_documented_defaults(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;

	check_kind(load(BASE, &conf, NULL), PP_OK);
	if (conf == NULL)
		return;
	check_text(conf->provider.url, "https://dex.example/dex");
	check(conf->provider.connect_to == NULL && conf->secret_file == NULL);
	check_int(conf->provider.profile, PP_PROFILE_DEX);
	check(!conf->provider.allow_http);
	check_int(conf->provider.scopes.count, 5);
	check(pp_strv_contains(&conf->provider.scopes, "federated:id"));
	check_int(conf->provider.algorithms.count, 10);
	check_int(conf->flow, PP_FLOW_DEVICE);
	check_text(conf->provider.username_claim, "preferred_username");
	check_text(conf->home, "/home/%u");
	check_text(conf->shell, "/bin/bash");
	check_text(conf->allow_new_users, "off");
	check_text(conf->uid_key_file, "/etc/playpen/uid.key");
	check_int(conf->first_login_programs.count, 4);
	check_int(conf->uid_range.low, PP_UID_RANGE_LOW);
	check_int(conf->uid_range.high, PP_UID_RANGE_HIGH);
	check_int(conf->gid_range.low, PP_GID_RANGE_LOW);
	check_int(conf->gid_range.high, PP_GID_RANGE_HIGH);
	check_text(conf->group_prefix, "");
	check_text(conf->all_users_group, "playpen-users");
	check_int(conf->groups_ttl, 86400);
	check(!conf->refresh_groups);
	check_int(conf->refresh_groups_after, 900);
	check_int(conf->max_pending_logins, 32);
	check_int(conf->max_pending_logins_per_source, 4);
	check_int(conf->max_pending_logins_per_user, 6);
	check_int(conf->max_pending_logins_per_name, 6);
	check_cmp(conf->node_names.count, >=, 1);
	check_int(conf->service_account_count, 0);
	check_int(conf->map_count, 0);
}

static int64_t
missing_claim_of(const char *text)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;

	return check_kind(load(text, &conf, NULL), PP_OK) ? conf->missing_claim
							  : 0;
}

static void
a_missing_claim_is_no_group_only_where_dex_is_asked_and_none_is_denied(void)
{
	static const char generic[] =
		"[issuer]\nurl = https://dex.example/dex\nprofile = generic\n"
		"[client]\nid = playpen-login\n";

	check_int(missing_claim_of(BASE), PP_MISSING_CLAIM_NONE);
	check_int(missing_claim_of(generic), PP_MISSING_CLAIM_UNKNOWN);
	check_int(missing_claim_of(BASE "[client]\nscopes = openid profile "
					"federated:id\n"),
		PP_MISSING_CLAIM_UNKNOWN);
	check_int(missing_claim_of(BASE "[service.su]\ndeny_groups = ops\n"),
		PP_MISSING_CLAIM_UNKNOWN);
	check_int(missing_claim_of(BASE "[groups]\nmissing_claim = none\n"
					"[service.su]\ndeny_groups = ops\n"),
		PP_MISSING_CLAIM_NONE);
	check_int(missing_claim_of(BASE "[groups]\nmissing_claim = unknown\n"),
		PP_MISSING_CLAIM_UNKNOWN);
}

static void
values_are_read_as_written(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	const char *text =
		"; a comment\n  # another\n\n[issuer]\n"
		"url=http://10.0.0.1:5556/dex ; plain\nallow_http = yes\n"
		"connect_to = [::1]:443\nalgorithms = ES256 RS256\n"
		"algorithms = EdDSA\n" CLIENT "[node]\nnames = a b.example\n"
		"[identity]\nconnectors = local\nuid_range = 1000-2000\n"
		"allow_new_users = [a-m]*\n[groups]\ngroups_ttl = 15m\nprefix = dex-\n";

	check_kind(load(text, &conf, NULL), PP_OK);
	if (conf == NULL)
		return;
	check_text(conf->provider.url, "http://10.0.0.1:5556/dex");
	check_text(conf->provider.connect_to, "[::1]:443");
	check_int(conf->provider.algorithms.count, 3);
	check_text(conf->provider.algorithms.items[2], "EdDSA");
	check_int(conf->node_names.count, 2);
	check_int(conf->uid_range.low, 1000);
	check_int(conf->uid_range.high, 2000);
	check_text(conf->allow_new_users, "[a-m]*");
	check_int(conf->groups_ttl, 900);
	check_text(conf->group_prefix, "dex-");
}

static void
the_machine_names_itself(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	char own[256] = "";
	char hosts[600];

	gethostname(own, sizeof(own) - 1);
	snprintf(hosts, sizeof(hosts),
		"127.0.0.1 localhost\n127.0.1.1\t%s.example %s # here\n", own,
		own);
	check(scratch_write("/etc/hosts", hosts, 0644));
	check_kind(load(BASE, &conf, NULL), PP_OK);
	unlink(scratch_path("/etc/hosts"));
	if (conf == NULL)
		return;
	snprintf(hosts, sizeof(hosts), "%s.example", own);
	check(pp_strv_contains(&conf->node_names, own));
	check(pp_strv_contains(&conf->node_names, hosts));
	check(!pp_strv_contains(&conf->node_names, "localhost"));
}

static void
rejects_what_is_no_key_of_its_section(void)
{
	check_refused(BASE "[groups]\ngroups_ttll = 5m\n",
		PP_REASON_CONFIG_INVALID,
		"playpen.conf:8: unknown key groups_ttll in [groups]");
	check_refused(BASE "[groups]\nurl = https://x\n",
		PP_REASON_CONFIG_INVALID, ":8: unknown key");
	check_refused(BASE "[group]\ngroups_ttl = 5m\n",
		PP_REASON_CONFIG_INVALID, ":7: unknown section [group]");
	check_refused(BASE "[group]\n", PP_REASON_CONFIG_INVALID,
		":7: unknown section [group]");
	check_refused("url = x\n" BASE, PP_REASON_CONFIG_INVALID,
		":1: a key before the first [section]");
	check_accepted(BASE "[groups]\ngroups_ttl = 5m\n");
}

static void
names_the_nearest_key_and_section(void)
{
	static const char *const rows[][2] = {
		{"[groups]\ngroup_ttl = 5m\n",
			"unknown key group_ttl in [groups]; did you mean groups_ttl?"},
		{"[groups]\nttl = 5m\n",
			"unknown key ttl in [groups]; did you mean groups_ttl?"},
		{"[service.sudo]\nrequire_group = a\n",
			"unknown key require_group in [service.NAME]; did you mean require_groups?"},
		{"[isuer]\n", "unknown section [isuer]; did you mean issuer?"},
		{"[group.map]\n",
			"unknown section [group.map]; did you mean groups.map?"},
		{"[servce.sudo]\n",
			"unknown section [servce.sudo]; did you mean service.NAME?"},
		{"[account \"x\"]\n",
			"unknown section [account \"x\"]; did you mean service-account \"NAME\"?"},
		{"[service-account x]\n",
			"unknown section [service-account x]; did you mean service-account \"NAME\"?"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512];

		snprintf(text, sizeof(text), BASE "%s", rows[i][0]);
		check_refused(text, PP_REASON_CONFIG_INVALID, rows[i][1]);
	}
	check_refused(BASE "[groups]\npeople = x\n", PP_REASON_CONFIG_INVALID,
		"unknown key people in [groups]");
}

static void
rejects_a_repeated_key_but_not_a_repeated_list(void)
{
	check_refused(BASE
		"[groups]\ngroups_ttl = 5m\n[groups]\ngroups_ttl = 6m\n",
		PP_REASON_CONFIG_INVALID, ":10: groups_ttl was set at ");
	check_refused(BASE "[groups.map]\na = b\na = c\n",
		PP_REASON_CONFIG_INVALID, ":9: a was set at ");
	check_accepted(
		BASE "[groups]\ngroups_ttl = 5m\n[groups]\nprefix = x\n");
	check_accepted(BASE "[identity]\nconnectors = ldap\n");
	check_accepted(BASE "[groups.map]\n"
			    "CN=0123456789012345678901234567890123456789012345"
			    "678901234567890 = b\n");
	check_refused(BASE "[groups.map]\n"
			   "CN=0123456789012345678901234567890123456789012345"
			   "6789012345678901 = b\n",
		PP_REASON_CONFIG_INVALID,
		"the claim group is longer than 64 bytes");
	check_accepted(BASE "[groups.map]\na = b\nc = b\n");
}

static void
rejects_lines_that_libinih_would_repair(void)
{
	check_refused(BASE "[groups]\nttl\n", PP_REASON_CONFIG_INVALID,
		":8: a line must be key = value");
	check_refused(BASE "[groups]\nttl: 5m\n", PP_REASON_CONFIG_INVALID,
		":8: a line must be key = value");
	check_refused(BASE "[groups]\nttl: 5m = x\n", PP_REASON_CONFIG_INVALID,
		":8: a line must be key = value, without a colon");
	check_refused(BASE "[groups]\ngroups_ttl = 5m\n 6m\n",
		PP_REASON_CONFIG_INVALID, ":9: the line is indented");
	check_refused(BASE "[groups] groups_ttl = 5m\n",
		PP_REASON_CONFIG_INVALID, ":7: a section must be [name]");
	check_refused(BASE "[groups\ngroups_ttl = 5m\n",
		PP_REASON_CONFIG_INVALID, ":7: a section must be [name]");
	check_refused(BASE "[groups]\ngroups_ttl = 5m # five\n",
		PP_REASON_CONFIG_INVALID, ":8: a comment behind a value");
	check_refused(BASE "[groups]\ngroups_ttl =\n", PP_REASON_CONFIG_INVALID,
		":8: the value is empty");
	check_refused(BASE "[groups]\n= 5m\n", PP_REASON_CONFIG_INVALID,
		":8: there is no key");
	check_refused(BASE "[groups]\ngroups_ttl = 5m\r\n",
		PP_REASON_CONFIG_INVALID, ":8: control character 0x0d");
	check_refused("\xef\xbb\xbf" BASE, PP_REASON_CONFIG_INVALID,
		":1: the file begins with a byte order mark");
	check_accepted(BASE "[groups] ; all\ngroups_ttl = 5m ; five\n  ; end");
}

static void
rejects_nul_bytes(void)
{
	static const char text[] = BASE "[groups]\ngroups_ttl = 5m\0\n";
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	struct pp_err err = {0};

	check(scratch_write_bytes(FILE_PATH, text, sizeof(text) - 1, 0644));
	check_kind(pp_conf_load(scratch_root, &conf, &err), PP_BAD_CONFIG);
	check_contains(err.message, ":8: control character 0x00");
}

static void
a_line_has_at_most_199_bytes(void)
{
	char text[1024];
	char line[256];

	memset(line, 'x', sizeof(line));
	snprintf(text, sizeof(text), BASE "; %.*s\n", 197, line);
	check_accepted(text);
	snprintf(text, sizeof(text), BASE "; %.*s\n", 198, line);
	check_refused(text, PP_REASON_CONFIG_INVALID,
		":7: the line has more than 199 bytes");
	snprintf(text, sizeof(text), BASE "[identity]\nstrip_domain = %.*s\n",
		199 - 15, line);
	check_accepted(text);
}

struct pair {
	const char *bad;
	const char *good;
};

static void
rejects_bad_values_and_takes_their_twins(void)
{
	static const struct pair rows[] = {
		{"[issuer]\nconnect_to = dex\n",
			"[issuer]\nconnect_to = dex:5556\n"},
		{"[issuer]\nconnect_to = ::1:5\n",
			"[issuer]\nconnect_to = [::1]:5\n"},
		{"[issuer]\nconnect_to = dex:65536\n",
			"[issuer]\nconnect_to = dex:65535\n"},
		{"[identity]\nstrip_domain = a.example b.example\n"
		 "connectors = lab\nallow_new_users = *\n",
			"[identity]\nstrip_domain = a.example b.example\n"},
		{"[identity]\nstrip_domain = a.example/x\n",
			"[identity]\nconnectors = x\n"
			"strip_domain = a.example/x b.example/x\n"
			"allow_new_users = *\n"},
		{"[identity]\nstrip_domain = a.example/\n",
			"[identity]\nstrip_domain = a.example\n"},
		{"[identity]\nallow_dots = maybe\n",
			"[identity]\nallow_dots = yes\nfold_case = yes\n"},
		{"[issuer]\nbrowser_url = ftp://x\n",
			"[issuer]\nbrowser_url = https://x\n"},
		{"[issuer]\nbrowser_url = https://u:p@x/\n",
			"[issuer]\nbrowser_url = https://x/@\n"},
		{"[issuer]\nbrowser_url = https://x/?y\n",
			"[issuer]\nbrowser_url = https://x/y\n"},
		{"[issuer]\nca_file = ca.pem\n",
			"[issuer]\nca_file = /ca.pem\n"},
		{"[issuer]\nca_file = /a/../ca.pem\n",
			"[issuer]\nca_file = /a/..ca.pem\n"},
		{"[issuer]\nproxy = proxy:3128\n",
			"[issuer]\nproxy = http://proxy:3128\n"},
		{"[issuer]\nallow_http = true\n",
			"[issuer]\nallow_http = yes\n"},
		{"[issuer]\nalgorithms = none\n",
			"[issuer]\nalgorithms = RS256\n"},
		{"[issuer]\nalgorithms = RS256 HS256\n",
			"[issuer]\nalgorithms = RS256 ES256\n"},
		{"[issuer]\nalgorithms = EdDS\n",
			"[issuer]\nalgorithms = EdDSA\n"},
		{"[client]\nflow = implicit\n", "[client]\nflow = code\n"},
		{"[client]\nscopes = profile federated:id\n",
			"[client]\nscopes = openid federated:id\n"},
		{"[client]\nscopes = openid federated:id offline_access\n",
			"[client]\nscopes = openid federated:id\n"},
		{"[client]\nscopes = openid profile\n",
			"[client]\nscopes = openid federated:id\n"},
		{"[identity]\nuid_range = 999-2000\n",
			"[identity]\nuid_range = 1000-2000\n"},
		{"[identity]\nuid_range = 3000-2000\n",
			"[identity]\nuid_range = 2000-2000\n"},
		{"[identity]\nuid_range = 60000-70000\n",
			"[identity]\nuid_range = 66000-70000\n"},
		{"[identity]\nuid_range = 70000-600000\n",
			"[identity]\nuid_range = 70000-500000\n"},
		{"[identity]\nuid_range = 2080374783-2080374784\n",
			"[identity]\nuid_range = 2080374783-2080374783\n"},
		{"[identity]\nuid_range = 2000-2147483648\n",
			"[identity]\nuid_range = 2000-2147\n"},
		{"[identity]\nhome = home/%u\n", "[identity]\nhome = /h/%u\n"},
		{"[identity]\nhome = /home\n", "[identity]\nhome = /%u/x\n"},
		{"[identity]\nhome = /home/%s/%u\n",
			"[identity]\nhome = /home/%u\n"},
		{"[identity]\nshell = bash\n", "[identity]\nshell = /bin/sh\n"},
		{"[identity]\nshell = /bin/s:h\n",
			"[identity]\nshell = /bin/s.h\n"},
		{"[identity]\nallow_new_users = A*\n",
			"[identity]\nallow_new_users = a*\n"},
		{"[identity]\nfirst_login_programs = /usr/sbin/sshd\n",
			"[identity]\nfirst_login_programs = sshd\n"},
		{"[groups]\nprefix = Dex-\n", "[groups]\nprefix = dex-\n"},
		{"[groups]\ngroups_ttl = 59\n", "[groups]\ngroups_ttl = 60\n"},
		{"[groups]\nrefresh_groups_after = -1\n",
			"[groups]\nrefresh_groups_after = 0\n"},
		{"[groups]\ngroups_ttl = 5w\n", "[groups]\ngroups_ttl = 5d\n"},
		{"[groups]\ngroups_ttl = -5m\n", "[groups]\ngroups_ttl = 5m\n"},
		{"[groups]\nall_users_group = sudo\n",
			"[groups]\nall_users_group = pps\n"},
		{"[groups.map]\nadmins = Wheel\n",
			"[groups.map]\nadmins = wheel\n"},
		{"[service.sudo]\nrequire_groups = a,b\n",
			"[service.sudo]\nrequire_groups = a b\n"},
		{"[service.su/do]\n", "[service.su-do]\n"},
		{"[service.]\n", "[service.x]\n"},
		{"[service.sudo]\nsign_in_max_age = 400d\n",
			"[service.sudo]\nsign_in_max_age = 0\n"},
		{"[service.sudo]\nqr = ascii\n", "[service.sudo]\nqr = utf8\n"},
		{"[limits]\nmax_pending_logins = 0\n",
			"[limits]\nmax_pending_logins = 1\n"},
		{"[limits]\nmax_pending_logins = 07\n",
			"[limits]\nmax_pending_logins = 7\n"},
	};
	char text[1024];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), BASE "%s", rows[i].bad);
		check_refused(text, PP_REASON_CONFIG_INVALID, "");
		snprintf(text, sizeof(text), BASE "%s", rows[i].good);
		check_accepted(text);
	}
}

static void
the_keys_that_nothing_works_without_are_demanded(void)
{
	check_refused(CLIENT IDENTITY, PP_REASON_CONFIG_INVALID,
		"url is missing in [issuer]");
	check_refused(ISSUER IDENTITY, PP_REASON_CONFIG_INVALID,
		"id is missing in [client]");
	check_refused(ISSUER CLIENT, PP_REASON_CONFIG_INVALID,
		"connectors is missing in [identity]");
	check_accepted(ISSUER CLIENT "[issuer]\nprofile = generic\n");
}

static void
plain_http_must_be_allowed(void)
{
	static const char http[] =
		"[issuer]\nurl = http://dex.example\n" CLIENT IDENTITY;
	static const char browser[] =
		BASE "[issuer]\nbrowser_url = http://dex.example\n";

	check_refused(http, PP_REASON_CONFIG_INVALID, ":2: url is plain http");
	check_refused(browser, PP_REASON_CONFIG_INVALID,
		":8: browser_url is plain http");
	check_accepted(
		"[issuer]\nurl = http://dex.example\nallow_http = yes\n" CLIENT
			IDENTITY);
}

static void
keys_of_another_profile_are_refused(void)
{
	check_refused(BASE "[issuer]\nguests = yes\n", PP_REASON_CONFIG_INVALID,
		":8: guests means nothing with this profile");
	check_refused(ISSUER CLIENT
		"[issuer]\nprofile = generic\n[ssh]\ncertificates = yes\n",
		PP_REASON_CONFIG_INVALID,
		"certificates means nothing with this profile");
	check_refused(BASE "[issuer]\nrequire_at_hash = no\n",
		PP_REASON_CONFIG_INVALID,
		"require_at_hash means nothing with this profile");
	check_accepted(ISSUER CLIENT
		"[issuer]\nprofile = generic\nrequire_at_hash = no\n");
	check_accepted(BASE "[ssh]\ncertificates = yes\ntoken_max_age = 1d\n");
	check_refused(BASE "[ssh]\ntoken_max_age = 25h\n",
		PP_REASON_CONFIG_INVALID, "token_max_age");
	check_refused(BASE "[issuer]\nprofile = entra\n",
		PP_REASON_CONFIG_INVALID,
		":6: connectors means nothing with this profile");
	check_accepted(ISSUER CLIENT
		"[issuer]\nprofile = entra\nguests = yes\ntenants = "
		"01234567-89ab-cdef-0123-456789abcdef\n");
	check_refused(ISSUER CLIENT
		"[issuer]\nprofile = entra\ntenants = common\n",
		PP_REASON_CONFIG_INVALID,
		":7: tenants = common: must be a GUID");
}

static void
other_profiles_do_not_ask_for_federated_id(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;

	check_kind(load(ISSUER CLIENT "[issuer]\nprofile = generic\n", &conf,
			   NULL),
		PP_OK);
	if (check(conf != NULL))
		check_int(conf->provider.scopes.count, 3);
	check(conf != NULL &&
		!pp_strv_contains(&conf->provider.scopes, "federated:id"));
}

static void
drop_ins_come_in_order_of_name_and_cannot_override(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	struct pp_err err = {0};

	check(scratch_write(
		DROP_IN "20-b.conf", "[issuer]\nalgorithms = ES256\n", 0644));
	check(scratch_write(
		DROP_IN "10-a.conf", "[issuer]\nalgorithms = RS256\n", 0644));
	check(scratch_write(DROP_IN "30-c.conf~", "nonsense\n", 0644));
	check(scratch_write(DROP_IN ".40-d.conf", "nonsense\n", 0644));
	check_kind(load(BASE, &conf, NULL), PP_OK);
	if (check(conf != NULL))
		if (check_int(conf->provider.algorithms.count, 2))
			check_text(conf->provider.algorithms.items[0], "RS256");
	pp_conf_free(&conf);
	check(scratch_write(
		DROP_IN "20-b.conf", "[client]\nid = other\n", 0644));
	check_kind(load(BASE, &conf, &err), PP_BAD_CONFIG);
	check_contains(err.message, "20-b.conf:2: id was set at ");
	check_contains(err.message, "playpen.conf:4");
	check(scratch_write(DROP_IN "20-b.conf", "nonsense\n", 0644));
	check_kind(load(BASE, &conf, &err), PP_BAD_CONFIG);
	check_contains(err.message, "20-b.conf:1: ");
	unlink(scratch_path(DROP_IN "20-b.conf"));
	check_accepted(BASE);
}

/* A key with count words, twenty a line, behind a file's other lines. */
static const char *
with_words(const char *base, const char *key, int count)
{
	static char text[8192];
	size_t len = (size_t) snprintf(text, sizeof(text), "%s", base);

	for (int i = 0; i < count; i++)
		len += (size_t) snprintf(text + len, sizeof(text) - len,
			"%s%s w%d", i % 20 == 0 ? "\n" : "",
			i % 20 == 0 ? key : "", i);
	snprintf(text + len, sizeof(text) - len, "\n");
	return text;
}

static void
a_list_has_at_most_64_words_in_all_files_together(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	struct pp_err err = {0};

	check_accepted(with_words(BASE, "connectors =", 63));
	check_refused(with_words(BASE, "connectors =", 64),
		PP_REASON_CONFIG_INVALID,
		":11: connectors: more than 64 words");
	check_accepted(with_words(BASE SCOPES, "scopes =", 61));
	check_refused(with_words(BASE SCOPES, "scopes =", 62),
		PP_REASON_CONFIG_INVALID, ":12: scopes: more than 63 words");
	write_conf(with_words(BASE, "connectors =", 63));
	check(scratch_write(DROP_IN "30-c.conf",
		"[identity]\nconnectors = one-more\n", 0644));
	check_kind(pp_conf_load(scratch_root, &conf, &err), PP_BAD_CONFIG);
	check_contains(err.message, "30-c.conf:2: connectors: more");
	unlink(scratch_path(DROP_IN "30-c.conf"));
}

static void
rejects_files_and_directories_that_others_could_write(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	struct pp_err err = {0};

	write_conf(BASE);
	check_int(chmod(scratch_path(FILE_PATH), 0664), 0);
	check_kind(pp_conf_load(scratch_root, &conf, &err), PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_CONFIG_UNSAFE);
	check_int(chmod(scratch_path(FILE_PATH), 0644), 0);
	check_int(chmod(scratch_path("/etc/playpen"), 0775), 0);
	check_kind(pp_conf_load(scratch_root, &conf, &err), PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_CONFIG_UNSAFE);
	check_int(chmod(scratch_path("/etc/playpen"), 0755), 0);
	check_int(chmod(scratch_path(DROP_IN), 0777), 0);
	check_kind(pp_conf_load(scratch_root, &conf, &err), PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_CONFIG_UNSAFE);
	check_int(chmod(scratch_path(DROP_IN), 0755), 0);
	check_kind(pp_conf_load(scratch_root, &conf, &err), PP_OK);
}

static void
rejects_links(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	struct pp_err err = {0};

	write_conf(BASE);
	check_int(rename(scratch_path(FILE_PATH), scratch_path("/real")), 0);
	check_int(symlink(scratch_path("/real"), scratch_path(FILE_PATH)), 0);
	check_kind(pp_conf_load(scratch_root, &conf, &err), PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_CONFIG_UNSAFE);
	check_int(rename(scratch_path("/real"), scratch_path(FILE_PATH)), 0);
	check_kind(pp_conf_load(scratch_root, &conf, &err), PP_OK);
}

static void
says_when_there_is_no_file(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	struct pp_err err = {0};

	check_kind(
		pp_conf_load("/proc/self/nowhere", &conf, &err), PP_BAD_CONFIG);
	check_reason(err.reason, PP_REASON_CONFIG_MISSING);
}

static void
rejects_accounts_that_cannot_be(void)
{
	check_refused(BASE
		"[service-account \"svc-backup\"]\npam_services = sshd\n",
		PP_REASON_CONFIG_INVALID,
		":7: service account svc-backup has no");
	check_refused(BASE
		"[service-account \"svc-backup\"]\nclient_id = backup\n",
		PP_REASON_CONFIG_INVALID,
		":7: service account svc-backup has no");
	check_refused(BASE "[service-account \"svc-backup\"]\nclient_id = "
			   "playpen-login\npam_services = sshd\n",
		PP_REASON_CONFIG_INVALID, ":8: client_id of service account");
	check_refused(BASE ACCOUNT
		"[service-account \"svc-b\"]\nclient_id = backup\npam_services = sshd\n",
		PP_REASON_CONFIG_INVALID,
		":11: client_id of service account svc-b");
	check_refused(BASE "[service-account \"root\"]\nclient_id = backup\n",
		PP_REASON_CONFIG_INVALID, ":7: [service-account");
	check_refused(BASE "[service-account \"Svc\"]\nclient_id = backup\n",
		PP_REASON_CONFIG_INVALID, ":7: [service-account");
	check_refused(BASE "[service-account svc]\nclient_id = backup\n",
		PP_REASON_CONFIG_INVALID, ":7: unknown section");
	check_accepted(BASE ACCOUNT);
}

static void
rejects_an_account_that_is_a_local_user(void)
{
	check(scratch_write("/etc/passwd",
		"root:x:0:0::/root:/bin/sh\n"
		"svc-backup:x:900:900::/:/bin/sh\n",
		0644));
	check_refused(BASE ACCOUNT, PP_REASON_CONFIG_INVALID,
		":7: service account svc-backup is a local user");
	check(scratch_write(
		"/etc/passwd", "svc-backup2:x:900:900::/:/bin/sh\n", 0644));
	check_accepted(BASE ACCOUNT);
}

int
main(void)
{
	scratch_begin();
	check(scratch_write_root());
	run(a_small_file_has_the_documented_defaults);
	run(a_missing_claim_is_no_group_only_where_dex_is_asked_and_none_is_denied);
	run(values_are_read_as_written);
	run(the_machine_names_itself);
	run(rejects_what_is_no_key_of_its_section);
	run(names_the_nearest_key_and_section);
	run(rejects_a_repeated_key_but_not_a_repeated_list);
	run(rejects_lines_that_libinih_would_repair);
	run(rejects_nul_bytes);
	run(a_line_has_at_most_199_bytes);
	run(rejects_bad_values_and_takes_their_twins);
	run(the_keys_that_nothing_works_without_are_demanded);
	run(plain_http_must_be_allowed);
	run(keys_of_another_profile_are_refused);
	run(other_profiles_do_not_ask_for_federated_id);
	run(drop_ins_come_in_order_of_name_and_cannot_override);
	run(a_list_has_at_most_64_words_in_all_files_together);
	run(rejects_files_and_directories_that_others_could_write);
	run(rejects_links);
	run(says_when_there_is_no_file);
	run(rejects_accounts_that_cannot_be);
	run(rejects_an_account_that_is_a_local_user);
	return tap_end();
}
