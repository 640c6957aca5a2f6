/* SPDX-License-Identifier: MIT */
#include "tests/nss/module.h"

/* Every entry point with every buffer size, from every alignment. */

#define ROOM 4096U
#define CANARY 0x5a
#define POISON 0xa5
#define ERRNO_BEFORE 4321

static char space[ROOM + 64];

/* A lookup with one key, so that one sweep serves all entry points. */
struct call {
	enum nss_status (*make)(void *ret, char *buffer, size_t size, int *err);
	bool group;
};

static enum nss_status
alice(void *ret, char *buffer, size_t size, int *err)
{
	return module.getpwnam("alice", ret, buffer, size, err);
}

static enum nss_status
bob_by_uid(void *ret, char *buffer, size_t size, int *err)
{
	return module.getpwuid(SAMPLE_BOB, ret, buffer, size, err);
}

static enum nss_status
first_user(void *ret, char *buffer, size_t size, int *err)
{
	module.setpwent(0);
	return module.getpwent(ret, buffer, size, err);
}

static enum nss_status
dev(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrnam("dev", ret, buffer, size, err);
}

static enum nss_status
ops_by_gid(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrgid(SAMPLE_OPS, ret, buffer, size, err);
}

static enum nss_status
private_group(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrnam("alice", ret, buffer, size, err);
}

static enum nss_status
private_group_by_gid(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrgid(SAMPLE_ALICE, ret, buffer, size, err);
}

static enum nss_status
everybody(void *ret, char *buffer, size_t size, int *err)
{
	return module.getgrnam("playpen-users", ret, buffer, size, err);
}

static enum nss_status
first_group(void *ret, char *buffer, size_t size, int *err)
{
	module.setgrent(0);
	return module.getgrent(ret, buffer, size, err);
}

static bool
inside(const void *pointer, const char *buffer, size_t size)
{
	const char *at = pointer;

	return at >= buffer && at < buffer + size;
}

/* A text that begins and ends inside the buffer. */
static bool
text_inside(const char *text, const char *buffer, size_t size)
{
	return inside(text, buffer, size) &&
	       memchr(text, '\0', (size_t) (buffer + size - text)) != NULL;
}

static void
check_user(const struct passwd *user, const char *buffer, size_t size)
{
	check(text_inside(user->pw_name, buffer, size));
	check(text_inside(user->pw_passwd, buffer, size));
	check(text_inside(user->pw_gecos, buffer, size));
	check(text_inside(user->pw_dir, buffer, size));
	check(text_inside(user->pw_shell, buffer, size));
	check_text(user->pw_passwd, "*");
	check(user->pw_uid == user->pw_gid && user->pw_uid >= 1000);
	check(user->pw_dir[0] == '/' && user->pw_shell[0] == '/');
}

static void
check_group(const struct group *group, const char *buffer, size_t size)
{
	char **member = group->gr_mem;

	check(text_inside(group->gr_name, buffer, size));
	check(text_inside(group->gr_passwd, buffer, size));
	check_text(group->gr_passwd, "*");
	check(group->gr_gid >= 1000);
	check((uintptr_t) member % _Alignof(char *) == 0);
	for (; inside(member, buffer, size) && *member != NULL; member++)
		check(text_inside(*member, buffer, size));
	check(inside(member + 1, buffer, size + 1));
}

static bool
is_all(const void *bytes, size_t size, unsigned char value)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < size; i++)
		if (at[i] != value)
			return false;
	return true;
}

/* One call; returns whether the buffer was large enough. */
static bool
try_size(const struct call *call, char *buffer, size_t size)
{
	union {
		struct passwd user;
		struct group group;
	} ret;
	enum nss_status status;
	int code = -1;

	memset(&ret, POISON, sizeof(ret));
	memset(space, CANARY, sizeof(space));
	errno = ERRNO_BEFORE;
	status = call->make(&ret, buffer, size, &code);
	check(errno == ERRNO_BEFORE);
	check(is_all(space, (size_t) (buffer - space), CANARY));
	check(is_all(buffer + size,
		sizeof(space) - size - (size_t) (buffer - space), CANARY));
	if (status != NSS_STATUS_SUCCESS) {
		check(status == NSS_STATUS_TRYAGAIN && code == ERANGE);
		check(is_all(&ret, sizeof(ret), POISON));
		return false;
	}
	check(code == -1);
	if (call->group)
		check_group(&ret.group, buffer, size);
	else
		check_user(&ret.user, buffer, size);
	return true;
}

/* Grows the buffer a byte at a time until it fits, and two bytes further. */
static size_t
sweep(const struct call *call, size_t offset)
{
	char *buffer = space + 16 + offset;
	size_t need = 0;

	while (need < ROOM && !try_size(call, buffer, need))
		need++;
	check(need > 0 && need < ROOM);
	check(try_size(call, buffer, need + 1));
	check(try_size(call, buffer, ROOM));
	return need;
}

static void
sweep_all(const struct call *call, size_t text)
{
	for (size_t offset = 0; offset < 9; offset++) {
		size_t pad = call->group
				     ? -(uintptr_t) (space + 16 + offset) % 8
				     : 0;

		check(sweep(call, offset) == text + pad);
	}
}

static void
users_fit_exactly_or_not_at_all(void)
{
	size_t alice_text = sizeof("alice") + sizeof("Alice Example") +
			    sizeof("/home/alice") + sizeof("/bin/bash") +
			    sizeof("*");
	size_t bob_text = sizeof("bob") + sizeof("") + sizeof("/home/bob") +
			  sizeof("/bin/bash") + sizeof("*");
	size_t mallory_text = bob_text + 2 * (strlen("mallory") - 3);

	place_publish_sample();
	sweep_all(&(struct call){alice, false}, alice_text);
	sweep_all(&(struct call){bob_by_uid, false}, bob_text);
	sweep_all(&(struct call){first_user, false}, mallory_text);
}

