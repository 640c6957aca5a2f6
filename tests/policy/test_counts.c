/* SPDX-License-Identifier: MIT */
#include <sys/mount.h>

#include "playpen_policy/hooks.h"
#include "playpen_policy/meaning.h"
#include "tests/unit/node.h"

/*
 * What counts of a verified identity, and for how long. Runs in a mount namespace
 * (tests/policy/run-private) where /etc and /var/lib are the test's own.
 */

#define DOMAIN CONF "strip_domain = contoso.example\n"

static void
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

/* What comes of it when username has approved alice's sign-in. */
static enum pp_reason
approved_by(const char *username)
{
	struct pp_login login = {.clock = &pp_clock_system};
	struct pp_identity *identity = &login.identity;
	enum pp_reason reason;
	enum pp_kind kind;

	check(pp_conf_load("", &login.conf, NULL) == PP_OK);
	login.start.user = strdup("alice");
	login.start.uid = node_uid("alice");
	login.start.gid = login.start.uid;
	identity->kind = PP_IDENTITY_USER;
	identity->iss = strdup(ISSUER);
	identity->sub = strdup("sub-a");
	identity->connector = strdup("local");
	identity->username = strdup(username);
	identity->groups_known = true;
	kind = pp_meaning_apply(&login);
	reason = kind == PP_OK ? PP_REASON_NONE : login.err.reason;
	pp_login_free(&login);
	return reason;
}

static void
the_name_is_the_claim_byte_for_byte(void)
{
	node_reset();
	check(approved_by("alice") == PP_REASON_NONE);
	check(approved_by("Alice") == PP_REASON_WRONG_PERSON);
	check(approved_by("alice@contoso.example") == PP_REASON_WRONG_PERSON);
	check(approved_by("alic") == PP_REASON_WRONG_PERSON);
}

static void
a_domain_that_is_cut_must_be_there(void)
{
	node_reset();
	node_configure(DOMAIN);
	check(approved_by("alice@contoso.example") == PP_REASON_NONE);
	check(approved_by("alice") == PP_REASON_NAME_INVALID);
	check(approved_by("alice@other.example") == PP_REASON_WRONG_PERSON);
	check(approved_by("alice@CONTOSO.example") == PP_REASON_WRONG_PERSON);
	check(approved_by("alice@contoso.example@contoso.example") ==
		PP_REASON_WRONG_PERSON);
	check(approved_by("alice@") == PP_REASON_WRONG_PERSON);
	check(approved_by("@contoso.example") == PP_REASON_WRONG_PERSON);
	check(approved_by("bob@contoso.example") == PP_REASON_WRONG_PERSON);
	check(approved_by("alicecontoso.example") == PP_REASON_NAME_INVALID);
}

int
main(void)
{
	enter();
	node_reset();
	run(the_name_is_the_claim_byte_for_byte);
	run(a_domain_that_is_cut_must_be_there);
	return node_end();
}
