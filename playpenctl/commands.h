/* SPDX-License-Identifier: MIT */
#pragma once

#include "playpenctl/cli/ctl.h"

/* The table of commands, and what they run. */

/* A command: its words, what follows them, one line of help, what it does. */
struct cmd {
	const char *words;
	const char *grammar; /* as arguments.h has it */
	const char *help;
	cmd_run *run;
	bool for_root; /* without --root DIR it is for root alone */
};

extern const struct cmd cmd_table[];

extern const size_t cmd_count;

cmd_run cmd_askpass;
cmd_run cmd_group_list;
cmd_run cmd_group_show;
cmd_run cmd_issuer_move;
cmd_run cmd_publish;
cmd_run cmd_status;
cmd_run cmd_test_login;
cmd_run cmd_token;
cmd_run cmd_uid_key_fingerprint;
cmd_run cmd_uid_key_install;
cmd_run cmd_uid_key_new;
cmd_run cmd_uid_key_rotate;
cmd_run cmd_user_bind;
cmd_run cmd_user_close;
cmd_run cmd_user_delete;
cmd_run cmd_user_import;
cmd_run cmd_user_list;
cmd_run cmd_user_lock;
cmd_run cmd_user_logout;
cmd_run cmd_user_rename;
cmd_run cmd_user_reopen;
cmd_run cmd_user_show;
cmd_run cmd_user_unbind;
cmd_run cmd_user_unlock;
cmd_run cmd_verify;
