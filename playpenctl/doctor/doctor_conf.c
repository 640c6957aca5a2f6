/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <playpen/base/pam_service.h>

#include "looks.h"

/*
 * Names in the configuration that mean nothing on this machine: each is right
 * as a word, so only a look around tells a slip of the pen.
 */

static bool
is_pam_service(const struct doctor *doctor, const char *name)
{
	char pattern[PATH_MAX];

	snprintf(pattern, sizeof(pattern), "/{etc,usr/lib}/pam.d/%s", name);
	return doctor_exists(doctor, pattern);
}

static void
check_service(struct doctor *doctor, const char *where, const char *name)
{
	if (!is_pam_service(doctor, name))
		doctor_found(doctor, where, name, NULL);
}

/* Sections that a configuration has without a word of the administrator's. */
static bool
is_always_there(const char *name)
{
	return strcmp(name, PP_PAM_SERVICE_DEFAULT) == 0 ||
	       pp_pam_service_is_unattended(name);
}

void
look_conf_services(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;
	char where[128];

	for (size_t i = 0; i < conf->service_count; i++) {
		const char *name = conf->services[i].name;

		snprintf(where, sizeof(where), "[service.%s]", name);
		if (!is_always_there(name))
			check_service(doctor, where, name);
	}
	for (size_t i = 0; i < conf->service_account_count; i++) {
		const struct pp_conf_service_account *account =
			&conf->service_accounts[i];

		snprintf(where, sizeof(where),
			"pam_services of [service-account \"%s\"]",
			account->name);
		for (size_t n = 0; n < account->pam_services.count; n++)
			check_service(
				doctor, where, account->pam_services.items[n]);
	}
}

static bool
is_group(const struct doctor *doctor, const char *name)
{
	struct pp_index_group published;
	bool user = false;
	bool group = false;

	if (pp_conf_name_in_files(
		    doctor->ctl->root, name, &user, &group, NULL) == PP_OK &&
		group)
		return true;
	return pp_index_group_by_name(doctor->status->mapping, name,
		       &published) == PP_INDEX_FOUND;
}

static void
check_group(struct doctor *doctor, const char *where, const char *name)
{
	if (!is_group(doctor, name))
		doctor_found(doctor, where, name, NULL);
}

static void
check_gate(struct doctor *doctor, const struct pp_conf_pam_service *service,
	const char *key, const struct pp_strv *groups)
{
	char where[128];

	snprintf(where, sizeof(where), "[service.%s] %s", service->name, key);
	for (size_t i = 0; i < groups->count; i++)
		check_group(doctor, where, groups->items[i]);
}

/* Compares the groups of the configuration. Before the first sign-in, no group
 * of the claims is known. */
void
look_conf_groups(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;

	if (doctor->status->counts.signed_in == 0)
		return;
	for (size_t i = 0; i < conf->map_count; i++)
		check_group(doctor, "[groups.map]", conf->map[i].local);
	for (size_t i = 0; i < conf->service_count; i++) {
		const struct pp_conf_pam_service *service = &conf->services[i];

		check_gate(doctor, service, "require_groups",
			&service->require_groups);
		check_gate(
			doctor, service, "deny_groups", &service->deny_groups);
	}
}

/* Returns true if the section says more than [service.default] does. */
static bool
has_own_denial(const struct pp_conf *conf, const struct pp_conf_pam_service *at)
{
	const struct pp_conf_pam_service *general =
		pp_conf_find_pam_service(conf, PP_PAM_SERVICE_DEFAULT);

	return at->deny_groups.count > 0 &&
	       (at == general || !pp_strv_same_set(&at->deny_groups,
					 &general->deny_groups));
}

/* Finds gates that a person opens by leaving the groups out of the token. */
void
look_conf_denial(struct doctor *doctor)
{
	const struct pp_conf *conf = doctor->ctl->conf;

	if (conf->missing_claim != PP_MISSING_CLAIM_NONE)
		return;
	for (size_t i = 0; i < conf->service_count; i++)
		if (has_own_denial(conf, &conf->services[i]))
			doctor_found(doctor, conf->services[i].name, NULL);
}
