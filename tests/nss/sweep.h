/* SPDX-License-Identifier: MIT */
#pragma once

#include "tests/nss/module.h"

/*
 * Calls with a canary around the buffer and poison in the struct: whatever a
 * function answers, it writes inside its buffer, and an answer that is none
 * touches nothing but the error.
 */

#define SWEEP_ROOM 16384U
#define SWEEP_EDGE 32U
#define CANARY 0x5a
#define POISON 0xa5
#define ERRNO_BEFORE 4321

static char sweep_space[SWEEP_EDGE + SWEEP_ROOM + SWEEP_EDGE];
static char *const sweep_buffer = sweep_space + SWEEP_EDGE;

/* What the last call answered. */
static union {
	struct passwd user;
	struct group group;
} sweep_answer;

/* A look-up with one key, so that one sweep serves all entry points. */
struct call {
	enum nss_status (*make)(void *ret, char *buffer, size_t size, int *err);
	bool group;
};

static inline bool
is_all(const void *bytes, size_t size, unsigned char value)
{
	const unsigned char *at = bytes;

	return size == 0 ||
	       (at[0] == value && memcmp(at, at + 1, size - 1) == 0);
}

static inline bool
inside(const void *pointer, const char *buffer, size_t size)
{
	const char *at = pointer;

	return at >= buffer && at < buffer + size;
}

/* A text that begins and ends inside the buffer. */
static inline bool
text_inside(const char *text, const char *buffer, size_t size)
{
	return inside(text, buffer, size) &&
	       memchr(text, '\0', (size_t) (buffer + size - text)) != NULL;
}

static inline void
check_user_inside(const struct passwd *user, const char *buffer, size_t size)
{
	check(text_inside(user->pw_name, buffer, size));
	check(text_inside(user->pw_passwd, buffer, size));
	check(text_inside(user->pw_gecos, buffer, size));
	check(text_inside(user->pw_dir, buffer, size));
	check(text_inside(user->pw_shell, buffer, size));
	check_text(user->pw_passwd, "*");
}

static inline void
check_group_inside(const struct group *group, const char *buffer, size_t size)
{
	char **member = group->gr_mem;

	check(text_inside(group->gr_name, buffer, size));
	check(text_inside(group->gr_passwd, buffer, size));
	check_text(group->gr_passwd, "*");
	check_int((uintptr_t) member % _Alignof(char *), 0);
	for (; inside(member, buffer, size) && *member != NULL; member++)
		check(text_inside(*member, buffer, size));
	check(inside(member, buffer, size) &&
		inside((char *) (member + 1) - 1, buffer, size));
}

/* One call; the buffer lies in the space. */
static inline enum nss_status
sweep_ask(const struct call *call, char *buffer, size_t size)
{
	size_t before = (size_t) (buffer - sweep_space);
	enum nss_status status;
	int code = -1;

	memset(&sweep_answer, POISON, sizeof(sweep_answer));
	memset(sweep_space, CANARY, sizeof(sweep_space));
	errno = ERRNO_BEFORE;
	status = call->make(&sweep_answer, buffer, size, &code);
	check_int(errno, ERRNO_BEFORE);
	check(is_all(sweep_space, before, CANARY));
	check(is_all(
		buffer + size, sizeof(sweep_space) - before - size, CANARY));
	if (status != NSS_STATUS_SUCCESS) {
		check_int(code,
			(status == NSS_STATUS_TRYAGAIN ? ERANGE : ENOENT));
		check(is_all(&sweep_answer, sizeof(sweep_answer), POISON));
		return status;
	}
	check_int(code, -1);
	if (call->group)
		check_group_inside(&sweep_answer.group, buffer, size);
	else
		check_user_inside(&sweep_answer.user, buffer, size);
	return status;
}

/* Whether the buffer was large enough; no group of ours is root's
 * (CVE-2025-5689). */
static inline bool
sweep_fits(const struct call *call, char *buffer, size_t size)
{
	enum nss_status status = sweep_ask(call, buffer, size);

	if (status != NSS_STATUS_SUCCESS) {
		check_int(status, NSS_STATUS_TRYAGAIN);
		return false;
	}
	if (call->group) {
		check_cmp(sweep_answer.group.gr_gid, >=, 1000);
		return true;
	}
	check_cmp(sweep_answer.user.pw_uid, >=, 1000);
	check_int(sweep_answer.user.pw_gid, sweep_answer.user.pw_uid);
	check_int(sweep_answer.user.pw_dir[0], '/');
	check_int(sweep_answer.user.pw_shell[0], '/');
	return true;
}

/* Grows the buffer a byte at a time until it fits, and two bytes further. */
static inline size_t
sweep(const struct call *call, size_t offset)
{
	char *buffer = sweep_buffer + offset;
	size_t need = 0, most = SWEEP_ROOM - offset;

	while (need < most && !sweep_fits(call, buffer, need))
		need++;
	check_cmp(need, >, 0);
	check_cmp(need, <, most);
	check(sweep_fits(call, buffer, need + 1));
	check(sweep_fits(call, buffer, most));
	return need;
}

/* From every alignment: text bytes are needed, and what aligns a group. */
static inline void
sweep_all(const struct call *call, size_t text)
{
	for (size_t offset = 0; offset < 9; offset++) {
		uintptr_t at = (uintptr_t) (sweep_buffer + offset);
		size_t pad = call->group ? -at % _Alignof(char *) : 0;

		check_int(sweep(call, offset), text + pad);
	}
}
