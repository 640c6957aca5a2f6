/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <playpen/run.h>

#include "ctl.h"

/*
 * The commands that change an account. Each opens configuration and state,
 * makes one change and publishes it.
 */

/* A failure, with the account's name in front. */
static enum pp_kind
name_it(const struct ctl *ctl, enum pp_kind kind, struct pp_err *err)
{
	const char *name = ctl_operand(ctl, 0);
	char shown[PP_NAME_SIZE * 2];

	if (kind == PP_OK || name == NULL ||
		pp_str_starts_with(err->message, name))
		return kind;
	return pp_wrap(err, kind, "%s",
		pp_str_printable(shown, sizeof(shown), name, strlen(name)));
}

/* What is stored and cannot be published is not undone. */
static enum pp_kind
publish(struct ctl *ctl, enum pp_kind kind, struct pp_err *err)
{
	if (kind != PP_OK)
		return name_it(ctl, kind, err);
	kind = pp_state_publish(ctl->state, err);
	return kind == PP_OK ? kind
			     : pp_wrap(err, kind,
				       "stored, but NSS does not know yet");
}

enum pp_kind
ctl_find(const struct ctl *ctl, struct pp_account *ret_account,
	struct pp_err *err)
{
	enum pp_kind kind = pp_state_find(
		ctl->state, ctl_operand(ctl, 0), ret_account, err);

	return name_it(ctl, kind, err);
}

/* One change that takes a name and a yes or no. */
static enum pp_kind
set(struct ctl *ctl,
	enum pp_kind (*change)(struct pp_state *state, const char *name,
		bool yes, struct pp_err *err),
	bool yes, struct pp_err *err)
{
	enum pp_kind kind = ctl_open(ctl, err);

	if (kind != PP_OK)
		return kind;
	return publish(
		ctl, change(ctl->state, ctl_operand(ctl, 0), yes, err), err);
}

/* One that keeps the person out: nor is anybody asked about them any more,
 * whatever could not be read or published. */
static enum pp_kind
shut_out(struct ctl *ctl,
	enum pp_kind (*change)(struct pp_state *state, const char *name,
		bool yes, struct pp_err *err),
	struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	struct pp_err why = {0};
	enum pp_kind kind = ctl_open_anyhow(ctl, &why, err);

	if (kind == PP_OK)
		kind = change(ctl->state, ctl_operand(ctl, 0), true, err);
	if (kind == PP_OK && why.kind != PP_OK)
		ctl_complain(ctl, "stored; not published: %s", why.message);
	else
		kind = publish(ctl, kind, err);
	if (ctl->state == NULL || pp_state_find(ctl->state, ctl_operand(ctl, 0),
					  &account, NULL) != PP_OK)
		return kind;
	if (pp_run_forget_refresh(ctl->root, account.uid, &why) != PP_OK)
		ctl_complain(ctl, "%s", why.message);
	return kind;
}

static void
tell_processes(struct ctl *ctl, uint32_t uid)
{
	int64_t running = 0;
	struct pp_err why = {0};

	if (ctl->root[0] != '\0')
		return;
	if (pp_admin_count_processes(uid, &running, &why) != PP_OK)
		ctl_complain(ctl, "%s", why.message);
	if (running > 0)
		printf("%lld processes of uid %u still run; playpenctl user lock %s --kill ends them\n",
			(long long) running, uid, ctl_operand(ctl, 0));
}

/*
 * What somebody has running who was the account's person until now: a sudo that
 * is fresh still, and the token that is asked again, would be the next one's.
 * After the change is stored, whatever could not be published. Processes are
 * told of, not ended.
 */
