/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <time.h>

#include <playpen/accounts/account_row.h>
#include <playpen/accounts/locks.h>
#include <playpen/publish/publish.h>
#include <playpen/runtime/processes.h>
#include <playpen/runtime/run.h>

#include "commands.h"
#include "playpenctl/cli/ctl.h"
#include "playpenctl/cli/name_rules.h"
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

/* One change; *ret_changed is false if there was nothing to do. */
typedef enum pp_kind change_function(
	struct ctl *ctl, bool *ret_changed, struct pp_err *err);

/* Fills a lock from the arguments: a name, or a subject at the issuer that is
 * given or configured. */
static enum pp_kind
read_lock(const struct ctl *ctl, struct pp_lock *ret_lock, struct pp_err *err)
{
	const char *issuer = args_option(&ctl->args, "--issuer");

	*ret_lock = (struct pp_lock){.name = args_operand(&ctl->args, 0),
		.sub = args_option(&ctl->args, "--subject"),
		.said_at = time(NULL)};
	if (ret_lock->name != NULL)
		return PP_OK;
	if (issuer == NULL && ctl->conf != NULL)
		issuer = ctl->conf->provider.url;
	ret_lock->iss = issuer;
	if (issuer != NULL && issuer[0] != '\0' && ret_lock->sub[0] != '\0')
		return PP_OK;
	return pp_fail(err, PP_REASON_CONFIG_INVALID,
		"a subject needs --issuer, if playpen.conf cannot be read, and neither may be empty");
}

/* Finds the account that a command is about, by its name or by its subject. */
static enum pp_kind
find_account(
	struct ctl *ctl, struct pp_account *ret_account, struct pp_err *err)
{
	struct pp_lock lock;
	char name[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind = read_lock(ctl, &lock, err);

	if (kind != PP_OK)
		return kind;
	if (lock.name != NULL)
		return node_find_account(ctl, ret_account, err);
	kind = pp_row_subject_owner(
		ctl->accounts, lock.iss, lock.sub, &found, name, err);
	if (kind == PP_OK && !found)
		kind = pp_fail(err, PP_REASON_NO_ACCOUNT,
			"no account is bound to that subject");
	return kind == PP_OK
		       ? pp_accounts_find(ctl->accounts, name, ret_account, err)
		       : kind;
}

static enum pp_kind
lock_it(struct ctl *ctl, bool *ret_changed, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct pp_lock lock;
	struct pp_err cause = {0};
	enum pp_kind kind = read_lock(ctl, &lock, err);

	if (kind == PP_OK && find_account(ctl, &account, &cause) != PP_OK &&
		(cause.reason != PP_REASON_NO_ACCOUNT ||
			args_option(&ctl->args, "--if-known") != NULL))
		kind = pp_propagate(err, &cause);
	if (kind == PP_OK)
		kind = pp_locks_add(ctl->accounts, &lock, ret_changed, err);
	if (kind == PP_OK && *ret_changed && account.name[0] == '\0')
		printf("no account has %s yet: the lock holds when one comes\n",
			lock.name != NULL ? "that name" : "that subject");
	return kind;
}

static enum pp_kind
unlock_it(struct ctl *ctl, bool *ret_changed, struct pp_err *err)
{
	struct pp_lock lock;
	enum pp_kind kind = read_lock(ctl, &lock, err);

	return kind == PP_OK ? pp_locks_release(
				       ctl->accounts, &lock, ret_changed, err)
			     : kind;
}

static enum pp_kind
close_it(struct ctl *ctl, bool *ret_changed, struct pp_err *err)
{
	return pp_admin_close(ctl->accounts, args_operand(&ctl->args, 0), true,
		ret_changed, err);
}

static enum pp_kind
reopen_it(struct ctl *ctl, bool *ret_changed, struct pp_err *err)
{
	return pp_admin_close(ctl->accounts, args_operand(&ctl->args, 0), false,
		ret_changed, err);
}

/* Makes a change that lets a person in. It is published even if there was
 * nothing to do, because the last publication may have failed. */
static enum pp_kind
allow_access(struct ctl *ctl, change_function *change, struct pp_err *err)
{
	bool changed = true;
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind != PP_OK)
		return kind;
	kind = publish_change(ctl, change(ctl, &changed, err), err);
	if (kind == PP_OK && !changed)
		ctl_unchanged(ctl);
	return kind;
}

