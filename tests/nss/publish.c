/* SPDX-License-Identifier: MIT */
#include <playpen/index/first_login.h>

#include "tests/nss/module.h"

/*
 * publish DIRECTORY [SHELL [COUNT]]: writes the sample index there, for the
 * scripts. SHELL is alice's; so many more people are in dev.
 */

#define COUNT_MAX 20000U

static struct pp_index_entry users[SAMPLE_USERS + COUNT_MAX];

static void
add_members(struct sample *sample, uint32_t count)
{
	static char names[COUNT_MAX][32];

	memcpy(users, sample->users, sizeof(sample->users));
	for (uint32_t i = 0; i < count; i++) {
		struct pp_index_entry *user = &users[SAMPLE_USERS + i];

		snprintf(names[i], sizeof(names[i]), "member-no-%06u-dev", i);
		*user = sample_user(
			names[i], "/home/x", 100000 + i, PP_INDEX_SIGNED_IN);
		user->groups = sample->users[ALICE].groups;
		user->group_count = 1;
	}
	sample->content.users = users;
	sample->content.user_count = SAMPLE_USERS + count;
}

int
main(int argc, char **argv)
{
	uint32_t count = 0;
	struct sample sample;
	struct pp_err err = {0};
	char path[4096];
	bool changed;

	if (argc < 2)
		return EXIT_FAILURE;
	sample_fill(&sample);
	if (argc > 2)
		sample.users[ALICE].shell = argv[2];
	if (argc > 3)
		count = (uint32_t) strtoul(argv[3], NULL, 10);
	if (count > COUNT_MAX)
		return EXIT_FAILURE;
	add_members(&sample, count);
	snprintf(path, sizeof(path), "%s/index.v1", argv[1]);
	if (pp_index_write(path, &sample.content, &changed, &err) == PP_OK)
		return EXIT_SUCCESS;
	fprintf(stderr, "%s\n", err.message);
	return EXIT_FAILURE;
}
