/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <time.h>

#include <playpen/publish/publish.h>
#include <playpen/runtime/processes.h>
#include <playpen/runtime/run.h>

#include "commands.h"
#include "playpenctl/cli/ctl.h"
#include "playpenctl/cli/node_open.h"

/*
 * The commands that change an account. Each opens configuration and state,
 * makes one change and publishes it.
 */

/* Publishes a change. What is stored and cannot be published is not undone. */
static enum pp_kind
publish_change(struct ctl *ctl, enum pp_kind kind, struct pp_err *err)
{
	if (kind != PP_OK)
		return node_prefix_name(ctl, kind, err);
	kind = pp_publish_accounts(ctl->accounts, err);
	return kind == PP_OK ? kind
			     : pp_prefix(err, kind,
				       "stored, but NSS does not know yet");
}

/* Makes one change that takes a name and a yes or no. */
static enum pp_kind
allow_access(struct ctl *ctl,
	enum pp_kind (*change)(struct pp_accounts *state, const char *name,
		bool yes, struct pp_err *err),
	bool yes, struct pp_err *err)
{
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind != PP_OK)
		return kind;
	return publish_change(ctl,
		change(ctl->accounts, args_operand(&ctl->args, 0), yes, err),
		err);
}

/* Makes a change that keeps the person out. The provider is not asked about
 * them any more, whatever could not be read or published. *ret_stored says
 * whether the change was made. */
static enum pp_kind
deny_access(struct ctl *ctl,
	enum pp_kind (*change)(struct pp_accounts *state, const char *name,
		bool yes, struct pp_err *err),
	bool *ret_stored, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct pp_err cause = {0};
	enum pp_kind kind = node_open_any_conf(ctl, &cause, err);

	if (kind == PP_OK)
		kind = change(
			ctl->accounts, args_operand(&ctl->args, 0), true, err);
	*ret_stored = kind == PP_OK;
	if (kind == PP_OK && cause.kind != PP_OK)
		ctl_error(ctl, "stored; not published: %s", cause.message);
	else
		kind = publish_change(ctl, kind, err);
	if (ctl->accounts == NULL ||
		pp_accounts_find(ctl->accounts, args_operand(&ctl->args, 0),
			&account, NULL) != PP_OK)
		return kind;
	if (pp_run_forget_refresh_token(ctl->root, account.uid, &cause) !=
		PP_OK)
		ctl_error(ctl, "%s", cause.message);
	return kind;
}

static void
report_processes(struct ctl *ctl, uint32_t uid)
{
	int64_t running = 0;
	struct pp_err cause = {0};

	if (ctl->root[0] != '\0')
		return;
	if (pp_processes_count(uid, &running, &cause) != PP_OK)
		ctl_error(ctl, "%s", cause.message);
	if (running > 0)
		printf("%lld processes of uid %u still run; playpenctl user lock %s --kill ends them\n",
			(long long) running, uid, args_operand(&ctl->args, 0));
}

/*
 * Ends the sign-ins of the person who had the account until now: a fresh sudo
 * and the refresh token would be the next person's. Runs after the change is
 * stored, whatever could not be published. Reports processes, and does not end
 * them.
 */
static void
end_previous_sign_ins(struct ctl *ctl)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	struct pp_err cause = {0};

	if (ctl->accounts == NULL ||
		pp_accounts_find(ctl->accounts, args_operand(&ctl->args, 0),
			&account, NULL) != PP_OK)
		return;
	if (pp_run_end_sign_ins(ctl->root, account.uid, &ended, &cause) !=
		PP_OK)
		ctl_error(ctl, "%s", cause.message);
	if (ended > 0)
		printf("ended %lld sign-ins\n", (long long) ended);
	report_processes(ctl, account.uid);
}

static enum pp_kind
end_sign_ins(struct ctl *ctl, struct pp_account *ret_account,
	int64_t *ret_ended, struct pp_err *err)
{
	enum pp_kind kind = node_find_account(ctl, ret_account, err);

	if (kind == PP_OK)
		kind = pp_run_end_sign_ins(
			ctl->root, ret_account->uid, ret_ended, err);
	return kind;
}

