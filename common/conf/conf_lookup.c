/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/pam_service.h>
#include <playpen/base/root.h>
#include <playpen/conf/conf.h>

static const struct pp_conf_pam_service *
find_service(const struct pp_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->service_count; i++)
		if (strcmp(conf->services[i].name, name) == 0)
			return &conf->services[i];
	return NULL;
}

const struct pp_conf_pam_service *
pp_conf_find_pam_service(const struct pp_conf *conf, const char *service)
{
	const struct pp_conf_pam_service *found = find_service(conf, service);
	const char *covering = pp_pam_service_fallback(service);

	if (found == NULL && covering != NULL)
		found = find_service(conf, covering);
	if (found == NULL)
		found = find_service(conf, PP_PAM_SERVICE_DEFAULT);
	return found;
}

const struct pp_conf_service_account *
pp_conf_find_service_account(const struct pp_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->service_account_count; i++)
		if (strcmp(conf->service_accounts[i].name, name) == 0)
			return &conf->service_accounts[i];
	return NULL;
}

bool
pp_conf_map_group(const struct pp_conf *conf, const char *claim, char *ret_name,
	bool *ret_explicit)
{
	size_t prefix = strlen(conf->group_prefix);
	char name[PP_NAME_SIZE];

	for (size_t i = 0; i < conf->map_count; i++)
		if (strcmp(conf->map[i].claim, claim) == 0) {
			snprintf(ret_name, PP_NAME_SIZE, "%s",
				conf->map[i].local);
			*ret_explicit = true;
			return true;
		}
	if (claim[0] == '\0' || prefix + strlen(claim) >= sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%s%s", conf->group_prefix, claim);
	if (!pp_name_is_valid(name) || pp_name_is_reserved(name) ||
		strcmp(name, conf->all_users_group) == 0)
		return false;
	memcpy(ret_name, name, sizeof(name));
	*ret_explicit = false;
	return true;
}

static bool
visit_list(
	const struct pp_strv *list, pp_conf_name_visitor *visit, void *context)
{
	for (size_t i = 0; i < list->count; i++)
		if (visit(context, list->items[i]))
			return true;
	return false;
}

/*
 * Visits what a gate goes by first, because a list with an end must have those.
 */
bool
pp_conf_each_group_name(
	const struct pp_conf *conf, pp_conf_name_visitor *visit, void *context)
{
	for (size_t i = 0; i < conf->service_count; i++)
		if (visit_list(&conf->services[i].require_groups, visit,
			    context) ||
			visit_list(
				&conf->services[i].deny_groups, visit, context))
			return true;
	for (size_t i = 0; i < conf->map_count; i++)
		if (visit(context, conf->map[i].local))
			return true;
	for (size_t i = 0; i < conf->service_account_count; i++)
		if (visit_list(
			    &conf->service_accounts[i].groups, visit, context))
			return true;
	return false;
}

bool
pp_conf_denies_group(const struct pp_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->service_count; i++) {
		const struct pp_strv *denied = &conf->services[i].deny_groups;

		if (name != NULL ? pp_strv_contains(denied, name)
				 : denied->count > 0)
			return true;
	}
	return false;
}

static bool
is_same(void *name, const char *group)
{
	return strcmp(name, group) == 0;
}

bool
pp_conf_is_group_name(const struct pp_conf *conf, const char *name)
{
	return pp_name_has_prefix(name, conf->group_prefix) ||
	       pp_conf_each_group_name(conf, is_same, (void *) name);
}

static bool
has_user(FILE *file, const char *name)
{
	const struct passwd *entry;

	while ((entry = fgetpwent(file)) != NULL)
		if (strcmp(entry->pw_name, name) == 0)
			return true;
	return false;
}

static bool
has_group(FILE *file, const char *name)
{
	const struct group *entry;

	while ((entry = fgetgrent(file)) != NULL)
		if (strcmp(entry->gr_name, name) == 0)
			return true;
	return false;
}

enum pp_kind
pp_conf_name_in_files(const char *root, const char *name, bool *ret_user,
	bool *ret_group, struct pp_err *err)
{
	char path[PATH_MAX];
	pp_cleanup(pp_stream) FILE *passwd = NULL;
	pp_cleanup(pp_stream) FILE *group = NULL;

	pp_root_follow(root, "/etc/passwd", path);
	passwd = fopen(path, "re");
	if (passwd == NULL)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	pp_root_follow(root, "/etc/group", path);
	group = fopen(path, "re");
	if (group == NULL)
		/* lint: resourceLeak: pp_cleanup closes it at the end of the
		 * scope. */
		return pp_fail_errno(err, PP_REASON_SYSTEM, "%s", path);
	*ret_user = has_user(passwd, name);
	*ret_group = has_group(group, name);
	return PP_OK;
}
