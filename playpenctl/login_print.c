/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "login.h"

#define SHOWN_MAX 2048U

static void
row_words(const char *name, const struct pp_strv *words, bool known)
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
row_time(const char *name, int64_t when)
{
	char text[CTL_TIME_SIZE];

	if (when > 0)
		ctl_row(name, ctl_time(text, when));
}

static void
print_decision(const struct ctl_trial *trial)
{
	const struct pp_trial *outcome = &trial->outcome;
	bool accepted = strcmp(outcome->reason, "none") == 0;

	ctl_row("decision", accepted ? "accept" : "reject");
	ctl_row("reason", outcome->reason);
	if (!accepted)
		ctl_row("refused by", outcome->phase == PP_PHASE_ACCOUNT
					      ? "the account stage"
					      : "the sign-in");
	ctl_row("message", outcome->message);
	ctl_row("is told", trial->sentence);
	ctl_row("service", trial->start.service);
}

/* Whose the account is, before and after. */
static const char *
binding(const struct ctl_trial *trial)
{
	bool signed_in = trial->outcome.phase == PP_PHASE_ACCOUNT;

	if (trial->outcome.known)
		return "yes";
	if (!signed_in)
		return "no";
	return trial->start.phase == PP_PHASE_BIND
		       ? "from now on"
		       : "no; a login would bind it to this person";
}

static void
print_account(const struct ctl_trial *trial)
{
	const struct pp_trial *outcome = &trial->outcome;

	ctl_row("name", trial->start.user);
	if (outcome->uid < 0)
		return;
	printf("%-14s%" PRId64 "\n", "uid", outcome->uid);
	ctl_row("home", outcome->home);
	ctl_row("shell", outcome->shell);
	if (trial->identity.kind != PP_IDENTITY_SERVICE)
		ctl_row("bound", binding(trial));
	row_words("groups", &outcome->groups, outcome->groups_known);
	row_time("until", outcome->checked_until);
	ctl_row("notes", outcome->notes);
}

static void
print_claims(const struct pp_identity *identity)
{
	ctl_row("iss", identity->iss);
	ctl_row("sub", identity->sub);
	ctl_row("connector", identity->connector);
	ctl_row("client", identity->client_id);
	ctl_row("user name", identity->username);
	ctl_row("email", identity->email);
	if (identity->email != NULL)
		ctl_row("verified", identity->email_verified ? "yes" : "no");
	ctl_row("full name", identity->name);
	row_words("claim groups", &identity->groups, identity->groups_known);
	row_time("auth_time", identity->auth_time);
	row_time("iat", identity->iat);
	row_time("exp", identity->exp);
}

void
ctl_login_print(struct ctl *ctl, const struct ctl_trial *trial)
{
	putchar('\n');
	print_decision(trial);
	print_account(trial);
	if (trial->identity.iss != NULL) {
		puts("\nThe token says:");
		print_claims(&trial->identity);
	}
	if (trial->start.phase == PP_PHASE_TRIAL)
		puts("\nNothing was changed.");
	if (strcmp(trial->outcome.reason, "none") != 0)
		ctl->status = CTL_FAILED;
}
