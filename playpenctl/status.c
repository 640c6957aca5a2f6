/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <playpen/clock.h>
#include <playpen/provision.h>

const char *
status_name_of(const struct status *status, uint32_t uid)
{
	struct pp_index_user user;

	if (status->mapping == NULL || pp_index_user_by_uid(status->mapping,
					       uid, &user) != PP_INDEX_FOUND)
		return "";
	return user.name;
}

static void
judge_key(struct status *status)
{
	const struct ctl *ctl = status->ctl;
	pp_auto(pp_id_key) struct pp_id_key key = {{0}};

	if (ctl->conf == NULL) {
		pp_fail(&status->key, PP_REASON_CONFIG_INVALID,
			"not looked for without a configuration");
		return;
	}
	if (pp_conf_load_id_key(ctl->conf, ctl->root, &key, &status->key) !=
		PP_OK)
		return;
	pp_id_key_fingerprint(&key, status->fingerprint);
	if (status->known[0] != '\0' &&
		strcmp(status->known, status->fingerprint) != 0)
		pp_fail(&status->key, PP_REASON_ID_KEY_CHANGED,
			"accounts here were made with %s, nobody new is let in",
			status->known);
}

static void
judge_index(struct status *status)
{
	char path[PATH_MAX];
	struct stat info;

	snprintf(path, sizeof(path), "%s" PP_INDEX_PATH, status->ctl->root);
	switch (pp_index_map(path, &status->mapping)) {
	case PP_INDEX_FOUND:
		if (stat(path, &info) == 0)
			status->index_age = time(NULL) - info.st_mtime;
		break;
	case PP_INDEX_NONE:
		pp_fail(&status->index, PP_REASON_NOT_FOUND,
			"there is none; see playpenctl publish");
		break;
	default:
		pp_fail(&status->index, PP_REASON_INDEX_INVALID,
			"damaged, foreign or of another version; see playpenctl publish");
	}
}

/* The module trusts no such file, and refuses whoever is not local. */
static void
judge_provision(struct status *status)
{
	struct pp_provision provision;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" PP_PROVISION_PATH, status->ctl->root);
	if (pp_provision_load(path, &provision) == PP_PROVISION_UNREADABLE &&
		status->index.kind == PP_OK)
		pp_fail(&status->index, PP_REASON_INDEX_INVALID,
			"%s is damaged or foreign; see playpenctl publish",
			path);
	explicit_bzero(&provision, sizeof(provision));
}

/* Whether the configuration is the one that was published, as far as publish
 * writes down what it says: a key that is read at each sign-in counts at once.
 */
static void
judge_published(struct status *status)
{
	const struct ctl *ctl = status->ctl;
	struct pp_index_group people;
	bool provision = true;
	bool services = true;

	if (ctl->conf == NULL || ctl->state == NULL || status->mapping == NULL)
		return;
	pp_ignore(pp_state_provision_is_current(ctl->state, &provision, NULL));
	pp_ignore(pp_admin_services_are_current(ctl->state, &services, NULL));
	status->outdated =
		!provision || !services ||
		pp_index_group_by_name(status->mapping, ctl->conf->people,
			&people) != PP_INDEX_FOUND ||
		people.gid != pp_index_people_gid(status->mapping);
}

void
status_look(struct status *status)
{
	struct ctl *ctl = status->ctl;
	enum pp_kind kind;

	status->now_ms = pp_clock_boot_ms(&pp_clock_system);
	pp_ignore(pp_conf_load(ctl->root, &ctl->conf, &status->conf));
	kind = pp_state_open(
		ctl->root, ctl->conf, false, &ctl->state, &status->state);
	if (kind == PP_OK)
		kind = pp_admin_count(
			ctl->state, &status->counts, &status->state);
	if (kind == PP_OK)
		pp_ignore(pp_admin_fingerprint(
			ctl->state, status->known, &status->state));
	judge_key(status);
	judge_index(status);
	judge_provision(status);
	judge_published(status);
}

enum pp_kind
ctl_status(struct ctl *ctl, struct pp_err *err)
{
	struct status status = {.ctl = ctl};
	enum pp_kind kind;

	status_look(&status);
	if (status.conf.kind != PP_OK || status.state.kind != PP_OK ||
		status.key.kind != PP_OK || status.index.kind != PP_OK)
		ctl->status = CTL_FAILED;
	kind = ctl_option(ctl, "--json") != NULL
		       ? status_print_json(&status, err)
		       : status_print(&status, err);
	pp_index_release(&status.mapping);
	return kind;
}
