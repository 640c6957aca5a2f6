/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Stands for an ssh of any version: says with -V the name of the directory that
 * it lies in, and otherwise runs the program behind its name as ssh runs an
 * askpass program: as its child, and waits for it.
 */

static int
say_version(void)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *end;

	if (len <= 0)
		return EXIT_FAILURE;
	path[len] = '\0';
	end = strrchr(path, '/');
	*end = '\0';
	fprintf(stderr, "%s, some TLS\n", strrchr(path, '/') + 1);
	return EXIT_SUCCESS;
}

static int
run_child(char **argv)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child ||
		!WIFEXITED(status))
		return EXIT_FAILURE;
	return WEXITSTATUS(status);
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "-V") == 0)
		return say_version();
	return argc > 1 ? run_child(argv + 1) : EXIT_FAILURE;
}
