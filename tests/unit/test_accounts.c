/* SPDX-License-Identifier: MIT */
#include "tests/unit/node.h"
#include "tests/unit/sql.h"

static void
a_first_login_binds_name_uid_and_subject(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct stat info;

	node_reset();
	check_reason(node_sign_in("alice", "sub-a", "dev ops"), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check_int(account.uid, node_uid("alice"));
	check(account.bound && account.signed_in &&
		!account.is_service_account);
	check_text(account.iss, ISSUER);
	check_text(account.sub, "sub-a");
	check_text(account.connector, "local");
	check_text(account.home, "/home/alice");
	check_text(account.shell, "/bin/bash");
	check_int(account.bound_at, NOW);
	check_int(account.last_sign_in, NOW);
	check_int(account.groups_expire_at, NOW + TTL);
	check(account.groups_known);
	check_int(account.groups.count, 2);
	check_int(stat(scratch_path(PP_ACCOUNTS_PATH), &info), 0);
	check_int(info.st_mode & 07777, 0600);
}

static void
a_dry_run_changes_nothing(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	check_reason(node_try("alice", "sub-a"), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NO_ACCOUNT);
	check_cmp(access(scratch_path(PP_ACCOUNTS_PATH), F_OK), !=, 0);
}

static void
rejects_another_subject_for_a_bound_name(void)
{
	node_reset();
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "sub-b", ""), PP_REASON_NAME_TAKEN);
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
}

static void
rejects_another_name_for_a_bound_subject(void)
{
	node_reset();
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	check_reason(node_sign_in("mallory", "sub-a", ""),
		PP_REASON_SUBJECT_BOUND_ELSEWHERE);
	check_reason(node_sign_in("mallory", "sub-m", ""), PP_REASON_NONE);
}

static void
rejects_a_bound_name_at_another_issuer(void)
{
	node_reset();
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	node_configure(CONF_OF("https://other.example"));
	{
		pp_cleanup(pp_accounts) struct pp_accounts *accounts =
			node_open(PP_ACCOUNTS_WRITE);
		pp_cleanup(
			pp_sign_in_result) struct pp_sign_in_result result = {
			0};
		static const struct pp_strv none;
		struct pp_sign_in sign_in =
			node_person("alice", "sub-a", &none);
		struct pp_err err = {0};

		sign_in.iss = "https://other.example";
		check_kind(
			pp_accounts_sign_in(accounts, &sign_in, &result, &err),
			PP_DENIED);
		check_reason(err.reason, PP_REASON_ISSUER_MISMATCH);
	}
	node_configure(CONF);
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
}

static void
rejects_names_that_are_invalid_or_reserved(void)
{
	node_reset();
	check_reason(node_try("Alice", "s"), PP_REASON_NAME_INVALID);
	check_reason(node_try("../x", "s"), PP_REASON_NAME_INVALID);
	check_reason(node_try("", "s"), PP_REASON_NAME_INVALID);
	check_reason(node_try("root", "s"), PP_REASON_NAME_RESERVED);
	check_reason(node_try("admin", "s"), PP_REASON_NAME_RESERVED);
	check_reason(node_try("playpen-users", "s"), PP_REASON_NAME_RESERVED);
	check_reason(node_try("alice", "s"), PP_REASON_NONE);
}

static void
rejects_a_gecos_that_no_line_of_passwd_can_hold(void)
{
	static const char *const bad[] = {
		"a\nroot::0:0", "a:b", "\033[2J", "a\x7f"};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	static const struct pp_strv none;
	struct pp_sign_in sign_in = node_person("alice", "s", &none);

	node_reset();
	accounts = node_open(PP_ACCOUNTS_WRITE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		pp_cleanup(
			pp_sign_in_result) struct pp_sign_in_result result = {
			0};
		struct pp_err err = {0};

		sign_in.gecos = bad[i];
		check_kind(
			pp_accounts_sign_in(accounts, &sign_in, &result, &err),
			PP_DENIED);
		check_reason(err.reason, PP_REASON_NAME_INVALID);
		sign_in.gecos = "J\xc3\xb6rg, room 4";
		check_kind(
			pp_accounts_sign_in(accounts, &sign_in, &result, &err),
			PP_OK);
	}
}

