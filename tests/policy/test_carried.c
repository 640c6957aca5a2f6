/* SPDX-License-Identifier: MIT */
#include "tests/policy/identity.h"

/* What a certificate carries, in the account stage: it is as old as its token.
 */

static int64_t wall;

static int64_t
tell_wall(void *context)
{
	(void) context;
	return wall;
}

static int64_t
tell_boot(void *context)
{
	(void) context;
	return 1000;
}

static const struct pp_clock at_will = {tell_wall, tell_boot, NULL};

static void
begin(void)
{
	node_reset();
	check(scratch_write(
		"/etc/nsswitch.conf", "passwd: files\ngroup: files\n", 0644));
	wall = NOW;
}

static struct request
request_of(const char *sub, const char *words)
{
	struct request request = begin_request("alice", &at_will);

	approve(&request, sub, "alice");
	request.identity.groups = node_words(words);
	return request;
}

/* alice signs in in the browser, now. */
static void
sign_in(const char *words)
{
	struct request request = request_of("alice", words);
	enum pp_kind kind = authorize_identity(&request);

	check_reason(end_request(&request, kind), PP_REASON_NONE);
}

/* A certificate whose token was made at iat. Gives the groups of the account,
 * or the reason. Static. */
static const char *
carry(const char *sub, const char *words, int64_t iat)
{
	static char text[256];
	struct request request = request_of(sub, words);
	enum pp_kind kind;

	request.identity.iat = iat;
	kind = authorize_carried(&request);
	text[0] = '\0';
	if (kind != PP_OK)
		snprintf(text, sizeof(text), "%s",
			pp_reason_word(request.err.reason));
	for (size_t i = 0; kind == PP_OK && i < request.account.groups.count;
		i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			"%s ", request.account.groups.items[i]);
	(void) end_request(&request, kind);
	return text;
}

static void
an_older_certificate_brings_no_group_back(void)
{
	begin();
	sign_in("dev ops");
	wall += 100;
	sign_in("dev");
	check_text(carry("alice", "dev ops", NOW + 99), "dev ");
	check_text(carry("alice", "dev ops", NOW + 100), "dev ");
	check_text(carry("alice", "dev ops", NOW + 101), "dev ops ");
}

static void
not_after_a_sign_in_without_any_group_either(void)
{
	begin();
	sign_in("dev ops");
	wall += 100;
	sign_in("");
	check_text(carry("alice", "dev ops", NOW + 99), "");
	check_text(carry("alice", "dev ops", NOW + 101), "dev ops ");
}

static void
nor_after_the_provider_has_refused_a_refresh(void)
{
	struct request request;
	enum pp_kind kind;

	begin();
	sign_in("dev");
	wall += 100;
	request = request_of("alice", "");
	check_kind(request_open_accounts(&request, PP_ACCOUNTS_WRITE), PP_OK);
	check_kind(pp_accounts_find(
			   request.accounts, "alice", &request.account, NULL),
		PP_OK);
	kind = authorize_no_longer(&request);
	check_reason(end_request(&request, kind), PP_REASON_NONE);
	check_text(carry("alice", "dev ops", NOW + 50), "dev ");
	check_text(carry("alice", "dev ops", NOW + 101), "dev ops ");
}

static void
one_that_is_carried_again_changes_nothing(void)
{
	begin();
	check_text(carry("alice", "dev", NOW - 10), "dev ");
	check_text(carry("alice", "dev ops", NOW - 10), "dev ");
	check_text(carry("alice", "dev ops", NOW - 9), "dev ops ");
}

static void
another_subject_is_refused_however_old_its_word_is(void)
{
	begin();
	sign_in("dev");
	check_text(carry("mallory", "ops", NOW - 10), "name-taken");
	check_text(carry("mallory", "ops", NOW + 10), "name-taken");
	check_text(carry("alice", "ops", NOW + 10), "ops ");
}

int
main(void)
{
	umask(022);
	enter();
	run(an_older_certificate_brings_no_group_back);
	run(not_after_a_sign_in_without_any_group_either);
	run(nor_after_the_provider_has_refused_a_refresh);
	run(one_that_is_carried_again_changes_nothing);
	run(another_subject_is_refused_however_old_its_word_is);
	return node_end();
}
