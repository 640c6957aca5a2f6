/* SPDX-License-Identifier: MIT */
#include <locale.h>

#include "tests/nss/counting.h"
#include "tests/nss/service.h"
#include "tests/nss/sweep.h"

/*
 * Provisional answers, byte by byte: the test runs itself again from a copy
 * that is called sshd, and sweeps there.
 */

#define ROOM 4096

static uid_t stranger_uid;

static enum nss_status
stranger(void *ret, char *buffer, size_t size, int *err)
{
	return module.getpwnam("stranger", ret, buffer, size, err);
}

static enum nss_status
stranger_by_uid(void *ret, char *buffer, size_t size, int *err)
{
	return module.getpwuid(stranger_uid, ret, buffer, size, err);
}

static enum nss_status
private_group(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrnam("stranger", ret, buffer, size, err);
}

static enum nss_status
private_group_by_gid(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrgid(stranger_uid, ret, buffer, size, err);
}

static enum nss_status
people(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrnam("playpen-users", ret, buffer, size, err);
}

static enum nss_status
people_by_gid(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrgid(SAMPLE_PEOPLE, ret, buffer, size, err);
}

/* By number only after its name: the order matters. */
static const struct call calls[] = {{stranger, false}, {stranger_by_uid, false},
	{private_group, true}, {private_group_by_gid, true}, {people, true},
	{people_by_gid, true}};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

static void
sweep_everything(void)
{
	size_t user = sizeof("stranger") + sizeof("*") + sizeof("") +
		      sizeof("/home/stranger") + sizeof("/bin/bash");
	size_t group = sizeof("stranger") + sizeof("*") + sizeof(char *);
	size_t all = group + strlen("playpen-users") - strlen("stranger");

	check_int(sweep_ask(&calls[0], sweep_buffer, ROOM), NSS_STATUS_SUCCESS);
	stranger_uid = sweep_answer.user.pw_uid;
	sweep_all(&calls[0], user);
	sweep_all(&calls[1], user);
	sweep_all(&calls[2], group);
	sweep_all(&calls[3], group);
	if (access(PP_INDEX_PATH, F_OK) == 0)
		return; /* the other service answers for the all-users group */
	sweep_all(&calls[4], all);
	sweep_all(&calls[5], all);
}

/* Before the first index the all-users group is provisional too. */
static void
without_an_index_all_fit_exactly_or_not_at_all(void)
{
	sweep_everything();
}

static void
beside_an_index_all_fit_exactly_or_not_at_all(void)
{
	place_publish_sample();
	sweep_everything();
}

static int
count_allocations(const struct call *call)
{
	allocations = 0;
	counting = true;
	sweep_ask(call, sweep_buffer, ROOM);
	counting = false;
	return allocations;
}

static void
allocates_nothing_whatever_the_pattern_and_the_locale(void)
{
	struct pp_first_login_settings provision = service_settings();

	if (!COUNTS) {
		tap_skip("built with a sanitizer");
		return;
	}
	for (size_t i = 0; i < CALLS; i++)
		check_int(count_allocations(&calls[i]), 0);
	/* glibc itself loads what a locale needs when it first compares. */
	setlocale(LC_ALL, "C.UTF-8");
	sweep_ask(&calls[0], sweep_buffer, ROOM);
	memset(provision.allow_new_users, '*',
		sizeof(provision.allow_new_users) - 1);
	memcpy(provision.allow_new_users, "[a-z]", 5);
	service_provide(&provision);
	for (size_t i = 0; i < CALLS; i++)
		check_int(count_allocations(&calls[i]), 0);
	check_int(sweep_ask(&calls[0], sweep_buffer, ROOM), NSS_STATUS_SUCCESS);
	setlocale(LC_ALL, "C");
	service_provide_default();
}

static void
an_unsafe_file_is_unavail_and_touches_nothing(void)
{
	check_int(chmod(PP_FIRST_LOGIN_PATH, 0644), 0);
	for (size_t i = 0; i < 4; i++) {
		check_int(sweep_ask(&calls[i], sweep_buffer, 0),
			NSS_STATUS_UNAVAIL);
		check_int(sweep_ask(&calls[i], sweep_buffer, ROOM),
			NSS_STATUS_UNAVAIL);
	}
	check_int(chmod(PP_FIRST_LOGIN_PATH, 0600), 0);
	check_int(sweep_ask(&calls[0], sweep_buffer, ROOM), NSS_STATUS_SUCCESS);
}

static int
be_sshd(const char *path)
{
	if (!place_enter() || mkdir(service_dir, 0755) != 0)
		return EXIT_SUCCESS;
	place_set_sources("files playpen_new", "files playpen_new");
	service_copy_self(path);
	execl(path, path, "sweep", NULL);
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	(void) argv;
	if (argc == 1)
		return be_sshd("/var/lib/services/sshd");
	module_load_new();
	service_provide_default();
	run(without_an_index_all_fit_exactly_or_not_at_all);
	run(beside_an_index_all_fit_exactly_or_not_at_all);
	run(allocates_nothing_whatever_the_pattern_and_the_locale);
	run(an_unsafe_file_is_unavail_and_touches_nothing);
	return tap_end();
}
