/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "data.h"
#include "module.h"

/*
 * first SO USERS: what the first call costs a process that has never asked:
 * loading the module, mapping the index, one hit. Prints the median time and
 * what the process's private memory grew by, from processes that are started
 * anew.
 */

#define TIMES 31
#define BUFFER 4096

/* Pages that nobody else can have. Those of the index are the page cache's and
 * shared by all who map it; while one process does they count as private, and
 * on a tmpfs as dirty too, but never as anonymous. */
static long
private_kib(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "re");
	char line[256];
	long sum = 0, value;

	if (file == NULL)
		err(1, "smaps_rollup");
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Anonymous: %ld", &value) == 1)
			sum += value;
	fclose(file);
	return sum;
}

static int
be_new(const char *path)
{
	char name[DATA_NAME], buffer[BUFFER];
	struct timespec begin, end;
	struct module module;
	struct passwd user;
	long before = private_kib();
	int code;

	data_user_name(0, name);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	module_load("playpen", path, &module);
	if (module.getpwnam(name, &user, buffer, BUFFER, &code) !=
		NSS_STATUS_SUCCESS)
		errx(1, "%s is not there", name);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%lld %ld\n",
		(long long) (end.tv_sec - begin.tv_sec) * 1000000000 +
			end.tv_nsec - begin.tv_nsec,
		private_kib() - before);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const long *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

int
main(int argc, char **argv)
{
	long times[TIMES], sizes[TIMES];
	char command[4096];

	if (argc == 4)
		return be_new(argv[1]);
	if (argc != 3)
		errx(2, "usage: first SO USERS");
	snprintf(command, sizeof(command), "'%s' '%s' %s new", argv[0], argv[1],
		argv[2]);
	for (int i = 0; i < TIMES; i++) {
		FILE *pipe = popen(command, "re");

		if (pipe == NULL ||
			fscanf(pipe, "%ld %ld", &times[i], &sizes[i]) != 2)
			errx(1, "%s", command);
		pclose(pipe);
	}
	qsort(times, TIMES, sizeof(times[0]), compare);
	qsort(sizes, TIMES, sizeof(sizes[0]), compare);
	printf("playpen\t%s\tfirst call\t%ld\n", argv[2], times[TIMES / 2]);
	fprintf(stderr,
		"# first call with %s users: %ld KiB of private memory\n",
		argv[2], sizes[TIMES / 2]);
	return 0;
}
