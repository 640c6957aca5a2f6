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

/* What a verified identity of this name and these groups comes to. */
static inline enum pp_reason
apply(const char *name, const char *words)
{
	struct pp_login login = {.clock = &pp_clock_system};
	struct pp_identity *identity = &login.identity;
	enum pp_kind kind;
	enum pp_reason reason;

	check(pp_conf_load("", &login.conf, NULL) == PP_OK);
	login.start.user = strdup(name);
	login.start.uid = node_uid(name);
	login.start.gid = login.start.uid;
	identity->kind = PP_IDENTITY_USER;
	identity->iss = strdup(ISSUER);
	identity->sub = strdup(name);
	identity->connector = strdup("local");
	identity->username = strdup(name);
	identity->name = strdup(full_name);
	identity->groups_known = true;
	identity->groups = node_words(words);
	kind = pp_meaning_apply(&login);
	snprintf(notes, sizeof(notes), "%s",
		login.notes != NULL ? login.notes : "");
	snprintf(gecos, sizeof(gecos), "%s",
		kind == PP_OK ? login.account.gecos : "");
	reason = kind == PP_OK ? PP_REASON_NONE : login.err.reason;
	pp_login_free(&login);
	return reason;
}

#endif
