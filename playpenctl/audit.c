/* SPDX-License-Identifier: MIT */
#include "audit.h"

#include <stdio.h>
#include <sys/param.h>

#include <playpen/base/str.h>

#include "commands.h"
#include "playpenctl/cli/admin_log.h"
#include "playpenctl/fleet/fleet.h"

#define LINE_SIZE 2048U
#define OPTIONS_SIZE 512U

/* Commands that change something, by what they run. */
static cmd_run *const changing[] = {cmd_uid_key_install, cmd_uid_key_new,
	cmd_uid_key_rotate, cmd_publish, cmd_user_bind, cmd_issuer_move,
	cmd_user_unbind, cmd_user_delete, cmd_user_import, cmd_user_lock,
	cmd_user_logout, cmd_user_close, cmd_user_rename, cmd_user_reopen,
	cmd_user_unlock, cmd_enroll, cmd_unenroll};

static bool
is_changing(const struct cmd *command)
{
	for (size_t i = 0; i < PP_COUNT(changing); i++)
		if (changing[i] == command->run)
			return true;
	return false;
}

static void
add_options(const struct ctl *ctl, char *line)
{
	const struct args_parsed *arguments = &ctl->args;
	char options[OPTIONS_SIZE] = "";
	size_t len = 0;

	for (size_t i = 0; i < arguments->option_count; i++) {
		const struct args_given *given = &arguments->options[i];

		len += (size_t) snprintf(options + len, sizeof(options) - len,
			"%s%.*s%s%s", i > 0 ? " " : "", (int) given->name_len,
			given->name, given->value[0] != '\0' ? " " : "",
			given->value);
		len = MIN(len, sizeof(options) - 1);
	}
	pp_str_add_pair(line, LINE_SIZE, "options", options);
}

/* Adds operands by what the grammar of the command says they are. */
static void
add_operands(const struct ctl *ctl, const struct cmd *command, char *line)
{
	const char *key = "name";

	if (pp_str_starts_with(command->grammar, "FILE"))
		key = "file";
	else if (pp_str_starts_with(command->words, "issuer"))
		key = "issuer";
	if (ctl->args.operand_count > 0)
		pp_str_add_pair(
			line, LINE_SIZE, key, args_operand(&ctl->args, 0));
	if (ctl->args.operand_count > 1)
		pp_str_add_pair(
			line, LINE_SIZE, "to", args_operand(&ctl->args, 1));
}

void
audit_command(const struct ctl *ctl, const struct cmd *command,
	enum pp_kind kind, const struct pp_err *err)
{
	char line[LINE_SIZE];

	if (!is_changing(command) || ctl->root[0] != '\0' ||
		ctl->status == CTL_EXIT_USAGE || ctl->unchanged)
		return;
	snprintf(line, sizeof(line), "result=%s",
		kind != PP_OK      ? "failed"
		: ctl->status != 0 ? "partly"
				   : "done");
	pp_str_add_pair(line, sizeof(line), "reason",
		kind != PP_OK ? pp_reason_word(err->reason) : "none");
	pp_str_add_pair(line, sizeof(line), "stage", "admin");
	pp_str_add_pair(line, sizeof(line), "command", command->words);
	add_operands(ctl, command, line);
	add_options(ctl, line);
	admin_log_actor(line, sizeof(line));
	if (kind != PP_OK)
		pp_str_add_pair(line, sizeof(line), "message", err->message);
	admin_log(line);
}
