/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "object.h"

#define NUMBER_SIZE 24U

/* A group that one of the commands below looks for, or all of them. */
struct listing {
	const struct ctl *ctl;
	struct ctl_object *object; /* NULL: a table */
	int64_t accounts;
	int width;
	bool measure;
	const char *name; /* of the one that is wanted */
	int64_t gid;      /* and its number */
};

/* Everybody's group has no list of members: each account is one. */
static bool
is_everybodys(const struct ctl *ctl, const char *name)
{
	return ctl->conf != NULL && strcmp(name, ctl->conf->people) == 0;
}

/* A group without a number is a local one, which a map entry names. */
static const char *
describe_gid(int64_t gid, char text[NUMBER_SIZE])
{
	if (gid == 0)
		return "local";
	snprintf(text, NUMBER_SIZE, "%" PRId64, gid);
	return text;
}

static enum pp_kind
list_one(void *context, const struct pp_group *group, struct pp_err *err)
{
	struct listing *listing = context;
	int64_t members = is_everybodys(listing->ctl, group->name)
				  ? listing->accounts
				  : group->members;
	char number[NUMBER_SIZE];

	if (listing->measure) {
		if ((int) strlen(group->name) > listing->width)
			listing->width = (int) strlen(group->name);
		return PP_OK;
	}
	if (listing->object == NULL) {
		printf("%-*s  %10s  %7" PRId64 "\n", listing->width,
			group->name, describe_gid(group->gid, number), members);
		return PP_OK;
	}
	ctl_object_begin(listing->object, NULL);
	ctl_object_text(listing->object, "name", group->name);
	ctl_object_number(listing->object, "gid", group->gid);
	ctl_object_number(listing->object, "members", members);
	ctl_object_end(listing->object);
	return ctl_object_print(listing->object, err);
}

static enum pp_kind
list(struct ctl *ctl, struct listing *listing, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (listing->object == NULL) {
		listing->measure = true;
		kind = pp_admin_each_group(ctl->state, list_one, listing, err);
		listing->measure = false;
		if (kind == PP_OK)
			printf("%-*s  %10s  %7s\n", listing->width, "NAME",
				"GID", "MEMBERS");
	}
	if (kind == PP_OK)
		kind = pp_admin_each_group(ctl->state, list_one, listing, err);
	return kind;
}

enum pp_kind
ctl_group_list(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(ctl_object) struct ctl_object object = {0};
	struct listing listing = {.ctl = ctl, .width = (int) strlen("NAME")};
	struct pp_state_counts counts;
	enum pp_kind kind = ctl_look(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_count(ctl->state, &counts, err);
	if (kind != PP_OK)
		return kind;
	listing.accounts = counts.accounts;
	if (ctl_option(ctl, "--json") != NULL)
		listing.object = &object;
	return list(ctl, &listing, err);
}

static enum pp_kind
find_gid(void *context, const struct pp_group *group, struct pp_err *err)
{
	struct listing *listing = context;

	(void) err;
	if (strcmp(group->name, listing->name) == 0)
		listing->gid = group->gid;
	return PP_OK;
}

static enum pp_kind
add_name(void *context, const struct pp_account *account, struct pp_err *err)
{
	struct pp_strv *names = context;

	return pp_strv_append(names, account->name, strlen(account->name), err);
}

static enum pp_kind
show(const struct ctl *ctl, const struct listing *listing,
	const struct pp_strv *members, struct pp_err *err)
{
	pp_auto(ctl_object) struct ctl_object object = {0};
	char number[NUMBER_SIZE];

	if (ctl_option(ctl, "--json") != NULL) {
		ctl_object_begin(&object, NULL);
		ctl_object_text(&object, "name", listing->name);
		ctl_object_number(&object, "gid", listing->gid);
		ctl_object_words(&object, "members", members);
		ctl_object_end(&object);
		return ctl_object_print(&object, err);
	}
	printf("%-14s%s\n%-14s%s\n%-14s", "name", listing->name, "gid",
		describe_gid(listing->gid, number), "members");
	for (size_t i = 0; i < members->count; i++)
		printf("%s%s", i > 0 ? " " : "", members->items[i]);
	putchar('\n');
	return PP_OK;
}

enum pp_kind
ctl_group_show(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_strv) struct pp_strv members = {0};
	struct listing listing = {.name = ctl_operand(ctl, 0)};
	enum pp_kind kind = ctl_look(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_members(
			ctl->state, listing.name, &members, err);
	if (kind == PP_NOT_FOUND)
		return pp_wrap(err, kind, "%s", listing.name);
	if (kind == PP_OK && is_everybodys(ctl, listing.name))
		kind = pp_admin_each_account(
			ctl->state, add_name, &members, err);
	if (kind == PP_OK)
		kind = pp_admin_each_group(ctl->state, find_gid, &listing, err);
	return kind == PP_OK ? show(ctl, &listing, &members, err) : kind;
}