static void
first_login_takes_the_names_of_its_pattern(void)
{
	node_reset();
	node_configure(CONF_CLOSED "allow_new_users = a*\n");
	check_reason(node_try("bob", "s"), PP_REASON_NEW_USER_REFUSED);
	check_reason(node_try("alice", "s"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
	node_configure(CONF_CLOSED);
	check_reason(node_try("alice-new", "t"), PP_REASON_NEW_USER_REFUSED);
	check_reason(node_try("off", "t"), PP_REASON_NEW_USER_REFUSED);
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
}

static void
nobody_new_comes_in_without_the_id_key_or_with_another(void)
{
	node_reset();
	unlink(scratch_path("/etc/playpen/uid.key"));
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_UID_KEY_MISSING);
	check(scratch_write("/etc/playpen/uid.key", ID_KEY, 0600));
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
	check(scratch_write("/etc/playpen/uid.key", OTHER_KEY, 0600));
	check_reason(node_sign_in("bob", "t", ""), PP_REASON_UID_KEY_CHANGED);
	check_reason(node_sign_in("alice", "s", "dev"), PP_REASON_NONE);
	unlink(scratch_path("/etc/playpen/uid.key"));
	check_reason(node_sign_in("alice", "s", "dev"), PP_REASON_NONE);
}

static void
rejects_names_and_numbers_of_local_users_and_groups(void)
{
	char line[128];

	node_reset();
	node_local("alice:x:1000:1000::/home/alice:/bin/sh\n", "");
	check_reason(node_try("alice", "s"), PP_REASON_NAME_LOCAL);
	check_reason(node_try("bob", "s"), PP_REASON_NONE);
	node_local("", "bob:x:1001:\n");
	check_reason(node_try("bob", "s"), PP_REASON_NAME_LOCAL);
	snprintf(line, sizeof(line), "x:x:%u:9::/:/bin/sh\n", node_uid("bob"));
	node_local(line, "");
	check_reason(node_try("bob", "s"), PP_REASON_UID_COLLISION);
	snprintf(line, sizeof(line), "x:x:%u:\n", node_uid("bob"));
	node_local("", line);
	check_reason(node_try("bob", "s"), PP_REASON_UID_COLLISION);
	node_local("", "");
	check_reason(node_try("bob", "s"), PP_REASON_NONE);
}

static void
a_local_user_made_later_keeps_the_bound_person_out(void)
{
	node_reset();
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
	node_local("alice:x:1000:1000::/home/alice:/bin/sh\n", "");
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NAME_LOCAL);
	node_local("", "");
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
}

static void
two_names_with_one_number_are_refused_never_probed(void)
{
	node_reset();
	node_configure(CONF "uid_range = 5000-5000\n");
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
	check_reason(node_sign_in("bob", "t", ""), PP_REASON_UID_COLLISION);
	node_configure(CONF);
	check_reason(node_sign_in("bob", "t", ""), PP_REASON_NONE);
}

static void
a_service_is_no_person_and_the_reverse(void)
{
	pp_cleanup(pp_strv) struct pp_strv refused = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	node_configure(
		CONF "[service-account \"svc-backup\"]\nclient_id = backup\n"
		     "pam_services = sshd\n");
	check_reason(
		node_try("svc-backup", "s"), PP_REASON_ACCOUNT_TYPE_MISMATCH);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_admin_sync_service_accounts(accounts, &refused, NULL),
		PP_OK);
	check_int(refused.count, 0);
	check_kind(pp_accounts_find(accounts, "svc-backup", &account, NULL),
		PP_OK);
	check(account.is_service_account);
	check_reason(
		node_try("svc-backup", "s"), PP_REASON_ACCOUNT_TYPE_MISMATCH);
	node_configure(CONF);
	check_reason(
		node_try("svc-backup", "s"), PP_REASON_ACCOUNT_TYPE_MISMATCH);
	check_reason(node_try("alice", "s"), PP_REASON_NONE);
}

