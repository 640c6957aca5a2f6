/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * pairs ROUNDS COMMAND... -- COMMAND...
 *
 * Runs two commands in turn, so that whatever else the machine does meets both,
 * and prints what each took: the quickest and the median, wall clock and
 * processor time with all children, and the median of the differences between
 * the two of each pair. Milliseconds.
 */

#define ROUNDS_MAX 10000

extern char **environ;

struct sample {
	double wall;
	double cpu;
};

static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static double
time_ms(struct timeval time)
{
	return (double) time.tv_sec * 1e3 + (double) time.tv_usec / 1e3;
}

/* False when it could not be run or failed. */
static bool
run_one(char **command, struct sample *ret)
{
	posix_spawn_file_actions_t files;
	struct rusage used;
	double began = now_ms();
	int status = -1;
	pid_t pid;
	int failed;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	failed = posix_spawn(&pid, command[0], &files, NULL, command, environ);
	posix_spawn_file_actions_destroy(&files);
	if (failed != 0 || wait4(pid, &status, 0, &used) != pid)
		return false;
	ret->wall = now_ms() - began;
	ret->cpu = time_ms(used.ru_utime) + time_ms(used.ru_stime);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int
compare(const void *left, const void *right)
{
	const double *a = left;
	const double *b = right;

	return (*a > *b) - (*a < *b);
}

/* The quickest and the median of one figure. */
struct summary {
	double least;
	double median;
};

static struct summary
summarize(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return (struct summary){values[0], values[count / 2]};
}

static void
print(const char *name, struct summary wall, struct summary cpu)
{
	printf("%-12s %9.2f %9.2f %9.2f %9.2f\n", name, wall.least, wall.median,
		cpu.least, cpu.median);
}

/* One figure of both commands, and what lies between them. */
static void
summarize_all(double values[3][ROUNDS_MAX], size_t count, struct summary ret[3])
{
	for (size_t i = 0; i < count; i++)
		values[2][i] = values[0][i] - values[1][i];
	for (int i = 0; i < 3; i++)
		ret[i] = summarize(values[i], count);
	/* The least difference of a pair would be chance. */
	ret[2].least = ret[0].least - ret[1].least;
}

static bool
measure(char **commands[2], size_t count)
{
	static double wall[3][ROUNDS_MAX];
	static double cpu[3][ROUNDS_MAX];
	static const char *const names[] = {"first", "second", "difference"};
	struct summary walls[3];
	struct summary cpus[3];
	struct sample sample;

	for (size_t i = 0; i < count; i++)
		for (int j = 0; j < 2; j++) {
			if (!run_one(commands[j], &sample))
				return false;
			wall[j][i] = sample.wall;
			cpu[j][i] = sample.cpu;
		}
	summarize_all(wall, count, walls);
	summarize_all(cpu, count, cpus);
	printf("%-12s %9s %9s %9s %9s\n", "ms", "quickest", "median",
		"least cpu", "median");
	for (int i = 0; i < 3; i++)
		print(names[i], walls[i], cpus[i]);
	return true;
}

int
main(int argc, char **argv)
{
	long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	int middle = 2;

	while (middle < argc && strcmp(argv[middle], "--") != 0)
		middle++;
	if (rounds < 1 || rounds > ROUNDS_MAX || middle < 3 ||
		middle + 1 >= argc) {
		fputs("usage: pairs ROUNDS COMMAND... -- COMMAND...\n", stderr);
		return 2;
	}
	argv[middle] = NULL;
	if (measure((char **[2]){argv + 2, argv + middle + 1}, (size_t) rounds))
		return EXIT_SUCCESS;
	fputs("pairs: a command failed\n", stderr);
	return EXIT_FAILURE;
}