static void
groups_fit_exactly_or_not_at_all(void)
{
	size_t dev_text = sizeof("dev") + sizeof("*") + 5 * sizeof(char *) +
			  sizeof("alice") + sizeof("bob") + sizeof("mallory") +
			  sizeof("svc-backup");
	size_t ops_text = sizeof("ops") + sizeof("*") + 2 * sizeof(char *) +
			  sizeof("alice");
	size_t bare = sizeof("alice") + sizeof("*") + sizeof(char *);

	place_publish_sample();
	sweep_all(&(struct call){dev, true}, dev_text);
	sweep_all(&(struct call){ops_by_gid, true}, ops_text);
	sweep_all(&(struct call){first_group, true}, ops_text);
	sweep_all(&(struct call){private_group, true}, bare);
	sweep_all(&(struct call){private_group_by_gid, true}, bare);
	sweep_all(&(struct call){everybody, true},
		bare + strlen("playpen-users") - strlen("alice"));
}

static void
a_missing_name_is_notfound_and_touches_nothing(void)
{
	struct passwd user;
	struct group group;
	int code = 0;

	place_publish_sample();
	memset(&user, POISON, sizeof(user));
	memset(&group, POISON, sizeof(group));
	errno = ERRNO_BEFORE;
	check(module.getpwnam("nobody-here", &user, space, 0, &code) ==
		NSS_STATUS_NOTFOUND);
	check(code == ENOENT && errno == ERRNO_BEFORE);
	check(module.getpwuid(0, &user, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
	check(module.getgrnam("nobody-here", &group, space, 0, &code) ==
		NSS_STATUS_NOTFOUND);
	check(module.getgrgid(0, &group, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
	check(is_all(&user, sizeof(user), POISON));
	check(is_all(&group, sizeof(group), POISON));
}

static void
odd_names_are_notfound_and_not_an_error(void)
{
	static const char *const names[] = {"", "root", "Alice", "a b", "../x",
		"alice:x", "\xff\xfe", "%s%n", "ALICE", "alice "};
	char long_name[10000];
	struct passwd user;
	struct group group;
	int code;

	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		check(module.getpwnam(names[i], &user, space, ROOM, &code) ==
			NSS_STATUS_NOTFOUND);
		check(module.getgrnam(names[i], &group, space, ROOM, &code) ==
			NSS_STATUS_NOTFOUND);
	}
	check(module.getpwnam(long_name, &user, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
}

/* glibc hands in &errno itself: it must hold the code, not what was before. */
static void
an_errnop_that_is_errno_has_the_code(void)
{
	struct passwd user;

	place_publish_sample();
	errno = ERRNO_BEFORE;
	check(module.getpwnam("alice", &user, space, 1, &errno) ==
		NSS_STATUS_TRYAGAIN);
	check(errno == ERANGE);
	check(module.getpwnam("x", &user, space, 1, &errno) ==
		NSS_STATUS_NOTFOUND);
	check(errno == ENOENT);
	errno = ERRNO_BEFORE;
	check(module.getpwnam("alice", &user, space, ROOM, &errno) ==
		NSS_STATUS_SUCCESS);
	check(errno == ERRNO_BEFORE);
}

static void
a_removed_account_is_nobody(void)
{
	struct passwd user;
	struct group group;
	int code;

	place_publish_sample();
	check(module.getpwnam("gone", &user, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
	check(module.getpwuid(SAMPLE_GONE, &user, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
	check(module.getgrnam("gone", &group, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
	check(module.getgrgid(SAMPLE_GONE, &group, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
}

static void
a_locked_account_still_owns_its_files(void)
{
	struct passwd user;
	int code;

	place_publish_sample();
	check(module.getpwuid(SAMPLE_MALLORY, &user, space, ROOM, &code) ==
		NSS_STATUS_SUCCESS);
	check_text(user.pw_name, "mallory");
}

/* Who is locked, or was last checked too long ago, is no member. */
static void
lists_only_members_whose_time_has_not_passed(void)
{
	struct group group;
	int code;

	place_publish_sample();
	check(module.getgrnam("dev", &group, space, ROOM, &code) ==
		NSS_STATUS_SUCCESS);
	check_text(group.gr_mem[0], "alice");
	check_text(group.gr_mem[1], "svc-backup");
	check(group.gr_mem[2] == NULL);
}

static void
a_local_group_is_left_to_files(void)
{
	struct group group;
	int code;

	place_publish_sample();
	check(module.getgrnam("sudo", &group, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
	check(module.getgrgid(SAMPLE_SUDO, &group, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
}

static void
an_account_with_another_gid_has_no_private_group(void)
{
	struct sample sample;
	struct group group;
	int code;

	sample_fill(&sample);
	sample.users[ALICE].gid = 100;
	place_publish(&sample);
	check(module.getgrnam("alice", &group, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
	check(module.getgrgid(SAMPLE_ALICE, &group, space, ROOM, &code) ==
		NSS_STATUS_NOTFOUND);
}

int
main(void)
{
	if (!place_enter())
		return EXIT_SUCCESS;
	module_load();
	run(users_fit_exactly_or_not_at_all);
	run(groups_fit_exactly_or_not_at_all);
	run(a_missing_name_is_notfound_and_touches_nothing);
	run(odd_names_are_notfound_and_not_an_error);
	run(an_errnop_that_is_errno_has_the_code);
	run(a_removed_account_is_nobody);
	run(a_locked_account_still_owns_its_files);
	run(lists_only_members_whose_time_has_not_passed);
	run(a_local_group_is_left_to_files);
	run(an_account_with_another_gid_has_no_private_group);
	return tap_end();
}
