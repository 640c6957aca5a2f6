/* SPDX-License-Identifier: MIT */
#include "floor.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data.h"

#define UNIT 8U
#define WRITE_SIZE ((size_t) 8 * 1024 * 1024)
#define TEXT_MAX 256

enum { NAMES, UIDS, GROUPS, TABLES };

struct slot {
	uint32_t tag;
	uint32_t offset; /* in units of eight bytes, 0 for none */
};

struct head {
	uint64_t at[TABLES];
	uint64_t mask[TABLES];
};

/* Then the texts: name, password, gecos, home, shell. */
struct user {
	uint32_t uid;
	uint32_t size;
	uint16_t password, gecos, home, shell;
	uint32_t gids[DATA_EACH];
};

/* Then where each member's name begins, then the texts: name, password,
 * members. */
struct entry {
	uint32_t gid;
	uint32_t count;
	uint32_t size;
	uint32_t password;
};

/* Where a group's answer goes. */
struct room {
	struct group *ret;
	char *buffer;
	size_t size;
	int *errnop;
};

static const unsigned char *base;
static struct head map;

static uint32_t
hash_text(const char *text, size_t len)
{
	uint64_t hash = 0x9e3779b97f4a7c15U ^ len, word = 0;

	for (; len >= 8; len -= 8, text += 8) {
		memcpy(&word, text, 8);
		hash = (hash ^ word) * 0xff51afd7ed558ccdU;
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, text, len);
	hash = (hash ^ word) * 0xc4ceb9fe1a85ec53U;
	return (uint32_t) (hash ^ hash >> 32);
}

static uint32_t
hash_number(uint32_t number)
{
	number ^= number >> 16;
	number *= 0x7feb352dU;
	number ^= number >> 15;
	return number * 0x846ca68bU;
}

/* The file while it is made: tables in memory, records already written. */
struct plan {
	FILE *file;
	struct head head;
	struct slot *tables[TABLES];
	uint64_t at; /* where the next record goes */
};

static void
begin_table(struct plan *plan, int table, uint32_t keys)
{
	size_t slots = 8;

	while (slots < 2 * (size_t) keys)
		slots *= 2;
	plan->head.at[table] = plan->at;
	plan->head.mask[table] = slots - 1;
	plan->tables[table] = calloc(slots, sizeof(struct slot));
	if (plan->tables[table] == NULL)
		err(1, "calloc");
	plan->at += slots * sizeof(struct slot);
}

static void
put_slot(struct plan *plan, int table, uint32_t tag)
{
	struct slot *slots = plan->tables[table];
	uint64_t mask = plan->head.mask[table], place = tag & mask;

	while (slots[place].offset != 0)
		place = (place + 1) & mask;
	slots[place] = (struct slot){tag, (uint32_t) (plan->at / UNIT)};
}

static void
put_bytes(struct plan *plan, const void *bytes, size_t size)
{
	fwrite(bytes, 1, size, plan->file);
	plan->at += size;
}

static void
pad(struct plan *plan)
{
	static const char zeros[UNIT];

	put_bytes(plan, zeros, -plan->at % UNIT);
}

static void
put_user(struct plan *plan, uint32_t number)
{
	struct user user = {.uid = DATA_FIRST_UID + number};
	char name[DATA_NAME], text[TEXT_MAX];
	size_t len;

	data_user_name(number, name);
	len = strlen(name);
	user.password = (uint16_t) (len + 1);
	user.gecos = (uint16_t) (user.password + 2);
	user.size = (uint32_t) snprintf(text, sizeof(text),
			    "%s%c*%cBench User %u%c/home/%s%c/bin/bash", name,
			    0, 0, number, 0, name, 0) +
		    1;
	user.home = (uint16_t) (user.gecos + strlen(text + user.gecos) + 1);
	user.shell = (uint16_t) (user.home + strlen(text + user.home) + 1);
	for (uint32_t n = 0; n < DATA_EACH; n++)
		user.gids[n] = DATA_FIRST_GID + data_group_of(number, n);
	put_slot(plan, NAMES, hash_text(name, len));
	put_slot(plan, UIDS, hash_number(user.uid));
	put_bytes(plan, &user, sizeof(user));
	put_bytes(plan, text, user.size);
	pad(plan);
}

static void
put_group(
	struct plan *plan, const struct data_members *members, uint32_t number)
{
	uint32_t first = members->start[number];
	struct entry group = {.gid = DATA_FIRST_GID + number,
		.count = members->start[number + 1] - first};
	char name[DATA_NAME];
	uint32_t begin;

	data_group_name(number, name);
	group.password = (uint32_t) strlen(name) + 1;
	begin = group.password + 2;
	group.size = begin + group.count * group.password;
	put_slot(plan, GROUPS, hash_text(name, strlen(name)));
	put_bytes(plan, &group, sizeof(group));
	for (uint32_t i = 0; i < group.count; i++) {
		uint32_t at = begin + i * group.password;

		put_bytes(plan, &at, sizeof(at));
	}
	put_bytes(plan, name, group.password);
	put_bytes(plan, "*", 2);
	for (uint32_t i = 0; i < group.count; i++) {
		data_user_name(members->users[first + i], name);
		put_bytes(plan, name, group.password);
	}
	pad(plan);
}

