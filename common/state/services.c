/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/admin.h>

#include "judge.h"
#include "member.h"
#include "neighbour.h"
#include "sign_in.h"

/* A service that is about to sign in: what judging asks about. */
static struct pp_sign_in
sign_in_of(const struct pp_conf_account *service)
{
	/* Never a subject: those of Dex are base64url. */
	return (struct pp_sign_in){
		.name = service->name, .iss = " ", .sub = " ", .service = true};
}

static enum pp_kind
make_account(struct pp_state *state, const struct pp_sign_in *sign_in,
	const struct pp_id_key *key, struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	enum pp_plan plan;
	enum pp_kind kind =
		pp_judge_table(state, sign_in, &account, &plan, err);

	if (kind != PP_OK || plan != PP_PLAN_NEW)
		return kind;
	kind = pp_row_insert(state, &account, err);
	if (kind == PP_OK)
		kind = pp_sign_in_remember_key(state, key, err);
	return kind;
}

static enum pp_kind
store(struct pp_state *state, const struct pp_conf_account *service, bool make,
	const struct pp_id_key *key, struct pp_err *err)
{
	const struct pp_sign_in sign_in = sign_in_of(service);
	enum pp_kind kind = pp_database_begin(state, err);

	if (kind != PP_OK)
		return kind;
	state->change = PP_CHANGE_ALL;
	if (make)
		kind = make_account(state, &sign_in, key, err);
	if (kind == PP_OK)
		kind = pp_member_replace(
			state, service->name, &service->groups, key, err);
	return pp_database_end(state, kind, err);
}

/* One section: the account, if it is new and may be, and its groups. */
static enum pp_kind
sync_one(struct pp_state *state, const struct pp_conf_account *service,
	const struct pp_id_key *key, struct pp_err *err)
{
	const struct pp_sign_in sign_in = sign_in_of(service);
	pp_auto(pp_account) struct pp_account known = {0};
	pp_auto(pp_account) struct pp_account made = {0};
	struct pp_err cause = {0};
	enum pp_kind kind = pp_state_find(state, service->name, &known, &cause);

	if (kind == PP_OK && !known.service)
		return pp_fail(err, PP_REASON_KIND_MISMATCH,
			"%s is a person's account", service->name);
	if (kind == PP_OK && pp_member_same(&known.groups, &service->groups))
		return PP_OK;
	if (kind == PP_OK)
		return store(state, service, false, key, err);
	if (cause.reason != PP_REASON_NOT_BOUND)
		return pp_fail_as(err, &cause);
	kind = pp_state_judge(state, &sign_in, &made, err);
	return kind == PP_OK ? store(state, service, true, key, err) : kind;
}

enum pp_kind
pp_admin_sync_services(
	struct pp_state *state, struct pp_strv *ret_refused, struct pp_err *err)
{
	const struct pp_conf *conf = state->conf;
	pp_auto(pp_id_key) struct pp_id_key key = {{0}};
	enum pp_kind kind = PP_OK;

	if (conf->account_count > 0)
		kind = pp_judge_key(state, &key, err);
	for (size_t i = 0; i < conf->account_count && kind == PP_OK; i++) {
		struct pp_err cause = {0};

		kind = sync_one(state, &conf->accounts[i], &key, &cause);
		if (kind == PP_DENIED)
			kind = pp_strv_append(ret_refused, cause.message,
				strlen(cause.message), err);
		else if (kind != PP_OK)
			kind = pp_fail_as(err, &cause);
	}
	return kind;
}

enum pp_kind
pp_admin_services_are_current(
	struct pp_state *state, bool *ret_current, struct pp_err *err)
{
	const struct pp_conf *conf = state->conf;

	*ret_current = true;
	for (size_t i = 0; i < conf->account_count; i++) {
		const struct pp_conf_account *service = &conf->accounts[i];
		pp_auto(pp_account) struct pp_account known = {0};
		struct pp_err cause = {0};
		enum pp_kind kind =
			pp_state_find(state, service->name, &known, &cause);

		if (kind != PP_OK && cause.reason != PP_REASON_NOT_BOUND)
			return pp_fail_as(err, &cause);
		*ret_current &= kind == PP_OK && known.service &&
				pp_member_same(&known.groups, &service->groups);
	}
	return PP_OK;
}
