/* SPDX-License-Identifier: MIT */
#include <fnmatch.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <playpen/index/first_login.h>

#include "coarse_clock.h"

#define DELETED " (deleted)" /* the program was upgraded while it runs */
#define REJECTED_MS 10

/* Compares /proc/self/exe and not argv or comm, which the caller can choose. */
static bool
is_first_login_program(const char *programs)
{
	char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *name;
	size_t len;

	if (size <= 0)
		return false;
	path[size] = '\0';
	name = strrchr(path, '/');
	if (name == NULL)
		return false;
	name++;
	len = strlen(name);
	if (len > strlen(DELETED) &&
		strcmp(name + len - strlen(DELETED), DELETED) == 0)
		len -= strlen(DELETED);
	return len > 0 && pp_words_contain(programs, name, len);
}

bool
pp_first_login_allows(const char *allow_new_users, const char *name)
{
	return strcmp(allow_new_users, "off") != 0 &&
	       fnmatch(allow_new_users, name, 0) == 0;
}

bool
pp_first_login_home(
	const char *template, const char *name, char *ret, size_t size)
{
	size_t len = 0;

	for (; *template != '\0'; template ++) {
		const char *piece = template;
		size_t piece_len = 1;

		if (*template == '%') {
			if (*++template != 'u')
				return false;
			piece = name;
			piece_len = strlen(name);
		}
		if (piece_len >= size - len)
			return false;
		memcpy(ret + len, piece, piece_len);
		len += piece_len;
	}
	ret[len] = '\0';
	return len > 0;
}

/*
 * Returns true if the configuration makes the name a group's. A user of that
 * name would have a private group of that name, which sudoers and AllowGroups
 * trust.
 */
static bool
is_group_name(const struct pp_first_login_settings *settings, const char *name)
{
	return pp_name_has_prefix(name, settings->prefix) ||
	       pp_words_contain(settings->groups, name, strlen(name));
}

enum pp_reason
pp_first_login_refusal(
	const struct pp_first_login_settings *settings, const char *name)
{
	if (!(settings->allow_dots ? pp_name_is_user(name)
				   : pp_name_is_valid(name)))
		return PP_REASON_NAME_INVALID;
	if (pp_name_is_reserved(name) ||
		strcmp(name, settings->all_users_group) == 0)
		return PP_REASON_NAME_RESERVED;
	if (is_group_name(settings, name))
		return PP_REASON_NAME_OF_GROUP;
	if (settings->refusal != PP_REASON_NONE)
		return settings->refusal;
	return pp_first_login_allows(settings->allow_new_users, name)
		       ? PP_REASON_NONE
		       : PP_REASON_NEW_USER_REFUSED;
}

enum pp_first_login_status
pp_first_login_compute(const struct pp_first_login_settings *settings,
	const char *name, struct pp_first_login_answer *ret)
{
	if (settings->refusal != PP_REASON_NONE ||
		pp_first_login_refusal(settings, name) != PP_REASON_NONE)
		return PP_FIRST_LOGIN_NO;
	if (!pp_first_login_home(
		    settings->home, name, ret->home, sizeof(ret->home)))
		return PP_FIRST_LOGIN_NO;
	stpcpy(ret->name, name);
	stpcpy(ret->shell, settings->shell);
	stpcpy(ret->all_users_group, settings->all_users_group);
	ret->uid = pp_uid_of_name(&settings->key, name, &settings->uid_range);
	ret->all_users_gid = settings->all_users_gid;
	return PP_FIRST_LOGIN_YES;
}

/*
 * Every look-up of an unknown name comes here, so what is cheap comes first. A
 * process that began without root is no first-login program: those are started
 * as root, and what exec was given stays readable without a system call. Then
 * comes the verdict on this process, which holds for ten milliseconds.
 */
static _Atomic int64_t rejected_at = INT64_MIN / 2;

bool
pp_first_login_not_for_process(void)
{
	int64_t at = atomic_load_explicit(&rejected_at, memory_order_relaxed);
	int64_t now;

	if (getauxval(AT_EUID) != 0)
		return true;
	now = pp_coarse_clock_ms();
	return now >= at && now - at < REJECTED_MS;
}

/* Checks the effective uid of now, which may be another one. Only root could
 * read the file anyway. */
static enum pp_first_login_status
check_process(struct pp_first_login_settings *ret)
{
	enum pp_first_login_status status;

	if (geteuid() != 0)
		return PP_FIRST_LOGIN_NO;
	status = pp_first_login_read(PP_FIRST_LOGIN_PATH, ret);
	if (status == PP_FIRST_LOGIN_UNREADABLE)
		return status;
	if (status == PP_FIRST_LOGIN_YES &&
		is_first_login_program(ret->programs))
		return PP_FIRST_LOGIN_YES;
	explicit_bzero(&ret->key, sizeof(ret->key));
	atomic_store_explicit(
		&rejected_at, pp_coarse_clock_ms(), memory_order_relaxed);
	return PP_FIRST_LOGIN_NO;
}

enum pp_first_login_status
pp_first_login_for_process(struct pp_first_login_settings *ret)
{
	enum pp_first_login_status status =
		pp_first_login_not_for_process() ? PP_FIRST_LOGIN_NO
						 : check_process(ret);

	return status == PP_FIRST_LOGIN_YES && ret->refusal != PP_REASON_NONE
		       ? PP_FIRST_LOGIN_NO
		       : status;
}

enum pp_reason
pp_first_login_refusal_here(const char *name)
{
	struct pp_first_login_settings settings;

	if (pp_first_login_not_for_process() ||
		check_process(&settings) != PP_FIRST_LOGIN_YES)
		return PP_REASON_NONE;
	explicit_bzero(&settings.key, sizeof(settings.key));
	return pp_first_login_refusal(&settings, name);
}

static enum pp_first_login_status
answer_for(const char *name, struct pp_first_login_answer *ret)
{
	struct pp_first_login_settings settings;
	enum pp_first_login_status status = check_process(&settings);

	if (status != PP_FIRST_LOGIN_YES)
		return status;
	status = pp_first_login_compute(&settings, name, ret);
	explicit_bzero(&settings.key, sizeof(settings.key));
	return status;
}

enum pp_first_login_status
pp_first_login_answer_for(const char *name, struct pp_first_login_answer *ret)
{
	if (pp_first_login_not_for_process() || !pp_name_is_user(name))
		return PP_FIRST_LOGIN_NO;
	return answer_for(name, ret);
}