static void
end_former(struct ctl *ctl)
{
	pp_auto(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	struct pp_err why = {0};

	if (ctl->state == NULL || pp_state_find(ctl->state, ctl_operand(ctl, 0),
					  &account, NULL) != PP_OK)
		return;
	if (pp_run_end_sign_ins(ctl->root, account.uid, &ended, &why) != PP_OK)
		ctl_complain(ctl, "%s", why.message);
	if (ended > 0)
		printf("ended %lld sign-ins\n", (long long) ended);
	tell_processes(ctl, account.uid);
}

static enum pp_kind
end_sign_ins(struct ctl *ctl, struct pp_account *ret_account,
	int64_t *ret_ended, struct pp_err *err)
{
	enum pp_kind kind = ctl_find(ctl, ret_account, err);

	if (kind == PP_OK)
		kind = pp_run_end_sign_ins(
			ctl->root, ret_account->uid, ret_ended, err);
	return kind;
}

/* Whatever could not be published, the processes go. */
enum pp_kind
ctl_user_lock(struct ctl *ctl, struct pp_err *err)
{
	bool kill = ctl_option(ctl, "--kill") != NULL;
	pp_auto(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	enum pp_kind kind;

	if (kill && ctl->root[0] != '\0') {
		ctl_misuse(ctl, "--kill is for this machine, not for --root");
		return PP_OK;
	}
	kind = shut_out(ctl, pp_admin_lock, err);
	if (!kill || ctl->state == NULL)
		return kind;
	if (kind != PP_OK)
		ctl_complain(ctl, "%s", err->message);
	kind = end_sign_ins(ctl, &account, &ended, err);
	if (kind == PP_OK)
		kind = pp_admin_end_processes(account.uid, &ended, err);
	if (kind == PP_OK)
		printf("ended %lld processes\n", (long long) ended);
	return kind;
}

enum pp_kind
ctl_user_unlock(struct ctl *ctl, struct pp_err *err)
{
	return set(ctl, pp_admin_lock, false, err);
}

enum pp_kind
ctl_user_remove(struct ctl *ctl, struct pp_err *err)
{
	enum pp_kind kind = shut_out(ctl, pp_admin_remove, err);

	end_former(ctl);
	return kind;
}

enum pp_kind
ctl_user_restore(struct ctl *ctl, struct pp_err *err)
{
	return set(ctl, pp_admin_remove, false, err);
}

enum pp_kind
ctl_user_logout(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	enum pp_kind kind = ctl_look(ctl, err);

	if (kind == PP_OK)
		kind = end_sign_ins(ctl, &account, &ended, err);
	if (kind == PP_OK)
		printf("ended %lld sign-ins\n", (long long) ended);
	return kind;
}

enum pp_kind
ctl_user_rename(struct ctl *ctl, struct pp_err *err)
{
	enum pp_kind kind = ctl_open(ctl, err);

	if (kind != PP_OK)
		return kind;
	return publish(ctl,
		pp_admin_rename(ctl->state, ctl_operand(ctl, 0),
			ctl_operand(ctl, 1), err),
		err);
}

enum pp_kind
ctl_user_forget(struct ctl *ctl, struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	int64_t ended = 0;
	enum pp_kind kind = ctl_open(ctl, err);

	if (kind == PP_OK)
		kind = end_sign_ins(ctl, &account, &ended, err);
	if (kind != PP_OK)
		return kind;
	return publish(ctl,
		pp_admin_forget(ctl->state, ctl_operand(ctl, 0), err), err);
}

/* The account is another person's now, if kind says that it was stored. */
static enum pp_kind
change_person(struct ctl *ctl, enum pp_kind kind, struct pp_err *err)
{
	bool stored = kind == PP_OK;

	kind = publish(ctl, kind, err);
	if (stored)
		end_former(ctl);
	return kind;
}

enum pp_kind
ctl_user_bind(struct ctl *ctl, struct pp_err *err)
{
	const struct pp_sign_in binding = {.name = ctl_operand(ctl, 0),
		.iss = ctl_option(ctl, "--issuer"),
		.sub = ctl_option(ctl, "--subject"),
		.connector = ctl_option(ctl, "--connector"),
		.now = time(NULL)};
	enum pp_kind kind;

	if (binding.sub[0] == '\0' ||
		(binding.iss != NULL && binding.iss[0] == '\0')) {
		ctl_misuse(ctl, "nobody has an empty subject or issuer");
		return PP_OK;
	}
	kind = ctl_open(ctl, err);
	if (kind == PP_OK)
		kind = change_person(
			ctl, pp_admin_bind(ctl->state, &binding, err), err);
	return kind;
}

enum pp_kind
ctl_user_bind_nobody(struct ctl *ctl, struct pp_err *err)
{
	enum pp_kind kind = ctl_open(ctl, err);

	if (kind != PP_OK)
		return kind;
	return change_person(ctl,
		pp_admin_unbind(ctl->state, ctl_operand(ctl, 0), err), err);
}

enum pp_kind
ctl_user_bind_issuer(struct ctl *ctl, struct pp_err *err)
{
	int64_t moved = 0;
	enum pp_kind kind = ctl_open(ctl, err);

	if (kind == PP_OK)
		kind = pp_admin_move_issuer(ctl->state,
			ctl_option(ctl, "--issuer-from"), &moved, err);
	if (kind == PP_OK)
		kind = publish(ctl, kind, err);
	if (kind == PP_OK)
		printf("moved %lld accounts to %s\n", (long long) moved,
			ctl->conf->issuer_url);
	return kind;
}
