/* SPDX-License-Identifier: MIT */
#include <time.h>

#include <playpen/json/json.h>
#include <playpen/roster/export.h>

#include "entry_out.h"
#include "fleet.h"
#include "playpenctl/cli/node_open.h"

/* `accounts export`: what this node knows, for all others. */

struct export
{
	struct json_out *object;
	int64_t count;
};

bool
fleet_read_serial(struct ctl *ctl, int64_t *ret_serial)
{
	const char *serial = args_option(&ctl->args, "--serial");

	*ret_serial = time(NULL);
	if (serial == NULL ||
		pp_str_to_i64(serial, 0, PP_JSON_INTEGER_MAX, ret_serial))
		return true;
	ctl_usage_error(ctl, "--serial needs a number from 0 on");
	return false;
}

static enum pp_kind
print_entry(
	void *context, const struct pp_roster_entry *entry, struct pp_err *err)
{
	struct export *export = context;

	export->count++;
	return entry_out(export->object, entry, err);
}

enum pp_kind
cmd_accounts_export(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(json_out) struct json_out object = {0};
	struct export export = {.object = &object};
	int64_t serial;
	enum pp_kind kind;

	if (!fleet_read_serial(ctl, &serial))
		return PP_OK;
	kind = node_open_readonly(ctl, err);
	if (kind == PP_OK)
		kind = entry_out_first(&object, serial, time(NULL), err);
	if (kind == PP_OK)
		kind = pp_export_entries(
			ctl->accounts, print_entry, &export, err);
	return kind == PP_OK ? entry_out_last(&object, export.count, err)
			     : kind;
}