static void
every_answer_replaces_the_whole_set_of_groups(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	check_reason(node_sign_in("alice", "s", "dev ops"), PP_REASON_NONE);
	check_reason(node_sign_in("alice", "s", "ops web"), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check_int(account.groups.count, 2);
	check_text(account.groups.items[0], "ops");
	check_text(account.groups.items[1], "web");
	pp_account_free(&account);
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	check_int(account.groups.count, 0);
	check(account.groups_known);
}

static void
unknown_groups_are_not_an_empty_list(void)
{
	pp_cleanup(pp_strv) struct pp_strv groups = node_words("dev");
	struct pp_sign_in sign_in = node_person("alice", "s", &groups);
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	const struct pp_account *account = &result.account;

	node_reset();
	check_reason(node_sign_in("alice", "s", "dev"), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	sign_in.groups_known = false;
	check_kind(
		pp_accounts_sign_in(accounts, &sign_in, &result, NULL), PP_OK);
	check(result.stored && !account->groups_known &&
		account->groups.count == 0);
	check_int(account->groups_expire_at, NOW + TTL);
	check_int(account->last_sign_in, NOW);
}

/* What pp_accounts_sign_in makes of the claims; groups are of the table. */
static struct pp_account
sign_in_with(const char *words)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	pp_cleanup(pp_strv) struct pp_strv groups = node_words(words);
	const struct pp_sign_in sign_in = node_person("alice", "s", &groups);
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	struct pp_account account = {0};

	check_kind(
		pp_accounts_sign_in(accounts, &sign_in, &result, NULL), PP_OK);
	check(result.groups_known == result.account.groups_known);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	return account;
}

static void
a_denied_group_that_cannot_be_joined_makes_all_unknown(void)
{
	/* Reserved, a local group, an account's name. */
	static const char *const denied[] = {"docker", "video", "bob"};
	struct pp_account account;

	node_reset();
	check_reason(node_sign_in("bob", "b", ""), PP_REASON_NONE);
	for (size_t i = 0; i < PP_COUNT(denied); i++) {
		char conf[512], words[64];

		snprintf(words, sizeof(words), "dev %s", denied[i]);
		node_configure(CONF);
		account = sign_in_with(words);
		check(account.groups_known && account.groups.count == 1);
		pp_account_free(&account);
		snprintf(conf, sizeof(conf),
			CONF "[service.sudo]\ndeny_groups = %s\n", denied[i]);
		node_configure(conf);
		account = sign_in_with(words);
		check(!account.groups_known && account.groups.count == 0);
		pp_account_free(&account);
		account = sign_in_with("dev");
		check(account.groups_known && account.groups.count == 1);
		pp_account_free(&account);
	}
}

static void
names_of_gates_and_maps_survive_the_cut(void)
{
	pp_cleanup(pp_secret) struct pp_secret words = {.max = 8192};
	struct pp_account account;
	char word[16];

	node_reset();
	node_configure(CONF "[service.sshd]\ndeny_groups = last\n"
			    "[service.sudo]\nrequire_groups = ops\n"
			    "[groups.map]\nTeam X = team\n");
	for (unsigned i = 0; i < 300; i++) {
		snprintf(word, sizeof(word), "g%u ", i);
		check_kind(pp_secret_append_text(&words, word, NULL), PP_OK);
	}
	check_kind(pp_secret_append_text(&words, "ops last", NULL), PP_OK);
	account = sign_in_with(pp_secret_text(&words));
	check(account.groups_known);
	check_int(account.groups.count, PP_ACCOUNT_GROUPS_MAX);
	check(pp_strv_contains(&account.groups, "ops"));
	check(pp_strv_contains(&account.groups, "last"));
	pp_account_free(&account);
}

static void
there_is_nobody_without_a_database(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};

	node_reset();
	check_reason(node_find("alice", &account), PP_REASON_NO_ACCOUNT);
	check(scratch_write(PP_ACCOUNTS_PATH, "", 0600));
	check_reason(node_find("alice", &account), PP_REASON_NO_ACCOUNT);
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
}

static enum pp_reason
open_reason(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_err err = {0};

	(void) !pp_accounts_open(
		scratch_root, node_conf, PP_ACCOUNTS_READ, &accounts, &err);
	return err.reason;
}

