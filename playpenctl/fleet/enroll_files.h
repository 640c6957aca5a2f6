/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/conf/conf.h>

#include "bundle.h"
#include "playpenctl/cli/ctl.h"

/* Where what a bundle has belongs on a node, and a copy of it that was checked.
 */

#define ENROLL_CONF PP_CONF_DIR "/playpen.conf"
#define ENROLL_ACCOUNTS PP_CONF_DIR "/accounts.d/accounts.jsonl"
#define ENROLL_SECRET PP_CONF_DIR "/client-secret"

#define ENROLL_PUBLIC_IS_RIGHT                                                 \
	"a client secret on every node makes each of them that client, for each user who can read it there: register a public client (public: true in Dex), which needs none; --confidential takes the secret all the same"

#define ENROLL_STAGE_SIZE 64U

/* A directory in memory, root's alone, with the files of a bundle as the node
 * is to have them. */
struct enroll_stage {
	char path[ENROLL_STAGE_SIZE]; /* "" if there is none */
	int lock;                     /* held while the process lives */
	struct pp_conf *conf;         /* as it will be */
};

/*
 * Writes the files of a bundle, with the configuration of this node or one that
 * the options of `enroll` give where the bundle has none; and checks each. The
 * node itself is not changed. The caller ends the stage with enroll_stage_free,
 * whatever comes back. Fails with PP_REASON_CONFIG_INVALID,
 * PP_REASON_UID_KEY_CHANGED, PP_REASON_UID_KEY_MISSING and the reasons of
 * pp_conf_load and pp_accounts_file_load.
 */
enum pp_kind enroll_stage_make(struct ctl *ctl, struct bundle *bundle,
	struct enroll_stage *ret_stage, struct pp_err *err) PP_NODISCARD;

/* Removes the stages that killed processes have left, with the secrets in them.
 */
void enroll_stages_sweep(void);

/* Removes the files and frees. */
void enroll_stage_free(struct enroll_stage *stage);
