/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/conf/conf.h>

#include "tests/scratch.h"
#include "tests/tap.h"

/* What is asked of a configuration: services, groups, accounts. */

#define BASE                                                                   \
	"[issuer]\nurl = https://dex.example/dex\n"                            \
	"[client]\nid = playpen-login\n[identity]\nconnectors = local\n"
#define ACCOUNT                                                                \
	"[service-account \"svc-backup\"]\nclient_id = backup\npam_services = sshd\n"

static bool
load(const char *text, struct pp_conf **conf)
{
	check(scratch_write("/etc/playpen/playpen.conf", text, 0644));
	return pp_conf_load(scratch_root, conf, NULL) == PP_OK;
}

static void
services_inherit_from_the_default(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	const struct pp_conf_pam_service *service;

	check(load(BASE
		"[client]\nflow = code\n[service.default]\n"
		"require_groups = staff\nsign_in_max_age = 5m\n[service.sudo]\n"
		"require_groups = admins\nqr = off\n[service.cron]\n"
		"require_groups = -\n",
		&conf));
	if (conf == NULL)
		return;
	service = pp_conf_find_pam_service(conf, "sudo-i");
	check_text(service->name, "sudo");
	check_int(service->require_groups.count, 1);
	check_text(service->require_groups.items[0], "admins");
	check_int(service->sign_in_max_age, 300);
	check_int(service->qr, PP_QR_OFF);
	check_int(service->flow, PP_FLOW_CODE);
	check_int(service->groups_check, PP_GROUPS_CHECK_FRESH);
	service = pp_conf_find_pam_service(conf, "cron");
	check_int(service->require_groups.count, 0);
	check_int(service->groups_check, PP_GROUPS_CHECK_ANY_AGE);
	service = pp_conf_find_pam_service(conf, "xrdp");
	check_text(service->name, "default");
	check_text(service->require_groups.items[0], "staff");
	service = pp_conf_find_pam_service(conf, "systemd-user");
	check_text(service->require_groups.items[0], "staff");
	check_int(service->groups_check, PP_GROUPS_CHECK_ANY_AGE);
}

static void
a_default_that_is_said_counts_for_cron_too(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;

	check(load(BASE "[service.default]\ngroups_check = fresh\n"
			"[service.sudo-i]\ngroups_check = any-age\n",
		&conf));
	if (conf == NULL)
		return;
	check_int(pp_conf_find_pam_service(conf, "cron")->groups_check,
		PP_GROUPS_CHECK_FRESH);
	check_int(pp_conf_find_pam_service(conf, "sudo")->groups_check,
		PP_GROUPS_CHECK_FRESH);
	check_int(pp_conf_find_pam_service(conf, "sudo-i")->groups_check,
		PP_GROUPS_CHECK_ANY_AGE);
	check_text(pp_conf_find_pam_service(conf, "su-l")->name, "default");
}

static void
maps_groups_by_exact_bytes(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	char name[PP_NAME_SIZE] = "untouched";
	bool explicit = false;

	check(load(BASE "[groups.map]\norg:team = team ; a comment\n"
			"CN=Admins,DC=x = sudo\nPlatform Admins = padmins\n"
			"[groups]\nprefix = dex-\n",
		&conf));
	if (conf == NULL)
		return;
	check(pp_conf_map_group(conf, "org:team", name, &explicit));
	if (check(explicit))
		check_text(name, "team");
	check(pp_conf_map_group(conf, "CN=Admins,DC=x", name, &explicit));
	if (check(explicit))
		check_text(name, "sudo");
	check(pp_conf_map_group(conf, "Platform Admins", name, &explicit));
	if (check(explicit))
		check_text(name, "padmins");
	check(pp_conf_map_group(conf, "devs", name, &explicit));
	check(!explicit);
	check_text(name, "dex-devs");
	check(!pp_conf_map_group(conf, "platform admins", name, &explicit));
	check(!pp_conf_map_group(conf, "Devs", name, &explicit));
	check(!pp_conf_map_group(conf, "", name, &explicit));
}

static void
a_reserved_group_needs_a_map_entry(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	char name[PP_NAME_SIZE] = "untouched";
	bool explicit;

	check(load(BASE, &conf));
	if (conf == NULL)
		return;
	check(!pp_conf_map_group(conf, "sudo", name, &explicit));
	check(!pp_conf_map_group(conf, "docker", name, &explicit));
	check_text(name, "untouched");
	check(pp_conf_map_group(conf, "dockers", name, &explicit));
}

static void
a_prefix_makes_no_reserved_group(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	char name[PP_NAME_SIZE] = "untouched";
	bool explicit = false;

	check(load(BASE "[groups]\nprefix = do\n[groups.map]\nme = docker\n",
		&conf));
	if (conf == NULL)
		return;
	check(!pp_conf_map_group(conf, "cker", name, &explicit));
	check_text(name, "untouched");
	check(pp_conf_map_group(conf, "ckers", name, &explicit));
	check(!explicit);
	check_text(name, "dockers");
	check(pp_conf_map_group(conf, "docker", name, &explicit));
	check(!explicit);
	check_text(name, "dodocker");
	check(pp_conf_map_group(conf, "me", name, &explicit));
	if (check(explicit))
		check_text(name, "docker");
}

static void
a_prefix_does_not_give_the_group_of_everybody(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	char name[PP_NAME_SIZE];
	bool explicit;

	check(load(BASE "[groups]\nprefix = playpen-\n", &conf));
	if (conf == NULL)
		return;
	check(!pp_conf_map_group(conf, "users", name, &explicit));
	check(pp_conf_map_group(conf, "user", name, &explicit));
}

static void
prefix_and_claim_have_at_most_32_bytes(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	char name[PP_NAME_SIZE] = "untouched";
	char claim[30];
	bool explicit;

	check(load(BASE "[groups]\nprefix = dex-\n", &conf));
	if (conf == NULL)
		return;
	memset(claim, 'a', 29);
	claim[29] = '\0';
	check(!pp_conf_map_group(conf, claim, name, &explicit));
	check_text(name, "untouched");
	claim[28] = '\0';
	check(pp_conf_map_group(conf, claim, name, &explicit));
	check_int(strlen(name), 32);
}

static void
reads_service_accounts(void)
{
	pp_cleanup(pp_conf) struct pp_conf *conf = NULL;
	const struct pp_conf_service_account *account;

	check(load(BASE ACCOUNT "groups = backup-ops\n", &conf));
	if (conf == NULL)
		return;
	account = pp_conf_find_service_account(conf, "svc-backup");
	if (check(account != NULL))
		check_int(account->auth, PP_SERVICE_AUTH_ID_TOKEN);
	check_text(account->client_id, "backup");
	check_int(account->pam_services.count, 1);
	check_int(account->groups.count, 1);
	check(pp_conf_find_service_account(conf, "svc-backu") == NULL);
}

int
main(void)
{
	scratch_begin();
	check(scratch_write_root());
	run(services_inherit_from_the_default);
	run(a_default_that_is_said_counts_for_cron_too);
	run(maps_groups_by_exact_bytes);
	run(a_reserved_group_needs_a_map_entry);
	run(a_prefix_makes_no_reserved_group);
	run(a_prefix_does_not_give_the_group_of_everybody);
	run(prefix_and_claim_have_at_most_32_bytes);
	run(reads_service_accounts);
	return tap_end();
}
