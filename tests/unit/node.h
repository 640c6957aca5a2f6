/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/accounts/accounts.h>
#include <playpen/accounts/admin.h>
#include <playpen/accounts/locks.h>
#include <playpen/index/first_login.h>
#include <playpen/index/index.h>
#include <playpen/publish/publish.h>
#include <playpen/roster/roster.h>

#include "tests/scratch.h"
#include "tests/tap.h"

/*
 * A node below a scratch root: configuration, uid key, local users, and
 * sign-ins as playpen-policy makes them. The constant moment NOW is "now".
 */

#define NOW 1800000000
#define TTL 86400
#define ISSUER "https://dex.example/dex"
#define ID_KEY "000102030405060708090a0b0c0d0e0f\n"
#define OTHER_KEY "ff0102030405060708090a0b0c0d0e0f\n"

/* What every configuration begins with, its last section is [identity]. */
#define CONF_OF(issuer)                                                        \
	"[issuer]\nurl = " issuer "\n[client]\nid = playpen-login\n"           \
	"[identity]\nconnectors = local\n"
#define CONF_CLOSED CONF_OF(ISSUER)
#define CONF CONF_CLOSED "allow_new_users = *\n"

static struct pp_conf *node_conf;

static inline void
node_configure(const char *text)
{
	struct pp_err err = {0};

	pp_conf_free(&node_conf);
	check(scratch_write("/etc/playpen/playpen.conf", text, 0644));
	if (!check_kind(pp_conf_load(scratch_root, &node_conf, &err), PP_OK))
		printf("# %s\n", err.message);
}

static inline void
node_local(const char *passwd, const char *group)
{
	check(scratch_write("/etc/passwd", passwd, 0644));
	check(scratch_write("/etc/group", group, 0644));
}

/* An empty node as new. */
static inline void
node_reset(void)
{
	static const char *const files[] = {
		"state.db", "state.db-journal", "index.v1", "first-login"};
	char path[64];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/var/lib/playpen/%s", files[i]);
		unlink(scratch_path(path));
	}
	scratch_directories("/var/lib/playpen/x");
	check(scratch_write("/etc/playpen/uid.key", ID_KEY, 0600));
	node_local("root:x:0:0::/root:/bin/sh\n", "root:x:0:\nvideo:x:44:\n");
	node_configure(CONF);
}

static inline struct pp_accounts *
node_open(enum pp_accounts_mode mode)
{
	struct pp_accounts *accounts = NULL;
	struct pp_err err = {0};

	if (!check_kind(pp_accounts_open(scratch_root, node_conf, mode,
				&accounts, &err),
		    PP_OK))
		printf("# %s\n", err.message);
	return accounts;
}

/* Words as a list. */
static inline struct pp_strv
node_words(const char *words)
{
	struct pp_strv list = {0};

	check_kind(pp_strv_append_words(&list, words, NULL), PP_OK);
	return list;
}

/* A person's sign-in; the groups stay the caller's. */
static inline struct pp_sign_in
node_person(const char *name, const char *sub, const struct pp_strv *groups)
{
	return (struct pp_sign_in){.purpose = PP_FOR_SIGN_IN,
		.name = name,
		.iss = ISSUER,
		.sub = sub,
		.connector = "local",
		.username = name,
		.gecos = "A Person",
		.groups_known = true,
		.claims = groups,
		.now = NOW,
		.groups_expire_at = NOW + TTL};
}

/* Signs somebody in; the reason, PP_REASON_NONE when it went well. */
static inline enum pp_reason
node_sign_in(const char *name, const char *sub, const char *words)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	pp_cleanup(pp_strv) struct pp_strv groups = node_words(words);
	const struct pp_sign_in sign_in = node_person(name, sub, &groups);
	struct pp_err err = {0};

	if (pp_accounts_sign_in(accounts, &sign_in, &result, &err) == PP_OK)
		check(result.stored);
	return err.reason;
}

/* Signs somebody in without storing it. */
static inline enum pp_reason
node_try(const char *name, const char *sub)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_DRY_RUN);
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	static const struct pp_strv none;
	const struct pp_sign_in sign_in = node_person(name, sub, &none);
	struct pp_err err = {0};

	(void) !pp_accounts_sign_in(accounts, &sign_in, &result, &err);
	check(!result.stored);
	return err.reason;
}

/* Locks and unlocks a name as the administrator's commands do. */
static inline enum pp_kind
node_lock(struct pp_accounts *accounts, const char *name, bool locked,
	struct pp_err *err)
{
	const struct pp_lock lock = {.name = name, .said_at = NOW};
	bool changed;

	return locked ? pp_locks_add(accounts, &lock, &changed, err)
		      : pp_locks_release(accounts, &lock, &changed, err);
}

static inline enum pp_kind
node_close(struct pp_accounts *accounts, const char *name, bool closed,
	struct pp_err *err)
{
	bool changed;

	return pp_admin_close(accounts, name, closed, &changed, err);
}

static inline enum pp_reason
node_rename(const char *name, const char *new_name)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	struct pp_err err = {0};

	(void) !pp_admin_rename(accounts, name, new_name, &err);
	return err.reason;
}

static inline enum pp_reason
node_find(const char *name, struct pp_account *ret_account)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_READ);
	struct pp_err err = {0};

	(void) !pp_accounts_find(accounts, name, ret_account, &err);
	return err.reason;
}

static inline uint32_t
node_uid(const char *name)
{
	struct pp_uid_key key;

	check(pp_uid_key_parse(ID_KEY, strlen(ID_KEY), &key));
	return pp_uid_of_name(&key, name, &node_conf->uid_range);
}

static inline enum pp_reason
node_publish(void)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_READ);
	struct pp_err err = {0};

	(void) !pp_publish_accounts(accounts, &err);
	return err.reason;
}

/* Signs in and publishes with the same state, as playpen-policy does. */
static inline void
node_sign_in_and_publish(const char *name, const char *words, int64_t now)
{
	pp_cleanup(pp_accounts) struct pp_accounts *accounts =
		node_open(PP_ACCOUNTS_WRITE);
	pp_cleanup(pp_sign_in_result) struct pp_sign_in_result result = {0};
	pp_cleanup(pp_strv) struct pp_strv groups = node_words(words);
	struct pp_sign_in sign_in = node_person(name, name, &groups);

	sign_in.now = now;
	sign_in.groups_expire_at = now + TTL;
	check_kind(
		pp_accounts_sign_in(accounts, &sign_in, &result, NULL), PP_OK);
	check(result.stored);
	check_kind(pp_publish_accounts(accounts, NULL), PP_OK);
}

static inline struct pp_index *
node_map(void)
{
	struct pp_index *index = NULL;

	check_int(pp_index_open(scratch_path(PP_INDEX_PATH), &index),
		PP_INDEX_FOUND);
	return index;
}

static inline void
node_begin(void)
{
	scratch_begin();
	node_reset();
}

static inline int
node_end(void)
{
	pp_conf_free(&node_conf);
	return tap_end();
}