/* Ends the processes even if something could not be published. */
enum pp_kind
cmd_user_lock(struct ctl *ctl, struct pp_err *err)
{
	bool kill = args_option(&ctl->args, "--kill") != NULL;
	pp_cleanup(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	bool stored = false;
	enum pp_kind kind;

	if (kill && ctl->root[0] != '\0') {
		ctl_usage_error(
			ctl, "--kill is for this machine, not for --root");
		return PP_OK;
	}
	kind = deny_access(ctl, pp_admin_lock, &stored, err);
	if (!kill || ctl->accounts == NULL ||
		(kind != PP_OK && err->reason == PP_REASON_NO_ACCOUNT))
		return kind;
	if (kind != PP_OK)
		ctl_error(ctl, "%s", err->message);
	kind = end_sign_ins(ctl, &account, &ended, err);
	if (kind == PP_OK)
		kind = pp_processes_kill(account.uid, &ended, err);
	if (kind == PP_OK)
		printf("ended %lld processes\n", (long long) ended);
	return kind;
}

enum pp_kind
cmd_user_unlock(struct ctl *ctl, struct pp_err *err)
{
	return allow_access(ctl, pp_admin_lock, false, err);
}

enum pp_kind
cmd_user_close(struct ctl *ctl, struct pp_err *err)
{
	bool stored = false;
	enum pp_kind kind = deny_access(ctl, pp_admin_close, &stored, err);

	if (stored)
		end_previous_sign_ins(ctl);
	return kind;
}

enum pp_kind
cmd_user_reopen(struct ctl *ctl, struct pp_err *err)
{
	return allow_access(ctl, pp_admin_close, false, err);
}

enum pp_kind
cmd_user_logout(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	enum pp_kind kind = node_open_readonly(ctl, err);

	if (kind == PP_OK)
		kind = end_sign_ins(ctl, &account, &ended, err);
	if (kind == PP_OK)
		printf("ended %lld sign-ins\n", (long long) ended);
	return kind;
}

enum pp_kind
cmd_user_rename(struct ctl *ctl, struct pp_err *err)
{
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind != PP_OK)
		return kind;
	return publish_change(ctl,
		pp_admin_rename(ctl->accounts, args_operand(&ctl->args, 0),
			args_operand(&ctl->args, 1), err),
		err);
}

enum pp_kind
cmd_user_delete(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind == PP_OK)
		kind = end_sign_ins(ctl, &account, &ended, err);
	if (kind != PP_OK)
		return kind;
	return publish_change(ctl,
		pp_admin_delete(
			ctl->accounts, args_operand(&ctl->args, 0), err),
		err);
}

/* Publishes, and ends the sign-ins of the person before if kind says that the
 * change was stored. */
static enum pp_kind
finish_rebind(struct ctl *ctl, enum pp_kind kind, struct pp_err *err)
{
	bool stored = kind == PP_OK;

	kind = publish_change(ctl, kind, err);
	if (stored)
		end_previous_sign_ins(ctl);
	return kind;
}

enum pp_kind
cmd_user_bind(struct ctl *ctl, struct pp_err *err)
{
	const struct pp_sign_in binding = {.name = args_operand(&ctl->args, 0),
		.iss = args_option(&ctl->args, "--issuer"),
		.sub = args_option(&ctl->args, "--subject"),
		.connector = args_option(&ctl->args, "--connector"),
		.now = time(NULL)};
	enum pp_kind kind;

	if (binding.sub[0] == '\0' ||
		(binding.iss != NULL && binding.iss[0] == '\0')) {
		ctl_usage_error(ctl, "the subject or the issuer is empty");
		return PP_OK;
	}
	kind = node_open_writable(ctl, err);
	if (kind == PP_OK)
		kind = finish_rebind(
			ctl, pp_admin_bind(ctl->accounts, &binding, err), err);
	return kind;
}

enum pp_kind
cmd_user_unbind(struct ctl *ctl, struct pp_err *err)
{
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind != PP_OK)
		return kind;
	return finish_rebind(ctl,
		pp_admin_unbind(
			ctl->accounts, args_operand(&ctl->args, 0), err),
		err);
}

enum pp_kind
cmd_issuer_move(struct ctl *ctl, struct pp_err *err)
{
	int64_t moved = 0;
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_move_issuer(ctl->accounts,
			args_operand(&ctl->args, 0), &moved, err);
	if (kind == PP_OK)
		kind = publish_change(ctl, kind, err);
	if (kind == PP_OK)
		printf("moved %lld accounts to %s\n", (long long) moved,
			ctl->conf->provider.url);
	return kind;
}
