/* SPDX-License-Identifier: MIT */
#include "groups_changed.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/node_facts.h>
#include <playpen/base/pam_service.h>
#include <playpen/publish/publish.h>
#include <playpen/rules/group_rules.h>
#include <playpen/runtime/groups_mark.h>
#include <playpen/runtime/process.h>

#include "application.h"

#define SUDO_CONF "/etc/sudo.conf"
#define GIDS_MAX 1024U

/* Returns the process that looked the user up: of sshd the one that serves the
 * connection, which leads its session. */
static pid_t
looking_process(const struct request *request)
{
	return app_is_remote(&request->start) ? getsid(getppid()) : getppid();
}

/* Returns true if sudo takes the groups of the process that calls it, as it
 * does unless sudo.conf(5) says otherwise. */
static bool
sudo_goes_by_process(void)
{
	pp_cleanup(pp_stream) FILE *file = fopen(SUDO_CONF, "re");
	pp_cleanup(pp_text) char *line = NULL;
	size_t size = 0;
	char word[16] = "";

	while (file != NULL && getline(&line, &size, file) >= 0)
		(void) sscanf(line, " Set group_source %15s", word);
	return strcmp(word, "dynamic") != 0;
}

/* Sets *ret_name to the local group with a gid that [groups.map] names, or
 * NULL: its members are those of a claim too. */
static enum pp_kind
find_mapped(struct request *request, gid_t gid, const char **ret_name)
{
	const struct pp_local_users *local_users;
	enum pp_kind kind = pp_node_facts_local_users(
		request->accounts, &local_users, &request->err);

	*ret_name = NULL;
	for (size_t i = 0; kind == PP_OK && i < request->conf->map_count; i++) {
		const char *name = request->conf->map[i].local;
		const struct pp_local_entry *entry =
			pp_local_users_find(&local_users->groups, name);

		if (entry != NULL && entry->number == gid)
			*ret_name = name;
	}
	return kind;
}

/* Adds the claim group with a gid to those that the application was given. The
 * private group is none. */
static enum pp_kind
add_gid(struct request *request, gid_t gid)
{
	char owner[PP_NAME_SIZE];
	const char *name = owner;
	bool found = false;
	enum pp_kind kind = pp_row_number_owner(
		request->accounts, gid, &found, owner, &request->err);

	if (kind == PP_OK && !found)
		kind = find_mapped(request, gid, &name);
	if (kind != PP_OK || name == NULL ||
		strcmp(name, request->start.user) == 0 ||
		strcmp(name, request->conf->all_users_group) == 0)
		return kind;
	return pp_strv_append(
		&request->groups_given, name, strlen(name), &request->err);
}

/* Adds the claim groups of the process that called sudo, which sudo has kept.
 * They are those of another user if sudo asks for that one's password. */
static enum pp_kind
add_process_groups(struct request *request)
{
	const struct pp_start *start = &request->start;
	gid_t gids[GIDS_MAX];
	size_t count = 0;
	enum pp_kind kind = PP_OK;

	if (!pp_pam_service_is_sudo(start->pam_service) ||
		start->ruser == NULL ||
		strcmp(start->ruser, start->user) != 0 ||
		!sudo_goes_by_process())
		return PP_OK;
	if (!pp_process_groups(getppid(), gids, GIDS_MAX, &count))
		return pp_fail(&request->err, PP_REASON_SYSTEM,
			"the groups of sudo's process");
	for (size_t i = 0; i < count && kind == PP_OK; i++)
		kind = add_gid(request, gids[i]);
	return kind;
}

/* Adds the groups on record, which NSS gives until they expire. */
static enum pp_kind
add_record(struct request *request, const struct pp_account *known)
{
	enum pp_kind kind = PP_OK;

	if (!known->groups_known ||
		known->groups_expire_at <= pp_clock_wall(request->clock))
		return PP_OK;
	for (size_t i = 0; i < known->groups.count && kind == PP_OK; i++)
		kind = pp_strv_append(&request->groups_given,
			known->groups.items[i], strlen(known->groups.items[i]),
			&request->err);
	return kind;
}

