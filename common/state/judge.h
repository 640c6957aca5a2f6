/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_STATE_JUDGE_H
#define PLAYPEN_STATE_JUDGE_H

#include "row.h"

/*
 * Whether a sign-in may be, as far as our own table and the configuration know.
 * Nothing here asks another NSS source or changes anything, so it may run
 * inside a transaction.
 */

/* What recording the sign-in will take. */
enum pp_plan {
	PP_PLAN_KNOWN, /* a bound account: groups and times */
	PP_PLAN_BIND,  /* an account without a subject gets one */
	PP_PLAN_NEW,   /* an account is made */
};

/* *ret_account, empty before, is the account as it is or would become. */
enum pp_kind pp_judge_table(struct pp_state *state,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	enum pp_plan *ret_plan, struct pp_err *err) PP_NODISCARD;

/* The same with the neighbours, outside of any transaction. */
enum pp_kind pp_judge_all(struct pp_state *state,
	const struct pp_sign_in *sign_in, struct pp_account *ret_account,
	enum pp_plan *ret_plan, struct pp_err *err) PP_NODISCARD;

/*
 * Whether the name can belong to an account of ours at all: PP_REASON_
 * NAME_INVALID, NAME_RESERVED otherwise.
 */
enum pp_kind pp_judge_name(const struct pp_state *state, const char *name,
	struct pp_err *err) PP_NODISCARD;

/*
 * Whether it can be given to somebody: no group has it, neither in the table
 * nor by the configuration. Whoever is named like a group has a private group
 * of that name, which sudoers, AllowGroups and pam_access take for the other
 * one. PP_REASON_NAME_OF_GROUP besides the above.
 */
enum pp_kind pp_judge_new_name(struct pp_state *state, const char *name,
	struct pp_err *err) PP_NODISCARD;

/*
 * The id key, if it is the one that this state's accounts were made with.
 * PP_REASON_ID_KEY_MISSING, PP_REASON_ID_KEY_CHANGED and what reading it gives.
 */
enum pp_kind pp_judge_key(struct pp_state *state, struct pp_id_key *ret_key,
	struct pp_err *err) PP_NODISCARD;

/* The key of the table meta where its fingerprint is kept. */
#define PP_META_FINGERPRINT "id_key_fingerprint"

#endif
