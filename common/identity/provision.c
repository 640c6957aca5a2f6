/* SPDX-License-Identifier: MIT */
#include <fnmatch.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <playpen/provision.h>

#include "coarse.h"

#define DELETED " (deleted)" /* the program was upgraded while it runs */
#define JUDGED_MS 10

/* /proc/self/exe and not argv or comm: those are the caller's to choose. */
static bool
is_login_service(const char *services)
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
	return len > 0 && pp_words_have(services, name, len);
}

bool
pp_provision_allows(const char *first_login, const char *name)
{
	return strcmp(first_login, "off") != 0 &&
	       fnmatch(first_login, name, 0) == 0;
}

bool
pp_provision_home(
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
 * Whether a group has the name by what is configured. Whoever got it would have
 * a private group of that name, which sudoers and AllowGroups believe in.
 */
static bool
is_group_name(const struct pp_provision *provision, const char *name)
{
	return pp_name_has_prefix(name, provision->prefix) ||
	       pp_words_have(provision->groups, name, strlen(name));
}

enum pp_provision_status
pp_provision_compute(const struct pp_provision *provision, const char *name,
	struct pp_provisional *ret)
{
	if (!pp_name_is_valid(name) || pp_name_is_reserved(name) ||
		strcmp(name, provision->people) == 0 ||
		is_group_name(provision, name) ||
		!pp_provision_allows(provision->first_login, name))
		return PP_PROVISION_NO;
	if (!pp_provision_home(
		    provision->home, name, ret->home, sizeof(ret->home)))
		return PP_PROVISION_NO;
	stpcpy(ret->name, name);
	stpcpy(ret->shell, provision->shell);
	stpcpy(ret->people, provision->people);
	ret->uid = pp_uid_of_name(&provision->key, name, &provision->uid_range);
	ret->people_gid = provision->people_gid;
	return PP_PROVISION_YES;
}

/*
 * Every process that looks up a name which nobody has comes here, so what is
 * cheap comes first. What began without root is no login service: those are
 * started as root, and what exec was given stays readable without a system
 * call. Then the verdict on this process, ten milliseconds long.
 */
static _Atomic int64_t no_service_at = INT64_MIN / 2;

bool
pp_provision_is_out_of_question(void)
{
	int64_t at = atomic_load_explicit(&no_service_at, memory_order_relaxed);
	int64_t now;

	if (getauxval(AT_EUID) != 0)
		return true;
	now = pp_coarse_ms();
	return now >= at && now - at < JUDGED_MS;
}

/* The effective uid of now may be another one. Others than root could not read
 * the file anyway. */
static enum pp_provision_status
judge_process(struct pp_provision *ret)
{
	enum pp_provision_status status;

	if (geteuid() != 0)
		return PP_PROVISION_NO;
	status = pp_provision_load(PP_PROVISION_PATH, ret);
	if (status == PP_PROVISION_UNREADABLE)
		return status;
	if (status == PP_PROVISION_YES && is_login_service(ret->services))
		return PP_PROVISION_YES;
	explicit_bzero(&ret->key, sizeof(ret->key));
	atomic_store_explicit(
		&no_service_at, pp_coarse_ms(), memory_order_relaxed);
	return PP_PROVISION_NO;
}

enum pp_provision_status
pp_provision_for_process(struct pp_provision *ret)
{
	return pp_provision_is_out_of_question() ? PP_PROVISION_NO
						 : judge_process(ret);
}

static enum pp_provision_status
answer(const char *name, struct pp_provisional *ret)
{
	struct pp_provision provision;
	enum pp_provision_status status = judge_process(&provision);

	if (status != PP_PROVISION_YES)
		return status;
	status = pp_provision_compute(&provision, name, ret);
	explicit_bzero(&provision.key, sizeof(provision.key));
	return status;
}

enum pp_provision_status
pp_provision_answer(const char *name, struct pp_provisional *ret)
{
	if (pp_provision_is_out_of_question() || !pp_name_is_valid(name))
		return PP_PROVISION_NO;
	return answer(name, ret);
}