static void
rejects_a_database_that_others_could_have_written(void)
{
	node_reset();
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
	check_reason(open_reason(), PP_REASON_NONE);
	check_int(chmod(scratch_path(PP_ACCOUNTS_PATH), 0644), 0);
	check_reason(open_reason(), PP_REASON_STATE_UNREADABLE);
	check_int(chmod(scratch_path(PP_ACCOUNTS_PATH), 0600), 0);
	check_int(chmod(scratch_path(PP_ACCOUNTS_DIR), 0775), 0);
	check_reason(open_reason(), PP_REASON_STATE_UNREADABLE);
	check_int(chmod(scratch_path(PP_ACCOUNTS_DIR), 0755), 0);
	check_reason(open_reason(), PP_REASON_NONE);
	check_int(rename(scratch_path(PP_ACCOUNTS_PATH), scratch_path("/real")),
		0);
	check_int(symlink("../../../real", scratch_path(PP_ACCOUNTS_PATH)), 0);
	check_reason(open_reason(), PP_REASON_STATE_UNREADABLE);
	unlink(scratch_path(PP_ACCOUNTS_PATH));
}

static void
rejects_a_corrupt_database_and_one_of_the_future(void)
{
	node_reset();
	check(scratch_write(PP_ACCOUNTS_PATH,
		"this is no database, however long it is read", 0600));
	check_reason(open_reason(), PP_REASON_STATE_UNREADABLE);
	node_reset();
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
	run_sql("PRAGMA user_version = 99");
	check_reason(open_reason(), PP_REASON_STATE_UNREADABLE);
	node_reset();
}

static void
maps_claims_to_groups_and_says_what_it_drops(void)
{
	pp_cleanup(pp_strv) struct pp_strv claims =
		node_words("dev Dev video sudo acme:ops dev root alice x,y");
	pp_cleanup(pp_group_map) struct pp_group_map map = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	node_reset();
	node_configure(CONF "[groups.map]\nacme:ops = video\nops = dev\n");
	check_reason(node_sign_in("alice", "s", ""), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_READ);
	check_kind(
		pp_accounts_map_groups(accounts, &claims, &map, NULL), PP_OK);
	check_int(map.groups.count, 2);
	check(pp_strv_contains(&map.groups, "video"));
	check(pp_strv_contains(&map.groups, "dev"));
	check_int(map.dropped.count, 6);
	check(pp_strv_contains(&map.dropped, "video"));
	check(pp_strv_contains(&map.dropped, "alice"));
	check(!pp_strv_contains(&map.dropped, "dev"));
}

static void
of_many_groups_those_that_matter_come_first(void)
{
	pp_cleanup(pp_strv) struct pp_strv claims = {0};
	pp_cleanup(pp_group_map) struct pp_group_map map = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	char name[16];

	node_reset();
	node_configure(CONF "[groups.map]\nlast = mapped\n"
			    "[service.sudo]\nrequire_groups = gate\n");
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "g%d", i);
		check_kind(pp_strv_append(&claims, name, strlen(name), NULL),
			PP_OK);
	}
	check_kind(pp_strv_append_words(&claims, "gate last", NULL), PP_OK);
	accounts = node_open(PP_ACCOUNTS_READ);
	check_kind(
		pp_accounts_map_groups(accounts, &claims, &map, NULL), PP_OK);
	check_int(map.groups.count, PP_ACCOUNT_GROUPS_MAX);
	check(pp_strv_contains(&map.groups, "gate"));
	check(pp_strv_contains(&map.groups, "mapped"));
	check_int(map.dropped.count, 302 - PP_ACCOUNT_GROUPS_MAX);
}

static void
a_group_with_somebody_elses_number_is_dropped(void)
{
	pp_cleanup(pp_strv) struct pp_strv claims = node_words("dev ops");
	pp_cleanup(pp_group_map) struct pp_group_map map = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;
	struct pp_uid_key key;
	char line[64];

	node_reset();
	check(pp_uid_key_parse(ID_KEY, strlen(ID_KEY), &key));
	snprintf(line, sizeof(line), "local:x:%u:\n",
		pp_gid_of_name(&key, "dev", &node_conf->gid_range));
	node_local("", line);
	accounts = node_open(PP_ACCOUNTS_READ);
	check_kind(
		pp_accounts_map_groups(accounts, &claims, &map, NULL), PP_OK);
	check(map.groups.count == 1 && map.dropped.count == 1);
	check_text(map.groups.items[0], "ops");
}

