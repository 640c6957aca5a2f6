/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "status_print.h"

enum pp_kind
cmd_status(struct ctl *ctl, struct pp_err *err)
{
	struct status status = {.ctl = ctl};
	enum pp_kind kind;

	status_read(&status);
	if (status.conf.kind != PP_OK || status.state.kind != PP_OK ||
		status.key.kind != PP_OK || status.index.kind != PP_OK ||
		status.any_file_late)
		ctl->status = CTL_EXIT_FAILED;
	if (args_option(&ctl->args, "--prometheus") != NULL) {
		ctl->status = 0; /* what is wrong is a metric */
		kind = status_print_metrics(&status, err);
	} else
		kind = args_option(&ctl->args, "--json") != NULL
			       ? status_print_json(&status, err)
			       : status_print(&status, err);
	status_free(&status);
	return kind;
}
