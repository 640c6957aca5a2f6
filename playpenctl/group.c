/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "object.h"

#define NUMBER_SIZE 24U

/* All groups, for `group list`. */
struct listing {
	const struct ctl *ctl;
	struct ctl_object *object; /* NULL: a table */
	int64_t accounts;
	int width;
	bool measure;
};

/* One group, for `group show`. */
struct view {
	struct ctl_object *object; /* NULL: text */
	const char *name;
	bool found;
	int64_t gid;
	int64_t members; /* shown so far */
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
find_group(void *context, const struct pp_group *group, struct pp_err *err)
{
	struct view *view = context;

	(void) err;
	if (strcmp(group->name, view->name) == 0) {
		view->found = true;
		view->gid = group->gid;
	}
	return PP_OK;
}

static enum pp_kind
show_member(void *context, const char *name, struct pp_err *err)
{
	struct view *view = context;

	(void) err;
	if (view->object != NULL)
		ctl_object_text(view->object, NULL, name);
	else
		printf("%s%s", view->members++ > 0 ? " " : "", name);
	return PP_OK;
}

static enum pp_kind
show_account(
	void *context, const struct pp_account *account, struct pp_err *err)
{
	return show_member(context, account->name, err);
}

static enum pp_kind
show_members(struct ctl *ctl, struct view *view, struct pp_err *err)
{
	if (is_everybodys(ctl, view->name))
		return pp_admin_each_account(
			ctl->state, show_account, view, err);
	return pp_admin_each_member(
		ctl->state, view->name, show_member, view, err);
}

static enum pp_kind
show_json(struct ctl *ctl, struct view *view, struct pp_err *err)
{
	pp_auto(ctl_object) struct ctl_object object = {0};
	enum pp_kind kind;

	view->object = &object;
	ctl_object_begin(&object, NULL);
	ctl_object_text(&object, "name", view->name);
	ctl_object_number(&object, "gid", view->gid);
	ctl_array_begin(&object, "members");
	kind = show_members(ctl, view, err);
	ctl_array_end(&object);
	ctl_object_end(&object);
	return kind == PP_OK ? ctl_object_print(&object, err) : kind;
}

static enum pp_kind
show_text(struct ctl *ctl, struct view *view, struct pp_err *err)
{
	char number[NUMBER_SIZE];
	enum pp_kind kind;

	printf("%-14s%s\n%-14s%s\n%-14s", "name", view->name, "gid",
		describe_gid(view->gid, number), "members");
	kind = show_members(ctl, view, err);
	puts(view->members == 0 ? "none" : "");
	return kind;
}

enum pp_kind
ctl_group_show(struct ctl *ctl, struct pp_err *err)
{
	struct view view = {.name = ctl_operand(ctl, 0)};
	char shown[PP_NAME_SIZE * 2];
	enum pp_kind kind = ctl_look(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_each_group(ctl->state, find_group, &view, err);
	if (kind != PP_OK)
		return kind;
	if (!view.found)
		return pp_fail(err, PP_REASON_NOT_FOUND, "%s: no such group",
			pp_str_printable(shown, sizeof(shown), view.name,
				strlen(view.name)));
	return ctl_option(ctl, "--json") != NULL ? show_json(ctl, &view, err)
						 : show_text(ctl, &view, err);
}
