/* SPDX-License-Identifier: MIT */
#include "ctl.h"

/* Service accounts are what the configuration says: this is where it counts. */
enum pp_kind
ctl_publish(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_strv) struct pp_strv refused = {0};
	enum pp_kind kind = ctl_open(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_sync_services(ctl->state, &refused, err);
	for (size_t i = 0; i < refused.count; i++)
		ctl_complain(ctl, "%s", refused.items[i]);
	return kind == PP_OK ? pp_state_publish(ctl->state, err) : kind;
}
