/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <playpen/accounts/locks.h>
#include <playpen/base/clock.h>
#include <playpen/runtime/run.h>

#include "commands.h"
#include "playpenctl/cli/ctl.h"
#include "playpenctl/cli/json_out.h"
#include "playpenctl/cli/node_open.h"
#include "playpenctl/cli/output.h"

#define DAY 86400
#define DAYS_MAX 36500
#define SHOWN_MAX 80U

/* What a walk over all accounts, or over all locks, is after. */
struct user_listing {
	struct json_out *object; /* NULL: a table */
	int64_t before;          /* last sign-in, 0: any */
	int width;               /* of the names */
};

static const char *
state_of(const struct pp_account *account)
{
	if (account->closed)
		return "closed";
	if (account->locked)
		return "locked";
	if (account->is_service_account)
		return "service-account";
	return account->bound ? "bound" : "imported";
}

/* Adds what list and show both have to an object that is begun. */
static void
add_account(struct json_out *object, const struct pp_account *account)
{
	json_out_text(object, "name", account->name);
	json_out_number(object, "uid", account->uid);
	json_out_text(object, "gecos", account->gecos);
	json_out_text(object, "home", account->home);
	json_out_text(object, "shell", account->shell);
	json_out_text(object, "issuer", account->iss);
	json_out_text(object, "subject", account->sub);
	json_out_text(object, "connector", account->connector);
	json_out_bool(object, "bound", account->bound);
	json_out_bool(object, "locked", account->locked);
	json_out_bool(object, "closed", account->closed);
	json_out_bool(object, "service_account", account->is_service_account);
	json_out_number(object, "bound_at", account->bound_at);
	json_out_number(object, "last_sign_in", account->last_sign_in);
	json_out_bool(object, "groups_known", account->groups_known);
	json_out_number(object, "groups_expire_at", account->groups_expire_at);
	json_out_strv(object, "groups", &account->groups);
}

static void
print_words(const struct pp_strv *words)
{
	for (size_t i = 0; i < words->count; i++)
		printf("%s%s", i > 0 ? " " : "", words->items[i]);
}

static void
print_subject(const struct pp_lock *lock)
{
	char shown[SHOWN_MAX];

	if (lock->sub != NULL)
		printf("subject %s",
			pp_str_printable(shown, sizeof(shown), lock->sub,
				strlen(lock->sub)));
	putchar('\n');
}

static enum pp_kind
list_account(
	void *context, const struct pp_account *account, struct pp_err *err)
{
	struct user_listing *listing = context;
	char when[OUTPUT_TIME_SIZE];

	if (listing->before > 0 &&
		(account->last_sign_in >= listing->before || account->closed ||
			account->is_service_account))
		return PP_OK;
	if (listing->object != NULL) {
		json_out_begin_object(listing->object, NULL);
		add_account(listing->object, account);
		json_out_end_object(listing->object);
		return json_out_print(listing->object, err);
	}
	printf("%-*s  %10u  %-15s  %-16s  ", listing->width, account->name,
		account->uid, state_of(account),
		output_time(when, account->last_sign_in));
	print_words(&account->groups);
	putchar('\n');
	return PP_OK;
}

/* Lists a lock of a name or a subject that no account has. */
static enum pp_kind
list_lock(void *context, const struct pp_lock *lock, struct pp_err *err)
{
	struct user_listing *listing = context;
	struct json_out *object = listing->object;

	if (lock->has_account)
		return PP_OK;
	if (object != NULL) {
		json_out_begin_object(object, NULL);
		json_out_text(object, "name", lock->name);
		json_out_text(object, "issuer", lock->iss);
		json_out_text(object, "subject", lock->sub);
		json_out_bool(object, "bound", false);
		json_out_bool(object, "locked", true);
		json_out_text(object, "said_by", lock->said_by);
		json_out_number(object, "said_at", lock->said_at);
		json_out_end_object(object);
		return json_out_print(object, err);
	}
	printf("%-*s  %10s  %-15s  %-16s  ", listing->width,
		lock->name != NULL ? lock->name : "-", "-", "locked", "never");
	print_subject(lock);
	return PP_OK;
}

/* Lists the accounts, and then the locks of people who are none of them and may
 * come. */
static enum pp_kind
list_all(struct ctl *ctl, struct user_listing *listing, struct pp_err *err)
{
	enum pp_kind kind = pp_admin_each_account(
		ctl->accounts, list_account, listing, err);

	return kind == PP_OK && listing->before == 0
		       ? pp_locks_each(ctl->accounts, list_lock, listing, err)
		       : kind;
}

