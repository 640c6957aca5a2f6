/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_CTL_H
#define PLAYPEN_CTL_H

#include <playpen/admin.h>

#include "arguments.h"

/*
 * playpenctl: one table of commands (commands.c), one file per noun. A command
 * opens what it needs through the struct below, prints its answer to standard
 * output, and returns a failure or complains; main alone makes an exit status
 * of that.
 */

struct ctl {
	const char *root; /* "" is this machine */
	struct ctl_arguments arguments;
	struct pp_conf *conf;   /* see ctl_open and ctl_look */
	struct pp_state *state; /* the same */
	int status;             /* of the process, so far */
	bool unchanged;         /* there was nothing to change */
};

#define CTL_FAILED 1
#define CTL_MISUSE 2

typedef enum pp_kind ctl_run(struct ctl *ctl, struct pp_err *err);

/* A command: its words, what follows them, one line of help, what it does. */
struct ctl_command {
	const char *words;
	const char *grammar; /* as arguments.h has it */
	const char *help;
	ctl_run *run;
	bool for_root; /* without --root DIR it is for root alone */
};

extern const struct ctl_command ctl_commands[];
extern const size_t ctl_command_count;

ctl_run ctl_askpass;
ctl_run ctl_doctor;
ctl_run ctl_group_list;
ctl_run ctl_group_show;
ctl_run ctl_id_key_fingerprint;
ctl_run ctl_id_key_install;
ctl_run ctl_id_key_new;
ctl_run ctl_login;
ctl_run ctl_publish;
ctl_run ctl_status;
ctl_run ctl_token;
ctl_run ctl_user_bind;
ctl_run ctl_user_bind_issuer;
ctl_run ctl_user_bind_nobody;
ctl_run ctl_user_forget;
ctl_run ctl_user_import;
ctl_run ctl_user_list;
ctl_run ctl_user_lock;
ctl_run ctl_user_logout;
ctl_run ctl_user_remove;
ctl_run ctl_user_rename;
ctl_run ctl_user_restore;
ctl_run ctl_user_show;
ctl_run ctl_user_unlock;
ctl_run ctl_verify;

/* Configuration and state, to change something. */
enum pp_kind ctl_open(struct ctl *ctl, struct pp_err *err) PP_NODISCARD;

/*
 * The same to keep somebody out, which no mistake in the configuration hinders:
 * that is in *ret_conf then, and ctl->conf is NULL.
 */
enum pp_kind ctl_open_anyhow(struct ctl *ctl, struct pp_err *ret_conf,
	struct pp_err *err) PP_NODISCARD;

/*
 * The state to look at. A configuration that is no good hinders nobody from
 * looking: ctl->conf is NULL then.
 */
enum pp_kind ctl_look(struct ctl *ctl, struct pp_err *err) PP_NODISCARD;

/* The account that the first operand names; a failure says the name. */
enum pp_kind ctl_find(const struct ctl *ctl, struct pp_account *ret_account,
	struct pp_err *err) PP_NODISCARD;

/* A file that the administrator names, "-" for standard input. */
enum pp_kind ctl_open_file(
	const char *path, int *ret_fd, struct pp_err *err) PP_NODISCARD;

/* The n-th word behind the command that is no option. */
const char *ctl_operand(const struct ctl *ctl, size_t n);

/* An option's value, "" for one that takes none; NULL when it is not given. */
const char *ctl_option(const struct ctl *ctl, const char *name);

/* The n-th value, from 0, of an option that may be given often, or NULL. */
const char *ctl_option_at(const struct ctl *ctl, const char *name, size_t n);

/* A sentence on standard error; the command has failed, but may go on. */
void ctl_complain(struct ctl *ctl, const char *format, ...) PP_PRINTF(2, 3);

/* The same for a command that was called wrongly. */
void ctl_misuse(struct ctl *ctl, const char *format, ...) PP_PRINTF(2, 3);

/* A sentence on standard error that fails nothing. */
void ctl_warn(const char *format, ...) PP_PRINTF(1, 2);

/* A row for people, a name and a text made printable; none for no text. */
void ctl_row(const char *name, const char *text);

#define CTL_TIME_SIZE 32U

/* A moment or a span as people read them; text is returned. */
const char *ctl_time(char text[CTL_TIME_SIZE], int64_t when);
const char *ctl_span(char text[CTL_TIME_SIZE], int64_t seconds);

#endif