void
floor_write(uint32_t users, const char *path)
{
	struct plan plan = {.file = fopen(path, "we")};
	struct data_members members;

	if (plan.file == NULL)
		err(1, "%s", path);
	/* By long writes, as the index: folios are as long as they are. */
	setvbuf(plan.file, NULL, _IOFBF, WRITE_SIZE);
	plan.at = sizeof(struct head);
	begin_table(&plan, NAMES, users);
	begin_table(&plan, UIDS, users);
	begin_table(&plan, GROUPS, DATA_GROUPS);
	fseeko(plan.file, (off_t) plan.at, SEEK_SET);
	for (uint32_t i = 0; i < users; i++)
		put_user(&plan, i);
	data_invert(users, &members);
	for (uint32_t i = 0; i < DATA_GROUPS; i++)
		put_group(&plan, &members, i);
	data_forget(&members);
	rewind(plan.file);
	fwrite(&plan.head, sizeof(plan.head), 1, plan.file);
	for (int i = 0; i < TABLES; i++) {
		fwrite(plan.tables[i], sizeof(struct slot),
			(size_t) plan.head.mask[i] + 1, plan.file);
		free(plan.tables[i]);
	}
	if (fclose(plan.file) != 0)
		err(1, "%s", path);
}

void
floor_map(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat info;
	void *bytes;

	if (fd < 0 || fstat(fd, &info) != 0)
		err(1, "%s", path);
	bytes = mmap(NULL, (size_t) info.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	base = bytes;
	memcpy(&map, base, sizeof(map));
}

/* The next record whose tag fits, from *place on; NULL for none. */
static const void *
probe(int table, uint32_t tag, uint64_t *place)
{
	const struct slot *slots = (const void *) (base + map.at[table]);

	for (;; ++*place) {
		const struct slot *slot =
			&slots[(tag + *place) & map.mask[table]];

		if (slot->offset == 0)
			return NULL;
		if (slot->tag == tag) {
			++*place;
			return base + (uint64_t) slot->offset * UNIT;
		}
	}
}

static const struct user *
find_name(const char *name)
{
	size_t len = strlen(name);
	uint32_t tag = hash_text(name, len);
	const struct user *user;
	uint64_t place = 0;

	while ((user = probe(NAMES, tag, &place)) != NULL)
		if (memcmp(user + 1, name, len + 1) == 0)
			break;
	return user;
}

static enum nss_status
answer(const struct user *user, struct passwd *ret, char *buffer, size_t size,
	int *errnop)
{
	if (user == NULL)
		return NSS_STATUS_NOTFOUND;
	if (user->size > size) {
		*errnop = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	memcpy(buffer, user + 1, user->size);
	ret->pw_name = buffer;
	ret->pw_passwd = buffer + user->password;
	ret->pw_gecos = buffer + user->gecos;
	ret->pw_dir = buffer + user->home;
	ret->pw_shell = buffer + user->shell;
	ret->pw_uid = ret->pw_gid = user->uid;
	return NSS_STATUS_SUCCESS;
}

enum nss_status
floor_getpwnam(const char *name, struct passwd *ret, char *buffer, size_t size,
	int *errnop)
{
	return answer(find_name(name), ret, buffer, size, errnop);
}

enum nss_status
floor_getpwuid(
	uid_t uid, struct passwd *ret, char *buffer, size_t size, int *errnop)
{
	uint32_t tag = hash_number(uid);
	const struct user *user;
	uint64_t place = 0;

	while ((user = probe(UIDS, tag, &place)) != NULL)
		if (user->uid == uid)
			break;
	return answer(user, ret, buffer, size, errnop);
}

static enum nss_status
return_group(const struct entry *group, struct room *room)
{
	const uint32_t *starts = (const void *) (group + 1);
	size_t pointers = (group->count + 1) * sizeof(char *);
	char *text = room->buffer + pointers;

	if (pointers + group->size > room->size) {
		*room->errnop = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	memcpy(text, starts + group->count, group->size);
	room->ret->gr_mem = (void *) room->buffer;
	for (uint32_t i = 0; i < group->count; i++)
		room->ret->gr_mem[i] = text + starts[i];
	room->ret->gr_mem[group->count] = NULL;
	room->ret->gr_name = text;
	room->ret->gr_passwd = text + group->password;
	room->ret->gr_gid = group->gid;
	return NSS_STATUS_SUCCESS;
}

enum nss_status
floor_getgrnam(const char *name, struct group *ret, char *buffer, size_t size,
	int *errnop)
{
	size_t len = strlen(name);
	uint32_t tag = hash_text(name, len);
	const struct entry *group;
	uint64_t place = 0;

	while ((group = probe(GROUPS, tag, &place)) != NULL) {
		const uint32_t *starts = (const void *) (group + 1);

		if (memcmp(starts + group->count, name, len + 1) == 0)
			return return_group(group,
				&(struct room){ret, buffer, size, errnop});
	}
	return NSS_STATUS_NOTFOUND;
}

enum nss_status
floor_initgroups(const char *name, gid_t gid, long *start, long *size,
	gid_t **groups, long limit, int *errnop)
{
	const struct user *user = find_name(name);

	(void) gid;
	(void) limit;
	(void) errnop;
	if (user == NULL || *size - *start < (long) DATA_EACH)
		return NSS_STATUS_NOTFOUND;
	memcpy(*groups + *start, user->gids, sizeof(user->gids));
	*start += (long) DATA_EACH;
	return NSS_STATUS_SUCCESS;
}
