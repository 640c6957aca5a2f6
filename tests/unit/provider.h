/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/oidc/oidc.h>

#include "claimant.h"

/*
 * A provider without a network, for tests of sessions and flows: it answers
 * each path with what a test laid there, counts what it was asked, and its
 * clock stands still but for the sleeps of the flow under test. It signs with
 * the claimant's key. One a program.
 */

#define PROVIDER_ISSUER CLAIMANT_ISSUER
#define PROVIDER_PATHS 8U
#define PROVIDER_ANSWERS 24U
#define PROVIDER_BOOT_MS 5000000

struct provider_answer {
	int status;
	const char *body;      /* NULL: the request fails */
	enum pp_reason reason; /* with what */
	int64_t max_age;       /* 0: not said */
	int64_t takes_ms;
	int64_t retry_after; /* 0: not said */
};

/* The callbacks and the settings as a session wants them; change at will. */
extern struct pp_oidc_ops provider_ops;
extern struct pp_provider provider_settings;

/* All as new: the standard settings, document and keys, the clock at
 * CLAIMANT_NOW, no token. */
void provider_begin(void);
void provider_end(void);

/* Lays an answer behind those that wait at this path ("/token"); the last of a
 * path stays. The body must outlive the test. */
void provider_answer(const char *path, struct provider_answer answer);

/* Takes away what lies at the path. */
void provider_forget(const char *path);

/* A 200 with this body. */
void provider_say(const char *path, const char *body);

/*
 * The body of a token answer: an ID token of profile dex with the changes (as
 * claimant_put_claims has them) and an access token that at_hash fits. The text
 * lives until provider_end.
 */
const char *provider_tokens(const struct claimant_change *changes);

/* How often the path was asked, and the form of the last time. */
int provider_count(const char *path);
const char *provider_form(const char *path);

/* When, in milliseconds of the boot clock, it was asked for the ith time. */
int64_t provider_asked_ms(const char *path, int i);

/* By when (boot clock, milliseconds) it had to answer the last time. */
int64_t provider_deadline_ms(const char *path);

/* The standard key set; with another kid than k when it was rotated. */
const char *provider_keys(const char *kid);

/* Lets time pass. */
void provider_wait(int64_t ms);

/* What was shown last: the DEVICE_PROMPT of the flow, zeroed before. */
extern struct pp_device_prompt provider_shown;

/* When the polls were begun that the flow called not approved; how many. */
extern int64_t provider_not_approved_ms[PROVIDER_ANSWERS];
extern size_t provider_not_approved_count;

/* Codes that the person will paste, in this order; NULL: nobody is there. */
void provider_paste(const char *first, const char *second, const char *third);

/* Called before each pasted code, for answers that depend on what was shown. */
extern void (*provider_before_paste)(void);

/* A parameter of the URL that was shown, at most 63 characters; "" without. */
const char *provider_shown_parameter(const char *name);
