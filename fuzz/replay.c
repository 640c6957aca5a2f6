/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"

/*
 * Replays a corpus without a fuzzer: each file of the directory as it is, then
 * each beginning of it and each with one byte changed, which is where parsers
 * that count wrongly read too far. Speaks TAP. Without an argument it is the
 * target's own corpus in the source tree.
 */

#define INPUT_MAX 65536U
#define MUTATIONS_MAX 4096U /* of one file */

static int files, inputs;

/* From a buffer of exactly that size, so that a sanitizer sees its end. */
static void
feed(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	if (copy == NULL)
		abort();
	memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
	inputs++;
}

static void
feed_mutations(uint8_t *data, size_t len)
{
	size_t step = len / MUTATIONS_MAX + 1;

	for (size_t i = 0; i < len; i += step) {
		uint8_t kept = data[i];

		feed(data, i);
		data[i] = (uint8_t) (kept ^ (1U << (i % 8)));
		feed(data, len);
		data[i] = kept;
	}
}

static void
replay_file(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *file = fopen(path, "re");
	size_t len;

	if (file == NULL)
		return;
	len = fread(data, 1, sizeof(data), file);
	fclose(file);
	files++;
	feed(data, len);
	feed_mutations(data, len);
}

static void
replay_directory(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	char name[8192];

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		replay_file(name);
	}
	closedir(directory);
}

int
main(int argc, char **argv)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];

	snprintf(path, sizeof(path), "%s/fuzz/corpus/%s",
		srcdir != NULL ? srcdir : ".", fuzz_name);
	replay_directory(argc > 1 ? argv[1] : path);
	printf("%sok 1 - replays the corpus of %s: %d files, %d inputs\n",
		files > 0 ? "" : "not ", fuzz_name, files, inputs);
	printf("1..1\n");
	return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
