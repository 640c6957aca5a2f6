/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_TESTS_POLICY_IDENTITY_H
#define PLAYPEN_TESTS_POLICY_IDENTITY_H

#include <sys/mount.h>

#include "playpen_policy/meaning.h"
#include "tests/unit/node.h"

/*
 * What a verified identity comes to on a node that is this machine, in a mount
 * namespace (tests/policy/run-private) where /etc and /var/lib are the test's.
 */

static const char *full_name = "A Person";

/* Of the last sign-in. */
static char notes[512]; /* what the log says */
static char gecos[256];

static inline void
enter(void)
{
	if (mount("tmpfs", "/etc", "tmpfs", 0, "mode=755") != 0 ||
		mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755,size=4m") !=
			0) {
		printf("Bail out! no file systems of our own\n");
		exit(EXIT_FAILURE);
	}
	scratch_root[0] = '\0'; /* the node is this machine */
}

static inline struct pp_login
begin_login(const char *name, const struct pp_clock *clock)
{
	struct pp_login login = {.clock = clock};

	check(pp_conf_load("", &login.conf, NULL) == PP_OK);
	login.start.user = strdup(name);
	login.start.uid = node_uid(name);
	login.start.gid = login.start.uid;
	return login;
}

/* Who approved it, with no groups. */
static inline void
approve(struct pp_login *login, const char *sub, const char *username)
{
	struct pp_identity *identity = &login->identity;

	identity->kind = PP_IDENTITY_USER;
	identity->iss = strdup(ISSUER);
	identity->sub = strdup(sub);
	identity->connector = strdup("local");
	identity->username = strdup(username);
	identity->groups_known = true;
}

static inline enum pp_reason
end_login(struct pp_login *login, enum pp_kind kind)
{
	enum pp_reason reason =
		kind == PP_OK ? PP_REASON_NONE : login->err.reason;

	pp_login_free(login);
	return reason;
}

/* What a verified identity of this name and these groups comes to. */
static inline enum pp_reason
apply(const char *name, const char *words)
{
	struct pp_login login = begin_login(name, &pp_clock_system);
	enum pp_kind kind;

	approve(&login, name, name);
	login.identity.name = strdup(full_name);
	login.identity.groups = node_words(words);
	kind = pp_meaning_apply(&login);
	snprintf(notes, sizeof(notes), "%s",
		login.notes != NULL ? login.notes : "");
	snprintf(gecos, sizeof(gecos), "%s",
		kind == PP_OK ? login.account.gecos : "");
	return end_login(&login, kind);
}

#endif
