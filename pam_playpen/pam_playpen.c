/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <pwd.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <security/pam_modutil.h>

#include <playpen/base/pam_service.h>
#include <playpen/ipc/message.h>

#include "log_refusal.h"
#include "ownership.h"
#include "relay.h"
#include "unknown_name.h"
#include "used_certificate.h"

/*
 * The six service functions of pam_playpen.so. They decide one thing, that a
 * user is no playpen user (PAM_IGNORE, nothing is started); playpen-policy
 * decides all else. No state is kept between them: sshd runs some of them in
 * other processes.
 */

static_assert(PP_PAM_SUCCESS == PAM_SUCCESS &&
		      PP_PAM_PERM_DENIED == PAM_PERM_DENIED &&
		      PP_PAM_AUTH_ERR == PAM_AUTH_ERR &&
		      PP_PAM_UNAVAILABLE == PAM_AUTHINFO_UNAVAIL &&
		      PP_PAM_MAXTRIES == PAM_MAXTRIES &&
		      PP_PAM_ACCT_EXPIRED == PAM_ACCT_EXPIRED &&
		      PP_PAM_SESSION_ERR == PAM_SESSION_ERR &&
		      PP_PAM_ABORT == PAM_ABORT,
	"pam_messages.h spells Linux-PAM's numbers");

/* The symbols that libpam looks for; everything else is hidden. */
#define PAM_ENTRY __attribute__((visibility("default"))) int

#define NOT_ROOT_TEXT                                                          \
	"You cannot sign in here: this program does not run as root."
#define CHAUTHTOK_TEXT                                                         \
	"This account has no password on this node. Change your password at "  \
	"the provider, in a browser."

static char *
copy_item(pam_handle_t *pamh, int type)
{
	const void *item = NULL;

	if (pam_get_item(pamh, type, &item) != PAM_SUCCESS || item == NULL)
		return NULL;
	return strdup(item);
}

/* Returns what login's LOGIN_TIMEOUT (an alarm in this process) leaves, in
 * milliseconds; -1 without an alarm. */
static int64_t
alarm_left_ms(void)
{
	struct itimerval timer = {0};

	if (getitimer(ITIMER_REAL, &timer) != 0 ||
		(timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0))
		return -1;
	return (int64_t) timer.it_value.tv_sec * 1000 +
	       timer.it_value.tv_usec / 1000;
}

static void
fill_start(pam_handle_t *pamh, const char *user, struct pp_start *start)
{
	const struct passwd *entry = pam_modutil_getpwnam(pamh, user);
	const char *ticket = pam_getenv(pamh, PP_SIGN_IN_VARIABLE);
	const char *info = start->stage == PP_STAGE_OPEN
				   ? used_certificate_info(pamh)
				   : NULL;

	start->version = PP_MESSAGE_VERSION;
	start->pam_service = copy_item(pamh, PAM_SERVICE);
	start->user = strdup(user);
	start->uid = entry != NULL ? (int64_t) entry->pw_uid : -1;
	start->gid = entry != NULL ? (int64_t) entry->pw_gid : -1;
	start->caller_uid = (int64_t) getuid();
	start->alarm_ms = alarm_left_ms();
	start->ticket = ticket != NULL ? strdup(ticket) : NULL;
	start->tty = copy_item(pamh, PAM_TTY);
	start->rhost = copy_item(pamh, PAM_RHOST);
	start->ruser = copy_item(pamh, PAM_RUSER);
	/* For want of memory the session opens as one by another key. */
	start->auth_info.max = PP_START_AUTH_INFO_MAX;
	if (info != NULL)
		pp_ignore(pp_secret_set(
			&start->auth_info, info, strlen(info), NULL));
}

/*
 * Returns the failure of a stage for a playpen user when nothing can be done.
 */
static int
failure_code(pam_handle_t *pamh, enum pp_stage stage)
{
	const void *service = NULL;

	pam_get_item(pamh, PAM_SERVICE, &service);
	return relay_failure(service, stage);
}

static int
run_policy(pam_handle_t *pamh, const char *user, enum pp_stage stage, int flags)
{
	struct pp_start start = {.stage = stage, .flags = flags};
	int code = failure_code(pamh, stage);
	struct pp_err err;

	fill_start(pamh, user, &start);
	if (start.pam_service != NULL && start.user != NULL) {
		code = relay_run(pamh, &start);
	} else {
		pp_ignore(pp_fail(&err, PP_REASON_SYSTEM,
			"the program names no PAM service, or memory ran out"));
		log_refusal(pamh, user, stage, &err);
	}
	pp_message_free(PP_MESSAGE_START, &start);
	return code;
}

static int
find_user(pam_handle_t *pamh, const char **ret_user)
{
	const char *user = NULL;
	int code = pam_get_user(pamh, &user, NULL);

	if (code == PAM_CONV_AGAIN)
		return PAM_INCOMPLETE;
	if (code != PAM_SUCCESS || user == NULL)
		return PAM_IGNORE; /* no user name: no playpen user */
	*ret_user = user;
	return PAM_SUCCESS;
}

/*
 * Returns true for open_session if there is no sign-in to attach (always so for
 * sudo) and no certificate but one that used_certificate_log() has done with,
 * and for close_session of sudo and su, whose sessions are nested in another
 * one. Starting playpen-policy for those would be most of what a fresh sudo
 * costs.
 */
