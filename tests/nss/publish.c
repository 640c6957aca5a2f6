/* SPDX-License-Identifier: MIT */
#include <playpen/provision.h>

#include "tests/nss/module.h"

/*
 * publish DIRECTORY [SHELL]: writes the sample index there, for the scripts.
 * SHELL is alice's.
 */
int
main(int argc, char **argv)
{
	struct sample sample;
	struct pp_err err = {0};
	char path[4096];
	bool changed;

	if (argc < 2)
		return EXIT_FAILURE;
	sample_fill(&sample);
	if (argc > 2)
		sample.users[ALICE].shell = argv[2];
	snprintf(path, sizeof(path), "%s/index.v1", argv[1]);
	if (pp_index_write(path, &sample.content, &changed, &err) == PP_OK)
		return EXIT_SUCCESS;
	fprintf(stderr, "%s\n", err.message);
	return EXIT_FAILURE;
}
