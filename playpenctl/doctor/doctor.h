/* SPDX-License-Identifier: MIT */
#pragma once

#include <glob.h>

#include "playpenctl/cli/json_out.h"
#include "playpenctl/cli/status.h"

/*
 * doctor: one table of checks (doctor_table.c), each with what it asks, what it
 * says when the answer is no, and what to do. A row's function looks at one
 * thing and calls doctor_found() for each thing that is wrong; if it calls
 * nothing, the row is in order. None changes anything.
 */

enum doctor_level {
	DOCTOR_OK,
	DOCTOR_SKIPPED, /* what the check needs is not there */
	DOCTOR_NOTE,    /* as it should be, and worth knowing */
	DOCTOR_WARNING, /* works, but not as most people want it */
	DOCTOR_FAULT,   /* keeps users out, or lets in who should not be */
	DOCTOR_LEVEL_COUNT,
};

/* What a check needs; without it the check is skipped. */
enum doctor_needs {
	DOCTOR_ROOT = 1,       /* files that root alone can read */
	DOCTOR_NETWORK = 2,    /* the provider */
	DOCTOR_MACHINE = 4,    /* the running machine, not another root */
	DOCTOR_CONF = 8,       /* a configuration without error */
	DOCTOR_ACCOUNTS = 16,  /* state.db */
	DOCTOR_INDEX = 32,     /* the index */
	DOCTOR_PROVIDER = 128, /* a session with the provider */
	DOCTOR_PERSON = 256,   /* doctor NAME: a check of one person */
	DOCTOR_SSHD = 64,      /* what sshd says of its settings */
};

struct doctor;

struct doctor_check {
	const char *id;
	const char *asks; /* what "ok" states */
	enum doctor_level level;
	unsigned int needs; /* enum doctor_needs */
	void (*look)(struct doctor *doctor);
	/* What is wrong. %1 to %4 stand for the values of doctor_found(). */
	const char *sentence;
	const char *advice; /* the same; NULL: the advice for the reason */
};

extern const struct doctor_check doctor_table[];
extern const size_t doctor_table_count;

struct doctor {
	struct ctl *ctl;
	const struct status *status;
	const char *person;               /* of doctor NAME, or NULL */
	const struct sshd_settings *sshd; /* NULL: it did not say */
	/* The same for a new user; NULL: the one above, or there are none. */
	const struct sshd_settings *sshd_new;
	const struct pam_stacks *pam;
	const struct provider_answers *provider; /* NULL: not asked */
	const struct doctor_check *check;        /* the one that is made */
	int64_t found;                           /* things that it has found */
	bool skipped;                            /* it could not be made */
	struct json_out *object;                 /* NULL: text */
	/* Text: the lines of each level, printed after all that is in order. */
	FILE *lines[DOCTOR_LEVEL_COUNT];
	int64_t counts[DOCTOR_LEVEL_COUNT]; /* of results */
	struct pp_err err;                  /* of the output itself */
};

/*
 * Reports a thing that the current check has found. The values of its row's
 * sentence and advice follow, then NULL.
 */
void doctor_found(struct doctor *doctor, ...) __attribute__((sentinel));

/* Reports a failure: %1 is the word of its reason, %2 its message. */
void doctor_found_err(struct doctor *doctor, const struct pp_err *err);

/* Reports that the current check could not be made, and why. */
void doctor_skip(struct doctor *doctor, const char *why);

/* Makes one check and reports its result. */
void doctor_run_check(struct doctor *doctor, const struct doctor_check *check);

/* Opens a file below the root. Returns NULL if it cannot be read. */
FILE *doctor_open(const struct doctor *doctor, const char *path);

/* Finds what below the root matches the pattern of glob(3); the paths are below
 * the root, too. Returns false if nothing does. *found is for globfree(). */
bool doctor_glob(
	const struct doctor *doctor, const char *pattern, glob_t *found);

/* Returns true if something below the root matches the pattern of glob(3). */
bool doctor_exists(const struct doctor *doctor, const char *pattern);

/* Returns "ok", "skipped", "note", "warning" or "fault". */
const char *doctor_level_word(enum doctor_level level);

#define DOCTOR_NUMBER_SIZE 24U

/* Writes a number as a value of doctor_found(). Returns text. */
const char *doctor_number(char text[DOCTOR_NUMBER_SIZE], int64_t number);

cmd_run cmd_doctor;
cmd_run cmd_doctor_list;
cmd_run cmd_doctor_why;
