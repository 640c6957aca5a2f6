/* SPDX-License-Identifier: MIT */
#include "tests/unit/node.h"

/*
 * Names of groups are no person's: whoever had one would have a private group
 * of that name, which sudoers and AllowGroups take for the other one.
 */

#define GATE                                                                   \
	CONF "[service.sudo]\nrequire_groups = admins\n"                       \
	     "[groups.map]\nacme:ops = ops\n"                                  \
	     "[service-account \"svc-backup\"]\nclient_id = svc-backup\n"      \
	     "pam_services = sshd\ngroups = backups\n"

static enum pp_reason
import(const char *name, const char *groups)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	pp_cleanup(pp_roster) struct pp_roster *roster = NULL;
	struct pp_roster_entry entry = {.name = name,
		.uid = -1,
		.groups_given = true,
		.groups = node_words(groups)};
	struct pp_roster_result result = {0};

	check_kind(pp_roster_open(accounts, &roster, NULL), PP_OK);
	check_kind(pp_roster_add(roster, &entry, 1, &result, NULL), PP_OK);
	pp_strv_free(&entry.groups);
	return result.reason;
}

static void
nobody_new_gets_the_name_of_a_group_that_somebody_is_in(void)
{
	node_reset();
	check_reason(node_sign_in("alice", "sub-a", "platform-admins"),
		PP_REASON_NONE);
	check_reason(
		node_try("platform-admins", "sub-m"), PP_REASON_NAME_OF_GROUP);
	check_reason(node_sign_in("platform-admins", "sub-m", ""),
		PP_REASON_NAME_OF_GROUP);
	check_reason(
		node_sign_in("platform-admin", "sub-m", ""), PP_REASON_NONE);
	check_reason(import("platform-admins", ""), PP_REASON_NAME_OF_GROUP);
	check_reason(import("zed", ""), PP_REASON_NONE);
	check_reason(node_rename("alice", "platform-admins"),
		PP_REASON_NAME_OF_GROUP);
	check_reason(node_rename("alice", "platform-adminsx"), PP_REASON_NONE);
}

static void
nor_that_of_a_group_that_the_configuration_names(void)
{
	static const char *const names[] = {"admins", "ops", "backups"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		node_reset();
		check_reason(node_try(names[i], "sub-m"), PP_REASON_NONE);
		check_reason(import("alice", ""), PP_REASON_NONE);
		node_configure(GATE);
		check_reason(
			node_try(names[i], "sub-m"), PP_REASON_NAME_OF_GROUP);
		check_reason(import(names[i], ""), PP_REASON_NAME_OF_GROUP);
		check_reason(node_rename("alice", names[i]),
			PP_REASON_NAME_OF_GROUP);
		check_reason(node_try("acme", "sub-m"), PP_REASON_NONE);
	}
}

static void
nor_one_that_begins_with_the_prefix_of_groups(void)
{
	node_reset();
	node_configure(CONF "[groups]\nprefix = dex-\n");
	check_reason(node_try("dex-admins", "sub-m"), PP_REASON_NAME_OF_GROUP);
	check_reason(node_try("dex-", "sub-m"), PP_REASON_NAME_OF_GROUP);
	check_reason(import("dex-admins", ""), PP_REASON_NAME_OF_GROUP);
	check_reason(node_try("dex", "sub-m"), PP_REASON_NONE);
	check_reason(node_try("index-admins", "sub-m"), PP_REASON_NONE);
}

static void
whoever_had_the_name_before_keeps_it(void)
{
	node_reset();
	check_reason(node_sign_in("admins", "sub-a", ""), PP_REASON_NONE);
	check_reason(import("ops", ""), PP_REASON_NONE);
	node_configure(GATE);
	check_reason(node_sign_in("admins", "sub-a", ""), PP_REASON_NONE);
	check_reason(node_sign_in("ops", "sub-o", ""), PP_REASON_NONE);
}