static void
groups_end_before_their_time(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	pp_cleanup(pp_account) struct pp_account later = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	node_reset();
	check_reason(node_sign_in("alice", "sub-a", "dev"), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	check_kind(pp_accounts_expire_groups(accounts, &account, NOW + 1, NULL),
		PP_OK);
	check_reason(node_find("alice", &later), PP_REASON_NONE);
	check_int(later.groups_expire_at, NOW + 1);
	check(later.groups_known);
	check_int(later.groups.count, 1);
}

/* What was said of somebody else, or before they signed in again, is no news.
 */
static void
groups_of_another_sign_in_do_not_end(void)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	pp_cleanup(pp_account) struct pp_account later = {0};
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = NULL;

	node_reset();
	check_reason(node_sign_in("alice", "sub-a", "dev"), PP_REASON_NONE);
	check_reason(node_find("alice", &account), PP_REASON_NONE);
	accounts = node_open(PP_ACCOUNTS_WRITE);
	account.last_sign_in -= 1;
	check_kind(pp_accounts_expire_groups(accounts, &account, NOW + 1, NULL),
		PP_OK);
	account.last_sign_in += 1;
	account.sub[0] = 'x';
	check_kind(pp_accounts_expire_groups(accounts, &account, NOW + 1, NULL),
		PP_OK);
	check_reason(node_find("alice", &later), PP_REASON_NONE);
	check_int(later.groups_expire_at, NOW + TTL);
}

static bool
sends_at_hash(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_READ);
	bool sends = false;

	check_kind(pp_accounts_issuer_sends_at_hash(accounts, &sends, NULL),
		PP_OK);
	return sends;
}

static void
sign_in_with_at_hash(enum pp_accounts_mode mode)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts = node_open(mode);
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	static const struct pp_strv none;
	struct pp_sign_in sign_in = node_person("alice", "sub-a", &none);

	sign_in.at_hash = true;
	check_kind(
		pp_accounts_sign_in(accounts, &sign_in, &result, NULL), PP_OK);
}

static void
remembers_that_the_issuer_sends_at_hash(void)
{
	node_reset();
	check(!sends_at_hash());
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	sign_in_with_at_hash(PP_ACCOUNTS_DRY_RUN);
	check(!sends_at_hash());
	sign_in_with_at_hash(PP_ACCOUNTS_WRITE);
	check(sends_at_hash());
	check_reason(node_sign_in("alice", "sub-a", ""), PP_REASON_NONE);
	check(sends_at_hash());
	node_configure(CONF_OF("https://other.example"));
	check(!sends_at_hash());
	node_configure(CONF);
	check(sends_at_hash());
}

int
main(void)
{
	node_begin();
	run(a_first_login_binds_name_uid_and_subject);
	run(a_dry_run_changes_nothing);
	run(rejects_another_subject_for_a_bound_name);
	run(rejects_another_name_for_a_bound_subject);
	run(rejects_a_bound_name_at_another_issuer);
	run(rejects_names_that_are_invalid_or_reserved);
	run(rejects_a_gecos_that_no_line_of_passwd_can_hold);
	run(first_login_takes_the_names_of_its_pattern);
	run(nobody_new_comes_in_without_the_id_key_or_with_another);
	run(rejects_names_and_numbers_of_local_users_and_groups);
	run(a_local_user_made_later_keeps_the_bound_person_out);
	run(two_names_with_one_number_are_refused_never_probed);
	run(a_service_is_no_person_and_the_reverse);
	run(every_answer_replaces_the_whole_set_of_groups);
	run(unknown_groups_are_not_an_empty_list);
	run(a_denied_group_that_cannot_be_joined_makes_all_unknown);
	run(names_of_gates_and_maps_survive_the_cut);
	run(there_is_nobody_without_a_database);
	run(rejects_a_database_that_others_could_have_written);
	run(rejects_a_corrupt_database_and_one_of_the_future);
	run(maps_claims_to_groups_and_says_what_it_drops);
	run(of_many_groups_those_that_matter_come_first);
	run(a_group_with_somebody_elses_number_is_dropped);
	run(groups_end_before_their_time);
	run(groups_of_another_sign_in_do_not_end);
	run(remembers_that_the_issuer_sends_at_hash);
	return node_end();
}
