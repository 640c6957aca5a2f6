/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/secret.h>
#include <playpen/base/str.h>

/*
 * One call of a service function of PAM, as the module tells it to
 * playpen-policy, and what comes back: conversation, environment, result. Each
 * struct is the body of one message (<playpen/ipc/message.h>); char pointers,
 * lists and secrets in them are owned by the struct and may be NULL or empty
 * where optional.
 */

enum pp_stage {
	PP_STAGE_AUTH = 1,
	PP_STAGE_ACCOUNT = 2,
	PP_STAGE_OPEN = 3,
	PP_STAGE_CLOSE = 4,
	/* playpenctl's: authenticate and acct_mgmt in one, no login */
	PP_STAGE_DRY_RUN = 5, /* changes nothing */
	PP_STAGE_BIND = 6,    /* binds and records as a login does */
	/* playpen-keys': sshd asks whether a certificate lets the user in */
	PP_STAGE_KEYS = 7,
};

/* START: everything that only the host process knows. */
struct pp_start {
	int64_t version;
	int64_t stage; /* enum pp_stage */
	char *pam_service;
	char *user;
	int64_t uid; /* as getpwnam gave it in the host, -1 for no such user */
	int64_t gid;
	int64_t caller_uid; /* real uid of the host process */
	int64_t flags;      /* PAM flags: PAM_SILENT ... */
	int64_t alarm_ms;   /* what ITIMER_REAL leaves the host, -1 for none */
	char *ticket;       /* the sign-in ticket of the PAM environment */
	char *tty;
	char *rhost;
	char *ruser;
	int64_t sshd_pid;       /* stage keys: the sshd that asks; 0 else */
	char *certificate_type; /* stage keys: as sshd names it */
	struct pp_secret certificate; /* stage keys: base64, not yet read */
	/* stage open of sshd: how the client has proven who it is, as
	 * SSH_AUTH_INFO_0 says, if a certificate is in it */
	struct pp_secret auth_info;
};

/* Characters of a certificate; more are refused without a look. */
#define PP_START_CERTIFICATE_MAX 32768U

#define PP_START_AUTH_INFO_MAX 36864U

/* KEY_LINE: a line of authorized_keys, for sshd. */
struct pp_key_line {
	char *text;
};

/* Bytes of what a person is shown at once, a QR code included. */
#define PP_CONVERSATION_TEXT_MAX ((size_t) 16 * 1024)

/* REPLY: the person's answer to a PROMPT. */
struct pp_reply {
	struct pp_secret text;
};

/*
 * INFO: text for the person, no answer expected. playpen-policy has already
 * thought of PAM_SILENT: what is sent is to be shown.
 */
struct pp_info {
	char *text;
	bool error; /* a refusal: PAM_ERROR_MSG, not PAM_TEXT_INFO */
};

/* PROMPT: text for the person; a REPLY follows. */
struct pp_prompt {
	char *text;
	bool echo;
};

/*
 * The PAM codes that playpen-policy answers with. The numbers are Linux-PAM's
 * own (a static assertion in pam_playpen.c says so), spelt here because
 * playpen-policy does not know libpam.
 */
enum pp_pam_code {
	PP_PAM_SUCCESS = 0,
	PP_PAM_PERM_DENIED = 6,
	PP_PAM_AUTH_ERR = 7,
	PP_PAM_UNAVAILABLE = 9,
	PP_PAM_MAXTRIES = 11,
	PP_PAM_ACCT_EXPIRED = 13,
	PP_PAM_SESSION_ERR = 14,
	PP_PAM_ABORT = 26,
};

/* RESULT: the PAM code that the service function returns; nothing follows. */
struct pp_pam_result {
	int64_t code; /* enum pp_pam_code */
};

/*
 * DRY_RUN: what a dry run came to, for playpenctl; IDENTITY comes before it
 * when there is one. Texts for a terminal are still to be made printable.
 */
struct pp_dry_run {
	char *reason;  /* a word of reasons.def, or "none" */
	int64_t stage; /* which stage refused: enum pp_stage, auth or account */
	char *message; /* more about a refusal, for the administrator */
	char *notes;   /* such as claim groups that came to nothing */
	bool was_bound; /* the account was bound before the dry run */
	int64_t uid;    /* -1 when no account came of it */
	char *home;
	char *shell;
	bool groups_known;
	struct pp_strv groups;    /* local names */
	int64_t groups_expire_at; /* groups count until then */
};

/* The only variables that SETENV is for: the ticket of a fresh sign-in, and for
 * playpen-ssh status the sentence that says why a certificate was refused. */
#define PP_SIGN_IN_VARIABLE "PLAYPEN_SIGN_IN"
#define PP_REFUSAL_VARIABLE "PLAYPEN_CERTIFICATE_REFUSED"

/* SETENV: a variable for the PAM environment; without a value it is removed. */
struct pp_setenv {
	char *name;
	char *value;
};