/* Mapped before bob came, stored behind him. */
static void
no_group_is_made_with_the_name_of_an_account(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	check_reason(node_sign_in("bob", "sub-b", ""), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-a", "bob dev"), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check_int(account.groups.count, 1);
	check_text(account.groups.items[0], "dev");
	check_reason(import("zed", "bob zed dev"), PP_REASON_NONE);
	pp_account_free(&account);
	check_reason(node_find("zed", &account), PP_REASON_NONE);
	check_int(account.groups.count, 1);
	check_reason(node_rename("alice", "bob"), PP_REASON_NAME_TAKEN);
}

static void
a_private_group_at_the_provider_hinders_nobody(void)
{
	node_reset();
	check_reason(
		node_sign_in("alice", "sub-a", "alice dev"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-a", "dev"), PP_REASON_NONE);
	check_reason(node_rename("alice", "zed"), PP_REASON_NONE);
}

/* What sshd is told about strangers. */
static enum pp_first_login_status
provisional(const char *name)
{
	struct pp_first_login_settings provision;
	struct pp_first_login_answer answer;

	if (!check_int(pp_first_login_read(
			       scratch_path(PP_FIRST_LOGIN_PATH), &provision),
		    PP_FIRST_LOGIN_YES))
		return PP_FIRST_LOGIN_UNREADABLE;
	return pp_first_login_compute(&provision, name, &answer);
}

static void
sshd_hears_of_no_stranger_who_is_named_like_a_group(void)
{
	node_reset();
	check_reason(node_publish(), PP_REASON_NONE);
	check_int(provisional("admins"), PP_FIRST_LOGIN_YES);
	node_configure(GATE "[groups]\nprefix = dex-\n");
	check_reason(node_publish(), PP_REASON_NONE);
	check_int(provisional("admins"), PP_FIRST_LOGIN_NO);
	check_int(provisional("ops"), PP_FIRST_LOGIN_NO);
	check_int(provisional("backups"), PP_FIRST_LOGIN_NO);
	check_int(provisional("dex-x"), PP_FIRST_LOGIN_NO);
	check_int(provisional("admin-s"), PP_FIRST_LOGIN_YES);
	check_int(provisional("mallory"), PP_FIRST_LOGIN_YES);
}

static void
more_names_than_the_provision_file_holds_are_refused_later(void)
{
	char text[8192];
	size_t used = (size_t) snprintf(text, sizeof(text), "%s",
		CONF "[service.sudo]\nrequire_groups = first\n");

	for (int i = 0; i < 100; i++)
		used += (size_t) snprintf(text + used, sizeof(text) - used,
			"%srequire_groups = a-group-of-a-long-name-%d\n",
			i == 50 ? "[service.su]\n" : "", i);
	node_reset();
	node_configure(text);
	check_reason(node_publish(), PP_REASON_NONE);
	check_int(provisional("first"), PP_FIRST_LOGIN_NO);
	check_int(provisional("a-group-of-a-long-name-0"), PP_FIRST_LOGIN_NO);
	check_int(provisional("a-group-of-a-long-name-99"), PP_FIRST_LOGIN_YES);
	check_reason(node_try("a-group-of-a-long-name-99", "s"),
		PP_REASON_NAME_OF_GROUP);
	check_reason(
		node_try("a-group-of-a-long-name-100", "s"), PP_REASON_NONE);
}

int
main(void)
{
	node_begin();
	run(nobody_new_gets_the_name_of_a_group_that_somebody_is_in);
	run(nor_that_of_a_group_that_the_configuration_names);
	run(nor_one_that_begins_with_the_prefix_of_groups);
	run(whoever_had_the_name_before_keeps_it);
	run(no_group_is_made_with_the_name_of_an_account);
	run(a_private_group_at_the_provider_hinders_nobody);
	run(sshd_hears_of_no_stranger_who_is_named_like_a_group);
	run(more_names_than_the_provision_file_holds_are_refused_later);
	return node_end();
}
