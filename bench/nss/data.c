/* SPDX-License-Identifier: MIT */
#include "data.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#define MISSING 0x40000000U /* numbers of names that nobody has */
#define STEP (DATA_GROUPS / DATA_EACH)
#define BUFFER ((size_t) 1024 * 1024)

/* A bijection on 32 bits: names are unique and in no order. */
static uint32_t
mix(uint32_t word)
{
	word ^= word >> 16;
	word *= 0x85ebca6bU;
	word ^= word >> 13;
	word *= 0xc2b2ae35U;
	return word ^ word >> 16;
}

static void
spell(char first, uint32_t number, char name[DATA_NAME])
{
	name[0] = first;
	number = mix(number);
	for (int i = 1; i < 8; i++, number /= 26)
		name[i] = (char) ('a' + number % 26);
	name[8] = '\0';
}

void
data_user_name(uint32_t user, char name[DATA_NAME])
{
	spell('u', user, name);
}

void
data_group_name(uint32_t group, char name[DATA_NAME])
{
	spell('g', group, name);
}

void
data_missing_name(uint32_t number, char name[DATA_NAME])
{
	spell('u', number + MISSING, name);
}

/* One of each hundred groups, so that they ascend and differ. */
uint32_t
data_group_of(uint32_t user, uint32_t n)
{
	return n * STEP + mix(user * DATA_EACH + n) % STEP;
}

void
data_invert(uint32_t users, struct data_members *ret)
{
	uint32_t *fill = calloc(DATA_GROUPS, sizeof(*fill));

	ret->start = calloc(DATA_GROUPS + 1, sizeof(*ret->start));
	ret->users = calloc((size_t) users * DATA_EACH + 1, sizeof(uint32_t));
	if (fill == NULL || ret->start == NULL || ret->users == NULL)
		err(1, "calloc");
	for (uint32_t i = 0; i < users; i++)
		for (uint32_t n = 0; n < DATA_EACH; n++)
			ret->start[data_group_of(i, n) + 1]++;
	for (uint32_t g = 0; g < DATA_GROUPS; g++)
		ret->start[g + 1] += ret->start[g];
	for (uint32_t i = 0; i < users; i++)
		for (uint32_t n = 0; n < DATA_EACH; n++) {
			uint32_t g = data_group_of(i, n);

			ret->users[ret->start[g] + fill[g]++] = i;
		}
	free(fill);
}

void
data_forget(struct data_members *members)
{
	free(members->start);
	free(members->users);
	*members = (struct data_members){0};
}

static FILE *
create(const char *path)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		err(1, "%s", path);
	setvbuf(file, NULL, _IOFBF, BUFFER);
	return file;
}

void
data_write_passwd(uint32_t users, const char *path)
{
	FILE *file = create(path);
	char name[DATA_NAME];

	fprintf(file, "root:x:0:0:root:/root:/bin/sh\n");
	for (uint32_t i = 0; i < users; i++) {
		data_user_name(i, name);
		fprintf(file, "%s:x:%u:%u:Bench User %u:/home/%s:/bin/bash\n",
			name, DATA_FIRST_UID + i, DATA_FIRST_UID + i, i, name);
	}
	if (fclose(file) != 0)
		err(1, "%s", path);
}

void
data_write_roster(uint32_t users, const char *path)
{
	FILE *file = create(path);
	char name[DATA_NAME];

	for (uint32_t i = 0; i < users; i++) {
		data_user_name(i, name);
		fprintf(file,
			"{\"name\": \"%s\", \"uid\": %u, \"gecos\": "
			"\"Bench User %u\", \"shell\": \"/bin/bash\", "
			"\"groups\": [",
			name, DATA_FIRST_UID + i, i);
		for (uint32_t n = 0; n < DATA_EACH; n++) {
			data_group_name(data_group_of(i, n), name);
			fprintf(file, "%s\"%s\"", n > 0 ? ", " : "", name);
		}
		fprintf(file, "]}\n");
	}
	if (fclose(file) != 0)
		err(1, "%s", path);
}

void
data_write_group(uint32_t users, const char *path)
{
	struct data_members members;
	FILE *file = create(path);
	char name[DATA_NAME];

	data_invert(users, &members);
	fprintf(file, "root:x:0:\n");
	for (uint32_t g = 0; g < DATA_GROUPS; g++) {
		data_group_name(g, name);
		fprintf(file, "%s:x:%u:", name, DATA_FIRST_GID + g);
		for (uint32_t m = members.start[g]; m < members.start[g + 1];
			m++) {
			data_user_name(members.users[m], name);
			fprintf(file, "%s%s", m == members.start[g] ? "" : ",",
				name);
		}
		fputc('\n', file);
	}
	data_forget(&members);
	if (fclose(file) != 0)
		err(1, "%s", path);
}
