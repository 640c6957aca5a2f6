/* SPDX-License-Identifier: MIT */

#include <playpen/base/pam_service.h>

#include "conf_check.h"
#include "conf_value.h"

/* Sets a key that no file set, as if the text had stood in one. */
static enum pp_kind
fall_back(const struct pp_conf_instance *instance, const char *name,
	const char *text, struct pp_err *err)
{
	if (pp_conf_instance_location(instance, name).line != 0)
		return PP_OK;
	return pp_conf_value_set(pp_conf_setting_find(instance->section, name),
		instance->base, text, err);
}

static enum pp_kind
fill_instance(const struct pp_conf_instance *instance, struct pp_err *err)
{
	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		const struct pp_conf_setting *key = &pp_conf_settings[i];
		enum pp_kind kind;

		if (key->section != instance->section || key->initial == NULL ||
			instance->locations[i].line != 0)
			continue;
		kind = pp_conf_value_set(
			key, instance->base, key->initial, err);
		if (kind != PP_OK)
			return kind;
	}
	return PP_OK;
}

static enum pp_kind
fill_scopes(struct pp_conf_builder *builder, struct pp_err *err)
{
	bool dex = builder->conf->provider.profile == PP_PROFILE_DEX;

	return fall_back(pp_conf_builder_find(builder, PP_CONF_CLIENT, NULL),
		"scopes", dex ? PP_CONF_SCOPES_DEX : PP_CONF_SCOPES, err);
}

/*
 * Fills missing_claim. Dex leaves the claim out for a person in no group. But
 * who signs in can take the scope groups out of the address in the browser, and
 * Dex does not tell: so a missing claim says nothing where a group is denied.
 */
static enum pp_kind
fill_missing_claim(struct pp_conf_builder *builder, struct pp_err *err)
{
	const struct pp_conf *conf = builder->conf;
	bool none = conf->provider.profile == PP_PROFILE_DEX &&
		    pp_strv_contains(&conf->provider.scopes, "groups") &&
		    !pp_conf_denies_group(conf, NULL);

	return fall_back(pp_conf_builder_find(builder, PP_CONF_GROUPS, NULL),
		"missing_claim", none ? "none" : "unknown", err);
}

static enum pp_kind
fill_node(struct pp_conf_builder *builder, struct pp_err *err)
{
	if (pp_conf_instance_location(
		    pp_conf_builder_find(builder, PP_CONF_NODE, NULL), "names")
			.line != 0)
		return PP_OK;
	return pp_conf_node_names(
		builder->root, &builder->conf->node_names, err);
}

static enum pp_kind
fill_default_service(struct pp_conf_builder *builder,
	struct pp_conf_instance *service, struct pp_err *err)
{
	bool code = builder->conf->flow == PP_FLOW_CODE;
	enum pp_kind kind = fill_instance(service, err);

	if (kind == PP_OK)
		kind = fall_back(
			service, "flow", code ? "code" : "device", err);
	if (kind == PP_OK)
		kind = fall_back(service, "groups_check", "fresh", err);
	return kind;
}

/* Fills what a [service.NAME] does not say from [service.default]. */
static enum pp_kind
fill_service(struct pp_conf_instance *service,
	const struct pp_conf_instance *general, struct pp_err *err)
{
	bool check_said =
		pp_conf_instance_location(general, "groups_check").line != 0;
	struct pp_conf_pam_service *base = service->base;

	for (size_t i = 0; i < pp_conf_setting_count; i++) {
		enum pp_kind kind;

		if (pp_conf_settings[i].section != PP_CONF_PAM_SERVICE ||
			service->locations[i].line != 0)
			continue;
		kind = pp_conf_value_copy(
			&pp_conf_settings[i], general->base, base, err);
		if (kind != PP_OK)
			return kind;
	}
	/* A job without a person must not fail because groups grew old. */
	if (pp_pam_service_is_unattended(service->name) && !check_said &&
		pp_conf_instance_location(service, "groups_check").line == 0)
		base->groups_check = PP_GROUPS_CHECK_ANY_AGE;
	return PP_OK;
}

static enum pp_kind
fill_services(struct pp_conf_builder *builder, struct pp_err *err)
{
	static const char *const always[] = {PP_PAM_SERVICE_DEFAULT,
		PP_PAM_SERVICE_CRON, PP_PAM_SERVICE_SYSTEMD_USER};
	struct pp_conf_instance *general = NULL;
	struct pp_conf_instance *at = NULL;
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < PP_COUNT(always) && kind == PP_OK; i++)
		kind = pp_conf_builder_open(
			builder, PP_CONF_PAM_SERVICE, always[i], &at, err);
	if (kind != PP_OK)
		return kind;
	general = pp_conf_builder_find(builder, PP_CONF_PAM_SERVICE, always[0]);
	kind = fill_default_service(builder, general, err);
	for (size_t i = 0; i < builder->instance_count && kind == PP_OK; i++) {
		at = builder->instances[i];
		if (at->section == PP_CONF_PAM_SERVICE && at != general)
			kind = fill_service(at, general, err);
	}
	return kind;
}

enum pp_kind
pp_conf_defaults_fill(struct pp_conf_builder *builder, struct pp_err *err)
{
	enum pp_kind kind = PP_OK;

	for (size_t i = 0; i < builder->instance_count && kind == PP_OK; i++)
		if (builder->instances[i]->section != PP_CONF_PAM_SERVICE)
			kind = fill_instance(builder->instances[i], err);
	if (kind == PP_OK)
		kind = fill_scopes(builder, err);
	if (kind == PP_OK)
		kind = fill_node(builder, err);
	if (kind == PP_OK)
		kind = fill_services(builder, err);
	if (kind == PP_OK)
		kind = fill_missing_claim(builder, err);
	return kind;
}
