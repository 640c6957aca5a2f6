/* SPDX-License-Identifier: MIT */
#pragma once

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <playpen/index/index.h>

/*
 * A small index that several tests write: three people, a service account, a
 * locked one and a closed one; two claim groups, a local one, everybody's.
 */

#define SAMPLE_ALICE 0x70000010U
#define SAMPLE_BOB 0x70000020U
#define SAMPLE_MALLORY 0x70000005U
#define SAMPLE_BACKUP 0x70000030U
#define SAMPLE_ROSTER 1234U
#define SAMPLE_GONE 0x70000040U
#define SAMPLE_DEV 0x7c000007U
#define SAMPLE_OPS 0x7c000003U
#define SAMPLE_PEOPLE 0x7c000005U
#define SAMPLE_SUDO 27U
#define SAMPLE_FUTURE 4000000000LL
#define SAMPLE_PAST 1000000000LL

enum { ALICE, BOB, MALLORY, BACKUP, ROSTER, GONE, SAMPLE_USERS };
enum { DEV, OPS, PEOPLE, SUDO, SAMPLE_GROUPS };

struct sample {
	struct pp_index_entry users[SAMPLE_USERS];
	struct pp_index_group groups[SAMPLE_GROUPS];
	struct pp_index_content content;
};

static inline struct pp_index_entry
sample_user(const char *name, const char *home, uint32_t uid, uint32_t flags)
{
	return (struct pp_index_entry){.name = name,
		.gecos = "",
		.home = home,
		.shell = "/bin/bash",
		.uid = uid,
		.gid = uid,
		.flags = flags,
		.groups_expire_at = SAMPLE_FUTURE};
}

/* Fills what the caller owns: the content points into the sample. */
static inline void
sample_fill(struct sample *sample)
{
	static const uint32_t all[] = {DEV, OPS, SUDO};
	static const uint32_t dev[] = {DEV, PEOPLE};
	struct pp_index_entry *users = sample->users;

	users[ALICE] = sample_user(
		"alice", "/home/alice", SAMPLE_ALICE, PP_INDEX_SIGNED_IN);
	users[ALICE].gecos = "Alice Example";
	users[ALICE].groups = all;
	users[ALICE].group_count = 3;
	users[BOB] =
		sample_user("bob", "/home/bob", SAMPLE_BOB, PP_INDEX_SIGNED_IN);
	users[BOB].groups_expire_at = SAMPLE_PAST;
	users[BOB].groups = dev;
	users[BOB].group_count = 2;
	users[MALLORY] = sample_user("mallory", "/home/mallory", SAMPLE_MALLORY,
		PP_INDEX_SIGNED_IN | PP_INDEX_LOCKED);
	users[MALLORY].groups = dev;
	users[MALLORY].group_count = 1;
	users[BACKUP] = sample_user("svc-backup", "/srv/backup", SAMPLE_BACKUP,
		PP_INDEX_SIGNED_IN | PP_INDEX_SERVICE_ACCOUNT);
	users[BACKUP].groups_expire_at = 0;
	users[BACKUP].groups = dev;
	users[BACKUP].group_count = 1;
	users[ROSTER] = sample_user("roster", "/home/r", SAMPLE_ROSTER, 0);
	users[GONE] = sample_user("gone", "/home/gone", SAMPLE_GONE,
		PP_INDEX_SIGNED_IN | PP_INDEX_CLOSED);
	sample->groups[DEV] =
		(struct pp_index_group){.name = "dev", .gid = SAMPLE_DEV};
	sample->groups[OPS] =
		(struct pp_index_group){.name = "ops", .gid = SAMPLE_OPS};
	sample->groups[PEOPLE] = (struct pp_index_group){
		.name = "playpen-users", .gid = SAMPLE_PEOPLE};
	sample->groups[SUDO] = (struct pp_index_group){.name = "sudo",
		.gid = SAMPLE_SUDO,
		.flags = PP_INDEX_GROUP_LOCAL};
	sample->content = (struct pp_index_content){.users = sample->users,
		.user_count = SAMPLE_USERS,
		.groups = sample->groups,
		.group_count = SAMPLE_GROUPS,
		.all_users = PEOPLE};
}
