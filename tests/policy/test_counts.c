/* SPDX-License-Identifier: MIT */
#include "playpen_policy/handlers.h"
#include "tests/policy/identity.h"

/*
 * What counts of a verified identity, and for how long. Runs in a mount
 * namespace (tests/policy/run-private) where /etc and /var/lib are the test's
 * own.
 */

#define DOMAIN CONF "strip_domain = contoso.example\n"

/* This many seconds from now. */
static int64_t ahead;

static int64_t
wall(void *context)
{
	(void) context;
	return pp_clock_wall(&pp_clock_system) + ahead;
}

static struct pp_clock
clock_ahead(int64_t seconds)
{
	struct pp_clock clock = pp_clock_system;

	ahead = seconds;
	clock.wall = wall;
	return clock;
}

/* Returns the reason after username has approved alice's sign-in. */
static enum pp_reason
approved(const char *username, int64_t seconds)
{
	struct pp_clock clock = clock_ahead(seconds);
	struct request request = begin_request("alice", &clock);

	approve(&request, "sub-a", username);
	return end_request(&request, authorize_identity(&request));
}

static enum pp_reason
approved_by(const char *username)
{
	return approved(username, 0);
}

/* Returns the reason of the account stage of sshd so many seconds from now. */
static enum pp_reason
account_in(int64_t seconds)
{
	struct pp_clock clock = clock_ahead(seconds);
	struct request request = begin_request("alice", &clock);

	request.service = pp_conf_find_pam_service(request.conf, "sshd");
	request.start.pam_service = strdup("sshd");
	return end_request(&request, handle_account(&request));
}

static void
the_name_is_the_claim_byte_for_byte(void)
{
	node_reset();
	check_reason(approved_by("alice"), PP_REASON_NONE);
	/* Settings could make these her name: it is no other person's. */
	check_reason(approved_by("Alice"), PP_REASON_NAME_INVALID);
	check_reason(
		approved_by("alice@contoso.example"), PP_REASON_NAME_INVALID);
	check_reason(approved_by("alic"), PP_REASON_WRONG_PERSON);
}

static void
a_domain_that_is_cut_must_be_there(void)
{
	node_reset();
	node_configure(DOMAIN);
	check_reason(approved_by("alice@contoso.example"), PP_REASON_NONE);
	check_reason(approved_by("alice"), PP_REASON_NAME_INVALID);
	check_reason(
		approved_by("alice@other.example"), PP_REASON_WRONG_PERSON);
	check_reason(approved_by("alice@CONTOSO.example"), PP_REASON_NONE);
	check_reason(
		approved_by("Alice@contoso.example"), PP_REASON_NAME_INVALID);
	check_reason(approved_by("alice@contoso.example@contoso.example"),
		PP_REASON_WRONG_PERSON);
	check_reason(approved_by("alice@"), PP_REASON_WRONG_PERSON);
	check_reason(approved_by("@contoso.example"), PP_REASON_NAME_INVALID);
	check_reason(
		approved_by("bob@contoso.example"), PP_REASON_WRONG_PERSON);
	check_reason(
		approved_by("alicecontoso.example"), PP_REASON_NAME_INVALID);
}

static void
a_shorter_ttl_holds_for_who_signed_in_before(void)
{
	node_reset();
	check_reason(approved_by("alice"), PP_REASON_NONE);
	check_reason(account_in(2 * 3600), PP_REASON_NONE);
	node_configure(CONF "[groups]\ngroups_ttl = 1h\n");
	check_reason(account_in(1800), PP_REASON_NONE);
	check_reason(account_in(2 * 3600), PP_REASON_GROUPS_EXPIRED);
	check_reason(account_in(TTL - 1800), PP_REASON_GROUPS_EXPIRED);
	node_configure(CONF);
	check_reason(account_in(2 * 3600), PP_REASON_NONE);
	check_reason(account_in(TTL + 60), PP_REASON_GROUPS_EXPIRED);
}

static void
a_clock_that_was_far_ahead_makes_no_groups_count(void)
{
	node_reset();
	check_reason(approved("alice", 240), PP_REASON_NONE);
	check_reason(account_in(0), PP_REASON_NONE);
	check_reason(approved("alice", 7 * TTL), PP_REASON_NONE);
	check_reason(account_in(7 * TTL), PP_REASON_NONE);
	check_reason(account_in(0), PP_REASON_GROUPS_EXPIRED);
}

int
main(void)
{
	enter();
	node_reset();
	run(the_name_is_the_claim_byte_for_byte);
	run(a_domain_that_is_cut_must_be_there);
	run(a_shorter_ttl_holds_for_who_signed_in_before);
	run(a_clock_that_was_far_ahead_makes_no_groups_count);
	return node_end();
}