static bool
can_skip_policy(pam_handle_t *pamh, const char *user, enum pp_stage stage)
{
	const void *service = NULL;

	if (stage == PP_STAGE_OPEN)
		return pam_getenv(pamh, PP_SIGN_IN_VARIABLE) == NULL &&
		       (used_certificate_info(pamh) == NULL ||
			       used_certificate_log(pamh, user));
	if (stage != PP_STAGE_CLOSE ||
		pam_get_item(pamh, PAM_SERVICE, &service) != PAM_SUCCESS ||
		service == NULL)
		return false;
	return pp_pam_service_is_sudo(service) || pp_pam_service_is_su(service);
}

/*
 * Refuses what needs no playpen-policy: a program that does not run as root,
 * and a PAM line with arguments. Ignoring an argument such as require_group=ops
 * would admit users whom the administrator meant to exclude. Returns PP_OK,
 * PP_REASON_CONFIG_INVALID or PP_REASON_NOT_ROOT.
 */
static enum pp_kind
check_call(pam_handle_t *pamh, int argc, const char **argv, struct pp_err *err)
{
	if (argc > 0)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"the PAM line has the argument %s: pam_playpen.so takes none, playpen.conf has it all",
			argv[0]);
	if (geteuid() == 0)
		return PP_OK;
	pam_error(pamh, "%s", NOT_ROOT_TEXT);
	return pp_fail(err, PP_REASON_NOT_ROOT, "the program runs as uid %u",
		geteuid());
}

/* Logs once a login that an account cannot be used by its name: at the session,
 * because pam_localuser passes local users by the lines before. */
static void
note_local(pam_handle_t *pamh, const char *user, enum pp_stage stage)
{
	struct pp_err err;

	if (stage != PP_STAGE_OPEN)
		return;
	pp_ignore(pp_fail(&err, PP_REASON_NAME_LOCAL,
		"/etc/passwd has the name of a playpen account: the local user is let through, the account cannot sign in"));
	log_ignored(pamh, user, stage, &err);
}

/* Returns true if the user manager of systemd closes its own session, which it
 * does as the person at every last logout: a sign-in counts for no such
 * session, so nothing ends with it. */
static bool
is_closed_by_its_user(enum pp_stage stage)
{
	return stage == PP_STAGE_CLOSE && geteuid() != 0;
}

/* Returns true if the name is no playpen user's. */
static bool
is_ignored(pam_handle_t *pamh, const char *user)
{
	enum user_owner user_owner = user_owner_of(pamh, user);

	return user_owner == USER_OTHER || user_owner == USER_LOCAL;
}

/* Handles one stage: finds out whose user it is, and asks playpen-policy about
 * a playpen user. Returns a PAM code. */
static int
handle_stage(pam_handle_t *pamh, enum pp_stage stage, int flags, int argc,
	const char **argv)
{
	const char *user = NULL;
	struct pp_err err = {0};
	int code = find_user(pamh, &user);

	if (code != PAM_SUCCESS)
		return code;
	switch (user_owner_of(pamh, user)) {
	case USER_LOCAL:
		note_local(pamh, user, stage);
		return PAM_IGNORE;
	case USER_OTHER:
		if (stage == PP_STAGE_AUTH)
			unknown_name_log(pamh, user);
		return PAM_IGNORE;
	case USER_UNKNOWN:
		pp_ignore(pp_fail(&err, PP_REASON_INDEX_INVALID,
			"/var/lib/playpen/index.v1 or the first-login file is unreadable or not root's: run playpenctl publish"));
		break;
	case USER_CHANGED:
		pp_ignore(pp_fail(&err, PP_REASON_UID_CHANGED,
			"the program looked the name up as a new user's, and now another source of nsswitch.conf has it or does not answer"));
		break;
	case USER_PLAYPEN:
		if (is_closed_by_its_user(stage))
			return PAM_SUCCESS;
		pp_ignore(check_call(pamh, argc, argv, &err));
		break;
	}
	if (err.kind != PP_OK) {
		log_refusal(pamh, user, stage, &err);
		return failure_code(pamh, stage);
	}
	if (can_skip_policy(pamh, user, stage))
		return PAM_SUCCESS;
	return run_policy(pamh, user, stage, flags);
}

PAM_ENTRY
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return handle_stage(pamh, PP_STAGE_AUTH, flags, argc, argv);
}

PAM_ENTRY
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return handle_stage(pamh, PP_STAGE_ACCOUNT, flags, argc, argv);
}

PAM_ENTRY
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return handle_stage(pamh, PP_STAGE_OPEN, flags, argc, argv);
}

PAM_ENTRY
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return handle_stage(pamh, PP_STAGE_CLOSE, flags, argc, argv);
}

/* There are no credentials: but the answer must match authenticate's. */
PAM_ENTRY
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const char *user = NULL;
	int code = find_user(pamh, &user);

	(void) flags;
	(void) argc;
	(void) argv;
	if (code != PAM_SUCCESS)
		return code;
	return is_ignored(pamh, user) ? PAM_IGNORE : PAM_SUCCESS;
}

PAM_ENTRY
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const char *user = NULL;
	int code = find_user(pamh, &user);

	(void) argc;
	(void) argv;
	if (code != PAM_SUCCESS)
		return code;
	if (is_ignored(pamh, user))
		return PAM_IGNORE;
	/* Called twice; one sentence is enough. */
	if ((flags & PAM_PRELIM_CHECK) != 0)
		pam_error(pamh, "%s", CHAUTHTOK_TEXT);
	return PAM_AUTHTOK_ERR;
}
