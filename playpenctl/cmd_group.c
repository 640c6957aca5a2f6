/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "playpenctl/cli/ctl.h"
#include "playpenctl/cli/json_out.h"
#include "playpenctl/cli/node_open.h"

#define NUMBER_SIZE 24U

/* All groups, for `group list`. */
struct group_listing {
	const struct ctl *ctl;
	struct json_out *object; /* NULL: a table */
	int64_t accounts;
	int width;
	bool measure;
};

/* One group, for `group show`. */
struct group_view {
	struct json_out *object; /* NULL: text */
	const char *name;
	bool found;
	int64_t gid;
	int64_t members; /* shown so far */
};

/* Returns true for the all-users group, which has no list of members: every
 * account is one. */
static bool
is_all_users_group(const struct ctl *ctl, const char *name)
{
	return ctl->conf != NULL &&
	       strcmp(name, ctl->conf->all_users_group) == 0;
}

/* Returns the number as text. A group without one is a local group, which a map
 * entry names. */
static const char *
describe_gid(int64_t gid, char text[NUMBER_SIZE])
{
	if (gid == 0)
		return "local";
	snprintf(text, NUMBER_SIZE, "%" PRId64, gid);
	return text;
}

static enum pp_kind
list_group(
	void *context, const struct pp_admin_group *group, struct pp_err *err)
{
	struct group_listing *listing = context;
	int64_t members = is_all_users_group(listing->ctl, group->name)
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
	json_out_begin_object(listing->object, NULL);
	json_out_text(listing->object, "name", group->name);
	json_out_number(listing->object, "gid", group->gid);
	json_out_number(listing->object, "members", members);
	json_out_end_object(listing->object);
	return json_out_print(listing->object, err);
}

static enum pp_kind
list_groups(struct ctl *ctl, struct group_listing *listing, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	if (listing->object == NULL) {
		listing->measure = true;
		kind = pp_admin_each_group(
			ctl->accounts, list_group, listing, err);
		listing->measure = false;
		if (kind == PP_OK)
			printf("%-*s  %10s  %7s\n", listing->width, "NAME",
				"GID", "MEMBERS");
	}
	if (kind == PP_OK)
		kind = pp_admin_each_group(
			ctl->accounts, list_group, listing, err);
	return kind;
}

enum pp_kind
cmd_group_list(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	struct group_listing listing = {
		.ctl = ctl, .width = (int) strlen("NAME")};
	struct pp_admin_counts counts;
	enum pp_kind kind = node_open_readonly(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_count(ctl->accounts, &counts, err);
	if (kind != PP_OK)
		return kind;
	listing.accounts = counts.accounts;
	if (args_option(&ctl->args, "--json") != NULL)
		listing.object = &object;
	return list_groups(ctl, &listing, err);
}

static enum pp_kind
find_group(
	void *context, const struct pp_admin_group *group, struct pp_err *err)
{
	struct group_view *group_view = context;

	(void) err;
	if (strcmp(group->name, group_view->name) == 0) {
		group_view->found = true;
		group_view->gid = group->gid;
	}
	return PP_OK;
}

static enum pp_kind
show_member(void *context, const char *name, struct pp_err *err)
{
	struct group_view *group_view = context;

	(void) err;
	if (group_view->object != NULL)
		json_out_text(group_view->object, NULL, name);
	else
		printf("%s%s", group_view->members++ > 0 ? " " : "", name);
	return PP_OK;
}

static enum pp_kind
show_account(
	void *context, const struct pp_account *account, struct pp_err *err)
{
	return show_member(context, account->name, err);
}

static enum pp_kind
show_members(struct ctl *ctl, struct group_view *group_view, struct pp_err *err)
{
	if (is_all_users_group(ctl, group_view->name))
		return pp_admin_each_account(
			ctl->accounts, show_account, group_view, err);
	return pp_admin_each_member(
		ctl->accounts, group_view->name, show_member, group_view, err);
}

static enum pp_kind
show_json(struct ctl *ctl, const struct group_view *found, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	struct group_view copy = *found;
	struct group_view *group_view = &copy;
	enum pp_kind kind;

	copy.object = &object;
	json_out_begin_object(&object, NULL);
	json_out_text(&object, "name", group_view->name);
	json_out_number(&object, "gid", group_view->gid);
	json_out_begin_array(&object, "members");
	kind = show_members(ctl, group_view, err);
	json_out_end_array(&object);
	json_out_end_object(&object);
	return kind == PP_OK ? json_out_print(&object, err) : kind;
}

static enum pp_kind
show_text(struct ctl *ctl, struct group_view *group_view, struct pp_err *err)
{
	char number[NUMBER_SIZE];
	enum pp_kind kind;

	printf("%-14s%s\n%-14s%s\n%-14s", "name", group_view->name, "gid",
		describe_gid(group_view->gid, number), "members");
	kind = show_members(ctl, group_view, err);
	puts(group_view->members == 0 ? "none" : "");
	return kind;
}

enum pp_kind
cmd_group_show(struct ctl *ctl, struct pp_err *err)
{
	struct group_view group_view = {.name = args_operand(&ctl->args, 0)};
	char shown[PP_NAME_SIZE * 2];
	enum pp_kind kind = node_open_readonly(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_each_group(
			ctl->accounts, find_group, &group_view, err);
	if (kind != PP_OK)
		return kind;
	if (!group_view.found)
		return pp_fail(err, PP_REASON_NOT_FOUND, "%s: no such group",
			pp_str_printable(shown, sizeof(shown), group_view.name,
				strlen(group_view.name)));
	return args_option(&ctl->args, "--json") != NULL
		       ? show_json(ctl, &group_view, err)
		       : show_text(ctl, &group_view, err);
}
