/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/index/index.h>

#include "data.h"
#include "floor.h"

/* make KIND USERS PATH: writes the data set as passwd, group, index, roster or
 * floor. */

#define TEXT 64
#define TTL_END 4000000000LL

struct texts {
	char name[DATA_NAME];
	char gecos[TEXT];
	char home[TEXT];
};

static void *
allocate(size_t count, size_t size)
{
	void *place = calloc(count, size);

	if (place == NULL)
		err(1, "calloc");
	return place;
}

static void
fill_user(uint32_t number, struct texts *texts, uint32_t *groups,
	struct pp_index_entry *user)
{
	data_user_name(number, texts->name);
	snprintf(texts->gecos, TEXT, "Bench User %u", number);
	snprintf(texts->home, TEXT, "/home/%s", texts->name);
	for (uint32_t n = 0; n < DATA_EACH; n++)
		groups[n] = data_group_of(number, n);
	*user = (struct pp_index_entry){.name = texts->name,
		.gecos = texts->gecos,
		.home = texts->home,
		.shell = "/bin/bash",
		.uid = DATA_FIRST_UID + number,
		.gid = DATA_FIRST_UID + number,
		.flags = PP_INDEX_SIGNED_IN,
		.groups_expire_at = TTL_END,
		.groups = groups,
		.group_count = DATA_EACH};
}

static void
write_index(uint32_t users, const char *path)
{
	struct pp_index_entry *list = allocate(users, sizeof(*list));
	struct texts *texts = allocate(users, sizeof(*texts));
	uint32_t *groups =
		allocate((size_t) users * DATA_EACH, sizeof(*groups));
	char(*names)[DATA_NAME] = allocate(DATA_GROUPS, sizeof(*names));
	struct pp_index_group *all = allocate(DATA_GROUPS + 1, sizeof(*all));
	struct pp_index_content content = {.users = list,
		.user_count = users,
		.groups = all,
		.group_count = DATA_GROUPS + 1,
		.all_users = DATA_GROUPS};
	struct pp_err cause = {0};
	bool changed;

	for (uint32_t i = 0; i < users; i++)
		fill_user(i, &texts[i], groups + (size_t) i * DATA_EACH,
			&list[i]);
	for (uint32_t i = 0; i < DATA_GROUPS; i++) {
		data_group_name(i, names[i]);
		all[i].name = names[i];
		all[i].gid = DATA_FIRST_GID + i;
	}
	all[DATA_GROUPS].name = "playpen-users";
	all[DATA_GROUPS].gid = DATA_PEOPLE_GID;
	if (pp_index_write(path, &content, &changed, &cause) != PP_OK)
		errx(1, "%s", cause.message);
}

int
main(int argc, char **argv)
{
	uint32_t users;

	if (argc != 4)
		errx(2, "usage: make KIND USERS PATH");
	users = (uint32_t) strtoul(argv[2], NULL, 10);
	if (strcmp(argv[1], "passwd") == 0)
		data_write_passwd(users, argv[3]);
	else if (strcmp(argv[1], "group") == 0)
		data_write_group(users, argv[3]);
	else if (strcmp(argv[1], "index") == 0)
		write_index(users, argv[3]);
	else if (strcmp(argv[1], "roster") == 0)
		data_write_roster(users, argv[3]);
	else if (strcmp(argv[1], "floor") == 0)
		floor_write(users, argv[3]);
	else
		errx(2, "no kind %s", argv[1]);
	return 0;
}