enum pp_kind
groups_changed_remember(struct request *request, const struct pp_account *known)
{
	int64_t uid = request->start.uid;
	enum pp_kind kind;

	if (known->is_service_account || app_is_playpenctl(&request->start))
		return PP_OK;
	request->groups_moved = uid > 0 && pp_groups_mark_is_after((uid_t) uid,
						   looking_process(request));
	kind = add_record(request, known);
	return kind == PP_OK ? add_process_groups(request) : kind;
}

struct claimed_search {
	struct request *request;
	const struct pp_local_users *local_users;
	bool found;
};

static bool
is_claimed(void *context, const struct pp_group_rule *rule)
{
	struct claimed_search *search = context;

	search->found |= pp_group_rules_is_claimed(
		rule, search->request->conf, search->local_users);
	return search->found;
}

/* Sets *ret_names if sshd's configuration names claim groups, or cannot be
 * read as a whole. */
static enum pp_kind
sshd_names_groups(struct request *request, bool *ret_names)
{
	struct claimed_search search = {.request = request};
	enum pp_kind kind = pp_node_facts_local_users(
		request->accounts, &search.local_users, &request->err);

	if (kind == PP_OK)
		*ret_names = !pp_group_rules_each("", PP_GROUP_RULES_SSHD,
				     is_claimed, &search) ||
			     search.found;
	return kind;
}

static enum pp_kind
refuse(struct request *request)
{
	return pp_fail(&request->err, PP_REASON_GROUPS_CHANGED,
		"%s has decided by other groups than those on record",
		request->start.pam_service);
}

/* Publishes what a sign-in that was killed has stored and not published, so
 * that the next login finds the groups on record and is not ended, too. */
static void
finish_change(const struct request *request)
{
	uid_t uid = request->account.uid;
	struct pp_err ignored;

	if (pp_groups_mark_is_open(uid) &&
		pp_publish_accounts(request->accounts, &ignored) == PP_OK)
		pp_ignore(pp_groups_mark_end(uid, request->clock, &ignored));
}

static enum pp_kind
check_sshd(struct request *request)
{
	bool names = true;
	enum pp_kind kind = PP_OK;

	if (!request->groups_differ &&
		!pp_groups_mark_is_after(
			request->account.uid, looking_process(request)))
		return PP_OK;
	finish_change(request);
	if (request->service->groups_changed == PP_GROUPS_CHANGED_AUTO)
		kind = sshd_names_groups(request, &names);
	return kind == PP_OK && names ? refuse(request) : kind;
}

/*
 * Looks whether a group is lost by which sudo may have chosen its rule. A
 * change that is not of this sign-in counts too, unless in the account stage:
 * there it may be the one of authenticate, which has passed this check.
 */
static bool
is_late_for_sudo(const struct request *request)
{
	if (!pp_strv_is_subset(
		    &request->groups_given, &request->account.groups))
		return true;
	if (request->start.stage == PP_STAGE_ACCOUNT)
		return false;
	return request->groups_moved ||
	       (request->groups_differ && request->service->groups_changed ==
						  PP_GROUPS_CHANGED_END);
}

enum pp_kind
groups_changed_check(struct request *request)
{
	int64_t mode = request->service->groups_changed;

	if (mode == PP_GROUPS_CHANGED_CONTINUE ||
		request->account.is_service_account ||
		app_is_playpenctl(&request->start))
		return PP_OK;
	if (pp_pam_service_is_sshd(request->start.pam_service))
		return check_sshd(request);
	if (pp_pam_service_is_sudo(request->start.pam_service))
		return is_late_for_sudo(request) ? refuse(request) : PP_OK;
	return mode == PP_GROUPS_CHANGED_END &&
			       (request->groups_moved || request->groups_differ)
		       ? refuse(request)
		       : PP_OK;
}
