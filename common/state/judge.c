/* SPDX-License-Identifier: MIT */
#include "judge.h"

#include <string.h>

#include <playpen/index.h>
#include <playpen/provision.h>

#include "neighbour.h"

#define SHOWN_MAX 80U

enum pp_kind
pp_judge_name(
	const struct pp_state *state, const char *name, struct pp_err *err)
{
	char shown[SHOWN_MAX];

	if (!pp_name_is_valid(name))
		return pp_fail(err, PP_REASON_NAME_INVALID,
			"%s is no valid local name",
			pp_str_printable(
				shown, sizeof(shown), name, strlen(name)));
	if (pp_name_is_reserved(name) || strcmp(name, state->conf->people) == 0)
		return pp_fail(err, PP_REASON_NAME_RESERVED,
			"%s is reserved for the system", name);
	return PP_OK;
}

enum pp_kind
pp_judge_new_name(struct pp_state *state, const char *name, struct pp_err *err)
{
	bool found = false;
	int64_t id;
	enum pp_kind kind = pp_judge_name(state, name, err);

	if (kind == PP_OK && pp_conf_is_group_name(state->conf, name))
		return pp_fail(err, PP_REASON_NAME_OF_GROUP,
			"%s is a group's name by the configuration", name);
	if (kind == PP_OK && state->db != NULL)
		kind = pp_database_number(
			state, PP_SQL_GROUP_ID, name, &found, &id, err);
	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_NAME_OF_GROUP,
			"%s is a group here", name);
	return kind;
}

/* What does not fit a line of passwd never reaches the table. */
static enum pp_kind
check_gecos(const struct pp_sign_in *sign_in, struct pp_err *err)
{
	if (sign_in->gecos == NULL || pp_index_text_fits(sign_in->gecos))
		return PP_OK;
	return pp_fail(err, PP_REASON_NAME_INVALID,
		"the gecos of %s does not fit a line of passwd", sign_in->name);
}

/* A person's token never opens a service's account, nor the other way. */
static enum pp_kind
check_kind(const struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_err *err)
{
	bool service = pp_conf_find_account(state->conf, sign_in->name) != NULL;

	if (service == sign_in->service)
		return PP_OK;
	return pp_fail(err, PP_REASON_KIND_MISMATCH, "%s is %s of [account]",
		sign_in->name, service ? "a service" : "no service");
}

enum pp_kind
pp_judge_key(
	struct pp_state *state, struct pp_id_key *ret_key, struct pp_err *err)
{
	pp_auto(pp_text) char *known = NULL;
	char fingerprint[PP_FINGERPRINT_SIZE];
	enum pp_kind kind =
		pp_conf_load_id_key(state->conf, state->root, ret_key, err);

	if (kind == PP_OK && state->db != NULL)
		kind = pp_row_meta(state, PP_META_FINGERPRINT, &known, err);
	if (kind != PP_OK || known == NULL)
		return kind;
	pp_id_key_fingerprint(ret_key, fingerprint);
	if (strcmp(known, fingerprint) == 0)
		return PP_OK;
	return pp_fail(err, PP_REASON_ID_KEY_CHANGED,
		"the id key's fingerprint is %s, accounts here were made with %s",
		fingerprint, known);
}

static enum pp_kind
refuse_other_subject(const struct pp_sign_in *sign_in,
	const struct pp_account *account, struct pp_err *err)
{
	char old[SHOWN_MAX];
	char new[SHOWN_MAX];

	if (strcmp(account->iss, sign_in->iss) != 0)
		return pp_fail(err, PP_REASON_ISSUER_MISMATCH,
			"%s is bound at issuer %s; see playpenctl user bind --issuer-from",
			account->name,
			pp_str_printable(old, sizeof(old), account->iss,
				strlen(account->iss)));
	pp_str_printable(old, sizeof(old), account->sub, strlen(account->sub));
	pp_str_printable(new, sizeof(new), sign_in->sub, strlen(sign_in->sub));
	return pp_fail(err, PP_REASON_NAME_TAKEN,
		"%s is bound to subject %s, this is subject %s", account->name,
		old, new);
}

/* The same subject under another name was renamed at the provider. */
static enum pp_kind
check_subject_free(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_err *err)
{
	char owner[PP_NAME_SIZE];
	bool found;
	enum pp_kind kind = pp_row_subject_owner(
		state, sign_in->iss, sign_in->sub, &found, owner, err);

	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_SUBJECT_RENAMED,
			"the subject is bound to %s; see playpenctl user rename %s %s",
			owner, owner, sign_in->name);
	return kind;
}

static enum pp_kind
check_account(struct pp_state *state, const struct pp_sign_in *sign_in,
	const struct pp_account *account, enum pp_plan *ret_plan,
	struct pp_err *err)
{
	pp_auto(pp_id_key) struct pp_id_key key = {{0}};
	enum pp_kind kind;

