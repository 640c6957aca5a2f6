/* SPDX-License-Identifier: MIT */
#include "unknown_name.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <security/pam_modutil.h>

#include <playpen/base/cleanup.h>
#include <playpen/base/clock.h>
#include <playpen/base/pam_service.h>
#include <playpen/index/first_login.h>
#include <playpen/index/index.h>
#include <playpen/index/nsswitch.h>
#include <playpen/ipc/pam_messages.h>

#include "log_refusal.h"

/* Strangers try names all day. */
#define WINDOW_DIRECTORY "/run/playpen"
#define WINDOW_PATH WINDOW_DIRECTORY "/unknown-names"
#define WINDOW_MS 10000
#define LOCK_ATTEMPTS 10

/* The content of WINDOW_PATH. */
struct window {
	int64_t began_ms; /* of the boot clock */
	int64_t left_out; /* names since then */
};

/* Takes the lock of a file that only this function locks, for two system
 * calls. */
static bool
lock_file(int fd)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	for (int i = 0; i < LOCK_ATTEMPTS; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* Opens the file. The first sign-in after a boot would make the directory; -1
 * if there can be none. */
static int
open_window(void)
{
	const int flags =
		O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
	int fd = open(WINDOW_PATH, flags, 0600);

	if (fd < 0 && errno == ENOENT && mkdir(WINDOW_DIRECTORY, 0755) == 0)
		fd = open(WINDOW_PATH, flags, 0600);
	return fd;
}

/* Returns true if a line may be written, and how many were left out before it.
 * Without a file nothing is counted. */
static bool
may_log(int64_t *ret_left_out)
{
	pp_cleanup(pp_fd) int fd = open_window();
	int64_t now = pp_clock_boot_ms(&pp_clock_system);
	struct window window = {0};
	bool over;

	*ret_left_out = 0;
	if (fd < 0)
		return true;
	if (!lock_file(fd))
		return false;
	over = pread(fd, &window, sizeof(window), 0) !=
		       (ssize_t) sizeof(window) ||
	       now < window.began_ms || now - window.began_ms >= WINDOW_MS;
	*ret_left_out = over ? window.left_out : 0;
	if (over)
		window = (struct window){.began_ms = now};
	else
		window.left_out++;
	return pwrite(fd, &window, sizeof(window), 0) < 0 || over;
}

/* Returns the reason if the index has the name or the number of the answer. */
static enum pp_reason
find_collision(const struct pp_first_login_answer *answer)
{
	struct pp_index *index = NULL;
	struct pp_index_user user;
	struct pp_index_group group;
	enum pp_reason reason = PP_REASON_NONE;

	if (pp_index_current(&index) != PP_INDEX_FOUND)
		return PP_REASON_NONE;
	if (pp_index_group_by_name(index, answer->name, &group) ==
		PP_INDEX_FOUND)
		reason = PP_REASON_NAME_OF_GROUP;
	else if (pp_index_user_by_uid(index, answer->uid, &user) ==
			 PP_INDEX_FOUND ||
		 pp_index_group_by_gid(index, answer->uid, &group) ==
			 PP_INDEX_FOUND)
		reason = PP_REASON_UID_COLLISION;
	pp_index_release(&index);
	return reason;
}

static enum pp_reason
find_reason(const char *name)
{
	struct pp_first_login_answer answer;
	enum pp_reason reason = pp_first_login_refusal_here(name);

	if (reason != PP_REASON_NONE ||
		pp_first_login_answer_for(name, &answer) != PP_FIRST_LOGIN_YES)
		return reason;
	reason = find_collision(&answer);
	if (reason != PP_REASON_NONE)
		return reason;
	return pp_nsswitch_new_is_last(PP_NSSWITCH_PATH)
		       ? PP_REASON_OTHER_SOURCE_DOWN
		       : PP_REASON_NSSWITCH_ORDER;
}

/* Returns the name as it may be logged. At a console it may be a password that
 * was typed at the wrong prompt. */
static const char *
name_for_log(pam_handle_t *pamh, const char *name)
{
	const void *service = NULL;

	return pam_get_item(pamh, PAM_SERVICE, &service) == PAM_SUCCESS &&
			       service != NULL &&
			       pp_pam_service_is_sshd(service)
		       ? name
		       : "";
}

void
unknown_name_log(pam_handle_t *pamh, const char *name)
{
	enum pp_reason reason = find_reason(name);
	int64_t left_out = 0;
	char others[64] = "";
	struct pp_err err;

	if (reason == PP_REASON_NONE ||
		pam_modutil_getpwnam(pamh, name) != NULL || !may_log(&left_out))
		return;
	if (left_out > 0)
		snprintf(others, sizeof(others), "; left out before: %lld",
			(long long) left_out);
	pp_ignore(pp_fail(&err, reason,
		"no source of nsswitch.conf has the name, and no new user can sign in with it%s",
		others));
	log_ignored(pamh, name_for_log(pamh, name), PP_STAGE_AUTH, &err);
}
