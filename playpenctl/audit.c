/* SPDX-License-Identifier: MIT */
#include "audit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/param.h>
#include <syslog.h>
#include <unistd.h>

#include <playpen/base/file.h>

#include "commands.h"

#define LINE_SIZE 2048U
#define OPTIONS_SIZE 512U
#define UID_SIZE 16U

/* Commands that change something, by what they run. */
static cmd_run *const changing[] = {cmd_uid_key_install, cmd_uid_key_new,
	cmd_publish, cmd_user_bind, cmd_issuer_move, cmd_user_unbind,
	cmd_user_delete, cmd_user_import, cmd_user_lock, cmd_user_logout,
	cmd_user_close, cmd_user_rename, cmd_user_reopen, cmd_user_unlock};

static bool
is_changing(const struct cmd *command)
{
	for (size_t i = 0; i < PP_COUNT(changing); i++)
		if (changing[i] == command->run)
			return true;
	return false;
}

/* Finds who it was, behind sudo and su: the uid of the login, which the kernel
 * keeps, else that of the process. */
static void
find_actor(char uid[UID_SIZE])
{
	pp_cleanup(pp_fd) int fd =
		open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
	char text[UID_SIZE] = "";
	int64_t login;

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 &&
		pp_str_to_i64(text, 0, UINT32_MAX - 1, &login))
		snprintf(uid, UID_SIZE, "%u", (uint32_t) login);
	else
		snprintf(uid, UID_SIZE, "%u", getuid());
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
	char actor[UID_SIZE];

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
	find_actor(actor);
	pp_str_add_pair(line, sizeof(line), "by", actor);
	if (kind != PP_OK)
		pp_str_add_pair(line, sizeof(line), "message", err->message);
	openlog("playpenctl", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_NOTICE, "%s", line);
	closelog();
}
