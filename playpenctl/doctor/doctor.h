/* SPDX-License-Identifier: MIT */
#pragma once

#include "playpenctl/cli/json_out.h"
#include "playpenctl/cli/status.h"

/*
 * What `doctor` looks at, one function for each part of the machine. Each says
 * what it finds, good or bad, with what to do about it; none changes anything.
 */

enum doctor_result {
	DOCTOR_OK,
	DOCTOR_WARNING, /* works, but not as most people want it */
	DOCTOR_FAULT,   /* a user cannot get in, or one can who should
			   not */
	DOCTOR_RESULT_COUNT,
};

struct doctor {
	struct ctl *ctl;
	struct status *status;
	struct json_out *object; /* NULL: for people */
	int64_t counts[DOCTOR_RESULT_COUNT];
	struct pp_err err; /* of the output itself */
};

/* Says one finding. advice is a sentence, NULL where there is none. */
void doctor_report(struct doctor *doctor, enum doctor_result result,
	const char *check, const char *advice, const char *format, ...)
	PP_PRINTF(5, 6);

/* Opens a file below the root; NULL when it cannot be read. */
FILE *doctor_open(const struct doctor *doctor, const char *path);

/* Whether something below the root matches the pattern of glob(3). */
bool doctor_exists(const struct doctor *doctor, const char *pattern);

cmd_run cmd_doctor;

void doctor_conf(struct doctor *doctor); /* names that mean nothing here */
void doctor_pam(struct doctor *doctor);
void doctor_nsswitch(struct doctor *doctor);
void doctor_collisions(struct doctor *doctor);
void doctor_sudoers(struct doctor *doctor); /* and AllowGroups */
void doctor_worker_user(struct doctor *doctor);
void doctor_machine(struct doctor *doctor); /* clock, nscd, what NSS says */
void doctor_sshd(struct doctor *doctor);
void doctor_provider(struct doctor *doctor);
