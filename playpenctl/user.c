/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <playpen/clock.h>
#include <playpen/run.h>

#include "ctl.h"
#include "object.h"

#define DAY 86400
#define DAYS_MAX 36500

/* What a walk over all accounts is after. */
struct listing {
	struct ctl_object *object; /* NULL: a table */
	int64_t before;            /* last sign-in, 0: any */
	int width;                 /* of the names */
};

static const char *
state_of(const struct pp_account *account)
{
	if (account->tombstone)
		return "removed";
	if (account->locked)
		return "locked";
	if (account->service)
		return "service";
	return account->bound ? "person" : "unbound";
}

/* What list and show both have, in an object that is begun. */
static void
describe(struct ctl_object *object, const struct pp_account *account)
{
	ctl_object_text(object, "name", account->name);
	ctl_object_number(object, "uid", account->uid);
	ctl_object_text(object, "gecos", account->gecos);
	ctl_object_text(object, "home", account->home);
	ctl_object_text(object, "shell", account->shell);
	ctl_object_text(object, "issuer", account->iss);
	ctl_object_text(object, "subject", account->sub);
	ctl_object_text(object, "connector", account->connector);
	ctl_object_flag(object, "bound", account->bound);
	ctl_object_flag(object, "locked", account->locked);
	ctl_object_flag(object, "removed", account->tombstone);
	ctl_object_flag(object, "service", account->service);
	ctl_object_number(object, "bound_at", account->bound_at);
	ctl_object_number(object, "last_sign_in", account->last_sign_in);
	ctl_object_flag(object, "groups_known", account->groups_known);
	ctl_object_number(object, "checked_until", account->checked_until);
	ctl_object_words(object, "groups", &account->groups);
}

static void
print_words(const struct pp_strv *words)
{
	for (size_t i = 0; i < words->count; i++)
		printf("%s%s", i > 0 ? " " : "", words->items[i]);
}

static enum pp_kind
list_one(void *context, const struct pp_account *account, struct pp_err *err)
{
	struct listing *listing = context;
	char when[CTL_TIME_SIZE];

	if (listing->before > 0 &&
		(account->last_sign_in >= listing->before ||
			account->tombstone || account->service))
		return PP_OK;
	if (listing->object != NULL) {
		ctl_object_begin(listing->object, NULL);
		describe(listing->object, account);
		ctl_object_end(listing->object);
		return ctl_object_print(listing->object, err);
	}
	printf("%-*s  %10u  %-7s  %-16s  ", listing->width, account->name,
		account->uid, state_of(account),
		ctl_time(when, account->last_sign_in));
	print_words(&account->groups);
	putchar('\n');
	return PP_OK;
}

static enum pp_kind
print_table(struct ctl *ctl, struct listing *listing, struct pp_err *err)
{
	struct pp_state_counts counts;
	enum pp_kind kind = pp_admin_count(ctl->state, &counts, err);

	if (kind != PP_OK)
		return kind;
	if (counts.name_width > listing->width)
		listing->width = (int) counts.name_width;
	printf("%-*s  %10s  %-7s  %-16s  %s\n", listing->width, "NAME", "UID",
		"STATE", "LAST SIGN-IN", "GROUPS");
	return pp_admin_each_account(ctl->state, list_one, listing, err);
}

enum pp_kind
ctl_user_list(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(ctl_object) struct ctl_object object = {0};
	struct listing listing = {.width = (int) strlen("NAME")};
	const char *days = ctl_option(ctl, "--inactive");
	int64_t number = 0;
	enum pp_kind kind;

	if (days != NULL && !pp_str_to_i64(days, 1, DAYS_MAX, &number)) {
		ctl_misuse(ctl, "--inactive needs a number of days");
		return PP_OK;
	}
	if (days != NULL)
		listing.before = time(NULL) - number * DAY;
	kind = ctl_look(ctl, err);
	if (kind != PP_OK)
		return kind;
	if (ctl_option(ctl, "--json") == NULL)
		return print_table(ctl, &listing, err);
	listing.object = &object;
	return pp_admin_each_account(ctl->state, list_one, &listing, err);
}

static void
print_groups(const struct pp_account *account)
{
	char when[CTL_TIME_SIZE];

	printf("%-14s", "groups");
	print_words(&account->groups);
	if (account->service)
		printf("%s(set by the configuration)\n",
			account->groups.count > 0 ? " " : "");
	else if (!account->groups_known)
		printf("%s(not said by the provider)\n",
			account->groups.count > 0 ? " " : "");
	else
		printf("%s(until %s)\n", account->groups.count > 0 ? " " : "",
			ctl_time(when, account->checked_until));
}

/* A walk over the sign-ins of one account is after this. */
struct sign_ins {
	const struct pp_account *account;
	struct ctl_object *object; /* NULL: rows for people */
};

static enum pp_kind
show_sign_in(void *context, const char *session,
	const struct pp_run_record *record, struct pp_err *err)
{
	const struct sign_ins *of = context;
	int64_t age =
		(pp_clock_boot_ms(&pp_clock_system) - record->when_ms) / 1000;
	char span[CTL_TIME_SIZE];

	(void) err;
	if (record->uid != of->account->uid)
		return PP_OK;
	if (of->object == NULL) {
		printf("%-14s%s, %s ago\n", "sign-in", session,
			ctl_span(span, age));
		return PP_OK;
	}
	ctl_object_begin(of->object, NULL);
	ctl_object_text(of->object, "session", session);
	ctl_object_number(of->object, "age", age);
	ctl_object_end(of->object);
	return PP_OK;
}

static enum pp_kind
print_json(const struct ctl *ctl, const struct pp_account *account,
	struct pp_err *err)
{
	pp_auto(ctl_object) struct ctl_object object = {0};
	struct sign_ins of = {account, &object};
	enum pp_kind kind;

	ctl_object_begin(&object, NULL);
	describe(&object, account);
	ctl_array_begin(&object, "sign_ins");
	kind = pp_run_each_sign_in(ctl->root, show_sign_in, &of, err);
	ctl_array_end(&object);
	ctl_object_end(&object);
	return kind == PP_OK ? ctl_object_print(&object, err) : kind;
}

static void
print_account(const struct pp_account *account)
{
	char when[CTL_TIME_SIZE];

	ctl_row("name", account->name);
	printf("%-14s%u\n", "uid", account->uid);
	ctl_row("state", state_of(account));
	ctl_row("full name", account->gecos);
	ctl_row("home", account->home);
	ctl_row("shell", account->shell);
	ctl_row("issuer", account->iss);
	ctl_row("subject", account->sub);
	ctl_row("connector", account->connector);
	ctl_row("bound", ctl_time(when, account->bound_at));
	ctl_row("last sign-in", ctl_time(when, account->last_sign_in));
	print_groups(account);
}

enum pp_kind
ctl_user_show(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	struct sign_ins of = {&account, NULL};
	enum pp_kind kind = ctl_look(ctl, err);

	if (kind == PP_OK)
		kind = ctl_find(ctl, &account, err);
	if (kind != PP_OK)
		return kind;
	if (ctl_option(ctl, "--json") != NULL)
		return print_json(ctl, &account, err);
	print_account(&account);
	return pp_run_each_sign_in(ctl->root, show_sign_in, &of, err);
}