static enum pp_kind
print_table(struct ctl *ctl, struct user_listing *listing, struct pp_err *err)
{
	struct pp_admin_counts counts;
	enum pp_kind kind = pp_admin_count(ctl->accounts, &counts, err);

	if (kind != PP_OK)
		return kind;
	if (counts.name_width > listing->width)
		listing->width = (int) counts.name_width;
	printf("%-*s  %10s  %-15s  %-16s  %s\n", listing->width, "NAME", "UID",
		"STATE", "LAST SIGN-IN", "GROUPS");
	return list_all(ctl, listing, err);
}

enum pp_kind
cmd_user_list(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	struct user_listing listing = {.width = (int) strlen("NAME")};
	const char *days = args_option(&ctl->args, "--inactive");
	int64_t number = 0;
	enum pp_kind kind;

	if (days != NULL && !pp_str_to_i64(days, 1, DAYS_MAX, &number)) {
		ctl_usage_error(ctl, "--inactive needs a number of days");
		return PP_OK;
	}
	if (days != NULL)
		listing.before = time(NULL) - number * DAY;
	kind = node_open_readonly(ctl, err);
	if (kind != PP_OK)
		return kind;
	if (args_option(&ctl->args, "--json") == NULL)
		return print_table(ctl, &listing, err);
	listing.object = &object;
	return list_all(ctl, &listing, err);
}

static void
print_groups(const struct pp_account *account)
{
	char when[OUTPUT_TIME_SIZE];

	printf("%-14s", "groups");
	print_words(&account->groups);
	if (account->is_service_account)
		printf("%s(set by the configuration)\n",
			account->groups.count > 0 ? " " : "");
	else if (!account->groups_known)
		printf("%s(not said by the provider)\n",
			account->groups.count > 0 ? " " : "");
	else
		printf("%s(until %s)\n", account->groups.count > 0 ? " " : "",
			output_time(when, account->groups_expire_at));
}

/* A walk over the sign-ins of one account is after this. */
struct sign_in_listing {
	const struct pp_account *account;
	struct json_out *object; /* NULL: rows for people */
};

static enum pp_kind
show_sign_in(void *context, const char *session,
	const struct pp_run_timestamp *timestamp, struct pp_err *err)
{
	const struct sign_in_listing *listing = context;
	int64_t age =
		(pp_clock_boot_ms(&pp_clock_system) - timestamp->when_ms) /
		1000;
	char span[OUTPUT_TIME_SIZE];

	(void) err;
	if (timestamp->uid != listing->account->uid)
		return PP_OK;
	if (listing->object == NULL) {
		printf("%-14s%s, %s ago\n", "sign-in", session,
			output_span(span, age));
		return PP_OK;
	}
	json_out_begin_object(listing->object, NULL);
	json_out_text(listing->object, "session", session);
	json_out_number(listing->object, "age", age);
	json_out_end_object(listing->object);
	return PP_OK;
}

static enum pp_kind
print_json(const struct ctl *ctl, const struct pp_account *account,
	struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	struct sign_in_listing listing = {account, &object};
	enum pp_kind kind;

	json_out_begin_object(&object, NULL);
	add_account(&object, account);
	json_out_begin_array(&object, "sign_ins");
	kind = pp_run_each_sign_in(ctl->root, show_sign_in, &listing, err);
	json_out_end_array(&object);
	json_out_end_object(&object);
	return kind == PP_OK ? json_out_print(&object, err) : kind;
}

static void
print_account(const struct pp_account *account)
{
	char when[OUTPUT_TIME_SIZE];

	output_row("name", account->name);
	printf("%-14s%u\n", "uid", account->uid);
	output_row("state", state_of(account));
	output_row("full name", account->gecos);
	output_row("home", account->home);
	output_row("shell", account->shell);
	output_row("issuer", account->iss);
	output_row("subject", account->sub);
	output_row("connector", account->connector);
	output_row("bound", output_time(when, account->bound_at));
	output_row("last sign-in", output_time(when, account->last_sign_in));
	print_groups(account);
}

enum pp_kind
cmd_user_show(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct sign_in_listing listing = {&account, NULL};
	enum pp_kind kind = node_open_readonly(ctl, err);

	if (kind == PP_OK)
		kind = node_find_account(ctl, &account, err);
	if (kind != PP_OK)
		return kind;
	if (args_option(&ctl->args, "--json") != NULL)
		return print_json(ctl, &account, err);
	print_account(&account);
	return pp_run_each_sign_in(ctl->root, show_sign_in, &listing, err);
}