/* Makes a change that keeps the person out. The provider is not asked about
 * them any more, whatever could not be read or published. *ret_stored says
 * whether the change is stored. */
static enum pp_kind
deny_access(struct ctl *ctl, change_function *change, bool *ret_stored,
	struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	struct pp_err cause = {0};
	bool changed = true;
	enum pp_kind kind = node_open_any_conf(ctl, &cause, err);

	if (kind == PP_OK)
		kind = change(ctl, &changed, err);
	*ret_stored = kind == PP_OK;
	if (kind == PP_OK && cause.kind != PP_OK)
		ctl_error(ctl, "stored; not published: %s", cause.message);
	else
		kind = publish_change(ctl, kind, err);
	if (*ret_stored && !changed)
		ctl_unchanged(ctl);
	if (!*ret_stored || find_account(ctl, &account, &cause) != PP_OK)
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
	enum pp_kind kind = find_account(ctl, ret_account, err);

	if (kind == PP_OK)
		kind = pp_run_end_sign_ins(
			ctl->root, ret_account->uid, ret_ended, err);
	return kind;
}

/* Ends the processes of a person who was locked, if there is an account. This
 * is done again if the lock was there already. */
static enum pp_kind
end_processes(struct ctl *ctl, struct pp_err *err)
{
	pp_cleanup(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	enum pp_kind kind = end_sign_ins(ctl, &account, &ended, err);

	if (kind != PP_OK && err->reason == PP_REASON_NO_ACCOUNT)
		return PP_OK;
	ctl_changed(ctl);
	if (kind == PP_OK)
		kind = pp_processes_kill(account.uid, &ended, err);
	if (kind == PP_OK)
		printf("ended %lld processes\n", (long long) ended);
	return kind;
}

/* Ends the processes even if something could not be published. */
enum pp_kind
cmd_user_lock(struct ctl *ctl, struct pp_err *err)
{
	bool kill = args_option(&ctl->args, "--kill") != NULL;
	bool stored = false;
	enum pp_kind kind;

	if (kill && ctl->root[0] != '\0') {
		ctl_usage_error(
			ctl, "--kill is for this machine, not for --root");
		return PP_OK;
	}
	kind = deny_access(ctl, lock_it, &stored, err);
	if (!kill || !stored)
		return kind;
	if (kind != PP_OK)
		ctl_error(ctl, "%s", err->message);
	return end_processes(ctl, err);
}

enum pp_kind
cmd_user_unlock(struct ctl *ctl, struct pp_err *err)
{
	return allow_access(ctl, unlock_it, err);
}

enum pp_kind
cmd_user_close(struct ctl *ctl, struct pp_err *err)
{
	bool stored = false;
	enum pp_kind kind = deny_access(ctl, close_it, &stored, err);

	if (stored)
		end_previous_sign_ins(ctl);
	return kind;
}

enum pp_kind
cmd_user_reopen(struct ctl *ctl, struct pp_err *err)
{
	return allow_access(ctl, reopen_it, err);
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
	const char *name = args_operand(&ctl->args, 1);
	enum pp_kind kind = node_open_writable(ctl, err);

	if (kind != PP_OK)
		return kind;
	kind = publish_change(ctl,
		pp_admin_rename(
			ctl->accounts, args_operand(&ctl->args, 0), name, err),
		err);
	return kind == PP_OK
		       ? name_rules_tell_one(ctl, "user rename", name, err)
		       : kind;
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
	if (kind == PP_OK)
		kind = name_rules_tell_one(ctl, "user bind", binding.name, err);
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
