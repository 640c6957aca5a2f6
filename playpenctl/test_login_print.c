/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd_test_login.h"
#include "playpenctl/cli/output.h"

#define SHOWN_MAX 2048U

static void
print_words(const char *name, const struct pp_strv *words, bool known)
{
	char shown[SHOWN_MAX];

	printf("%-14s", name);
	if (!known)
		fputs("unknown: every gate is closed", stdout);
	else if (words->count == 0)
		fputs("none", stdout);
	for (size_t i = 0; known && i < words->count; i++)
		printf("%s%s", i > 0 ? " " : "",
			pp_str_printable(shown, sizeof(shown), words->items[i],
				strlen(words->items[i])));
	putchar('\n');
}

static void
print_time(const char *name, int64_t when)
{
	char text[OUTPUT_TIME_SIZE];

	if (when > 0)
		output_row(name, output_time(text, when));
}

static void
print_decision(const struct test_login *test)
{
	const struct pp_dry_run *dry_run = &test->dry_run;
	bool accepted = strcmp(dry_run->reason, "none") == 0;

	output_row("decision", accepted ? "accept" : "reject");
	output_row("reason", dry_run->reason);
	if (!accepted)
		output_row("refused by", dry_run->stage == PP_STAGE_ACCOUNT
						 ? "the account stage"
						 : "the sign-in");
	output_row("message", dry_run->message);
	output_row("is told", test->user_message);
	output_row("service", test->start.pam_service);
}

/* Says whose the account is, before and after. */
static const char *
describe_binding(const struct test_login *test)
{
	bool signed_in = test->dry_run.stage == PP_STAGE_ACCOUNT;

	if (test->dry_run.was_bound)
		return "yes";
	if (!signed_in)
		return "no";
	return test->start.stage == PP_STAGE_BIND
		       ? "from now on"
		       : "no; a login would bind it to this person";
}

static void
print_account(const struct test_login *test)
{
	const struct pp_dry_run *dry_run = &test->dry_run;

	output_row("name", test->start.user);
	if (dry_run->uid < 0)
		return;
	printf("%-14s%" PRId64 "\n", "uid", dry_run->uid);
	output_row("home", dry_run->home);
	output_row("shell", dry_run->shell);
	if (test->identity.type != PP_IDENTITY_SERVICE)
		output_row("bound", describe_binding(test));
	print_words("groups", &dry_run->groups, dry_run->groups_known);
	print_time("until", dry_run->groups_expire_at);
	output_row("notes", dry_run->notes);
}

static void
print_claims(const struct pp_identity *identity)
{
	output_row("iss", identity->iss);
	output_row("sub", identity->sub);
	output_row("connector", identity->connector);
	output_row("client", identity->client_id);
	output_row("user name", identity->username);
	output_row("email", identity->email);
	if (identity->email != NULL)
		output_row("verified", identity->email_verified ? "yes" : "no");
	output_row("full name", identity->name);
	print_words("claim groups", &identity->groups,
		identity->groups_claim == PP_GROUPS_LISTED);
	print_time("auth_time", identity->auth_time);
	print_time("iat", identity->iat);
	print_time("exp", identity->exp);
}

void
test_login_print(struct ctl *ctl, const struct test_login *test)
{
	putchar('\n');
	print_decision(test);
	print_account(test);
	if (test->identity.iss != NULL) {
		puts("\nThe token says:");
		print_claims(&test->identity);
	}
	if (test->start.stage == PP_STAGE_DRY_RUN)
		puts("\nNothing was changed.");
	if (strcmp(test->dry_run.reason, "none") != 0)
		ctl->status = CTL_EXIT_FAILED;
}