	if (account->tombstone)
		return pp_fail(err, PP_REASON_TOMBSTONE, "%s was removed",
			account->name);
	if (account->locked)
		return pp_fail(
			err, PP_REASON_LOCKED, "%s is locked", account->name);
	if (account->service != sign_in->service)
		return pp_fail(err, PP_REASON_KIND_MISMATCH,
			"%s is on record as a %s", account->name,
			account->service ? "service" : "person");
	*ret_plan = account->bound ? PP_PLAN_KNOWN : PP_PLAN_BIND;
	if (account->bound && (strcmp(account->iss, sign_in->iss) != 0 ||
				      strcmp(account->sub, sign_in->sub) != 0))
		return refuse_other_subject(sign_in, account, err);
	if (account->bound)
		return PP_OK;
	kind = check_subject_free(state, sign_in, err);
	return kind == PP_OK ? pp_judge_key(state, &key, err) : kind;
}

/* Whether a name that nobody here has may be given to somebody. */
static enum pp_kind
check_free(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_err *err)
{
	const char *pattern = state->conf->first_login;
	char owner[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind = pp_judge_new_name(state, sign_in->name, err);

	if (kind == PP_OK && state->db != NULL)
		kind = pp_row_former_owner(
			state, sign_in->name, &found, owner, err);
	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_TOMBSTONE,
			"%s was the name of %s", sign_in->name, owner);
	if (kind == PP_OK && state->db != NULL)
		kind = check_subject_free(state, sign_in, err);
	if (kind != PP_OK || sign_in->service)
		return kind;
	if (!pp_provision_allows(pattern, sign_in->name))
		return pp_fail(err, PP_REASON_FIRST_LOGIN_OFF,
			"first_login = %s does not take %s", pattern,
			sign_in->name);
	return PP_OK;
}

static enum pp_kind
check_number(struct pp_state *state, const char *name, uint32_t uid,
	struct pp_err *err)
{
	char owner[PP_NAME_SIZE];
	bool found = false;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = pp_row_number_owner(state, uid, &found, owner, err);
	if (kind == PP_OK && found)
		return pp_fail(err, PP_REASON_UID_COLLISION,
			"%s would get %u, which %s has", name, uid, owner);
	return kind;
}

/* Fills in what a first login makes. */
static enum pp_kind
make_account(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_account *account, struct pp_err *err)
{
	const struct pp_conf *conf = state->conf;
	pp_auto(pp_id_key) struct pp_id_key key = {{0}};
	enum pp_kind kind = pp_judge_key(state, &key, err);

	if (kind != PP_OK)
		return kind;
	strcpy(account->name, sign_in->name);
	account->uid = pp_uid_of_name(&key, sign_in->name, &conf->uid_range);
	account->service = sign_in->service;
	kind = check_number(state, account->name, account->uid, err);
	if (kind != PP_OK)
		return kind;
	account->gecos = strdup(sign_in->gecos != NULL ? sign_in->gecos : "");
	account->shell = strdup(conf->shell);
	if (account->gecos == NULL || account->shell == NULL)
		return pp_fail_memory(err);
	return pp_row_home(state, account->name, &account->home, err);
}

enum pp_kind
pp_judge_table(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_account *ret_account, enum pp_plan *ret_plan,
	struct pp_err *err)
{
	struct pp_err cause = {0};
	enum pp_kind kind = pp_judge_name(state, sign_in->name, err);

	if (kind == PP_OK)
		kind = check_gecos(sign_in, err);
	if (kind == PP_OK)
		kind = check_kind(state, sign_in, err);
	if (kind != PP_OK)
		return kind;
	kind = pp_state_find(state, sign_in->name, ret_account, &cause);
	if (kind == PP_OK)
		return check_account(
			state, sign_in, ret_account, ret_plan, err);
	if (cause.reason != PP_REASON_NOT_BOUND)
		return pp_fail_as(err, &cause);
	*ret_plan = PP_PLAN_NEW;
	kind = check_free(state, sign_in, err);
	if (kind == PP_OK)
		kind = make_account(state, sign_in, ret_account, err);
	return kind;
}

/* Of one moment: who is bound meanwhile is not half seen. */
static enum pp_kind
judge_at_once(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_account *ret_account, enum pp_plan *ret_plan,
	struct pp_err *err)
{
	bool began = false;
	enum pp_kind kind = PP_OK;

	if (state->db != NULL)
		kind = pp_database_begin_read(state, &began, err);
	if (kind == PP_OK)
		kind = pp_judge_table(
			state, sign_in, ret_account, ret_plan, err);
	pp_database_end_read(state, began);
	return kind;
}

enum pp_kind
pp_judge_all(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_account *ret_account, enum pp_plan *ret_plan,
	struct pp_err *err)
{
	pp_auto(pp_account) struct pp_account account = {0};
	enum pp_plan plan;
	enum pp_kind kind = judge_at_once(state, sign_in, &account, &plan, err);

	if (kind == PP_OK)
		kind = pp_neighbour_check_user(state->root, account.name,
			account.uid,
			plan == PP_PLAN_KNOWN ? PP_NEIGHBOUR_FILES
					      : PP_NEIGHBOUR_EVERY,
			err);
	if (kind != PP_OK)
		return kind;
	*ret_plan = plan;
	*ret_account = account;
	memset(&account, 0, sizeof(account));
	return PP_OK;
}

enum pp_kind
pp_state_judge(struct pp_state *state, const struct pp_sign_in *sign_in,
	struct pp_account *ret_account, struct pp_err *err)
{
	enum pp_plan plan;

	return pp_judge_all(state, sign_in, ret_account, &plan, err);
}
